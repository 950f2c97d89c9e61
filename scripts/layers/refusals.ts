import type { Sources } from './sources.ts'

/** An error that is made somewhere, with what says why. */
export interface Refusal {
  readonly file: string
  /** The class, or the function that makes it. */
  readonly made: string
  /** Constants of reasons that it may have, `FAMILY.name`; none where its maker is told. */
  readonly reasons: readonly string[]
  /** Whether something says why. */
  readonly isExplained: boolean
}

const CLASSES = 'lib/helpers/errors.ts'
/** Where errors are made for others, who say why. */
const MAKERS: ReadonlySet<string> = new Set([CLASSES, 'lib/helpers/error_for_code.ts'])
/** Hosts, and the other side. */
const ELSEWHERE = /^(?:types|lib\/development|lib\/relying_party)\//

const withoutComments = (text: string) => text.replaceAll(/\/\*.*?\*\/|^\s*\/\/[^\n]*$/gms, '')

/** Classes of errors, and those of rooms that build on them and do not say why by themselves. */
function classesOf(sources: Sources): string[] {
  const all = [...sources].filter(([file]) => !ELSEWHERE.test(file))
  const known = new Set(['OIDCProviderError'])
  for (let before = -1; before !== known.size; ) {
    before = known.size
    for (const [, { text }] of all)
      for (const [, name = '', base = ''] of text.matchAll(/class (\w+) extends (\w+)/g))
        if (known.has(base) || base === 'errorClass') known.add(name)
  }
  const explains = all.flatMap(([, { text }]) =>
    [...text.matchAll(/class (\w+) extends \w+ \{(?:(?!\n\}).)*?this\.because\(/gs)].map(([, name]) => name),
  )
  return [...known].filter((name) => !explains.includes(name))
}

/** @returns where the bracket that opens at `start` closes; texts may hold brackets that do not count */
function closing(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const char = text[at]
    if (char === "'" || char === '"' || char === '`') at = endOfText(text, at)
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return at
  }
  throw new Error('a bracket is never closed')
}

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === text[start]) return at
  }
  throw new Error('a text never ends')
}

/** Every error that the provider makes. */
export function* refusals(sources: Sources): Generator<Refusal> {
  const made = new RegExp(
    `\\bnew (${classesOf(sources).join('|')})\\(|\\b(errorForCode)\\(|\\bthrow (refuse|refusal|unknown)\\(`,
    'g',
  )
  for (const [file, source] of sources) {
    if (ELSEWHERE.test(file) || MAKERS.has(file)) continue
    const text = withoutComments(source.text)
    for (const match of text.matchAll(made)) {
      const end = closing(text, match.index + match[0].length - 1) + 1
      const [, because] = /^\s*(\.because\()/.exec(text.slice(end)) ?? []
      const start = because === undefined ? end : text.indexOf(because, end) + because.length - 1
      const why = because === undefined ? '' : text.slice(start, closing(text, start))
      // A maker is handed the details by whoever says why.
      const isMaker = /\(detail(?:: string)?\) =>\s*$/.test(text.slice(0, match.index))
      yield {
        file,
        made: match[1] ?? match[2] ?? match[3] ?? '',
        reasons: [...why.matchAll(/\b([A-Z_]{3,}\.[a-z]\w+)/g)].map(([, name = '']) => name),
        isExplained: isMaker || because !== undefined,
      }
    }
  }
}

/** Whoever runs the provider has to find out why it refused something. */
export function* unexplained(sources: Sources): Generator<string> {
  for (const { file, made, isExplained } of refusals(sources))
    if (!isExplained) yield `${file} makes ${made} without .because(reason)`
}
