import { append } from '../../actions/response_modes/query.ts'
import type { Ctx } from '../../engine/context.ts'

/**
 * Where the browser goes when it is done: to the client, with its `state`, or to a page of ours that tells how it
 * went.
 * @param remaining the client that was signed out of, while the session goes on
 * @see OpenID Connect RP-Initiated Logout 1.0 §3
 */
export function urlAfterLogout(ctx: Ctx, state: string | undefined, remaining?: string): string {
  const { postLogoutRedirectUri } = ctx.oidc.request
  if (postLogoutRedirectUri !== undefined)
    return state === undefined ? postLogoutRedirectUri : append(postLogoutRedirectUri, '?', { state })
  const page = ctx.oidc.pathFor('end_session_success')
  const { uiLocales } = ctx.oidc
  return remaining === undefined && uiLocales === undefined
    ? page
    : append(page, '?', { client_id: remaining, ui_locales: uiLocales })
}
