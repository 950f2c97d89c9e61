import type { Step } from '../../engine/runtime.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'
import { randomId } from '../../helpers/random_id.ts'
import { browserStateOf } from './browser_state.ts'

/** What the state of a browser looks like to one client at one origin. */
interface Seen {
  readonly clientId: string
  readonly origin: string
  readonly browserState: string
  readonly salt: string
}

/** The frame's script makes the same. @see OpenID Connect Session Management 1.0 §3.1, §3.2 */
export function sessionStateOf({ clientId, origin, browserState, salt }: Seen): string {
  return `${sha256(`${clientId} ${origin} ${browserState} ${salt}`)}.${salt}`
}

/**
 * Tells a client what to ask the frame with; only pages at the origin of its redirect URI can. Apps have none.
 * @see OpenID Connect Session Management 1.0 §2
 */
export const answerSessionState: Step = (ctx) => {
  const { origin } = new URL(ctx.oidc.understood('redirectUri'))
  if (origin === 'null' || ctx.oidc.request.scopes?.has('openid') !== true) return
  const { clientId } = ctx.oidc.loaded('Client')
  const browserState = browserStateOf(ctx.oidc.loaded('Session'))
  ctx.oidc.answer['session_state'] = sessionStateOf({ clientId, origin, browserState, salt: randomId() })
}
