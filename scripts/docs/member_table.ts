/** Members as a table: short entries that are looked up. */
import type { Declaration, Member } from './declarations.ts'

const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()

const code = (text: string) => (text.includes('`') ? `\`\` ${cell(text)} \`\`` : `\`${cell(text)}\``)

const isCall = ({ name, type }: Member) => type.startsWith(`${name}(`) || type.startsWith(`${name}<`)

/** Every method is to be shown in use. */
const needsExample = (member: Member) => isCall(member)

/** What a table says about a member. */
function meaning({ comment }: Member, example: string | undefined): string {
  const { text, fallback, see, returns, throws } = comment
  return [
    text,
    ...(returns === undefined ? [] : [`Returns ${returns.replace(/\.$/, '')}.`]),
    ...(throws === undefined ? [] : [`Throws ${throws.replace(/\.$/, '')}.`]),
    ...(fallback === undefined ? [] : [`Default: ${fallback.replace(/\.$/, '')}.`]),
    ...(see === undefined ? [] : [`(${see})`]),
    ...(example === undefined ? [] : [`Example: ${code(example)}`]),
  ].join(' ')
}

/**
 * @param where names the members in complaints
 * @param exampleOf how a member is set or used
 * @param mustHave members that have to have an example
 * @throws Error when a member has no comment, or lacks an example
 */
export function memberTable(
  where: string,
  members: readonly Member[],
  exampleOf = ({ comment }: Member) => comment.example,
  mustHave = needsExample,
): string {
  const described = new Set<string>()
  const lacking = members.filter(
    (member) => mustHave(member) && member.comment.text !== '' && exampleOf(member) === undefined,
  )
  if (lacking.length > 0)
    throw new Error(`without an example: ${lacking.map(({ name }) => `${where}.${name}`).join(', ')}`)
  const rows = members.map((member) => {
    // What is said of one signature holds for the others.
    if (member.comment.text !== '') described.add(member.name)
    if (!described.has(member.name) && member.comment.returns === undefined)
      throw new Error(`${where}.${member.name} has no comment`)
    const type = isCall(member) ? '' : code(member.type)
    const name = isCall(member) ? code(member.type) : code(member.name)
    return `| ${name} | ${type} | ${cell(meaning(member, exampleOf(member)))} |`
  })
  return ['| Member | Type | Meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

/** Interfaces that an interface extends. */
export const parentsOf = ({ code: text }: Declaration): string[] => {
  const [, list = ''] = /^interface \w+(?:<[^{]*>)?\s+extends\s+([^{]*)\{/.exec(text) ?? []
  return list
    .split(',')
    .map((name) => name.replace(/<.*$/s, '').trim())
    .filter((name) => name !== '')
}

/** Members of an interface with those it inherits, but for those of some others, by name; the nearest one counts. */
export function allMembers(
  declaration: Declaration,
  all: ReadonlyMap<string, Declaration>,
  without: ReadonlySet<string>,
): Member[] {
  const found = new Map<string, Member>()
  const add = (members: Iterable<Member>) => {
    for (const member of members) {
      const known = found.get(member.name)
      const isOverload = known !== undefined && member.type.startsWith(`${member.name}(`)
      if (known === undefined) found.set(member.name, member)
      else if (isOverload && known.type !== member.type) found.set(`${member.name} ${member.type}`, member)
      // A member that is only narrowed keeps what is said of it.
      else if (known.comment.text === '') found.set(member.name, { ...known, comment: member.comment })
    }
  }
  add(declaration.members ?? [])
  for (const name of parentsOf(declaration)) {
    const parent = all.get(name)
    if (parent !== undefined && !without.has(name)) add(allMembers(parent, all, without))
  }
  return [...found.values()]
}
