import type { Ctx } from '../../engine/context.ts'
import { missingParameter } from '../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../engine/runtime.ts'
import { UnsupportedTokenType } from '../../helpers/errors.ts'
import { isStructuredAccessToken } from '../../helpers/jose/structured_access_token.ts'
import { TOKEN_PARAMETER } from './reasons.ts'

/** What a client sends along with a token that it asks about or gives back. @see RFC 7009 §2.1, RFC 7662 §2.1 */
export const TOKEN_PARAMETERS = ['token', 'token_type_hint'] as const

/** The token that the request is about. @throws InvalidRequest @see RFC 7009 §2.1, RFC 7662 §2.1 */
export function tokenParameter(ctx: Ctx): string {
  const value = ctx.oidc.param('token')
  if (value === undefined) throw missingParameter('token')
  return value
}

/**
 * Refuses what is not stored: nothing could be said about a JWT access token beyond what it says itself, least of all
 * whether its grant is still there, and it cannot be taken back.
 * @see RFC 7009 §2.2.1 (`unsupported_token_type`)
 */
export const refuseStructuredToken: Step = (ctx, rt) => {
  if (isStructuredAccessToken(tokenParameter(ctx), rt.issuer)) {
    throw new UnsupportedTokenType(
      'JWT access tokens are not stored here: whoever gets one validates it',
    ).because(TOKEN_PARAMETER.is_jwt)
  }
}
