/** The page about the class of providers. */
import type { Declaration, Member } from './declarations.ts'
import { codeBlock, describe, exampleOf, GENERATED, heading, memberSection } from './markdown.ts'

const INTRODUCTION = `\`import Provider from 'openid-provider'\`, or \`import { Provider }\`; \`require('openid-provider').default\` works, too. It
is an \`EventEmitter\`: see [events](../events.md). Its model classes are in [models](models.md).`

/** Parts of the page, most used first. Whatever is in none of them is a mistake. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  Serving: ['callback', 'listen', 'use', 'app', 'context', 'proxy', 'keys', 'health'],
  Screens: [
    'interactionDetails',
    'interactionFinished',
    'interactionResult',
    'backchannelResult',
    'cookieName',
  ],
  Addresses: ['issuer', 'urlFor', 'pathFor'],
  'Accounts and what they have': [
    'sessionsOf',
    'endSession',
    'endSessionsOf',
    'grantsOf',
    'revokeGrant',
    'revokeGrantsOf',
    'tokensOf',
  ],
  Extending: ['registerGrantType', 'registerResponseMode', 'interactionPolicy', 'certificateHasSubject'],
  Classes: ['Account', 'BaseToken', 'Claims', 'OIDCContext', 'ResourceServer'],
}

function section(members: readonly Member[]): string {
  const described = members.filter(({ comment }) => comment.text !== '')
  const [first] = described
  if (first === undefined) throw new Error(`Provider.${members[0]?.name} has no comment`)
  if (first.comment.example === undefined) throw new Error(`without an example: Provider.${first.name}`)
  if (!first.type.startsWith(first.name)) {
    if (first.type !== '') return memberSection(3, first.name, first)
    return [heading(3, first.name), describe(first.comment), ...exampleOf(first.comment)].join('\n\n')
  }
  // The last of several signatures is the one of the implementation.
  const shown = members.length > 1 ? members.slice(0, -1) : members
  const signatures = codeBlock(shown.map(({ type }) => type).join('\n'))
  return [
    heading(3, `${first.name}()`),
    describe(first.comment),
    signatures,
    ...exampleOf(first.comment),
  ].join('\n\n')
}

/**
 * @param provider the class
 * @param added what features add to it
 * @param models names of its members that are models
 */
export function providerPage(
  provider: Declaration,
  added: readonly Member[],
  models: ReadonlySet<string>,
): string {
  const groups = new Map<string, Member[]>()
  for (const member of [...(provider.members ?? []), ...added]) {
    if (!models.has(member.name)) groups.set(member.name, [...(groups.get(member.name) ?? []), member])
  }
  const sections = Object.entries(PARTS).flatMap(([part, names]) => [
    heading(2, part),
    ...names.map((name) => {
      const members = groups.get(name)
      if (members === undefined) throw new Error(`Provider has no ${name}`)
      groups.delete(name)
      return section(members)
    }),
  ])
  const [left] = groups.keys()
  if (left !== undefined) throw new Error(`Provider.${left} is in no part of its page`)
  return `${[
    heading(1, 'Provider'),
    GENERATED,
    INTRODUCTION,
    describe(provider.comment),
    ...exampleOf(provider.comment),
    ...sections,
  ].join('\n\n')}\n`
}
