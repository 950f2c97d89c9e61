import type { Ctx } from '../../engine/context.ts'
import { RESPONDED, type Step } from '../../engine/runtime.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { INTROSPECTION } from './reasons.ts'

const JWT = 'application/token-introspection+jwt'

/** JSON is what is sent to whoever takes anything. @see RFC 9701 §4 */
const wantsJwt = (ctx: Ctx): boolean => ctx.accepts('application/json', JWT) === JWT

/** What a client registered to get encrypted is not sent in plain text. @see RFC 9701 §6 */
export const requireJwtResponse: Step = (ctx) => {
  if (ctx.oidc.loaded('Client').introspectionEncryptedResponseAlg === undefined || wantsJwt(ctx)) return
  throw new InvalidRequest(`introspection must be requested with Accept: ${JWT} for this client`).because(
    INTROSPECTION.jwt_not_requested,
    { seen: ['accept'], accepted: [JWT] },
  )
}

/**
 * Answers with a JWT where that is asked for. It says nothing about a subject or an end itself, so that it cannot
 * pass for another kind of token.
 * @see RFC 9701 §5, §8.1
 */
export const answerIntrospectionJwt: Step = async (ctx, rt) => {
  ctx.vary('Accept')
  if (!wantsJwt(ctx)) return undefined
  const idToken = new rt.models.IdToken({}, { client: ctx.oidc.loaded('Client') })
  idToken.set('token_introspection', ctx.oidc.understood('introspection'))
  ctx.body = await idToken.issue({ use: 'introspection' })
  ctx.type = JWT
  return RESPONDED
}
