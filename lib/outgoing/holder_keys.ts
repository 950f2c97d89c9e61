import type { JWKS } from '../../types/client.ts'
import { readJoseHeader } from '../helpers/jose/compact_jose.ts'
import { type DecodedJwt, verifyJwt } from '../helpers/jose/jwt.ts'
import { type IsMeant, type PublicKey, PublicKeySet } from '../helpers/jose/public_key_set.ts'
import { type LoadKeySet, RemoteKeySets } from './remote_key_sets.ts'

/** Most keys that a signature is tried with. */
const MAX_TRIES = 20

/** Whoever signs with keys of its own: spelled out, or behind a URL. */
export interface KeyHolder {
  readonly jwks?: JWKS | undefined
  readonly jwksUri?: string | undefined
}

export interface HolderKeysOptions {
  /** Fetches what stands behind a URL. */
  readonly load: LoadKeySet
  /** What to throw when keys cannot be fetched. */
  failure(cause: unknown): Error
  /** Seconds for which fetched keys are used beyond their freshness, while they cannot be fetched. */
  readonly staleFor?: number | undefined
}

/** Public keys of others, to check their signatures with and to encrypt for them. */
export class HolderKeys {
  readonly #remote: RemoteKeySets
  readonly #failure: HolderKeysOptions['failure']
  readonly #spelledOut = new WeakMap<JWKS, PublicKeySet>()

  constructor({ load, failure, staleFor }: HolderKeysOptions) {
    this.#remote = new RemoteKeySets(load, staleFor)
    this.#failure = failure
  }

  /**
   * Checks that whoever has these public keys signed a compact JWS with one algorithm, which the caller has chosen
   * from what is registered or configured.
   * @throws what `failure` makes when the keys cannot be had, otherwise an Error that says why not
   * @see RFC 8725 §3.1
   */
  async verify(holder: KeyHolder, jws: string, alg: string): Promise<DecodedJwt> {
    const header = readJoseHeader(jws, 3)
    if (header.alg !== alg) throw new Error(`alg must be ${alg}`)
    const keys = await this.#keysOf(holder)
    const decoded = await verifyWithOne(jws, alg, keys.candidates(alg, 'sig', header.kid, MAX_TRIES))
    if (decoded !== undefined) return decoded
    // A named key that is there has not changed; anything else may have been published meanwhile.
    const isThere = header.kid !== undefined && keys.candidates(alg, 'sig', header.kid, 1).length > 0
    const newer = isThere ? undefined : await this.#newerKeysOf(holder, keys)
    const renewed = newer?.candidates(alg, 'sig', header.kid, MAX_TRIES) ?? []
    const later = await verifyWithOne(jws, alg, renewed)
    if (later === undefined) throw new Error('no key of its maker verifies the signature')
    return later
  }

  /**
   * The key to encrypt with for its owner.
   * @throws what `failure` makes when the keys cannot be had
   */
  async encryptionKey(holder: KeyHolder, alg: string): Promise<PublicKey | undefined> {
    const keys = await this.#keysOf(holder)
    const [key] = keys.candidates(alg, 'enc', undefined, 1)
    if (key !== undefined) return key
    const newer = await this.#newerKeysOf(holder, keys)
    return newer?.candidates(alg, 'enc', undefined, 1)[0]
  }

  /**
   * Whether one of the keys is what somebody looks for; those behind a URL may have been published meanwhile.
   * @throws what `failure` makes when the keys cannot be had
   */
  async has(holder: KeyHolder, isMeant: IsMeant): Promise<boolean> {
    const keys = await this.#keysOf(holder)
    if (keys.keys().some(isMeant)) return true
    const newer = await this.#newerKeysOf(holder, keys)
    return newer?.keys().some(isMeant) ?? false
  }

  /** The key set behind a URL. @param isReload asks for it even though the one that is there is fresh */
  get(uri: string, isReload: boolean): Promise<PublicKeySet> {
    return this.#fetched(isReload ? this.#remote.reload(uri) : this.#remote.get(uri))
  }

  async #keysOf({ jwks, jwksUri }: KeyHolder): Promise<PublicKeySet> {
    if (jwksUri !== undefined) return this.#fetched(this.#remote.get(jwksUri))
    if (jwks === undefined) return new PublicKeySet({ keys: [] })
    const known = this.#spelledOut.get(jwks)
    if (known !== undefined) return known
    const keys = new PublicKeySet(jwks)
    this.#spelledOut.set(jwks, keys)
    return keys
  }

  async #newerKeysOf({ jwksUri }: KeyHolder, known: PublicKeySet): Promise<PublicKeySet | undefined> {
    return jwksUri === undefined ? undefined : this.#fetched(this.#remote.getNewer(jwksUri, known))
  }

  async #fetched<T>(pending: Promise<T>): Promise<T> {
    try {
      return await pending
    } catch (cause) {
      throw this.#failure(cause)
    }
  }
}

/** Stops at the first key that verifies. */
async function verifyWithOne(
  jws: string,
  alg: string,
  keys: readonly PublicKey[],
): Promise<DecodedJwt | undefined> {
  for (const { key } of keys) {
    const decoded = await verifyJwt(jws, key, alg).catch(() => undefined)
    if (decoded !== undefined) return decoded
  }
  return undefined
}
