import type { JWKS } from '../../types/client.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { InvalidClientMetadata } from '../helpers/errors.ts'
import { isSymmetric } from '../helpers/jose/client_keys.ts'
import { clientSecretKey } from '../helpers/jose/client_secret_key.ts'
import { readJoseHeader } from '../helpers/jose/compact_jose.ts'
import type { EncryptionKey } from '../helpers/jose/jwe.ts'
import { type DecodedJwt, verifyJwt } from '../helpers/jose/jwt.ts'
import { type PublicKey, PublicKeySet } from '../helpers/jose/public_key_set.ts'
import type { OutgoingRuntime } from '../outgoing/outgoing_request.ts'
import { RemoteKeySets } from '../outgoing/remote_key_sets.ts'
import type { Client } from './client.ts'

/** Most keys that a signature is tried with. */
const MAX_TRIES = 20

/** Whoever signs with keys of its own: spelled out, or behind a URL. */
export interface KeyHolder {
  readonly jwks?: JWKS | undefined
  readonly jwksUri?: string | undefined
}

/** The keys of clients: public ones, registered or behind their `jwks_uri`, and those their secrets stand for. */
export class ClientKeystore {
  readonly #remote: RemoteKeySets
  readonly #registered = new WeakMap<JWKS, PublicKeySet>()

  /** @param staleFor seconds for which fetched keys are used beyond their freshness, while they cannot be fetched */
  constructor(rt: OutgoingRuntime, staleFor?: number) {
    this.#remote = new RemoteKeySets(rt, staleFor)
  }

  /**
   * Checks that a client signed a compact JWS with one algorithm, which the caller has chosen from what is
   * registered or configured.
   * @throws InvalidClientMetadata when the client's keys cannot be had, otherwise an Error that says why not
   * @see RFC 8725 §3.1
   */
  async verify(client: Client, jws: string, alg: string): Promise<DecodedJwt> {
    if (!isSymmetric(alg)) return this.verifyBy(client, jws, alg)
    if (readJoseHeader(jws, 3).alg !== alg) throw new Error(`alg must be ${alg}`)
    return verifyJwt(jws, this.symmetricKey(client, alg), alg)
  }

  /**
   * Checks that whoever has these public keys signed a compact JWS.
   * @throws InvalidClientMetadata when the keys cannot be had, otherwise an Error that says why not
   * @see RFC 8725 §3.1
   */
  async verifyBy(holder: KeyHolder, jws: string, alg: string): Promise<DecodedJwt> {
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
   * Whether a client has a key that somebody looks for; keys behind a URL may have been published meanwhile.
   * @throws InvalidClientMetadata when the keys cannot be had
   */
  async has(client: Client, isMeant: Parameters<PublicKeySet['some']>[0]): Promise<boolean> {
    const keys = await this.#keysOf(client)
    if (keys.some(isMeant)) return true
    const newer = await this.#newerKeysOf(client, keys)
    return newer?.some(isMeant) ?? false
  }

  /**
   * The key to encrypt with for a client.
   * @throws InvalidClientMetadata when the client has none that fits
   * @see OpenID Connect Core 1.0 §10.2
   */
  async encryptionKey(
    client: Client,
    alg: string,
    enc: string,
  ): Promise<{ key: EncryptionKey; kid?: string | undefined }> {
    if (isSymmetric(alg)) return { key: this.symmetricKey(client, alg, enc) }
    const keys = await this.#keysOf(client)
    const [key] = keys.candidates(alg, 'enc', undefined, 1)
    if (key !== undefined) return key
    const newer = await this.#newerKeysOf(client, keys)
    const [later] = newer?.candidates(alg, 'enc', undefined, 1) ?? []
    if (later === undefined) throw new InvalidClientMetadata(`client has no key to encrypt with ${alg}`)
    return later
  }

  /**
   * The key that the client's secret stands for.
   * @throws InvalidClientMetadata when there is no secret, or it has expired
   * @see OpenID Connect Core 1.0 §10.1, §10.2
   */
  symmetricKey(client: Client, alg: string, enc?: string): Uint8Array {
    const { clientSecret } = client
    if (clientSecret === undefined)
      throw new InvalidClientMetadata(`client has no secret, which ${alg} needs`)
    if (client.isClientSecretExpired(epochTime())) {
      throw new InvalidClientMetadata(`client secret is expired, it cannot be used with ${alg}`)
    }
    return clientSecretKey(clientSecret, alg, enc)
  }

  async #keysOf({ jwks, jwksUri }: KeyHolder): Promise<PublicKeySet> {
    if (jwksUri !== undefined) return fetched(this.#remote.get(jwksUri))
    if (jwks === undefined) return new PublicKeySet({ keys: [] })
    const known = this.#registered.get(jwks)
    if (known !== undefined) return known
    const keys = new PublicKeySet(jwks)
    this.#registered.set(jwks, keys)
    return keys
  }

  async #newerKeysOf({ jwksUri }: KeyHolder, known: PublicKeySet): Promise<PublicKeySet | undefined> {
    return jwksUri === undefined ? undefined : fetched(this.#remote.getNewer(jwksUri, known))
  }
}

/** The client's server is the client's affair, so its failures are no failures of ours. */
async function fetched<T>(pending: Promise<T>): Promise<T> {
  try {
    return await pending
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : undefined
    throw new InvalidClientMetadata('client keys could not be fetched from its jwks_uri', detail, cause)
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
