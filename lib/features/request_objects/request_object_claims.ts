import { InvalidRequestObject } from '../../helpers/errors.ts'
import type { Recognised } from '../../helpers/http/parameters.ts'
import type { JsonObject } from '../../helpers/jose/jwt.ts'
import { isNumericDate, latestStart } from '../../helpers/jose/numeric_date.ts'
import type { Reason } from '../../helpers/reasons/define_reasons.ts'
import { REQUEST_OBJECT } from './reasons.ts'

/** Longest `jti`; it becomes part of a storage key. */
const MAX_JTI_LENGTH = 256
/** Longest time between `nbf` and `exp`, and their distance from now, where both are required, in seconds. */
const MAX_LIFETIME = 60 * 60
/** Longest time ahead of `exp` where there is a `jti`, in seconds. */
const MAX_REMEMBERED = 24 * 60 * 60
const TYPES: ReadonlySet<string> = new Set(['jwt', 'oauth-authz-req+jwt'])

/** What a request object is measured by. */
export interface RequestObjectExpectations {
  readonly clientId: string
  readonly issuer: string
  /** `response_type` beside the request object. */
  readonly responseType: string | undefined
  /** Epoch seconds. */
  readonly now: number
  /** Seconds. */
  readonly clockTolerance: number
  /** Whether `iss` and `aud` have to be there. @see RFC 9101 §4, §10.8 */
  readonly namesParties: boolean
  /** Which times have to be there: `exp` an hour ahead at most, `nbf` an hour before it. @see FAPI 1.0 Part 2 §5.2.2 (13), (17) */
  readonly times: readonly ('exp' | 'nbf')[]
  /** Whether `iat` and `jti` have to be there. @see OpenID Connect CIBA Core 1.0 §7.1.1 */
  readonly isComplete?: boolean
}

/** What is needed to keep the request object from being used again. */
export interface RequestObjectClaims {
  readonly jti: string | undefined
  /** Epoch seconds. */
  readonly exp: number | undefined
}

const refuse = (problem: string, why: Reason, ...seen: readonly string[]): never => {
  throw new InvalidRequestObject(`Request Object ${problem}`).because(why, { seen })
}

/**
 * Types keep JWTs that were made for another purpose out.
 * @throws InvalidRequestObject
 * @see RFC 9101 §10.8, RFC 8725 §3.11
 */
export function checkRequestObjectType(typ: unknown): void {
  if (typ === undefined) return
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : ''
  if (!TYPES.has(type))
    refuse('typ must be oauth-authz-req+jwt or JWT', REQUEST_OBJECT.type_unexpected, 'typ')
}

/**
 * Judges the claims of a request object; its signature is judged elsewhere.
 * @throws InvalidRequestObject
 * @see RFC 9101 §4, §6, OpenID Connect Core 1.0 §6.1
 */
export function checkRequestObjectClaims(
  claims: JsonObject,
  expected: RequestObjectExpectations,
): RequestObjectClaims {
  checkNesting(claims)
  checkSameness(claims, expected)
  checkParties(claims, expected)
  if (expected.isComplete === true) checkPresence(claims, ['iat', 'jti'])
  const [jti, exp] = [readJti(claims['jti']), checkTimes(claims, expected)]
  if (jti !== undefined) checkRemembered(exp, expected)
  return { jti, exp }
}

/**
 * Parameters whose values are JSON. @see OpenID Connect Core 1.0 §6.1, RFC 9396 §3, OpenID Connect CIBA Core 1.0 §7.1.1
 */
const STRUCTURED: ReadonlySet<string> = new Set([
  'claims',
  'max_age',
  'authorization_details',
  'requested_expiry',
])

/**
 * A parameter that is text elsewhere is a string inside, too: nothing is guessed about others. What parameters of the
 * host's own are is the host's affair.
 * @throws InvalidRequestObject
 * @see RFC 9101 §4
 */
export function checkTexts(
  claims: JsonObject,
  { known, repeatable }: Recognised,
  extraParams: { has(name: string): boolean },
): void {
  for (const [name, value] of Object.entries(claims)) {
    if (!known.has(name) || STRUCTURED.has(name) || extraParams.has(name) || value === null) continue
    const texts = repeatable.has(name) && Array.isArray(value) ? value : [value]
    if (!texts.every((text) => typeof text === 'string'))
      refuse(`${name} must be a string`, REQUEST_OBJECT.claim_malformed, name)
  }
}

