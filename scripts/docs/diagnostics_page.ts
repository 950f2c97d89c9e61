/** The page about channels of node:diagnostics_channel. */
import type { Declaration } from './declarations.ts'
import { exampleOf, GENERATED, heading } from './markdown.ts'
import { memberTable } from './member_table.ts'

const INTRODUCTION = `Whoever wants to measure or trace a provider subscribes to these channels of
[\`node:diagnostics_channel\`](https://nodejs.org/api/diagnostics_channel.html); the provider need not be configured for it, and
channels nobody subscribes to cost nothing. Each is a \`TracingChannel\` with the phases \`start\`, \`end\`, \`asyncStart\`, \`asyncEnd\` and
\`error\`: something is over at \`end\`, or at \`asyncEnd\` where \`isPending\` is true at \`end\`. All phases of one thing get one and the same
object. What is bound to \`start\` (\`bindStore\`) holds for everything inside: a storage call knows the request that it is for.

Messages never hold tokens, codes, secrets, cookies, ids or paths; an \`error\` is as it was thrown, so log those of your adapter with
care. Subscribers change nothing: what they throw is an \`uncaughtException\`, as Node has it.

[Spans for OpenTelemetry, and metrics for Prometheus](../guides/logging_and_metrics.md#spans-and-metrics) are examples on top.`

/**
 * @param channels the interface that has a member for each channel
 * @param messages interfaces of the messages
 */
export function diagnosticsPage(channels: Declaration, messages: readonly Declaration[]): string {
  const common = messages.find(({ name }) => name === 'TracedMessage')
  const sections = (channels.members ?? []).map(({ name, type, comment }) => {
    const message = messages.find((declaration) => declaration.name === type)
    if (message === undefined) throw new Error(`${name} has a message that is not documented: ${type}`)
    const title = name.replaceAll("'", '')
    return [heading(2, title), comment.text, memberTable(type, message.members ?? [])].join('\n\n')
  })
  return `${[
    heading(1, 'Diagnostics channels'),
    GENERATED,
    INTRODUCTION,
    ...exampleOf(channels.comment),
    heading(2, 'Every message'),
    memberTable('TracedMessage', common?.members ?? []),
    ...sections,
  ].join('\n\n')}\n`
}
