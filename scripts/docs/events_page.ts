/** The page about events: each with the arguments of its listeners. */
import type { Declaration } from './declarations.ts'
import { describe, exampleOf, GENERATED, heading, mentions, typeSection } from './markdown.ts'

const cell = (text: string) => text.replaceAll('|', '\\|')

/** A labelled tuple as the list of parameters it stands for. */
const parameters = (tuple: string) =>
  `(${tuple
    .replace(/^\[|\]$/g, '')
    .replace(/\s+/g, ' ')
    .replace(/,? $/, '')
    .trim()})`

/** What listeners do with what they are told, by its name: what is worth a line in a log. */
const TOLD: Readonly<Record<string, string>> = {
  ctx: 'ctx.oidc.client?.clientId',
  error: 'error.message',
  client: 'client.clientId',
  accountId: 'accountId',
  sid: 'sid',
  grantId: 'grantId',
  prompt: 'prompt.name',
  problem: 'problem',
  response: 'Object.keys(response)',
}

/** A listener of an event. Things that are stored have an id and a kind. */
function listening(event: string, tuple: string): string {
  const names = [...tuple.matchAll(/(\w+): /g)].map(([, name = '']) => name)
  const told = names.map((name) => TOLD[name] ?? `${name}.jti`)
  return `provider.on('${event}', (${names.join(', ')}) => console.log('${event}', ${told.join(', ')}))`
}

/**
 * @param declarations the declarations of types/events.ts
 * @param features the declarations of the feature files
 */
export function eventsPage(declarations: readonly Declaration[], features: readonly Declaration[]): string {
  const events = declarations.find(({ name }) => name === 'ProviderEvents')
  if (events?.members === undefined) throw new Error('ProviderEvents is missing')
  const rows = events.members.map(({ name, type, comment }) => {
    if (comment.text === '') throw new Error(`${name} has no comment`)
    const see = comment.see === undefined ? '' : ` (${comment.see})`
    const example = ` Example: \`${listening(name, type)}\``
    return `| \`${name}\` | \`${cell(parameters(type))}\` | ${cell(comment.text + see + example)} |`
  })
  const told = events.members.map(({ type }) => type).join()
  const answers = features.filter(({ name, code }) => !/\bextends\b/.test(code) && mentions(told, name))
  const others = [...answers, ...declarations].filter(
    ({ name, members }) => name !== 'ProviderEvents' && members !== undefined,
  )
  return `${[
    heading(1, 'Events'),
    GENERATED,
    describe(events.comment),
    ...exampleOf(events.comment),
    ['| Event | Listener | Emitted when |', '| --- | --- | --- |', ...rows].join('\n'),
    ...others.map((declaration) => typeSection(2, declaration)),
  ].join('\n\n')}\n`
}
