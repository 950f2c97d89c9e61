/** The page about models: their members, and what their classes can do. */
import type { Declaration, Member } from './declarations.ts'
import { codeBlock, describe, exampleOf, GENERATED, heading } from './markdown.ts'
import { allMembers, memberTable } from './member_table.ts'

const INTRODUCTION = `What a provider stores, and hands to functions and listeners of the host. The classes are members of the provider:
\`provider.Grant\`, \`provider.Session\`, … Names in storage are those of the tables, see [storage](../storage.md).`

/** In this order: what screens need first. */
export const MODEL_NAMES: readonly string[] = [
  'Interaction',
  'Grant',
  'Session',
  'Client',
  'AccessToken',
  'RefreshToken',
  'AuthorizationCode',
  'ClientCredentials',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PushedAuthorizationRequest',
  'InitialAccessToken',
  'RegistrationAccessToken',
  'ReplayDetection',
  'IdToken',
]
const SHARED = ['BaseModel', 'BaseToken']
/** Members of classes that are no host's business. */
const INTERNAL = new Set(['kind', 'eventName', 'fields', 'rt', 'IN_PAYLOAD', 'storedNames', 'needsSecret'])

/** Names of the classes of a model, from itself upwards, with those that lend it members. */
export type Lineage = (model: string) => readonly string[]

/**
 * @param declarations interfaces of models and of what they store
 * @param classes the classes, for what they can do themselves
 * @param metadata of clients, which a client has under other names
 * @param reachable tells whether the class of a model has this
 */
export function modelsPage(
  declarations: readonly Declaration[],
  classes: readonly Declaration[],
  metadata: readonly Member[],
  reachable: (model: string, name: string) => boolean,
): string {
  const all = new Map(declarations.map((declaration) => [declaration.name, declaration]))
  const statics = new Map<string, Member>()
  for (const { members = [] } of classes) {
    for (const member of members) {
      if (member.isStatic !== true || INTERNAL.has(member.name) || statics.has(member.name)) continue
      statics.set(member.name, member)
    }
  }
  const named = new Map(metadata.map((member) => [member.name, member.comment]))
  const asMetadata = (member: Member): Member => {
    const name = member.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const comment = named.get(name)
    if (member.comment.text !== '' || comment === undefined) return member
    // It is set under the other name.
    return { ...member, comment: { ...comment, example: undefined } }
  }
  const sectionOf = (name: string, without: readonly string[]) => {
    const declaration = all.get(name)
    if (declaration === undefined) throw new Error(`there is no model ${name}`)
    const members = allMembers(declaration, all, new Set(without)).filter((member) => member.name !== 'kind')
    const described = name === 'Client' ? members.map(asMetadata) : members
    const own = [...statics.values()].filter((member) => reachable(name, member.name))
    const table =
      SHARED.includes(name) || own.length === 0
        ? []
        : [`Of the class: ${own.map((member) => `[\`${member.name}\`](#class-methods)`).join(', ')}.`]
    return [heading(2, name), describe(declaration.comment), ...table, memberTable(name, described)].join(
      '\n\n',
    )
  }
  const undocumented = [...statics.values()].find(
    ({ comment }) => comment.text === '' || comment.example === undefined,
  )
  if (undocumented !== undefined) throw new Error(`static ${undocumented.name} has no comment, or no example`)
  return `${[
    heading(1, 'Models'),
    GENERATED,
    INTRODUCTION,
    MODEL_NAMES.map((name) => `- [${name}](#${name.toLowerCase()})`).join('\n'),
    ...MODEL_NAMES.map((name) => sectionOf(name, [...SHARED, 'ModelPayload', 'TokenPayload'])),
    heading(2, 'What all have in common'),
    'Every model but clients and ID Tokens has these:',
    ...[sectionOf('BaseModel', []), sectionOf('BaseToken', ['BaseModel', 'ModelPayload'])].map((section) =>
      section.replace(/^## /, '### '),
    ),
    heading(2, 'Class methods'),
    ...[...statics.values()].map((member) =>
      [
        heading(3, member.name),
        describe(member.comment),
        ...(member.type === '' ? [] : [codeBlock(member.type)]),
        ...exampleOf(member.comment),
      ].join('\n\n'),
    ),
  ].join('\n\n')}\n`
}
