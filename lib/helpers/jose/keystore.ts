import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { JWK } from '../../../types/client.ts'
import { jsonWebKey } from './json_web_key.ts'
import { sha256 } from './sha256.ts'

/** Members a thumbprint is made of, in the order the hash needs. @see RFC 7638 §3.2, RFC 8037 §2 */
const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}
/** What the public form of a key may show: `key_ops` are what the private key does. @see RFC 7517 §4 */
const PUBLIC_MEMBERS: ReadonlySet<string> = new Set([
  'kty',
  'use',
  'alg',
  'kid',
  'crv',
  'x',
  'y',
  'n',
  'e',
  'x5c',
  'x5t',
  'x5t#S256',
  'x5u',
])

const EC_SIGNING_ALGS: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
}
const RSA_SIGNING_ALGS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const RSA_ENCRYPTION_ALGS = ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512']
const ECDH_ALGS = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW']

/** One of the provider's own keys. */
export interface ProviderKey {
  readonly kid: string
  /** Algorithms it can be used with, narrowed by its `use`, `key_ops` and `alg`. */
  readonly algorithms: ReadonlySet<string>
  readonly publicJwk: JWK
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** @returns the RFC 7638 thumbprint of a key, SHA-256 in base64url */
export function thumbprint(jwk: JWK): string {
  const values = new Map<string, unknown>(Object.entries(jwk))
  const members = THUMBPRINT_MEMBERS[jwk.kty ?? ''] ?? []
  const canonical = JSON.stringify(Object.fromEntries(members.map((name) => [name, values.get(name)])))
  return sha256(canonical)
}

function algorithmsOf(jwk: JWK): string[] {
  const { kty, crv = '' } = jwk
  if (kty === 'RSA') return [...RSA_SIGNING_ALGS, ...RSA_ENCRYPTION_ALGS]
  // Other curves neither sign nor agree on keys here (RFC 7518 §3.4, §6.2.1.1).
  const signs = EC_SIGNING_ALGS[crv]
  if (kty === 'EC') return signs === undefined ? [] : [signs, ...ECDH_ALGS]
  if (kty === 'OKP' && crv === 'Ed25519') return ['EdDSA', 'Ed25519']
  if (kty === 'OKP' && crv === 'X25519') return ECDH_ALGS
  return []
}

const DECRYPTS = ['decrypt', 'unwrapKey', 'deriveKey', 'deriveBits']

const isEncryption = (alg: string) => alg.startsWith('RSA-OAEP') || alg.startsWith('ECDH-ES')

/** @see RFC 7517 §4.3 */
function isMeantFor(jwk: JWK, alg: string): boolean {
  const { key_ops: operations } = jwk
  const wanted = isEncryption(alg) ? DECRYPTS : ['sign']
  return operations === undefined || wanted.some((operation) => operations.includes(operation))
}

function usable(jwk: JWK): ReadonlySet<string> {
  const narrowed = algorithmsOf(jwk).filter(
    (alg) =>
      (jwk.alg === undefined || jwk.alg === alg) &&
      (jwk.use === undefined || jwk.use === (isEncryption(alg) ? 'enc' : 'sig')) &&
      isMeantFor(jwk, alg),
  )
  return new Set(narrowed)
}

function readKey(jwk: JWK, position: number): ProviderKey {
  const option = `jwks.keys[${position}]`
  if (jwk.kty === undefined || !Object.hasOwn(THUMBPRINT_MEMBERS, jwk.kty)) {
    throw new TypeError(`${option} must be an RSA, EC or OKP key`)
  }
  if (jwk.d === undefined) throw new TypeError(`${option} must be a private key`)
  const algorithms = usable(jwk)
  if (algorithms.size === 0) {
    throw new TypeError(
      `${option} cannot be used: no algorithm fits its kty, crv, alg, use and key_ops in this runtime`,
    )
  }
  const named: unknown = jwk.kid
  if (named !== undefined && typeof named !== 'string') throw new TypeError(`${option}.kid must be text`)
  const kid = named ?? thumbprint(jwk)
  const published = Object.entries(jwk).filter(([name]) => PUBLIC_MEMBERS.has(name))
  try {
    const privateKey = createPrivateKey({ key: jsonWebKey(jwk), format: 'jwk' })
    const publicJwk: JWK = { ...Object.fromEntries(published), kid }
    return { kid, algorithms, publicJwk, privateKey, publicKey: createPublicKey(privateKey) }
  } catch (cause) {
    throw new TypeError(`${option} is not a valid private key in JWK format`, { cause })
  }
}

/** The provider's own keys, in the order of the configuration: the first that fits signs. */
export class Keystore {
  readonly keys: readonly ProviderKey[]
  /** What the JWKS endpoint serves: public members only. @see RFC 7517 §5 */
  readonly publicJwks: { readonly keys: readonly JWK[] }
  readonly #byAlgorithm = new Map<string, ProviderKey>()
  readonly #byKid = new Map<string, ProviderKey>()

  /** @throws TypeError naming the key that is not a usable private key, or the repeated `kid` */
  constructor(jwks: { keys: readonly JWK[] }) {
    if (!Array.isArray(jwks?.keys) || jwks.keys.length === 0) {
      throw new TypeError('jwks must be a JSON Web Key Set: { keys: [ … ] } with at least one private key')
    }
    this.keys = jwks.keys.map(readKey)
    for (const key of this.keys) {
      if (this.#byKid.has(key.kid)) throw new TypeError(`jwks.keys: kid "${key.kid}" is used twice`)
      this.#byKid.set(key.kid, key)
      for (const alg of key.algorithms) if (!this.#byAlgorithm.has(alg)) this.#byAlgorithm.set(alg, key)
    }
    this.publicJwks = { keys: this.keys.map((key) => key.publicJwk) }
  }

  /** The key that signs with (or decrypts) this algorithm. */
  keyFor(alg: string, kid?: string): ProviderKey | undefined {
    if (kid === undefined) return this.#byAlgorithm.get(alg)
    const key = this.#byKid.get(kid)
    return key?.algorithms.has(alg) ? key : undefined
  }

  /** The keys that may have made this signature: the named one, else all that fit. */
  candidates(alg: string, kid?: string): readonly ProviderKey[] {
    const named = kid === undefined ? undefined : this.keyFor(alg, kid)
    return named === undefined ? this.keys.filter((key) => key.algorithms.has(alg)) : [named]
  }

  supports(alg: string): boolean {
    return this.#byAlgorithm.has(alg)
  }
}
