/** Small pieces of Markdown. */
import type { Comment, Declaration, Member } from './declarations.ts'

export const GENERATED = '<!-- Generated from the comments in types/ by `npm run docs`. Do not edit. -->'

/** Code is set as code; a default told in words stays words. */
const LITERAL =
  /^(?:'[^']*'|\d+|true|false|null|undefined|\[.*\]|\{.*\}|\([^)]*\) =>.*|[a-zA-Z]+(?:\.[a-zA-Z]+)+(?:\(\d*\))?)$/s

const codeSpan = (text: string) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``)

export function codeBlock(code: string): string {
  const lines = code.split('\n')
  const indents = lines.slice(1).filter((line) => line.trim() !== '')
  const indent = Math.min(...indents.map((line) => line.length - line.trimStart().length))
  const [first = '', ...rest] = lines
  // A closing bracket on the last line is the outermost one: align the others with it.
  return [
    '```ts',
    first,
    ...rest.map((line) => line.slice(Number.isFinite(indent) ? indent : 0)),
    '```',
  ].join('\n')
}

/** Whether code names something. */
export const mentions = (code: string, name: string) => new RegExp(`\\b${name}\\b`).test(code)

export function heading(level: number, text: string): string {
  return `${'#'.repeat(Math.min(level, 6))} ${text}`
}

/** Where a heading is linked to. */
export const anchor = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

function* details({ fallback, see, returns, params, throws }: Comment): Generator<string> {
  for (const param of params) {
    const [name = '', ...words] = param.split(' ')
    yield `- \`${name}\`: ${words.join(' ')}`
  }
  if (returns !== undefined) yield `- Returns: ${returns}`
  if (throws !== undefined) yield `- Throws: ${throws}`
  if (fallback !== undefined) yield `- Default: ${LITERAL.test(fallback) ? codeSpan(fallback) : fallback}`
  if (see !== undefined) yield `- Specification: ${see}`
}

/** What a comment says: the text, then a list of the rest. */
export function describe(comment: Comment): string {
  return [comment.text, [...details(comment)].join('\n')].filter((part) => part !== '').join('\n\n')
}

/** Brackets that only separate a function type from `| undefined` go. */
function withoutBrackets(type: string): string {
  if (!type.startsWith('(') || !type.endsWith(')')) return type
  let depth = 0
  for (const [position, sign] of [...type].entries()) {
    if (sign === '(') depth++
    if (sign === ')') depth--
    if (depth === 0 && position < type.length - 1) return type
  }
  return type.slice(1, -1).trim()
}

/** The example of a comment, if it has one. */
export const exampleOf = ({ example }: Pick<Comment, 'example'>): string[] =>
  example === undefined ? [] : [['```js', example, '```'].join('\n')]

/** A member with heading, comment, type and example. */
export function memberSection(
  level: number,
  path: string,
  member: Member,
  shown = member.comment.example,
): string {
  const text = describe(member.comment)
  if (text === '') throw new Error(`${path} has no comment`)
  const type = withoutBrackets(member.type)
  const example = exampleOf({ example: shown })
  if (type.includes('\n')) return [heading(level, path), text, codeBlock(type), ...example].join('\n\n')
  const list = `- Type: ${codeSpan(type)}`
  const isListed = text.startsWith('- ') || text.includes('\n- ')
  return [heading(level, path), `${text}${isListed ? '\n' : '\n\n'}${list}`, ...example].join('\n\n')
}

/** A type that is shown as it is written, comments included. */
export function typeSection(level: number, declaration: Declaration): string {
  return [heading(level, declaration.name), describe(declaration.comment), codeBlock(declaration.code)].join(
    '\n\n',
  )
}
