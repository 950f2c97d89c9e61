import { createPublicKey, createSecretKey, KeyObject } from 'node:crypto'
import { isRecord } from '../is_record.ts'
import { isSymmetric } from './client_keys.ts'

/** How a JWT is signed: with one of the provider's keys, or with a shared secret. */
export type Signing =
  | { readonly alg: string; readonly kid: string | undefined; readonly secret?: undefined }
  | { readonly alg: string; readonly kid: string | undefined; readonly secret: KeyObject }

export interface Encryption {
  readonly alg: string
  readonly enc: string
  readonly kid: string | undefined
  readonly key: KeyObject
}

/** At least one of the two. */
export interface Protection {
  readonly signing: Signing | undefined
  readonly encryption: Encryption | undefined
}

/** Bits of a secret that signs; those of the hash at least. @see RFC 7518 §3.2 */
const SECRET_BYTES: ReadonlyMap<string, number> = new Map([
  ['HS256', 32],
  ['HS384', 48],
  ['HS512', 64],
])

/**
 * Understands how a resource server wants its JWTs protected.
 * @param given the `jwt` member of its description
 * @param defaultAlg signs where it does not say
 * @throws TypeError: the host's mistake
 * @see RFC 9068 §2.1, RFC 7519 §11.2 – encryption with a public key says nothing about who made the token
 */
export function readProtection(given: unknown, defaultAlg: string): Protection {
  const { sign = {}, encrypt } = isRecord(given) ? given : {}
  const signing = sign === false ? undefined : readSigning(sign, defaultAlg)
  const encryption = encrypt === undefined || encrypt === false ? undefined : readEncryption(encrypt)
  if (signing === undefined && encryption === undefined)
    throw new TypeError('a JWT access token must be signed or encrypted')
  if (signing === undefined && encryption !== undefined && !isSymmetric(encryption.alg))
    throw new TypeError('a JWT access token that is encrypted with a public key must be signed, too')
  return { signing, encryption }
}

function readKid(kid: unknown): string | undefined {
  if (kid === undefined || (typeof kid === 'string' && kid !== '')) return kid
  throw new TypeError('jwt kid must be a non-empty string')
}

function readSigning(sign: unknown, defaultAlg: string): Signing {
  if (!isRecord(sign)) throw new TypeError('jwt.sign must be an object or false')
  const { alg = defaultAlg, key } = sign
  if (typeof alg !== 'string' || alg === 'none')
    throw new TypeError("jwt.sign.alg must be a JWS algorithm, never 'none'")
  const kid = readKid(sign['kid'])
  const size = SECRET_BYTES.get(alg)
  if (size === undefined) {
    if (key !== undefined) throw new TypeError(`jwt.sign.key is for shared secrets; ${alg} uses jwks`)
    return { alg, kid }
  }
  const secret = readSecret('jwt.sign.key', key)
  if ((secret.symmetricKeySize ?? 0) < size)
    throw new TypeError(`jwt.sign.key must have at least ${size} bytes for ${alg}`)
  return { alg, kid, secret }
}

function readEncryption(encrypt: unknown): Encryption {
  if (!isRecord(encrypt)) throw new TypeError('jwt.encrypt must be an object or false')
  const { alg, enc, key } = encrypt
  if (typeof alg !== 'string' || typeof enc !== 'string')
    throw new TypeError('jwt.encrypt.alg and jwt.encrypt.enc must be JWE algorithms')
  const read = isSymmetric(alg) ? readSecret : readPublicKey
  return { alg, enc, kid: readKid(encrypt['kid']), key: read('jwt.encrypt.key', key) }
}

function readSecret(option: string, key: unknown): KeyObject {
  if (key instanceof KeyObject && key.type === 'secret') return key
  if (key instanceof Uint8Array && key.length > 0) return createSecretKey(key)
  throw new TypeError(`${option} must be a shared secret: a Buffer or a secret KeyObject`)
}

/** A private key is taken as the public one in it. */
function readPublicKey(option: string, key: unknown): KeyObject {
  if (key instanceof KeyObject && key.type === 'public') return key
  if (key instanceof KeyObject && key.type === 'private') return createPublicKey(key)
  if (!(key instanceof Uint8Array))
    throw new TypeError(`${option} must be a public KeyObject, or PEM in a Buffer`)
  try {
    return createPublicKey(Buffer.from(key))
  } catch (cause) {
    throw new TypeError(`${option} is no public key`, { cause })
  }
}
