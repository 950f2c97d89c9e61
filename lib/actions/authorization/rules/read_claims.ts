import type { ClaimsParameter, ClaimsParameterMember } from '../../../../types/account.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Step } from '../../../engine/runtime.ts'
import { words } from '../../../helpers/words.ts'

type Requested = Record<string, ClaimsParameterMember | null>

/** The time of authentication is asked for by these, too. @see OpenID Connect Core 1.0 §2 (auth_time) */
function needsAuthTime(ctx: Ctx): boolean {
  const { maxAge, prompts, scopes } = ctx.oidc.request
  if (scopes?.has('openid') !== true) return false
  return maxAge !== undefined || ctx.oidc.loaded('Client').requireAuthTime || prompts?.has('login') === true
}

/**
 * Understands what the request asks to be told about the end-user: `acr_values` is a voluntary claim request,
 * and some requests make `auth_time` essential.
 * @see OpenID Connect Core 1.0 §5.5.1.1
 */
export const readClaims: Step = (ctx) => {
  const asked: ClaimsParameter = ctx.oidc.sentClaims ?? {}
  const idToken: Requested = { ...asked.id_token }
  const acrValues = words(ctx.oidc.param('acr_values'))
  const preferred = acrValues.length > 0 ? acrValues : [...(ctx.oidc.loaded('Client').defaultAcrValues ?? [])]
  if (preferred.length > 0 && idToken['acr'] === undefined) idToken['acr'] = { values: preferred }
  if (needsAuthTime(ctx)) idToken['auth_time'] = { ...idToken['auth_time'], essential: true }
  ctx.oidc.understand('claims', {
    ...(Object.keys(idToken).length === 0 ? {} : { id_token: idToken }),
    ...(asked.userinfo === undefined ? {} : { userinfo: asked.userinfo }),
  })
}
