import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { makeIdToken } from '../issuing/make_id_token.ts'

/**
 * Claims asked for by scope are told by access token, unless the access token does not open it.
 * @see OpenID Connect Core 1.0 §5.4
 */
function scopeInIdToken(ctx: Ctx, rt: Runtime): string {
  const { conformIdTokenClaims } = rt.configuration
  const { aud } = ctx.oidc.loaded('AccessToken')
  const toldByToken = conformIdTokenClaims && rt.tellsClaimsByToken && aud === undefined
  if (toldByToken) return 'openid'
  return ctx.oidc.loaded('Grant').getOIDCScopeFiltered(ctx.oidc.request.scopes ?? ctx.oidc.source.scopes)
}

/** @see OpenID Connect Core 1.0 §3.1.3.3, §12.2; RFC 6749 §6 (a refresh may give up `openid`) */
export const issueIdToken: Step = async (ctx, rt) => {
  const { source, answer } = ctx.oidc
  const requested = ctx.oidc.request.scopes ?? source.scopes
  if (!requested.has('openid')) return
  const accessToken = answer['access_token']
  answer['id_token'] = await makeIdToken(ctx, rt, {
    authentication: source,
    scope: scopeInIdToken(ctx, rt),
    // The nonce answers the authorization request; a refresh has none (OpenID Connect Core 1.0 §12.2).
    nonce: source.kind === 'RefreshToken' ? undefined : source.nonce,
    hashed: { at_hash: typeof accessToken === 'string' ? accessToken : undefined },
  })
}
