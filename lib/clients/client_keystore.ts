import { epochTime } from '../helpers/epoch_time.ts'
import { InvalidClientMetadata } from '../helpers/errors.ts'
import { isSymmetric } from '../helpers/jose/client_keys.ts'
import { clientSecretKey } from '../helpers/jose/client_secret_key.ts'
import { readJoseHeader } from '../helpers/jose/compact_jose.ts'
import type { EncryptionKey } from '../helpers/jose/jwe.ts'
import { type DecodedJwt, verifyJwt } from '../helpers/jose/jwt.ts'
import type { IsMeant } from '../helpers/jose/public_key_set.ts'
import { HolderKeys, type KeyHolder } from '../outgoing/holder_keys.ts'
import { type OutgoingRuntime, outgoingJson } from '../outgoing/outgoing_request.ts'
import type { Client } from './client.ts'
import { CLIENT, CLIENT_KEYS } from './reasons.ts'

/** The keys of clients: public ones, registered or behind their `jwks_uri`, and those their secrets stand for. */
export class ClientKeystore {
  readonly #public: HolderKeys

  /** @param staleFor seconds for which fetched keys are used beyond their freshness, while they cannot be fetched */
  constructor(rt: OutgoingRuntime, staleFor?: number) {
    this.#public = new HolderKeys({
      load: (uri, request) =>
        outgoingJson(rt, uri, { ...request, limit: rt.configuration.fetchResponseBodyLimits.jwks_uri }),
      // The client's server is the client's affair, so its failures are no failures of ours.
      failure: (cause) =>
        new InvalidClientMetadata(
          'client keys could not be fetched from its jwks_uri',
          cause instanceof Error ? cause.message : undefined,
          cause,
        ).because(CLIENT_KEYS.unreachable, { seen: ['jwks_uri'] }),
      staleFor,
    })
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
  verifyBy(holder: KeyHolder, jws: string, alg: string): Promise<DecodedJwt> {
    return this.#public.verify(holder, jws, alg)
  }

  /**
   * Whether a client has a key that somebody looks for; keys behind a URL may have been published meanwhile.
   * @throws InvalidClientMetadata when the keys cannot be had
   */
  has(client: Client, isMeant: IsMeant): Promise<boolean> {
    return this.#public.has(client, isMeant)
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
    const key = await this.#public.encryptionKey(client, alg)
    if (key === undefined)
      throw new InvalidClientMetadata(`client has no key to encrypt with ${alg}`).because(
        CLIENT_KEYS.no_encryption_key,
        { accepted: [alg] },
      )
    return key
  }

  /**
   * The key that the client's secret stands for.
   * @throws InvalidClientMetadata when there is no secret, or it has expired
   * @see OpenID Connect Core 1.0 §10.1, §10.2
   */
  symmetricKey(client: Client, alg: string, enc?: string): Uint8Array {
    const { clientSecret } = client
    if (clientSecret === undefined)
      throw new InvalidClientMetadata(`client has no secret, which ${alg} needs`).because(
        CLIENT_KEYS.no_secret,
        { seen: [alg] },
      )
    if (client.isClientSecretExpired(epochTime())) {
      throw new InvalidClientMetadata(`client secret is expired, it cannot be used with ${alg}`).because(
        CLIENT.secret_expired,
        { seen: [alg] },
      )
    }
    return clientSecretKey(clientSecret, alg, enc)
  }
}
