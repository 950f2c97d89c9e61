import type { TrustedIssuer } from '../../../types/grants/trusted_issuer.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { readJoseHeader } from '../../helpers/jose/compact_jose.ts'
import { readJwtPayload } from '../../helpers/jose/jwt.ts'
import { checkIssuedClaims, type IssuedClaims } from './issued_claims.ts'
import { ISSUED_JWT } from './reasons.ts'
import { UnacceptableToken } from './unacceptable_token.ts'

/** Longest JWT, in characters. */
const MAX_LENGTH = 16_384
const ALGORITHMS: readonly string[] = ['RS256', 'PS256', 'ES256', 'EdDSA']

/** What a JWT calls itself: in lower case, and without the prefix that may be left out. @see RFC 7515 §4.1.9 */
export function declaredType(jwt: string): string | undefined {
  const { typ } = readJoseHeader(jwt, 3).members
  if (typ === undefined) return undefined
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : ''
}

/** Who a JWT claims to be from; nothing about it is proven. @returns `undefined` when it is none */
export function claimedIssuer(jwt: string): string | undefined {
  try {
    readJoseHeader(jwt, 3)
    const { iss } = readJwtPayload(jwt)
    return typeof iss === 'string' ? iss : undefined
  } catch {
    return undefined
  }
}

/**
 * Checks a JWT that a trusted issuer signed: its declared type keeps JWTs that were made for another purpose out.
 * @param types what it may declare itself as; `undefined` for nothing
 * @throws Error that says what is wrong with it
 * @see RFC 7523 §3, RFC 8725 §3.1, §3.11
 */
export async function verifyIssuedJwt(
  ctx: Ctx,
  rt: Runtime,
  jwt: string,
  { issuer, algorithms = [], audience, jwks, jwksUri }: TrustedIssuer,
  types: readonly (string | undefined)[],
): Promise<IssuedClaims> {
  if (jwt.length > MAX_LENGTH) throw new UnacceptableToken('it is too long', ISSUED_JWT.malformed)
  if (!types.includes(declaredType(jwt)))
    throw new UnacceptableToken('its typ is another one', ISSUED_JWT.type_unexpected)
  const { alg: claimed } = readJoseHeader(jwt, 3)
  const allowed: readonly string[] = algorithms.length > 0 ? algorithms : ALGORITHMS
  const alg = allowed.find((name) => name === claimed)
  if (alg === undefined)
    throw new UnacceptableToken('its alg is not allowed', ISSUED_JWT.algorithm_not_allowed)
  const { payload } = await rt.clientKeys.verifyBy({ jwks, jwksUri }, jwt, alg)
  return checkIssuedClaims(payload, {
    issuer,
    audiences: audience === undefined ? [rt.issuer, ctx.oidc.urlFor('token')] : [audience].flat(),
    now: epochTime(),
    clockTolerance: rt.configuration.clockTolerance,
  })
}
