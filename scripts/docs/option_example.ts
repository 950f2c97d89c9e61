/** Examples of options: where in a configuration a value stands. */
import type { Member } from './declarations.ts'

const WIDTH = 100

/** A value at the end of a path of names, on as few lines as fit. */
function nested(names: readonly string[], value: string, indent = ''): string {
  const [name = '', ...inner] = names
  if (inner.length === 0) return `${indent}${name}: ${value.replaceAll('\n', `\n${indent}`)}`
  const line = `${indent}${names.slice(0, -1).reduce((text, key) => `${text}${key}: { `, '')}${names.at(-1)}: ${value}${' }'.repeat(inner.length)}`
  if (line.length <= WIDTH && !value.includes('\n')) return line
  return `${indent}${name}: {\n${nested(inner, value, `${indent}  `)},\n${indent}}`
}

/** What an option is set to for an example where its comment has none: a switch that is turned. */
function turned({ type, comment }: Member): string | undefined {
  if (type !== 'boolean') return undefined
  return comment.fallback === 'true' ? 'false' : 'true'
}

/**
 * An `@example` that begins with the first name of the path is shown as it is; any other is a value, and shown where
 * it stands.
 * @param path names with dots between
 */
export function optionExample(path: string, member: Member): string | undefined {
  const names = path.split('.')
  const given = member.comment.example
  if (given?.startsWith(`${names[0]}:`) || given?.startsWith(`${names[0]}(`)) return given
  const value = given ?? turned(member)
  return value === undefined ? undefined : nested(names, value)
}
