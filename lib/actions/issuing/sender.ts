import type { Ctx } from '../../engine/context.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import type { BearerToken } from '../../models/bearer_token.ts'
import type { RefreshToken } from '../../models/refresh_token.ts'
import type { SenderProof } from '../../models/traits/sender_constrained.ts'
import { SENDER } from './reasons.ts'

/**
 * Records what the sender of a request has proven to hold. Tokens have one binding: whoever had to prove two would be
 * locked out by the loss of either.
 * @throws InvalidRequest when another proof was accepted before
 * @see RFC 8705 §3, RFC 9449 §5
 */
export function proveSender(ctx: Ctx, proof: SenderProof): void {
  if (ctx.oidc.request.sender !== undefined)
    throw new InvalidRequest('tokens can be bound to a key or to a certificate, not to both').because(
      SENDER.several,
    )
  ctx.oidc.understand('sender', proof)
}

/**
 * Binds an access token to its sender, where that has proven something.
 * @throws InvalidRequest where it has not, and a profile wants it to
 * @see RFC 8705 §3, RFC 9449 §5, FAPI 2.0 Security Profile §5.3.2.1
 */
export function bindAccessToken(ctx: Ctx, token: BearerToken): void {
  const { sender } = ctx.oidc.request
  if (sender !== undefined) token.setThumbprint(...sender)
  else if (ctx.oidc.profile?.bindsAccessTokens === true)
    throw new InvalidRequest(
      'access tokens must be bound to their sender, who has to prove a key or certificate',
    ).because(SENDER.unproven)
}

/**
 * Binds the refresh token of a client that has nothing else to prove itself by.
 * @see RFC 8705 §4, RFC 9449 §5
 */
export function bindRefreshToken(ctx: Ctx, token: RefreshToken): void {
  const { sender } = ctx.oidc.request
  if (sender === undefined || ctx.oidc.loaded('Client').clientAuthMethod !== 'none') return
  token.setThumbprint(...sender)
}
