/** Types link to each other: what a page shows as code is followed by links to the types that it names. */
import { dirname, relative } from 'node:path'
import { anchor } from './markdown.ts'

const TYPES = 'docs/reference/types.md'
const HEADING = /^#+ (.+)$/
const FENCE = '```'
const TYPE_LINE = /^- Type: `/
/** A row whose second cell is one type, or an array of it. */
const ROW = /^(\| [^|]+ \| )(`(\w+)(?:\[\])?`)( \| .*)$/
const COMMENT = /\/\*\*.*?\*\//gs

/**
 * @param path of the page
 * @param names of all types that stand in the page of types
 */
export function linkTypes(page: string, path: string, names: ReadonlySet<string>): string {
  const file = path === TYPES ? '' : relative(dirname(path), TYPES)
  const link = (name: string, text = name) => `[${text}](${file}#${anchor(name)})`
  const linksIn = (code: string, but: string): string => {
    const found = code.replace(COMMENT, '').match(/\b[A-Z]\w+/g) ?? []
    return [...new Set(found)]
      .filter((name) => names.has(name) && name !== but)
      .map((name) => link(name))
      .join(', ')
  }

  const linkedLine = (line: string, about: string): string => {
    if (TYPE_LINE.test(line)) {
      const links = linksIn(line, about)
      return links === '' ? line : `${line} (${links})`
    }
    return line.replace(ROW, (row, before: string, type: string, name: string, after: string) =>
      names.has(name) ? `${before}${link(name, type)}${after}` : row,
    )
  }

  const lines: string[] = []
  let heading = ''
  let code: string[] | undefined
  let isTypeScript = false
  for (const line of page.split('\n')) {
    if (line.startsWith(FENCE)) {
      lines.push(line)
      const links = code === undefined || !isTypeScript ? '' : linksIn(code.join('\n'), heading)
      if (links !== '') lines.push('', `Types: ${links}`)
      isTypeScript = line === `${FENCE}ts`
      code = code === undefined ? [] : undefined
    } else if (code !== undefined) {
      lines.push(line)
      code.push(line)
    } else {
      heading = HEADING.exec(line)?.[1] ?? heading
      lines.push(linkedLine(line, heading))
    }
  }
  return lines.join('\n')
}
