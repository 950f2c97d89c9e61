import type {
  ApplicationType,
  ClientMetadata,
  JWKS,
  ResponseType,
  SecurityProfileName,
  SubjectType,
} from '../../types/client.ts'
import type { CIBADeliveryMode } from '../../types/features/ciba.ts'
import type { Client as ClientInterface } from '../../types/models.ts'
import { SecretComparison } from '../helpers/constant_equals.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { InvalidClient } from '../helpers/errors.ts'
import { needsSecret } from '../helpers/jose/client_keys.ts'
import { isJwtResponseMode, yieldsFrontChannelToken } from '../helpers/response_mode.ts'
import { normalizeResponseType, yieldsIdToken } from '../helpers/response_type.ts'
import { matchRedirectUri } from '../helpers/uri/match_redirect_uri.ts'
import { sectorIdentifierOf } from '../helpers/uri/sector_identifier.ts'
import type { ClientRules } from './metadata/descriptor.ts'
import { validateClientMetadata } from './metadata/validate_client_metadata.ts'
import { ownCopy } from './own_copy.ts'
import { CLIENT } from './reasons.ts'

/** What clients need of the provider they are registered with. */
export interface ClientRuntime {
  /** @throws InvalidClient when it is stored, but not valid; `error_detail` says why */
  findClient(clientId: string): Promise<Client | undefined>
  readonly clientRules: ClientRules
}

