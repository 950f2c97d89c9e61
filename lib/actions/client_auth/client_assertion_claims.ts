import { InvalidClientAuth } from '../../helpers/errors.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { isNumericDate, latestStart } from '../../helpers/jose/numeric_date.ts'
import { ASSERTION } from './reasons.ts'

/** Longest `jti`; it becomes part of a storage key. */
const MAX_JTI_LENGTH = 256
/** Most entries of `aud`. */
const MAX_AUDIENCES = 20
/** What an assertion may be declared as; its absence too. @see RFC 7523bis §4 */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'client-authentication+jwt'])

/** What an assertion is measured by. */
export interface ClientAssertionExpectations {
  /** The client that the request names, or that `sub` led to. */
  readonly clientId: string
  /** Issuer, token endpoint, the endpoint that was called. */
  readonly audiences: readonly string[]
  /** All that `aud` may be, as text, where a profile wants it so. @see FAPI 2.0 Security Profile §5.3.2.1 */
  readonly onlyAudience?: string | undefined
  /** Epoch seconds. */
  readonly now: number
  /** Seconds. */
  readonly clockTolerance: number
  /** Longest time that `exp` may be ahead, in seconds. */
  readonly maxLifetime: number
}

/** What is needed to keep the assertion from being used again. */
export interface ClientAssertionClaims {
  readonly jti: string
  /** Epoch seconds; the replay record has to live this long, and `clockTolerance` longer. */
  readonly exp: number
}

/**
 * Types keep JWTs that were made for another purpose out.
 * @throws InvalidClientAuth
 * @see RFC 8725 §3.11
 */
export function checkClientAssertionType(typ: unknown): void {
  if (typ === undefined) return
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : ''
  if (!TYPES.has(type))
    throw new InvalidClientAuth('client assertion typ must be client-authentication+jwt or JWT').because(
      ASSERTION.type_unexpected,
      { seen: ['typ'], accepted: ['client-authentication+jwt', 'JWT'] },
    )
}

/**
 * Judges the claims of a client assertion; its signature is judged elsewhere.
 * @throws InvalidClientAuth
 * @see RFC 7523 §3, OpenID Connect Core 1.0 §9
 */
export function checkClientAssertionClaims(
  claims: unknown,
  expected: ClientAssertionExpectations,
): ClientAssertionClaims {
  if (!isRecord(claims))
    throw new InvalidClientAuth('client assertion has no claims').because(ASSERTION.not_jwt)
  const { iss, sub, aud, jti, exp, nbf, iat } = claims
  checkParty('iss', iss, expected.clientId)
  checkParty('sub', sub, expected.clientId)
  if (expected.onlyAudience === undefined) checkAudience(aud, expected.audiences)
  else checkOnlyAudience(aud, expected.onlyAudience)
  checkNotAhead('nbf', nbf, expected)
  checkNotAhead('iat', iat, expected)
  return { jti: readJti(jti), exp: readExpiration(exp, expected) }
}

function checkParty(name: string, value: unknown, clientId: string): void {
  if (value !== clientId)
    throw new InvalidClientAuth(`client assertion ${name} must be the client_id`).because(
      ASSERTION.party_mismatch,
      { seen: [name], accepted: [clientId] },
    )
}

function checkAudience(aud: unknown, audiences: readonly string[]): void {
  const values: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (values.length > MAX_AUDIENCES || !values.every((value) => typeof value === 'string')) {
    throw new InvalidClientAuth('client assertion aud must be a string or a short array of strings').because(
      ASSERTION.audience_malformed,
    )
  }
  if (!audiences.some((audience) => values.includes(audience))) {
    throw new InvalidClientAuth(
      'client assertion aud must hold the issuer or the endpoint that is called',
    ).because(ASSERTION.audience_mismatch, { seen: ['aud'], accepted: audiences })
  }
}

function checkOnlyAudience(aud: unknown, issuer: string): void {
  if (aud !== issuer)
    throw new InvalidClientAuth('client assertion aud must be the issuer, as a string').because(
      ASSERTION.audience_mismatch,
      { seen: ['aud'], accepted: [issuer] },
    )
}

function checkNotAhead(
  name: string,
  value: unknown,
  { now, clockTolerance }: ClientAssertionExpectations,
): void {
  if (value === undefined) return
  if (!isNumericDate(value))
    throw new InvalidClientAuth(`client assertion ${name} must be a number`).because(
      ASSERTION.time_malformed,
      { seen: [name] },
    )
  if (value > latestStart(now, clockTolerance)) {
    throw new InvalidClientAuth(`client assertion ${name} is in the future`).because(ASSERTION.in_future, {
      seen: [name],
    })
  }
}

function readExpiration(
  exp: unknown,
  { now, clockTolerance, maxLifetime }: ClientAssertionExpectations,
): number {
  if (exp === undefined)
    throw new InvalidClientAuth('client assertion exp is missing').because(ASSERTION.exp_missing)
  if (!isNumericDate(exp))
    throw new InvalidClientAuth('client assertion exp must be a number').because(ASSERTION.time_malformed, {
      seen: ['exp'],
    })
  if (exp <= now - clockTolerance)
    throw new InvalidClientAuth('client assertion has expired').because(ASSERTION.expired)
  if (exp > now + maxLifetime + clockTolerance) {
    throw new InvalidClientAuth('client assertion exp is too far in the future').because(
      ASSERTION.lifetime_too_long,
      { seen: ['exp'] },
    )
  }
  return exp
}

function readJti(jti: unknown): string {
  if (typeof jti !== 'string' || jti === '')
    throw new InvalidClientAuth('client assertion jti must be a string').because(ASSERTION.jti_malformed)
  if (jti.length > MAX_JTI_LENGTH)
    throw new InvalidClientAuth('client assertion jti is too long').because(ASSERTION.jti_malformed)
  return jti
}
