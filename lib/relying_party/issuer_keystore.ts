import type { KeyObject } from 'node:crypto'
import type { JWK, JWKS } from '../../types/client.ts'
import type { PublicKeySet } from '../helpers/jose/public_key_set.ts'

/** What a key is looked for by. */
export interface KeyQuery {
  /** Algorithm that it has to do. */
  alg?: string | undefined
  kid?: string | undefined
  kty?: string | undefined
  use?: 'sig' | 'enc' | undefined
}

/** A public key of an issuer. */
export interface IssuerKey {
  readonly kid: string | undefined
  readonly kty: string | undefined
  readonly alg: string | undefined
  readonly use: string | undefined
  readonly keyObject: KeyObject
  toJWK(): JWK
}

/** The keys that an issuer publishes. @see RFC 7517 §5 */
export class IssuerKeystore {
  readonly #keys: readonly IssuerKey[]
  readonly #set: PublicKeySet

  /** @internal */
  constructor(set: PublicKeySet) {
    this.#set = set
    this.#keys = set.keys().map(({ jwk, key }) => ({
      kid: jwk.kid,
      kty: jwk.kty,
      alg: jwk.alg,
      use: jwk.use,
      keyObject: key,
      toJWK: () => ({ ...jwk }),
    }))
  }

  /** How many keys there are that can be used here. */
  get size(): number {
    return this.#keys.length
  }

  /** The keys that fit, in their order. */
  all({ alg, kid, kty, use }: KeyQuery = {}): IssuerKey[] {
    const able = alg === undefined ? undefined : this.#ableTo(alg)
    return this.#keys.filter(
      (key) =>
        (able === undefined || able.has(key.keyObject)) &&
        (kid === undefined || key.kid === kid) &&
        (kty === undefined || key.kty === kty) &&
        (use === undefined || key.use === undefined || key.use === use),
    )
  }

  /** The first key that fits. */
  get(query: KeyQuery = {}): IssuerKey | undefined {
    return this.all(query)[0]
  }

  toJWKS(): JWKS {
    return { keys: this.#keys.map((key) => key.toJWK()) }
  }

  [Symbol.iterator](): Iterator<IssuerKey> {
    return this.#keys[Symbol.iterator]()
  }

  #ableTo(alg: string): ReadonlySet<KeyObject> {
    const use = /^(?:[RPE]S[0-9]|Ed)/.test(alg) ? 'sig' : 'enc'
    return new Set(this.#set.candidates(alg, use, undefined, this.size).map(({ key }) => key))
  }
}
