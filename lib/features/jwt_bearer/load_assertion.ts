import type { IssuedClaims } from '../../actions/trusted_issuers/issued_claims.ts'
import { ISSUED_JWT } from '../../actions/trusted_issuers/reasons.ts'
import { judgeToken, UnacceptableToken } from '../../actions/trusted_issuers/unacceptable_token.ts'
import { claimedIssuer, verifyIssuedJwt } from '../../actions/trusted_issuers/verify_issued_jwt.ts'
import type { Ctx } from '../../engine/context.ts'
import { missingParameter } from '../../engine/reasons/parameter_errors.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { InvalidGrant } from '../../helpers/errors.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'
import { JWT_BEARER } from './reasons.ts'

/** What an assertion may be declared as; its absence too. @see RFC 7523bis §4 */
const TYPES = [undefined, 'jwt', 'authorization-grant+jwt']

function judge(ctx: Ctx, rt: Runtime, jwt: string): Promise<IssuedClaims> {
  return judgeToken(async () => {
    const { trustedIssuers } = rt.configuration.features.jwtBearer
    const iss = claimedIssuer(jwt)
    const trusted = trustedIssuers.find(({ issuer }) => issuer === iss)
    if (trusted === undefined)
      throw new UnacceptableToken('its issuer is not trusted', ISSUED_JWT.issuer_untrusted)
    const claims = await verifyIssuedJwt(ctx, rt, jwt, trusted, TYPES)
    const { clientAssertionLifetime, clockTolerance } = rt.configuration
    if (claims.exp > epochTime() + clientAssertionLifetime + clockTolerance)
      throw new UnacceptableToken('exp is too far in the future', ISSUED_JWT.lifetime_too_long)
    return claims
  })
}

/** What was signed: there are several signatures of the same. */
const hashOfContent = (jwt: string): string => sha256(jwt.slice(0, jwt.lastIndexOf('.')))

/** It counts once, whatever becomes of this request. @see RFC 7523 §3 (`jti`) */
function claimUse(ctx: Ctx, rt: Runtime, jwt: string, { iss, jti, exp }: IssuedClaims): void {
  const record = {
    use: jti === undefined ? 'bearer assertion without jti' : 'bearer assertion',
    iss,
    jti: jti ?? hashOfContent(jwt),
    exp: Math.ceil(exp) + Math.ceil(rt.configuration.clockTolerance) + 1,
  }
  ctx.oidc.transaction.claim(
    rt.models.ReplayDetection.claim(record, () =>
      new InvalidGrant('the assertion was used before').because(JWT_BEARER.replayed),
    ),
  )
}

/** @see RFC 7523 §2.1, §3; RFC 7521 §4.1.1 (`invalid_grant`) */
export const loadAssertion: Step = async (ctx, rt) => {
  const jwt = ctx.oidc.param('assertion')
  if (jwt === undefined) throw missingParameter('assertion')
  try {
    ctx.oidc.understand('issuedAssertion', await judge(ctx, rt, jwt))
  } catch (cause) {
    if (cause instanceof UnacceptableToken)
      throw new InvalidGrant(`the assertion: ${cause.message}`, cause).because(cause.why)
    throw cause
  }
  claimUse(ctx, rt, jwt, ctx.oidc.understood('issuedAssertion'))
}
