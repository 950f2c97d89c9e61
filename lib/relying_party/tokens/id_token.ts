import type { IdTokenClaims } from '../../../types/relying_party/claims.ts'
import { constantEquals } from '../../helpers/constant_equals.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import type { JsonObject } from '../../helpers/jose/jwt.ts'
import { tokenHash } from '../../helpers/jose/token_hash.ts'
import { RPError } from '../errors.ts'
import type { RelyingParty } from '../relying_party.ts'
import { idTokenClaims } from '../token_set.ts'
import {
  audiences,
  checkAuthorizedParty,
  checkAuthTime,
  checkParties,
  checkTimes,
  type Refuse,
  refusing,
} from './check_claims.ts'
import { openJwt, protectionOf } from './open_jwt.ts'

/** Where an ID Token came from, and what it has to go with. */
export interface IdTokenContext {
  /** `refresh` tells less: there is no nonce of this time, and nobody logged in. */
  readonly from: 'authorization' | 'token' | 'refresh'
  readonly nonce?: string | undefined
  readonly maxAge?: number | undefined
  /** What came along with it. */
  readonly accessToken?: string | undefined
  readonly code?: string | undefined
  readonly state?: string | undefined
}

/** @see OpenID Connect Core 1.0 §3.1.3.8, §3.2.2.9, §3.3.2.10 */
function checkHash(
  payload: JsonObject,
  { name, of, alg, isRequired }: { name: string; of: string | undefined; alg: string; isRequired: boolean },
  refuse: Refuse,
): void {
  // A hash of something that did not come along says nothing about what did.
  if (of === undefined) return
  const hash = payload[name]
  if (hash === undefined) {
    if (isRequired) refuse(`missing required property ${name}`)
    return
  }
  if (typeof hash !== 'string' || !constantEquals(hash, tokenHash(of, alg))) refuse(`${name} mismatch`)
}

function checkHashes(
  party: RelyingParty,
  payload: JsonObject,
  { from, accessToken, code, state }: IdTokenContext,
  alg: string,
  refuse: Refuse,
): void {
  // Codes and states come along through the browser alone.
  const checks = [
    { name: 'at_hash', of: accessToken, isRequired: from === 'authorization' },
    { name: 'c_hash', of: code, isRequired: true },
    { name: 's_hash', of: state, isRequired: party.rules.needsStateHash },
  ]
  for (const check of checks) checkHash(payload, { ...check, alg }, refuse)
}

function checkNonce(payload: JsonObject, { from, nonce }: IdTokenContext, refuse: Refuse): void {
  if (from === 'refresh') return
  if (from === 'authorization' && nonce === undefined)
    throw new TypeError('checks.nonce argument is missing: ID Tokens of the authorization endpoint need one')
  if (payload['nonce'] !== nonce)
    refuse(`nonce mismatch, expected ${nonce}, got: ${String(payload['nonce'])}`)
}

/**
 * Checks an ID Token, whole.
 * @throws RPError, TypeError when the host left something out that has to be compared
 * @see OpenID Connect Core 1.0 §3.1.3.7, §3.2.2.11, §3.3.2.12, §12.2
 */
export async function checkIdToken(
  party: RelyingParty,
  jwt: string,
  context: IdTokenContext,
): Promise<IdTokenClaims> {
  const protection = protectionOf(party, 'id_token', 'id_token')
  // Only what came from the token endpoint itself, over TLS, may go without a signature (Core §3.1.3.7 (6), §2).
  if (protection.alg === 'none' && context.from === 'authorization')
    throw new RPError('id_token: unsigned ID Tokens are not accepted from the authorization endpoint', {
      jwt,
    })
  const { payload, header } = await openJwt(party, jwt, protection)
  const refuse = refusing('id_token', jwt)
  checkParties(party, payload, refuse)
  checkAuthorizedParty(party, payload, refuse)
  checkTimes(party, payload, { exp: true, iat: true }, refuse)
  if (typeof payload['sub'] !== 'string' || payload['sub'] === '') refuse('missing required JWT property sub')
  checkNonce(payload, context, refuse)
  if (context.from !== 'refresh') checkAuthTime(party, payload, context.maxAge, refuse)
  checkHashes(party, payload, context, String(header['alg']), refuse)
  const claims = idTokenClaims(payload)
  const { oldestIdToken } = party.rules
  if (
    context.from === 'authorization' &&
    oldestIdToken !== undefined &&
    claims.iat < epochTime() - oldestIdToken
  )
    refuse(`JWT issued too far in the past, iat ${claims.iat}`)
  return claims
}

/** Two ID Tokens of one login. @see OpenID Connect Core 1.0 §3.3.3.6 */
export function checkSamePerson(before: IdTokenClaims, after: IdTokenClaims, jwt: string): void {
  const refuse = refusing('id_token', jwt)
  if (after.iss !== before.iss) refuse('iss differs from that of the ID Token before')
  if (after.sub !== before.sub) refuse(`sub mismatch, expected ${before.sub}, got: ${after.sub}`)
  if (before.auth_time !== undefined && after.auth_time !== undefined && after.auth_time !== before.auth_time)
    refuse('auth_time differs from that of the ID Token before')
}

/** An ID Token for a refresh token, and the one before. @see OpenID Connect Core 1.0 §12.2 */
export function checkRefreshed(before: IdTokenClaims, after: IdTokenClaims, jwt: string): void {
  checkSamePerson(before, after, jwt)
  const refuse = refusing('id_token', jwt)
  if (after.nonce !== undefined && after.nonce !== before.nonce)
    refuse('nonce differs from that of the ID Token before')
  if (!audiences(before.aud).every((audience) => audiences(after.aud).includes(audience)))
    refuse('aud is missing some of the ID Token before')
  if (before.azp !== undefined && after.azp !== before.azp)
    refuse('azp differs from that of the ID Token before')
}
