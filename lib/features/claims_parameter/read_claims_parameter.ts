import type { ClaimsParameter } from '../../../types/account.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { parseClaimsParameter } from './claims_parameter.ts'
import { CLAIMS } from './reasons.ts'

/** Refuses to promise claims for a place that this request does not lead to. @see OpenID Connect Core 1.0 §5.5 */
function checkUse(ctx: Ctx, rt: Runtime, { userinfo }: ClaimsParameter): void {
  const { responseType } = ctx.oidc.request
  if (responseType === 'none') {
    throw new InvalidRequest('claims parameter must not be combined with response_type none').because(
      CLAIMS.no_token,
    )
  }
  if (userinfo === undefined) return
  if (!rt.configuration.features.userinfo.enabled) {
    throw new InvalidRequest('claims.userinfo must not be used, there is no userinfo endpoint').because(
      CLAIMS.no_userinfo,
    )
  }
  if (responseType === 'id_token') {
    throw new InvalidRequest('claims.userinfo must not be used where no access token is issued').because(
      CLAIMS.no_token,
    )
  }
}

/** Reads which single claims the client asks for. @see OpenID Connect Core 1.0 §5.5 */
export const readClaimsParameter: Step = async (ctx, rt) => {
  const sent = ctx.oidc.param('claims')
  if (sent === undefined) return
  const claims = parseClaimsParameter(sent)
  checkUse(ctx, rt, claims)
  const { assertClaimsParameter } = rt.configuration.features.claimsParameter
  await assertClaimsParameter(ctx, claims, ctx.oidc.loaded('Client'))
  ctx.oidc.sentClaims = claims
}
