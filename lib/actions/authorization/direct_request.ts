import type { Ctx } from '../../engine/context.ts'
import { CLIENT_AUTH_PARAMETERS } from '../client_auth/table.ts'
import { AUTHORIZATION_PARAMETERS } from './authorization.ts'

/** Parameters about the way of an answer through a browser, and about prompts, which nobody is there to see. */
const OF_BROWSERS: ReadonlySet<string> = new Set([
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'redirect_uri',
  'response_mode',
  'response_type',
  'state',
])

/** What a request may say that a client sends itself, and whose answer it fetches itself. @see RFC 8628 §3.1 */
export const DIRECT_REQUEST_PARAMETERS: readonly string[] = AUTHORIZATION_PARAMETERS.filter(
  (name) => !OF_BROWSERS.has(name),
)

const CREDENTIALS: ReadonlySet<string> = new Set(CLIENT_AUTH_PARAMETERS)

/** What the client asked for, without the credentials it came with. @param secrets further ones */
export function requestedBy(ctx: Ctx, secrets: readonly string[] = []): Record<string, unknown> {
  const isKept = (name: string) => !CREDENTIALS.has(name) && !secrets.includes(name)
  const sent = Object.entries(ctx.oidc.sentParams ?? {}).filter(([name]) => isKept(name))
  return { ...Object.fromEntries(sent), client_id: ctx.oidc.loaded('Client').clientId }
}
