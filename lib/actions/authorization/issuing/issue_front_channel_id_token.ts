import type { Ctx } from '../../../engine/context.ts'
import type { Runtime, Step } from '../../../engine/runtime.ts'
import { yieldsCode, yieldsIdToken, yieldsToken } from '../../../helpers/response_type.ts'
import { makeIdToken } from '../../issuing/make_id_token.ts'
import { authenticationOf } from './authentication_of.ts'

/**
 * Claims asked for by scope are told by access token, unless no access token that opens it comes of this.
 * @see OpenID Connect Core 1.0 §5.4
 */
function scopeInIdToken(ctx: Ctx, rt: Runtime): string {
  const { conformIdTokenClaims } = rt.configuration
  const responseType = ctx.oidc.understood('responseType')
  const tellsClaims =
    yieldsCode(responseType) ||
    (yieldsToken(responseType) && ctx.oidc.loaded('AccessToken').aud === undefined)
  const toldByToken = conformIdTokenClaims && rt.tellsClaimsByToken && tellsClaims
  if (toldByToken) return 'openid'
  return ctx.oidc.loaded('Grant').getOIDCScopeFiltered(ctx.oidc.requestParamOIDCScopes)
}

const answered = (ctx: Ctx, member: string): string | undefined => {
  const value = ctx.oidc.answer[member]
  return typeof value === 'string' ? value : undefined
}

/**
 * Makes the ID Token that the browser carries. It vouches for what comes with it, `state` included.
 * @see OpenID Connect Core 1.0 §3.2.2.10, §3.3.2.11; FAPI 1.0 Advanced §5.2.2.1 (s_hash)
 */
export const issueFrontChannelIdToken: Step = async (ctx, rt) => {
  if (!yieldsIdToken(ctx.oidc.understood('responseType'))) return
  const authentication = authenticationOf(ctx)
  ctx.oidc.answer['id_token'] = await makeIdToken(ctx, rt, {
    authentication,
    scope: scopeInIdToken(ctx, rt),
    nonce: authentication.nonce,
    hashed: {
      at_hash: answered(ctx, 'access_token'),
      c_hash: answered(ctx, 'code'),
      s_hash: ctx.oidc.param('state'),
    },
  })
}
