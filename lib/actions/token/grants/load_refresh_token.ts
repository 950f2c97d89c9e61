import { missingParameter } from '../../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../../engine/runtime.ts'
import { InvalidGrant, InvalidScope } from '../../../helpers/errors.ts'
import { isUsableBy } from '../../../models/traits/sender_constrained.ts'
import { parseScope } from '../../authorization/rules/read_scope.ts'
import { REFRESH_TOKEN } from '../reasons.ts'

/** @see RFC 6749 §6 – a token is worth nothing to another client, and is not spent by it */
export const loadRefreshToken: Step = async (ctx, rt) => {
  const value = ctx.oidc.param('refresh_token')
  if (value === undefined) throw missingParameter('refresh_token')
  const refreshToken = await rt.models.RefreshToken.find(value, { ignoreExpiration: true, ctx })
  if (refreshToken === undefined)
    throw new InvalidGrant('refresh token not found').because(REFRESH_TOKEN.not_found)
  if (refreshToken.clientId !== ctx.oidc.loaded('Client').clientId)
    throw new InvalidGrant('client mismatch').because(REFRESH_TOKEN.of_another_client)
  if (refreshToken.isExpired)
    throw new InvalidGrant('refresh token is expired').because(REFRESH_TOKEN.expired)
  ctx.oidc.entity('RefreshToken', refreshToken)
  ctx.oidc.presentedBy(refreshToken)
}

/** The scope may shrink, never grow. @see RFC 6749 §6 */
export const narrowScope: Step = (ctx) => {
  const sent = ctx.oidc.param('scope')
  if (sent === undefined) return
  const scopes = parseScope(sent)
  const { scopes: granted } = ctx.oidc.source
  const missing = [...scopes].filter((scope) => !granted.has(scope))
  if (missing.length > 0) {
    throw new InvalidScope('refresh token missing requested scope', missing.join(' ')).because(
      REFRESH_TOKEN.scope_exceeds,
      { seen: missing, accepted: [...ctx.oidc.loaded('RefreshToken').scopes] },
    )
  }
  ctx.oidc.understand('scopes', scopes)
}

/** Whoever holds the token without what it is bound to must not use it. @see RFC 9449 §5, RFC 8705 §4 */
export const checkRefreshTokenBinding: Step = (ctx) => {
  if (!isUsableBy(ctx.oidc.loaded('RefreshToken'), ctx.oidc.request.sender))
    throw new InvalidGrant('what the sender-constrained refresh token is bound to was not proven').because(
      REFRESH_TOKEN.sender_unproven,
    )
}
