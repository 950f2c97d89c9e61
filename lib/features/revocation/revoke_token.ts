import { loadPresentedToken, presentedToken } from '../../actions/presented_token/presented_token.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { endFamily } from './end_family.ts'
import { REVOCATION } from './reasons.ts'
import { removeDamagedToken } from './remove_damaged_token.ts'

/**
 * Finds the token; what is damaged in storage is removed right away. An expired or rotated one still says which others
 * were issued with it.
 * @see RFC 7009 §2.1
 */
export const loadRevokedToken: Step = async (ctx, rt) => {
  const damaged = await loadPresentedToken(ctx, rt, { ignoreExpiration: true })
  if (damaged !== undefined) await removeDamagedToken(ctx, rt, damaged)
}

/** There is nothing to say, and a token that is not there has been ended already. @see RFC 7009 §2.2 */
export const answerRevocation: Step = (ctx) => {
  ctx.body = ''
}

/** @see RFC 7009 §2.1 – "the request is refused and the client is informed of the error" */
export const checkRevocationPolicy: Step = async (ctx, rt) => {
  const token = presentedToken(ctx)
  if (token === undefined) return
  const { allowedPolicy } = rt.configuration.features.revocation
  if (!(await allowedPolicy(ctx, ctx.oidc.loaded('Client'), token))) {
    throw new InvalidRequest('client is not authorized to revoke the presented token').because(
      REVOCATION.of_another_client,
    )
  }
}

/** Ends the token; a refresh token takes everything along that was issued under its grant. @see RFC 7009 §2.1 */
export const revokeToken: Step = async (ctx, rt) => {
  const token = presentedToken(ctx)
  if (token === undefined) return
  if (token instanceof rt.models.RefreshToken) await endFamily(ctx, rt, token)
  else await token.destroy()
}
