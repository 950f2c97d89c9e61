import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest } from '../../../helpers/errors.ts'
import { words } from '../../../helpers/words.ts'
import { AUTHORIZATION } from '../reasons.ts'

const OPENID_ONLY = ['acr_values', 'claims', 'claims_locales', 'id_token_hint', 'max_age', 'nonce']

/** Without the `openid` scope this is plain OAuth 2.0, which knows none of these. @see OpenID Connect Core 1.0 §3.1.2.1 */
export const checkOpenidParameters: Step = (ctx) => {
  if (ctx.oidc.requestParamScopes.has('openid')) return
  const client = ctx.oidc.loaded('Client')
  const used = OPENID_ONLY.filter((name) => ctx.oidc.param(name) !== undefined)
  if (words(ctx.oidc.request.responseType).includes('id_token')) used.push('response_type')
  if (used.length > 0)
    throw new InvalidRequest(
      `openid scope must be requested when using the ${used.join(', ')} parameter`,
    ).because(AUTHORIZATION.openid_scope_missing, { seen: used, accepted: ['openid'] })
  const registered = Object.entries({
    default_acr_values: client.defaultAcrValues,
    default_max_age: client.defaultMaxAge,
    require_auth_time: client.requireAuthTime || undefined,
  }).find(([, value]) => value !== undefined)
  if (registered !== undefined) {
    throw new InvalidRequest(`openid scope must be requested for clients with ${registered[0]}`).because(
      AUTHORIZATION.openid_scope_missing,
      { seen: [registered[0]], accepted: ['openid'] },
    )
  }
}
