import type { ClaimsParameterMember } from '../../types/account.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { Client as ClientInterface, DecodedIdToken } from '../../types/models.ts'
import { type Client, type IdTokenUse, protectionOf } from '../clients/client.ts'
import { encryptForClient } from '../clients/encrypt_for_client.ts'
import { signForClient } from '../clients/sign_for_client.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { isSymmetric } from '../helpers/jose/client_keys.ts'
import { decryptJwt, isEncryptedJwt } from '../helpers/jose/jwe.ts'
import { decodeUnsecuredJwt, type JsonObject, jwtHeader, verifyJwt } from '../helpers/jose/jwt.ts'
import { words } from '../helpers/words.ts'
import { audienceClient, type ClaimsAudience, releasedClaims } from './claims.ts'
import { lifetimeOf } from './lifetime.ts'
import type { ModelRuntime } from './model_runtime.ts'

/** Seconds that a logout token should live at most. @see OpenID Connect Back-Channel Logout 1.0 §2.4 */
const LOGOUT_TOKEN_LIFETIME = 120

export interface IdTokenIssue {
  use: IdTokenUse
  /** When it ends, epoch seconds. */
  expiresAt?: number | undefined
}

/** Statement about an end-user's authentication, signed for one client. @see OpenID Connect Core 1.0 §2 */
export class IdToken {
  static readonly kind = 'IdToken'

  /** The provider this class belongs to. */
  static get rt(): ModelRuntime {
    throw new Error('this model is not bound to a provider: use provider.IdToken')
  }

  readonly #rt: ModelRuntime
  readonly client: Client
  readonly ctx: KoaContextWithOIDC | undefined
  /** The account's claims; `scope`, `mask` and `rejected` say which of them go out. */
  readonly available: JsonObject
  /** Claims that go out as they are, before those of the account. */
  readonly extra: JsonObject = {}
  /** Scope whose claims go out, space-delimited. */
  scope: string | undefined
  /** Claims that were asked for by name. @see OpenID Connect Core 1.0 §5.5 */
  mask: Readonly<Record<string, ClaimsParameterMember | null>> | undefined
  /** Claims that the end-user refused to share. */
  rejected: Iterable<string> | undefined

  /** @throws TypeError without a client */
  constructor(available: JsonObject, audience: ClaimsAudience = {}) {
    this.#rt = new.target.rt
    this.client = audienceClient(audience)
    this.ctx = audience.ctx
    this.available = available
  }

  /** States a claim. `iss`, `aud`, `iat` and `exp` are its own and cannot be stated. */
  set(name: string, value: unknown): void {
    this.extra[name] = value
  }

  /** What it says about the end-user: claims that may go out, and those that were stated. */
  async payload(): Promise<JsonObject> {
    return this.#stated(await this.#released())
  }

  #released(): JsonObject | Promise<JsonObject> {
    const { available, ctx, client, scope, mask = {}, rejected = [] } = this
    if (Object.keys(available).length === 0) return {}
    const allowed = { scopes: words(scope), requested: mask, rejected: [...rejected] }
    return releasedClaims(this.#rt, available, { ctx, client }, allowed)
  }

  #stated(payload: JsonObject): JsonObject {
    for (const name of Object.keys(this.extra)) {
      if (this.extra[name] !== undefined) payload[name] = this.extra[name]
    }
    return payload
  }

  /**
   * @returns the compact JWT, signed and then encrypted as the client registered
   * @throws InvalidClientMetadata when the client has no key for that
   */
  async issue({ use, expiresAt }: IdTokenIssue): Promise<string> {
    const { alg, encryption, typ, isAnswer } = protectionOf(this.client, use)
    if (alg === undefined) throw new TypeError(`the client registered no algorithm to sign for ${use}`)
    const now = epochTime()
    const exp = expiresAt ?? (isAnswer ? undefined : this.#endOf(use, now))
    const released = this.#released()
    const payload = this.#stated(released instanceof Promise ? await released : released)
    payload['iss'] = this.#rt.issuer
    payload['aud'] = this.client.clientId
    payload['iat'] = now
    if (exp !== undefined) payload['exp'] = exp
    const signed = await signForClient(this.#rt, this.client, payload, { alg, typ })
    return encryption.alg === undefined ? signed : encryptForClient(this.#rt, this.client, signed, encryption)
  }

  #endOf(use: IdTokenIssue['use'], now: number): number | undefined {
    const lifetime =
      use === 'logout' ? LOGOUT_TOKEN_LIFETIME : lifetimeOf(this.#rt, 'IdToken', this.ctx, this, this.client)
    return lifetime === undefined ? undefined : now + lifetime
  }

  /**
   * Checks an ID Token that came back, as a hint. Its expiry does not matter. One that the client's secret encrypts is
   * decrypted; others are sent as their client decrypted them.
   * @throws when it was not made by this provider for this client
   * @see OpenID Connect Core 1.0 §3.1.2.1 (id_token_hint), RP-Initiated Logout 1.0 §2 (client_id)
   */
  static async validate(jwt: string, client: ClientInterface): Promise<DecodedIdToken> {
    const audience = audienceClient({ client })
    const decoded = await verifySignature(this.rt, await signedInside(this.rt, jwt, audience), audience)
    const { iss, aud, sub } = decoded.payload
    if (iss !== this.rt.issuer) throw new Error('the ID Token was made by another issuer')
    if (aud !== client.clientId) throw new Error('the ID Token was made for another client')
    if (typeof sub !== 'string') throw new Error('the ID Token names no subject')
    return decoded
  }
}

/** What the client was sent signed, without the encryption under its secret. @see OpenID Connect Core 1.0 §10.2 */
async function signedInside(rt: ModelRuntime, jwt: string, client: Client): Promise<string> {
  if (!isEncryptedJwt(jwt)) return jwt
  const { alg, enc } = protectionOf(client, 'idtoken').encryption
  if (alg === undefined || !isSymmetric(alg))
    throw new Error('the ID Token is encrypted for its client, which has to decrypt it first')
  const keysFor = () => [rt.clientKeys.symmetricKey(client, alg, enc)]
  const { plaintext } = await decryptJwt(jwt, { algs: [alg], encs: enc === undefined ? [] : [enc], keysFor })
  return plaintext
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
