/** The page about errors: code, class, status, when, and what to do. */
import * as errors from '../../lib/helpers/errors.ts'
import type { Declaration } from './declarations.ts'
import { GENERATED, heading } from './markdown.ts'
import { memberTable } from './member_table.ts'

const INTRODUCTION = `\`import { errors } from 'openid-provider'\`. What clients and people are told about, and what events carry. Each
has a code (\`error\`, the same as \`message\`), a \`status\`, an \`error_description\` that may be shown, and often an
\`error_detail\` that is for you. Those that the provider makes have a \`reason\`, too, a code that stays, with the rule, what
was seen and what would be accepted: [why was this refused?](../errors/README.md) **Listen to the \`….error\` events and log
them**, they say what the answer must not say.

\`\`\`js
for (const name of ['authorization.error', 'grant.error', 'userinfo.error', 'introspection.error', 'revocation.error']) {
  provider.on(name, (ctx, error) => console.warn(name, ctx.oidc?.client?.clientId, error.error, error.error_detail))
}
provider.on('server_error', (ctx, error) => console.error(error))
\`\`\`

Anything that is thrown and is none of these is a failure of the provider or the host: the client gets \`server_error\`, and the
event \`server_error\` carries the error. Mistakes of the configuration are a \`TypeError\` while the provider is constructed.

Functions of yours may throw these classes; the client is then answered with them. A result of an interaction may have any code:
\`{ error, error_description }\`.`

type Made = Pick<errors.OIDCProviderError, 'error' | 'status' | 'error_description' | 'allow_redirect'>

/** What an error of a class says when nothing is said by who throws it. */
function sample(name: string): Made | undefined {
  const found: unknown = Object.entries(errors).find(([key]) => key === name)?.[1]
  if (typeof found !== 'function') return undefined
  const made: unknown = Reflect.construct(
    found,
    name === 'OIDCProviderError' ? [{ error: '…' }] : name === 'CustomOIDCProviderError' ? ['…'] : [],
  )
  return made instanceof errors.OIDCProviderError ? made : undefined
}

const cell = (text: string) => text.replaceAll('|', '\\|')

/** @param classes the declarations of lib/helpers/errors.ts */
export function errorsPage(classes: readonly Declaration[], shape: Declaration): string {
  const known = new Map(classes.map((declaration) => [declaration.name, declaration]))
  const rows = Object.keys(errors)
    .sort()
    .flatMap((name) => {
      const made = sample(name)
      if (made === undefined) return []
      const { text = '', remarks, see } = known.get(name)?.comment ?? {}
      if (text === '' || remarks === undefined)
        throw new Error(`errors.${name} says not when it is, or what to do`)
      const told = made.error_description === undefined ? '' : ` “${made.error_description}”`
      const rendered = made.allow_redirect ? '' : ' Never sent by redirect.'
      const source = see === undefined ? '' : ` (${see})`
      return [
        `| \`${made.error}\` | \`${name}\` | ${made.status} | ${cell(`${text}${rendered}${told}${source}`)} | ${cell(remarks)} |`,
      ]
    })
  return `${[
    heading(1, 'Errors'),
    GENERATED,
    INTRODUCTION,
    [
      '| Code | Class | Status | When, and what the client reads | What to do |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
    heading(2, 'Members'),
    memberTable('ProviderError', shape.members ?? []),
  ].join('\n\n')}\n`
}
