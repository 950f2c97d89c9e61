import type { RequestObjectPayload } from '../../../types/relying_party/parameters.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { isSymmetric } from '../../helpers/jose/client_keys.ts'
import { encryptJwt } from '../../helpers/jose/jwe.ts'
import { signJwt, unsecuredJwt } from '../../helpers/jose/jwt.ts'
import { generators } from '../generators.ts'
import type { RelyingParty } from '../relying_party.ts'
import { secretKey } from '../tokens/open_jwt.ts'
import { endpointOf } from './endpoint.ts'

/** Unregistered, it is signed by a key of the client's that the issuer can check, if there is one. */
function signingAlg({ metadata, issuer, keys }: RelyingParty): string {
  const { request_object_signing_alg: registered } = metadata
  if (registered !== undefined) return registered
  const { request_object_signing_alg_values_supported: supported } = issuer.metadata
  const found = Array.isArray(supported)
    ? supported.find((alg) => keys.signingKey(alg) !== undefined)
    : undefined
  return found ?? 'none'
}

function sign(party: RelyingParty, alg: string, payload: Record<string, unknown>): Promise<string> | string {
  if (alg === 'none') return unsecuredJwt(payload)
  const typ = 'oauth-authz-req+jwt'
  if (isSymmetric(alg)) return signJwt(payload, { alg, typ, key: secretKey(party, alg) })
  const own = party.keys.signingKey(alg)
  if (own === undefined) throw new TypeError(`no key in client jwks signs with ${alg}`)
  return signJwt(payload, { alg, typ, ...own })
}

async function encrypt(party: RelyingParty, jwt: string, alg: string): Promise<string> {
  const { request_object_encryption_enc: enc = 'A128CBC-HS256' } = party.metadata
  if (isSymmetric(alg)) return encryptJwt(jwt, { alg, enc, key: secretKey(party, alg, enc) })
  const jwksUri = endpointOf(party.issuer.metadata, 'jwks_uri')
  const key = await party.issuer.keys.encryptionKey({ jwksUri }, alg)
  if (key === undefined) throw new TypeError(`the issuer has no key to encrypt with ${alg}`)
  return encryptJwt(jwt, { alg, enc, ...key })
}

/** @throws TypeError, RPError @see RFC 9101 §4, OpenID Connect Core 1.0 §6.1 */
export async function requestObject(party: RelyingParty, payload: RequestObjectPayload): Promise<string> {
  if (typeof payload !== 'object' || payload === null)
    throw new TypeError('requestObject must be a plain object')
  const { client_id } = party.metadata
  const iat = epochTime()
  const claims = {
    iss: client_id,
    aud: party.issuer.metadata.issuer,
    client_id,
    jti: generators.random(),
    iat,
    exp: iat + 300,
    ...(party.rules.needsNotBefore ? { nbf: payload.iat ?? iat } : {}),
    ...payload,
  }
  const jwt = await sign(party, signingAlg(party), claims)
  const { request_object_encryption_alg: alg } = party.metadata
  return alg === undefined ? jwt : encrypt(party, jwt, alg)
}
