/** The pages about refusals: one for each family of reasons, and the list of them. */

import { REASONS } from '../../lib/features/reasons.ts'
import * as errors from '../../lib/helpers/errors.ts'
import type { Reason } from '../../lib/helpers/reasons/define_reasons.ts'
import { refusals } from '../layers/refusals.ts'
import type { Sources } from '../layers/sources.ts'
import { heading } from './markdown.ts'

const GENERATED = '<!-- Generated from the reasons in lib/ by `npm run docs`. Do not edit. -->'

const INTRODUCTION = `Every error that the provider makes says why: its \`reason\` is a code that stays, and the codes are on these pages.
Applications and browsers are not told; the \`….error\` events are, and what functions such as \`interactionDetails\` throw.

\`\`\`js
provider.on('grant.error', (ctx, error) => {
  console.warn(error.error, error.reason, error.section, { seen: error.seen, accepted: error.accepted })
})
\`\`\`

prints, for a client that authenticates by another method than it has registered:

\`\`\`text
invalid_client client_auth.method_mismatch RFC 6749 §2.3 {
  seen: [ 'client_secret_basic', 'client_secret_post' ],
  accepted: [ 'private_key_jwt' ]
}
\`\`\`

| member | |
|---|---|
| \`reason\` | \`family.name\`; the page of the family has an entry of that name. Made for filters, counters and alarms: a code is never given another meaning |
| \`section\` | the rule that was broken |
| \`seen\` | names of what came: parameters, claims, headers, methods, algorithms, scopes, addresses to return to. Never secrets, tokens or codes. Where nothing more is known, the parameters that were sent |
| \`accepted\` | what would be accepted in its place, where that can be listed |
| \`error_detail\` | more, in a sentence that may change |

An error that a function of yours throws has the reason \`host\`, unless you give it one:
\`throw new errors.AccessDenied('not on Sundays').because({ reason: 'opening_hours.closed' })\`. Deliveries to others that failed
(\`backchannel.error\`, \`backchannel_ping.error\`) and \`server_error\` are no refusals: these events carry the failure itself.`

/** What a family is about, from the comment in front of it. */
interface Family {
  readonly constant: string
  readonly title: string
}

function familiesOf(sources: Sources): ReadonlyMap<string, Family> {
  return new Map(
    [...sources.values()].flatMap(({ text }) =>
      [...text.matchAll(/\/\*\* ([^*]*?)\.? \*\/\nexport const ([A-Z_]+) = defineReasons\('(\w+)'/g)].map(
        ([, title = '', constant = '', family = '']): [string, Family] => [family, { constant, title }],
      ),
    ),
  )
}

/** Errors of those families, and of those single reasons, whose makers are told the reason, so that it does not stand beside the class. */
const TOLD: Readonly<Record<string, string>> = {
  'ciba.account_not_found': 'unknown_user_id',
  'ciba.hint_about_another': 'unknown_user_id',
  'ciba.hint_unknown': 'unknown_user_id',
  'ciba.subject_is_another': 'unknown_user_id',
  claims_parameter: 'invalid_request',
  device: 'invalid_request',
  dpop: 'invalid_dpop_proof',
  fapi: 'invalid_request',
  grant: 'invalid_grant, invalid_token',
  'authorization_request.nonce_missing': 'invalid_request',
  'interaction.answered_already': 'invalid_request',
  'interaction.unresolved': 'the code of the prompt',
  issued_jwt: 'invalid_grant, invalid_request',
  mtls: 'invalid_client, invalid_grant, invalid_request, invalid_token',
  'presented_token.missing': 'invalid_token',
  request_object: 'invalid_request_object',
  'server.failed': 'server_error',
  token_exchange: 'invalid_request',
  token_request: 'invalid_grant',
}
const OF_OTHERS = 'the code that was chosen by the prompt, the screens or the person'

function codeOf(made: string): string | undefined {
  if (made === 'errorForCode') return OF_OTHERS
  const found: unknown = Object.entries(errors).find(([name]) => name === made)?.[1]
  const error: unknown = typeof found === 'function' ? Reflect.construct(found, []) : undefined
  return error instanceof errors.OIDCProviderError ? `\`${error.error}\`` : undefined
}

/** What a reason is answered with, as far as it stands where it is given. */
function answersOf(sources: Sources): ReadonlyMap<string, ReadonlySet<string>> {
  const answers = new Map<string, Set<string>>()
  for (const { made, reasons } of refusals(sources)) {
    const code = codeOf(made)
    if (code === undefined) continue
    for (const reason of reasons) answers.set(reason, (answers.get(reason) ?? new Set()).add(code))
  }
  return answers
}

function told(family: string, name: string): string {
  const codes = TOLD[`${family}.${name}`] ?? TOLD[family]
  if (codes === undefined) throw new Error(`${family}.${name} is given nowhere`)
  return codes.replaceAll(/\b[a-z]+(?:_[a-z]+)+/g, '`$&`')
}

function entry(name: string, { section, when, remedy }: Reason, answers: string): string {
  return `${heading(2, name)}\n\n${when} (${section})\n\n*What to do:* ${remedy}\n\n*Answered with:* ${answers}`
}

const familyOf = (reasons: Readonly<Record<string, Reason>>): string =>
  Object.values(reasons)[0]?.reason.split('.')[0] ?? ''

/** @returns pages by their path */
export function reasonsPages(sources: Sources): Record<string, string> {
  const families = familiesOf(sources)
  const answers = answersOf(sources)
  const about = (family: string): Family => {
    const found = families.get(family)
    if (found === undefined)
      throw new Error(`the reasons of ${family} have no comment that says what they are about`)
    return found
  }
  const listed = REASONS.map(familyOf)
  for (const family of families.keys())
    if (!listed.includes(family)) throw new Error(`lib/features/reasons.ts does not list ${family}`)
  const pages = REASONS.map((reasons): [string, string] => {
    const family = familyOf(reasons)
    const { constant, title } = about(family)
    const entries = Object.entries(reasons).map(([name, reason]) => {
      const found = [...(answers.get(`${constant}.${name}`) ?? [])]
      return entry(name, reason, found.length > 0 ? found.sort().join(', ') : told(family, name))
    })
    const top = [heading(1, `\`${family}\``), GENERATED, `${title}. [All families](README.md).`]
    return [`docs/errors/${family}.md`, `${[...top, ...entries].join('\n\n')}\n`]
  })
  const rows = REASONS.map((reasons) => {
    const family = familyOf(reasons)
    const names = Object.keys(reasons).map((name) => `[${name}](${family}.md#${name})`)
    return `| [\`${family}\`](${family}.md) | ${about(family).title} | ${names.join(' · ')} |`
  })
  const list = ['| family | about | reasons |', '| --- | --- | --- |', ...rows].join('\n')
  const index = [heading(1, 'Why was this refused?'), GENERATED, INTRODUCTION, heading(2, 'Reasons'), list]
  return { 'docs/errors/README.md': `${index.join('\n\n')}\n`, ...Object.fromEntries(pages) }
}