function checkPresence(claims: JsonObject, names: readonly string[]): void {
  for (const name of names) {
    if (isOmitted(claims[name])) refuse(`${name} is required`, REQUEST_OBJECT.required_claim_missing)
  }
}

/** @see RFC 9101 §4, RFC 9126 §2.1 */
function checkNesting(claims: JsonObject): void {
  for (const name of ['request', 'request_uri']) {
    if (Object.hasOwn(claims, name)) refuse(`must not contain ${name}`, REQUEST_OBJECT.nested, name)
  }
}

/** @see RFC 9101 §5, OpenID Connect Core 1.0 §6.1 */
function checkSameness(claims: JsonObject, { clientId, responseType }: RequestObjectExpectations): void {
  const { client_id: sentId, response_type: sentType } = claims
  if (!isOmitted(sentId) && sentId !== clientId)
    refuse('client_id must equal the one beside it', REQUEST_OBJECT.client_mismatch, 'client_id')
  if (!isOmitted(sentType) && responseType !== undefined && sentType !== responseType)
    refuse('response_type must equal the one beside it', REQUEST_OBJECT.client_mismatch, 'response_type')
}

function checkParties(claims: JsonObject, expected: RequestObjectExpectations): void {
  const { iss, aud, sub } = claims
  const { clientId, issuer, namesParties } = expected
  if (isOmitted(iss) ? namesParties : iss !== clientId)
    refuse('iss must be the client_id', REQUEST_OBJECT.client_mismatch, 'iss')
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  const addressed = audiences.every((value) => typeof value === 'string') && audiences.includes(issuer)
  if (isOmitted(aud) ? namesParties : !addressed)
    refuse('aud must be the issuer', REQUEST_OBJECT.audience_mismatch, 'aud')
  if (!isOmitted(sub) && typeof sub !== 'string')
    refuse('sub must be a string', REQUEST_OBJECT.claim_malformed, 'sub')
  // It could be a client assertion otherwise (RFC 9101 §10.8).
  if (sub === clientId) refuse('sub must not be the client_id', REQUEST_OBJECT.subject_is_client, 'sub')
}

/** @returns when it ends */
function checkTimes(claims: JsonObject, expected: RequestObjectExpectations): number | undefined {
  const { now, clockTolerance, times } = expected
  const [exp, nbf, iat] = ['exp', 'nbf', 'iat'].map((name) => readTime(name, claims[name]))
  const ahead = latestStart(now, clockTolerance)
  if (exp !== undefined && exp <= now - clockTolerance) refuse('has expired', REQUEST_OBJECT.expired, 'exp')
  if (nbf !== undefined && nbf > ahead) refuse('nbf is in the future', REQUEST_OBJECT.in_future, 'nbf')
  if (iat !== undefined && iat > ahead) refuse('iat is in the future', REQUEST_OBJECT.in_future, 'iat')
  if (times.length === 0) return exp
  if (exp === undefined || (nbf === undefined && times.includes('nbf')))
    return refuse(
      `${times.join(' and ')} ${times.length > 1 ? 'are' : 'is'} required`,
      REQUEST_OBJECT.required_claim_missing,
    )
  // An nbf of long ago is too far from an exp that is not over.
  if (exp > now + MAX_LIFETIME + clockTolerance || exp - (nbf ?? exp) > MAX_LIFETIME)
    refuse('exp is too far ahead', REQUEST_OBJECT.lifetime_too_long, 'exp')
  return exp
}

/** What is good once is remembered to its end, which nobody may put off for years. */
function checkRemembered(exp: number | undefined, { now, clockTolerance }: RequestObjectExpectations): void {
  if (exp !== undefined && exp > now + MAX_REMEMBERED + clockTolerance)
    refuse('exp is too far ahead for one with a jti', REQUEST_OBJECT.lifetime_too_long, 'exp')
}

function readTime(name: string, value: unknown): number | undefined {
  if (isOmitted(value)) return undefined
  if (!isNumericDate(value)) return refuse(`${name} must be a number`, REQUEST_OBJECT.claim_malformed, name)
  return value
}

function readJti(jti: unknown): string | undefined {
  if (isOmitted(jti)) return undefined
  if (typeof jti !== 'string' || jti.length > MAX_JTI_LENGTH)
    return refuse('jti must be a short string', REQUEST_OBJECT.claim_malformed, 'jti')
  return jti
}

/** Parameters without a value count as omitted. @see RFC 6749 §3.1 */
const isOmitted = (value: unknown): value is undefined | '' => value === undefined || value === ''
