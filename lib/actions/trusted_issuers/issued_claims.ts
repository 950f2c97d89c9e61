import type { JsonObject } from '../../helpers/jose/jwt.ts'
import { isNumericDate, latestStart } from '../../helpers/jose/numeric_date.ts'
import { ISSUED_JWT } from './reasons.ts'
import { UnacceptableToken } from './unacceptable_token.ts'

/** Most entries of `aud`. */
const MAX_AUDIENCES = 20
/** Longest `sub` and `jti`: one names an account, the other becomes part of a storage key. */
const MAX_LENGTH = 256

/** What a JWT of a trusted issuer is measured by. */
export interface IssuedExpectations {
  readonly issuer: string
  /** Whoever it may be for: one of them has to be named. */
  readonly audiences: readonly string[]
  /** Epoch seconds. */
  readonly now: number
  /** Seconds. */
  readonly clockTolerance: number
}

/** A JWT of a trusted issuer that was found good. */
export interface IssuedClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: readonly string[]
  /** Epoch seconds. */
  readonly exp: number
  readonly jti: string | undefined
  readonly payload: JsonObject
}

function readText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH) return value
  throw new UnacceptableToken(
    `${name} must be text of at most ${MAX_LENGTH} characters`,
    ISSUED_JWT.malformed,
  )
}

function readAudience(aud: unknown, audiences: readonly string[]): readonly string[] {
  const values: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  const texts = values.filter((value) => typeof value === 'string')
  if (texts.length !== values.length || texts.length > MAX_AUDIENCES)
    throw new UnacceptableToken('aud must be text, or a short array of it', ISSUED_JWT.malformed)
  if (!audiences.some((audience) => texts.includes(audience)))
    throw new UnacceptableToken('aud does not name this provider', ISSUED_JWT.audience_mismatch)
  return texts
}

/** @returns when it ends */
function readTimes({ exp, nbf, iat }: JsonObject, { now, clockTolerance }: IssuedExpectations): number {
  if (!isNumericDate(exp)) throw new UnacceptableToken('exp must be a number', ISSUED_JWT.malformed)
  if (exp <= now - clockTolerance) throw new UnacceptableToken('it has expired', ISSUED_JWT.expired)
  for (const [name, value] of Object.entries({ nbf, iat })) {
    if (value === undefined) continue
    if (!isNumericDate(value)) throw new UnacceptableToken(`${name} must be a number`, ISSUED_JWT.malformed)
    if (value > latestStart(now, clockTolerance))
      throw new UnacceptableToken(`${name} is in the future`, ISSUED_JWT.in_future)
  }
  return exp
}

/**
 * Judges the claims of a JWT that a trusted issuer signed.
 * @throws UnacceptableToken that says what is wrong
 * @see RFC 7523 §3, RFC 8725 §3.8, §3.9, §3.12
 */
export function checkIssuedClaims(payload: JsonObject, expected: IssuedExpectations): IssuedClaims {
  const { iss, sub, aud, jti } = payload
  if (iss !== expected.issuer) throw new UnacceptableToken('iss is another one', ISSUED_JWT.issuer_mismatch)
  // Security events, logout tokens among them, say that something happened, not who somebody is (RFC 8417 §2.2).
  if (payload['events'] !== undefined)
    throw new UnacceptableToken('it is a security event', ISSUED_JWT.security_event)
  if (payload['cnf'] !== undefined)
    throw new UnacceptableToken(
      'it is bound to a key, which is not supported here',
      ISSUED_JWT.sender_constrained,
    )
  return {
    iss: expected.issuer,
    sub: readText('sub', sub),
    aud: readAudience(aud, expected.audiences),
    exp: readTimes(payload, expected),
    jti: jti === undefined ? undefined : readText('jti', jti),
    payload,
  }
}
