import { proveSender } from '../../actions/issuing/sender.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidGrant, InvalidRequest, InvalidToken } from '../../helpers/errors.ts'
import { clientCertificate } from './client_certificate.ts'

/**
 * Tokens of clients that want it so are bound to their certificate, and what is bound already stays so. No other client
 * is asked for one.
 * @see RFC 8705 §3, §4
 */
export const proveCertificate: Step = (ctx, rt) => {
  const isBound = ctx.oidc.entities.RefreshToken?.['x5t#S256'] !== undefined
  if (!isBound && ctx.oidc.loaded('Client').tlsClientCertificateBoundAccessTokens !== true) return
  const certificate = isBound
    ? clientCertificate(ctx, rt, (detail) => new InvalidGrant(detail))
    : clientCertificate(ctx, rt, (detail) => new InvalidRequest(detail))
  proveSender(ctx, ['x5t', certificate])
}

/** @see RFC 8705 §3 (401, `invalid_token`) */
export const provePresentedCertificate: Step = (ctx, rt) => {
  if (ctx.oidc.loaded('AccessToken')['x5t#S256'] === undefined) return
  proveSender(ctx, ['x5t', clientCertificate(ctx, rt, (detail) => new InvalidToken(detail))])
}
