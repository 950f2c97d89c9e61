import { isSymmetric } from '../../helpers/jose/client_keys.ts'
import { clientSecretKey } from '../../helpers/jose/client_secret_key.ts'
import { readJoseHeader } from '../../helpers/jose/compact_jose.ts'
import { decryptJwt, isEncryptedJwt } from '../../helpers/jose/jwe.ts'
import { type DecodedJwt, decodeUnsecuredJwt, verifyJwt } from '../../helpers/jose/jwt.ts'
import { RPError } from '../errors.ts'
import type { RelyingParty } from '../relying_party.ts'
import { endpointOf } from '../requests/endpoint.ts'

/** How a JWT is protected: by what is registered, never by what it says itself. @see RFC 8725 §3.1 */
export interface Protection {
  /** What it is called in errors. */
  readonly name: string
  /** JWS algorithm. */
  readonly alg: string
  /** JWE algorithms, where it is encrypted. */
  readonly encryption?: { readonly alg: string; readonly enc: string } | undefined
}

const DEFAULT_ENC = 'A128CBC-HS256'

/** What is registered for one kind of JWT: `<kind>_signed_response_alg` and so on. */
export function protectionOf(
  { metadata }: RelyingParty,
  kind: 'id_token' | 'userinfo' | 'authorization' | 'introspection',
  name: string,
): Protection {
  const alg = metadata[`${kind}_signed_response_alg`]
  const encryption = metadata[`${kind}_encrypted_response_alg`]
  const enc = metadata[`${kind}_encrypted_response_enc`]
  return {
    name,
    alg: typeof alg === 'string' ? alg : 'RS256',
    encryption:
      typeof encryption === 'string'
        ? { alg: encryption, enc: typeof enc === 'string' ? enc : DEFAULT_ENC }
        : undefined,
  }
}

/** The key that the client's secret stands for. @throws TypeError without one @see OpenID Connect Core 1.0 §10.1 */
export function secretKey({ metadata }: RelyingParty, alg: string, enc?: string): Uint8Array {
  const { client_secret: secret } = metadata
  if (secret === undefined) throw new TypeError(`client_secret is required for ${alg}`)
  return clientSecretKey(secret, alg, enc)
}

/**
 * Takes the encryption off, if any is registered.
 * @throws RPError when it is not encrypted as registered, or encrypted although nothing is
 */
export async function decrypt(
  party: RelyingParty,
  jwt: string,
  { name, encryption }: Protection,
): Promise<string> {
  const isEncrypted = isEncryptedJwt(jwt)
  if (encryption === undefined) {
    if (isEncrypted) throw new RPError(`${name} is encrypted, which the client has not registered`, { jwt })
    return jwt
  }
  if (!isEncrypted) throw new RPError(`${name} is expected to be encrypted with ${encryption.alg}`, { jwt })
  try {
    const { plaintext } = await decryptJwt(jwt, {
      algs: [encryption.alg],
      encs: [encryption.enc],
      keysFor: (alg, enc, kid) =>
        isSymmetric(alg) ? [secretKey(party, alg, enc)] : party.keys.decryptionKeys(alg, kid),
    })
    return plaintext
  } catch (cause) {
    throw new RPError(`failed to decrypt ${name}`, { cause, jwt })
  }
}

/** What an unsecured JWT says; the caller has decided that it may be one. @throws RPError */
function openUnsecured(jwt: string, name: string): DecodedJwt {
  try {
    const decoded = decodeUnsecuredJwt(jwt)
    if (decoded.header['alg'] !== 'none') throw new TypeError('alg must be none')
    return decoded
  } catch (cause) {
    throw new RPError(`${name} is not the unsecured JWT that is registered`, { cause, jwt })
  }
}

/**
 * Checks a signature with the one algorithm that is registered: by the client's secret, or by keys of the issuer.
 * @throws RPError
 * @see RFC 8725 §3.1, OpenID Connect Core 1.0 §3.1.3.7
 */
export async function verify(
  party: RelyingParty,
  jws: string,
  { name, alg }: Pick<Protection, 'name' | 'alg'>,
): Promise<DecodedJwt> {
  if (alg === 'none') return openUnsecured(jws, name)
  const jwksUri = isSymmetric(alg) ? undefined : endpointOf(party.issuer.metadata, 'jwks_uri')
  try {
    if (jwksUri !== undefined) return await party.issuer.keys.verify({ jwksUri }, jws, alg)
    if (readJoseHeader(jws, 3).alg !== alg) throw new TypeError(`alg must be ${alg}`)
    return await verifyJwt(jws, secretKey(party, alg), alg)
  } catch (cause) {
    if (cause instanceof RPError) throw cause
    const reason = cause instanceof Error ? cause.message : ''
    throw new RPError(`failed to validate the signature of ${name}: ${reason}`, { cause, jwt: jws })
  }
}

/** Decrypts and verifies. @throws RPError */
export async function openJwt(party: RelyingParty, jwt: string, protection: Protection): Promise<DecodedJwt> {
  return verify(party, await decrypt(party, jwt, protection), protection)
}
