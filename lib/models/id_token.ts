import type { DecodedIdToken } from '../../types/models.ts'
import type { Client } from '../clients/client.ts'
import { encryptForClient } from '../clients/encrypt_for_client.ts'
import { signForClient } from '../clients/sign_for_client.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { isSymmetric } from '../helpers/jose/client_keys.ts'
import { decodeUnsecuredJwt, type JsonObject, jwtHeader, verifyJwt } from '../helpers/jose/jwt.ts'
import type { ModelRuntime } from './model_runtime.ts'

/** Statement about an end-user's authentication, signed for one client. @see OpenID Connect Core 1.0 §2 */
export class IdToken {
  static readonly kind = 'IdToken'

  /** The provider this class belongs to. */
  static get rt(): ModelRuntime {
    throw new Error('this model is not bound to a provider: use provider.IdToken')
  }

  readonly #rt: ModelRuntime
  readonly #client: Client
  readonly #claims: JsonObject

  /**
   * @param claims what it says: the end-user's masked claims and those of the protocol. `iss`, `aud`, `iat` and
   *   `exp` are its own and cannot be given.
   */
  constructor(client: Client, claims: JsonObject) {
    this.#rt = new.target.rt
    this.#client = client
    this.#claims = claims
  }

  /**
   * @returns the compact JWT, signed and then encrypted as the client registered
   * @throws InvalidClientMetadata when the client has no key for that
   */
  async issue({ lifetime }: { lifetime: number | undefined }): Promise<string> {
    const now = epochTime()
    const payload: JsonObject = {
      ...this.#claims,
      iss: this.#rt.issuer,
      aud: this.#client.clientId,
      iat: now,
      ...(lifetime === undefined ? {} : { exp: now + lifetime }),
    }
    const { idTokenSignedResponseAlg, idTokenEncryptedResponseAlg, idTokenEncryptedResponseEnc } =
      this.#client
    const signed = await signForClient(this.#rt, this.#client, payload, { alg: idTokenSignedResponseAlg })
    return encryptForClient(this.#rt, this.#client, signed, {
      alg: idTokenEncryptedResponseAlg,
      enc: idTokenEncryptedResponseEnc,
    })
  }

  /**
   * Checks an ID Token that came back, as a hint. Its expiry does not matter.
   * @throws when it was not made by this provider for this client
   * @see OpenID Connect Core 1.0 §3.1.2.1 (id_token_hint)
   */
  static async validate(jwt: string, client: Client): Promise<DecodedIdToken> {
    const decoded = await verifySignature(this.rt, jwt, client)
    const { iss, aud, sub } = decoded.payload
    if (iss !== this.rt.issuer) throw new Error('the ID Token was made by another issuer')
    if (aud !== client.clientId) throw new Error('the ID Token was made for another client')
    if (typeof sub !== 'string') throw new Error('the ID Token names no subject')
    return decoded
  }
}

/** With the algorithm that the client registered and no other. @see RFC 8725 §3.1 */
async function verifySignature(rt: ModelRuntime, jwt: string, client: Client): Promise<DecodedIdToken> {
  const alg = client.idTokenSignedResponseAlg
  const header = jwtHeader(jwt)
  if (header['alg'] !== alg)
    throw new Error(`the ID Token is not signed with ${alg}, as this client registered`)
  if (alg === 'none') return decodeUnsecuredJwt(jwt)
  if (isSymmetric(alg)) return verifyJwt(jwt, rt.clientKeys.symmetricKey(client, alg), alg)
  const kid = typeof header['kid'] === 'string' ? header['kid'] : undefined
  for (const key of rt.keystore.candidates(alg, kid)) {
    const decoded = await verifyJwt(jwt, key.publicKey, alg).catch(() => undefined)
    if (decoded !== undefined) return decoded
  }
  throw new Error('the signature of the ID Token does not hold')
}