const withoutFragment = (uri: string) => uri.replace(/#.*$/s, '')

type Rules = Pick<ClientRules, 'properties'>

/** What is known of a client: all objects made of it, one for each request, share it. */
class Registered {
  readonly metadata: ClientMetadata
  readonly secret = new SecretComparison()
  /** Members of the objects, and whether each gets a copy of its own. */
  readonly members: readonly (readonly [name: string, value: unknown, isCopied: boolean])[]

  constructor(metadata: ClientMetadata, { properties }: Rules) {
    this.metadata = metadata
    this.members = Object.entries(metadata).flatMap(([registered, value]) => {
      const name = properties.get(registered)
      // Keys are frozen, and known by the object that holds them.
      return name === undefined ? [] : [[name, value, typeof value === 'object' && name !== 'jwks'] as const]
    })
  }
}

/** A registered client. @see RFC 6749 §2, OpenID Connect Dynamic Client Registration 1.0 §2 */
export class Client implements ClientInterface {
  static readonly kind = 'Client'

  /** The provider this class belongs to. */
  static get rt(): ClientRuntime {
    throw new Error('this model is not bound to a provider: use provider.Client')
  }

  declare readonly clientId: string
  declare readonly clientSecret?: string
  declare readonly clientIdIssuedAt?: number
  declare readonly clientSecretExpiresAt?: number
  declare readonly clientName?: string
  declare readonly clientUri?: string
  declare readonly logoUri?: string
  declare readonly policyUri?: string
  declare readonly tosUri?: string
  declare readonly contacts?: string[]
  declare readonly applicationType: ApplicationType
  declare readonly redirectUris: string[]
  declare readonly postLogoutRedirectUris?: string[]
  declare readonly responseTypes: ResponseType[]
  declare readonly responseModes?: string[]
  declare readonly grantTypes: string[]
  declare readonly tokenEndpointAuthMethod: string
  declare readonly tokenEndpointAuthSigningAlg?: string
  declare readonly subjectType: SubjectType
  declare readonly sectorIdentifierUri?: string
  declare readonly jwks?: JWKS
  declare readonly jwksUri?: string
  declare readonly defaultMaxAge?: number
  declare readonly requireAuthTime: boolean
  declare readonly defaultAcrValues?: string[]
  declare readonly initiateLoginUri?: string
  declare readonly scope?: string
  declare readonly idTokenSignedResponseAlg: string
  declare readonly idTokenEncryptedResponseAlg?: string
  declare readonly idTokenEncryptedResponseEnc?: string
  declare readonly userinfoSignedResponseAlg?: string
  declare readonly userinfoEncryptedResponseAlg?: string
  declare readonly userinfoEncryptedResponseEnc?: string
  declare readonly introspectionSignedResponseAlg?: string
  declare readonly introspectionEncryptedResponseAlg?: string
  declare readonly introspectionEncryptedResponseEnc?: string
  declare readonly authorizationSignedResponseAlg?: string
  declare readonly authorizationEncryptedResponseAlg?: string
  declare readonly authorizationEncryptedResponseEnc?: string
  declare readonly requestObjectSigningAlg?: string
  declare readonly requestObjectEncryptionAlg?: string
  declare readonly requestObjectEncryptionEnc?: string
  declare readonly requestUris?: string[]
  declare readonly requireSignedRequestObject?: boolean
  declare readonly requirePushedAuthorizationRequests?: boolean
  declare readonly backchannelLogoutUri?: string
  declare readonly backchannelLogoutSessionRequired?: boolean
  declare readonly frontchannelLogoutUri?: string
  declare readonly frontchannelLogoutSessionRequired?: boolean
  declare readonly backchannelTokenDeliveryMode?: CIBADeliveryMode
  declare readonly backchannelClientNotificationEndpoint?: string
  declare readonly backchannelAuthenticationRequestSigningAlg?: string
  declare readonly backchannelUserCodeParameter?: boolean
  declare readonly tlsClientAuthSubjectDn?: string
  declare readonly tlsClientAuthSanDns?: string
  declare readonly tlsClientAuthSanUri?: string
  declare readonly tlsClientAuthSanIp?: string
  declare readonly tlsClientAuthSanEmail?: string
  declare readonly tlsClientCertificateBoundAccessTokens?: boolean
  declare readonly dpopBoundAccessTokens?: boolean
  declare readonly webMessageUris?: string[];
  /** Properties of the host's own, and of features. */
  [member: string]: unknown

  readonly #registered: Registered

  /**
   * @param metadata what a client says about itself
   * @param known those it was validated by; without them it is validated by those of the provider
   * @throws InvalidClientMetadata, InvalidRedirectUri
   */
  constructor(metadata: ClientMetadata, known?: Rules | Registered) {
    this.#registered = known instanceof Registered ? known : register(new.target, metadata, known)
    for (const [name, value, isCopied] of this.#registered.members) {
      if (name === 'clientId') Object.defineProperty(this, name, { value, enumerable: true })
      else this[name] = isCopied ? ownCopy(value) : value
    }
  }

  /** The same client in an object of its own: what one request writes there is gone with it. */
  forRequest(): this {
    return Reflect.construct(this.constructor, [this.#registered.metadata, this.#registered])
  }

  /** Finds one by its `client_id`; `undefined` when there is none. */
  static find(clientId: string): Promise<Client | undefined> {
    return this.rt.findClient(clientId)
  }

  /**
   * Checks metadata as if they were registered; nothing is stored, and nothing fetched.
   * @returns the effective metadata, with defaults filled in
   * @throws InvalidClientMetadata, InvalidRedirectUri
   * @example provider.Client.validate({ client_id: 'app', redirect_uris: ['https://app.example.com/cb'] })
   */
  static validate(metadata: unknown): ClientMetadata {
    return validateClientMetadata(metadata, this.rt.clientRules)
  }

  /** Whether a client with this metadata has to have a secret. */
  static needsSecret(metadata: Readonly<Record<string, unknown>>): boolean {
    return needsSecret(metadata)
  }

  /** How it authenticates. */
  get clientAuthMethod(): string {
    return this.tokenEndpointAuthMethod
  }

  /** The algorithm of its assertions; the same as `tokenEndpointAuthSigningAlg`. */
  get clientAuthSigningAlg(): string | undefined {
    return this.tokenEndpointAuthSigningAlg
  }

  /** Host that clients with the same pairwise `sub` values have in common. @see OpenID Connect Core 1.0 §8.1 */
  get sectorIdentifier(): string | undefined {
    return sectorIdentifierOf(this.#registered.metadata)
  }

  /** The effective metadata under their registered names; a copy. */
  metadata(): ClientMetadata {
    return ownCopy(this.#registered.metadata)
  }

  grantTypeAllowed(grantType: string): boolean {
    return this.grantTypes.includes(grantType)
  }

  /** Whether it registered the response type, whatever the order of its words. @see RFC 6749 §3.1.1 */
  responseTypeAllowed(responseType: string): boolean {
    const normalized = normalizeResponseType(responseType)
    return this.responseTypes.some((registered) => registered === normalized)
  }

  /**
   * Whether answers may travel that way. Hosts may replace it.
   * @param profile FAPI 1.0 wants what no ID Token vouches for to come inside of a JWT
   * @see OAuth 2.0 Multiple Response Type Encoding Practices 1.0 §3, §5, JARM §2.3.1, FAPI 1.0 Part 2: Advanced §5.2.2
   */
  responseModeAllowed(mode: string, responseType: string, profile?: SecurityProfileName): boolean {
    if (this.responseModes?.includes(mode) === false) return false
    const isFapi1 = profile === '1.0 Final' || profile === '1.0 ID2'
    if (isFapi1 && !yieldsIdToken(responseType) && !isJwtResponseMode(mode)) return false
    if (!yieldsFrontChannelToken(responseType)) return true
    return mode !== 'query' && (mode !== 'query.jwt' || this.authorizationEncryptedResponseAlg !== undefined)
  }

  /** Whether a request object may be fetched from there. @see OpenID Connect Core 1.0 §6.2, RFC 9101 §10.4.1 */
  requestUriAllowed(requestUri: string): boolean {
    const registered = this.requestUris ?? []
    return registered.some((uri) => withoutFragment(uri) === withoutFragment(requestUri))
  }

  /** Whether responses may go there. Hosts may replace it. @see RFC 9700 §4.1.3, RFC 8252 §7.3 */
  redirectUriAllowed(redirectUri: string): boolean {
    return matchRedirectUri(redirectUri, this.redirectUris, this.applicationType) !== undefined
  }

  /** Whether the browser may go there after logout. @see OpenID Connect RP-Initiated Logout 1.0 §3 */
  postLogoutRedirectUriAllowed(redirectUri: string): boolean {
    const registered = this.postLogoutRedirectUris ?? []
    return matchRedirectUri(redirectUri, registered, this.applicationType) !== undefined
  }

  /** Hosts may replace it, for instance to keep secrets hashed; it may then return a promise. */
  compareClientSecret(secret: string): boolean | Promise<boolean> {
    return this.clientSecret !== undefined && this.#registered.secret.isRight(this.clientSecret, secret)
  }

  /** @param now epoch seconds */
  isClientSecretExpired(now: number): boolean {
    const { clientSecretExpiresAt: expiresAt } = this
    return expiresAt !== undefined && expiresAt !== 0 && expiresAt <= now
  }

  /** @throws InvalidClient with this description when the secret has expired */
  checkClientSecretExpiration(message: string): void {
    if (this.isClientSecretExpired(epochTime()))
      throw new InvalidClient(message, 'the client secret has expired').because(CLIENT.secret_expired)
  }

  /** Whether its ID Tokens hold `sid`, so that a logout token can name the session. @see OpenID Connect Back-Channel Logout 1.0 §2.2 */
  includeSid(): boolean {
    const byBackChannel = this.backchannelLogoutUri !== undefined && this.backchannelLogoutSessionRequired
    const byFrontChannel = this.frontchannelLogoutUri !== undefined && this.frontchannelLogoutSessionRequired
    return byBackChannel === true || byFrontChannel === true
  }
}

/** What a host passes beside the metadata may be anything; rules are known by what they hold. */
const register = (Model: typeof Client, metadata: ClientMetadata, rules: Rules | undefined): Registered =>
  rules?.properties === undefined
    ? new Registered(Model.validate(metadata), Model.rt.clientRules)
    : new Registered(metadata, rules)

export type IdTokenUse = 'idtoken' | 'introspection' | 'logout' | 'userinfo'

interface Protection {
  alg: string | undefined
  typ?: string
  /** It is an answer to one question, and nothing that could be used for a while. */
  isAnswer?: true
  encryption: { alg: string | undefined; enc: string | undefined }
}

const asIdToken = (client: Client): Protection => ({
  alg: client.idTokenSignedResponseAlg,
  encryption: { alg: client.idTokenEncryptedResponseAlg, enc: client.idTokenEncryptedResponseEnc },
})

/** What the form of an ID Token can be used for, and how the client wants that protected. */
const USES: Record<IdTokenUse, (client: Client) => Protection> = {
  idtoken: asIdToken,
  /** @see RFC 9701 §5 */
  introspection: (client: Client): Protection => ({
    alg: client.introspectionSignedResponseAlg,
    typ: 'token-introspection+jwt',
    isAnswer: true,
    encryption: {
      alg: client.introspectionEncryptedResponseAlg,
      enc: client.introspectionEncryptedResponseEnc,
    },
  }),
  /** @see OpenID Connect Back-Channel Logout 1.0 §2.4 */
  logout: (client: Client): Protection => ({ ...asIdToken(client), typ: 'logout+jwt' }),
  userinfo: (client: Client): Protection => ({
    alg: client.userinfoSignedResponseAlg,
    isAnswer: true,
    encryption: { alg: client.userinfoEncryptedResponseAlg, enc: client.userinfoEncryptedResponseEnc },
  }),
}

export const protectionOf = (client: Client, use: IdTokenUse): Protection => USES[use](client)
