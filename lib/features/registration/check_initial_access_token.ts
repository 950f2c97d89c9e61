import { bearerHeader } from '../../actions/bearer/bearer_header.ts'
import type { Step } from '../../engine/runtime.ts'
import { constantEquals } from '../../helpers/constant_equals.ts'
import { InvalidToken } from '../../helpers/errors.ts'
import { REGISTRATION } from './reasons.ts'

/** Only who knows the configured token may register. @see RFC 7591 §3 */
export const checkSharedToken = (expected: string): Step =>
  function checkSharedToken(ctx) {
    if (!constantEquals(bearerHeader(ctx), expected))
      throw new InvalidToken('initial access token is wrong').because(REGISTRATION.initial_token_wrong)
  }

/** Only who holds a stored token may register. @see RFC 7591 §3 */
export const loadInitialAccessToken: Step = async (ctx, rt) => {
  const value = bearerHeader(ctx)
  const token = await rt.models.InitialAccessToken.find(value, { ctx })
  if (token === undefined || !constantEquals(token.jti, value))
    throw new InvalidToken('initial access token not found').because(REGISTRATION.initial_token_not_found)
  if (!token.isValid)
    throw new InvalidToken('initial access token was used up').because(REGISTRATION.initial_token_used_up)
  ctx.oidc.entity('InitialAccessToken', token)
}
