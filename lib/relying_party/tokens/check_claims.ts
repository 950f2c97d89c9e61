import { epochTime } from '../../helpers/epoch_time.ts'
import { isRecord } from '../../helpers/is_record.ts'
import type { JsonObject } from '../../helpers/jose/jwt.ts'
import { RPError } from '../errors.ts'
import type { RelyingParty } from '../relying_party.ts'

/** Refuses a JWT. */
export type Refuse = (reason: string) => never

export const refusing =
  (name: string, jwt: string): Refuse =>
  (reason) => {
    throw new RPError(`${name}: ${reason}`, { jwt })
  }

/** One, or several. */
export const audiences = (aud: unknown): readonly unknown[] => (Array.isArray(aud) ? aud : [aud])

/** Who it is from and for. @see OpenID Connect Core 1.0 §3.1.3.7 (2, 3) */
export function checkParties(party: RelyingParty, { iss, aud }: JsonObject, refuse: Refuse): void {
  const { issuer } = party.issuer.metadata
  const { client_id: clientId } = party.metadata
  if (iss !== issuer) refuse(`unexpected iss value, expected ${issuer}, got: ${String(iss)}`)
  if (!audiences(aud).every((entry) => typeof entry === 'string')) refuse('aud is not text, or a list of it')
  if (!audiences(aud).includes(clientId))
    refuse(`aud is missing the client_id, expected ${clientId} to be included`)
}

/** Whose request it answers. @see OpenID Connect Core 1.0 §3.1.3.7 (4, 5) */
export function checkAuthorizedParty(party: RelyingParty, { aud, azp }: JsonObject, refuse: Refuse): void {
  if (azp === undefined) {
    if (audiences(aud).length > 1) refuse('missing required JWT property azp')
  } else if (typeof azp !== 'string' || !party.authorizedParties.has(azp)) {
    refuse(`azp mismatch, got: ${String(azp)}`)
  }
}

/** Whether `name` is a time. @throws by refusing when it is there and none, or has to be there and is not */
function timeOf(payload: JsonObject, name: string, isRequired: boolean, refuse: Refuse): number | undefined {
  const value = payload[name]
  if (value === undefined && !isRequired) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value))
    return refuse(
      value === undefined
        ? `missing required JWT property ${name}`
        : `JWT ${name} claim must be a JSON numeric value`,
    )
  return value
}

/** When it is good. @see OpenID Connect Core 1.0 §3.1.3.7 (9, 10), RFC 7519 §4.1.4 to §4.1.6 */
export function checkTimes(
  party: RelyingParty,
  payload: JsonObject,
  required: { exp: boolean; iat: boolean },
  refuse: Refuse,
): void {
  const now = epochTime()
  const tolerance = party.clockTolerance()
  const exp = timeOf(payload, 'exp', required.exp, refuse)
  const nbf = timeOf(payload, 'nbf', false, refuse)
  const iat = timeOf(payload, 'iat', required.iat, refuse)
  if (exp !== undefined && now - tolerance >= exp) refuse(`JWT expired, now ${now}, exp ${exp}`)
  if (nbf !== undefined && nbf > now + tolerance) refuse(`JWT not active yet, now ${now}, nbf ${nbf}`)
  if (iat !== undefined && iat > now + tolerance) refuse(`JWT issued in the future, now ${now}, iat ${iat}`)
}

/** When the person logged in. @see OpenID Connect Core 1.0 §3.1.3.7 (13) */
export function checkAuthTime(
  party: RelyingParty,
  payload: JsonObject,
  maxAge: number | undefined,
  refuse: Refuse,
): void {
  const isRequired = maxAge !== undefined || party.metadata.require_auth_time === true
  const authTime = timeOf(payload, 'auth_time', isRequired, refuse)
  if (maxAge === undefined || authTime === undefined) return
  const now = epochTime()
  if (authTime + maxAge < now - party.clockTolerance())
    refuse(
      `too much time has elapsed since the last End-User authentication, max_age ${maxAge}, auth_time ${authTime}, now ${now}`,
    )
}

/** A number of seconds that a host gave. @throws TypeError */
export function readMaxAge(maxAge: unknown): number | undefined {
  if (maxAge === undefined) return undefined
  if (typeof maxAge !== 'number' || !Number.isFinite(maxAge) || maxAge < 0)
    throw new TypeError('max_age must be a number of seconds')
  return maxAge
}

/** Members of a JWT that was decrypted but not signed. @throws by refusing */
export function claimsOf(value: unknown, refuse: Refuse): JsonObject {
  return isRecord(value) ? value : refuse('it is no JSON object')
}
