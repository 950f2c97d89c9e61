import { createPublicKey, type KeyObject } from 'node:crypto'
import type { JWK } from '../../../types/client.ts'
import { jsonWebKey } from './json_web_key.ts'

/** Curves of a signature algorithm; others work with RSA. @see RFC 7518 §3.4, RFC 8037 §3.1, RFC 9864 §2.2 */
const SIGNING_CURVES: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES256K: 'secp256k1',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'Ed25519',
  Ed25519: 'Ed25519',
}
/** Curves to agree on a key with. @see RFC 7518 §4.6, RFC 8037 §3.2 */
const AGREEMENT_CURVES: ReadonlySet<string> = new Set(['P-256', 'P-384', 'P-521', 'X25519'])

/** One key of a set. */
export interface PublicKey {
  readonly kid: string | undefined
  readonly key: KeyObject
}

/** Looks at a key, and at what it was published as. */
export type IsMeant = (found: { readonly jwk: JWK; readonly key: KeyObject }) => boolean

/** Whether the key is of the kind that the algorithm needs. @see RFC 7518 §6.1, RFC 8725 §3.1 */
function fitsKind({ kty, crv }: JWK, alg: string): boolean {
  const curve = SIGNING_CURVES[alg]
  if (curve !== undefined) return crv === curve && kty === (curve === 'Ed25519' ? 'OKP' : 'EC')
  if (alg.startsWith('ECDH-ES')) return (kty === 'EC' || kty === 'OKP') && AGREEMENT_CURVES.has(crv ?? '')
  return kty === 'RSA' && /^(?:[RP]S(?:256|384|512)|RSA-OAEP(?:-(?:256|384|512))?)$/.test(alg)
}

/** Whether the key's owner made it for this. @see RFC 7517 §4.2, §4.3, §4.4 */
function isMeantFor(jwk: JWK, alg: string, use: 'sig' | 'enc'): boolean {
  if (jwk.alg !== undefined && jwk.alg !== alg) return false
  if (jwk.use !== undefined && jwk.use !== use) return false
  const wanted = use === 'sig' ? ['verify'] : ['encrypt', 'wrapKey', 'deriveKey', 'deriveBits']
  return !Array.isArray(jwk.key_ops) || jwk.key_ops.some((operation) => wanted.includes(operation))
}

/** Somebody's public keys, checked before; each is imported when it is needed first. */
export class PublicKeySet {
  readonly #jwks: readonly JWK[]
  readonly #imported = new Map<JWK, KeyObject | undefined>()

  constructor(jwks: { keys: readonly JWK[] }) {
    this.#jwks = jwks.keys
  }

  /**
   * The keys that may be meant, in their order; never more than `most`.
   * @param kid a key with another `kid` is not meant; one without may be
   */
  candidates(alg: string, use: 'sig' | 'enc', kid: string | undefined, most: number): PublicKey[] {
    const found: PublicKey[] = []
    for (const jwk of this.#jwks) {
      if (found.length === most) break
      if (kid !== undefined && jwk.kid !== undefined && jwk.kid !== kid) continue
      if (!fitsKind(jwk, alg) || !isMeantFor(jwk, alg, use)) continue
      const key = this.#import(jwk)
      if (key !== undefined) found.push({ kid: jwk.kid, key })
    }
    return found
  }

  /** All keys that can be imported, in their order. */
  keys(): { jwk: JWK; key: KeyObject }[] {
    return this.#jwks.flatMap((jwk) => {
      const key = this.#import(jwk)
      return key === undefined ? [] : [{ jwk, key }]
    })
  }

  /** A key that cannot be imported, for instance a point that is not on its curve, is passed over. */
  #import(jwk: JWK): KeyObject | undefined {
    if (this.#imported.has(jwk)) return this.#imported.get(jwk)
    let key: KeyObject | undefined
    try {
      key = createPublicKey({ key: jsonWebKey(jwk), format: 'jwk' })
    } catch {
      key = undefined
    }
    this.#imported.set(jwk, key)
    return key
  }
}
