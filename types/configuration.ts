import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { AdapterConstructor, AdapterFactory } from './adapter.ts'
import type {
  AllClientMetadata,
  ClientAuthMethod,
  ClientMetadata,
  JWKS,
  ResponseType,
  SubjectType,
} from './client.ts'
import type { HostFunction, KoaContextWithOIDC } from './context.ts'
import type { EnabledJWA } from './enabled_jwa.ts'
import type { ErrorOut } from './errors.ts'
import type { BackchannelAuthenticationRequest } from './features/ciba.ts'
import type { ClientCredentials } from './features/client_credentials.ts'
import type { DeviceCode } from './features/device_flow.ts'
import type { Features } from './features/index.ts'
import type { FetchResponseBodyLimits } from './fetch_limits.ts'
import type { GivenFindAccount } from './find_account.ts'
import type { InteractionPolicy, PolicyPrompt } from './interaction_policy.ts'
import type { AccessToken, AuthorizationCode, BaseToken, Client, Grant, Interaction } from './models.ts'
import type { RoutesConfiguration } from './routes.ts'
import type { ScreensConfiguration } from './screens/screens.ts'
import type { TTLConfiguration } from './ttl.ts'

/** A value, or a promise of it. */
export type CanBePromise<T> = T | Promise<T>

/** Options of a cookie. `maxAge` and `expires` are ignored: `ttl.Session` and `ttl.Interaction` decide. */
export interface CookieOptions {
  /** The domain it is sent to. @default the host alone @see RFC 6265 §4.1.2.3 @example 'example.com' */
  domain?: string | undefined
  /** Ignored. @example new Date('2030-01-01') */
  expires?: Date | undefined
  /** Hides it from scripts. @default true @see RFC 6265 §4.1.2.6 */
  httpOnly?: boolean | undefined
  /** Ignored. @example 14 * 24 * 3600 * 1000 */
  maxAge?: number | undefined
  /** Replaces a cookie of the same name in one answer. @default true */
  overwrite?: boolean | undefined
  /** Keeps what other sites embed apart from what is opened by itself, for each of these sites. @default false @see draft-cutler-httpbis-partitioned-cookies §2.1 @example true */
  partitioned?: boolean | undefined
  /** The path it is sent to. @default chosen for each cookie @see RFC 6265 §4.1.2.4 @example '/oidc' */
  path?: string | undefined
  /** Which cookies a browser that has too many of one site drops last. @default chosen by the browser @see draft-west-cookie-priority-00 §3 @example 'high' */
  priority?: 'low' | 'medium' | 'high' | undefined
  /** Whether it is sent along from other sites. @see RFC 6265bis §5.6.7 @example 'lax' */
  sameSite?: 'strict' | 'lax' | 'none' | boolean | undefined
  /** Sends it over https only. @default true where the request came over https @see RFC 6265 §4.1.2.5 */
  secure?: boolean | undefined
  /** Signs it with `cookies.keys`. @default true where there are keys */
  signed?: boolean | undefined
}

/** Another name of {@link CookieOptions}. */
export type CookiesSetOptions = CookieOptions

/** Signs and verifies cookies; a Keygrip instance has this shape. */
export interface CookieSigner {
  sign(data: string): string
  verify(data: string, digest: string): boolean
  index(data: string, digest: string): number
}

/** What to call the cookies. */
export interface CookieNames {
  /** The interaction a person is in, sent to the interaction's page. It has the path of that page, so its name cannot start with `__Host-`. @default '_interaction' @see RFC 6265bis §4.1.3 @example '__Secure-op_interaction' */
  interaction?: string | undefined
  /** The interaction a person returns from. It has a path, too. @default '_interaction_resume' @example 'op_resume' */
  resume?: string | undefined
  /** Accepted for hosts of version 8; no cookie has this name. @example 'op_state' */
  state?: string | undefined
  /** The login. @default '_session' @example '__Host-op_session' */
  session?: string | undefined
}

/** The provider's cookies. */
export interface CookiesConfiguration {
  /**
   * Secrets to sign cookies with: an array, newest first, or a Keygrip instance. Prepend a new one now and then
   * and keep the older ones for a while.
   * @default []
   * @example
   * cookies: { keys: JSON.parse(process.env.COOKIE_KEYS ?? '[]') }
   */
  keys?: (string | Uint8Array)[] | CookieSigner | undefined
  /**
   * Options of the session cookie. With an http issuer `sameSite: 'none'` becomes 'lax', with a notice. @default { httpOnly: true, overwrite: true, sameSite: 'none' }
   * @example
   * cookies: { long: { sameSite: 'none', secure: true } }
   */
  long?: CookieOptions | undefined
  /**
   * What to call the cookies. @default { interaction: '_interaction', resume: '_interaction_resume', session: '_session' }
   * @example
   * cookies: { names: { session: '__Host-session' } }
   */
  names?: CookieNames | undefined
  /**
   * Options of the interaction cookies. @default { httpOnly: true, overwrite: true, sameSite: 'lax' }
   * @example
   * cookies: { short: { sameSite: 'lax', secure: true } }
   */
  short?: CookieOptions | undefined
}

/** Members to add to the discovery document. They never replace what the provider computes. */
export interface DiscoveryMetadata {
  /** Kinds of claims. @default ['normal'] @see OpenID Connect Discovery 1.0 §3 @example ['normal'] */
  claim_types_supported?: string[] | undefined
  /** Languages of claim values. @default undefined @see OpenID Connect Discovery 1.0 §3 @example ['en', 'de'] */
  claims_locales_supported?: string[] | undefined
  /** Values of `display`. @default undefined @see OpenID Connect Discovery 1.0 §3 @example ['page', 'popup'] */
  display_values_supported?: string[] | undefined
  /** Rules for the use of data. @default undefined @see OpenID Connect Discovery 1.0 §3 @example 'https://example.com/privacy' */
  op_policy_uri?: string | undefined
  /** Terms of service. @default undefined @see OpenID Connect Discovery 1.0 §3 @example 'https://example.com/terms' */
  op_tos_uri?: string | undefined
  /**
   * Documentation for developers. @default undefined @see OpenID Connect Discovery 1.0 §3
   * @example 'https://example.com/developers'
   */
  service_documentation?: string | undefined
  /** Languages of the screens. @default undefined @see OpenID Connect Discovery 1.0 §3 @example ['en', 'de', 'ar'] */
  ui_locales_supported?: string[] | undefined
  [member: string]: unknown
}

/** Client metadata of the host's own, and further checks of the standard ones. */
export interface ExtraClientMetadata {
  /**
   * Names of members that clients may have; they keep these names on a client. @default [] @see RFC 7591 §2
   * @example
   * extraClientMetadata: { properties: ['allowed_origins'] }
   */
  properties?: string[] | undefined
  /**
   * Called once for each of `properties`, sent or not. It may change `metadata` and throw
   * `errors.InvalidClientMetadata`; the standard checks run again after it. Must be synchronous. `ctx` is there
   * during registration requests only.
   * @default accepts everything
   * @see RFC 7591 §3.2.2
   * @example
   * extraClientMetadata: {
   *   properties: ['allowed_origins'],
   *   validator: (ctx, name, value, metadata) => {
   *     if (value !== undefined && !Array.isArray(value)) throw new errors.InvalidClientMetadata('allowed_origins must be an array')
   *   },
   * }
   */
  validator?:
    | ((ctx: KoaContextWithOIDC, key: string, value: unknown, metadata: ClientMetadata) => void)
    | undefined
}

/** Checks one extra parameter; throw `errors.InvalidRequest` to refuse it. `value` is `undefined` where it was not sent. */
export type ExtraParamValidator = (
  ctx: KoaContextWithOIDC,
  value: string | undefined,
  client: Client,
) => unknown

/** A JWT access token that is about to be signed. */
export interface StructuredJWT {
  /** Its header. @see RFC 9068 §2.1 */
  header: { [member: string]: unknown }
  /** Its claims. @see RFC 9068 §2.2 */
  payload: { [claim: string]: unknown }
}

/** A {@link StructuredJWT} as functions written for version 8 take it. */
export interface JWTStructured {
  /** Its header. @see RFC 9068 §2.1 */
  header?: { [member: string]: unknown } | undefined
  /** Its claims. @see RFC 9068 §2.2 */
  payload: { [claim: string]: unknown }
}

/** Changes tokens before they leave. */
export interface FormatCustomizers {
  /**
   * Changes the header and the claims of a JWT access token, in place. @default undefined @see RFC 9068 §2
   * @example
   * formats: {
   *   customizers: {
   *     jwt: (ctx, token, jwt) => {
   *       jwt.payload.version = 2
   *     },
   *   },
   * }
   */
  jwt?:
    | ((ctx: KoaContextWithOIDC, token: AccessToken | ClientCredentials, jwt: StructuredJWT) => unknown)
    | undefined
}

/** The form of tokens. */
export interface FormatsConfiguration {
  /**
   * Randomness of opaque tokens and codes, in bits, at least 128. @default 256 @see RFC 6749 §10.10
   * @example (ctx, token) => (token.kind === 'RefreshToken' ? 384 : 256)
   */
  bitsOfOpaqueRandomness?: number | ((ctx: KoaContextWithOIDC, token: BaseToken) => number) | undefined
  /** Changes structured tokens before they are signed. @default { jwt: undefined } @see RFC 9068 §2 */
  customizers?: FormatCustomizers | undefined
}

/** How those are slowed down who try client secrets out. */
export interface ClientSecretThrottle {
  /** Wrong secrets from one address before it is slowed down; 0: it never is. @default 10 @example 5 */
  attempts?: number | undefined
  /** Longest delay of a wrong answer, in seconds. It starts at 50 milliseconds and doubles each time. @default 0.5 @example 1 */
  longestWait?: number | undefined
  /**
   * Told about each wrong secret, with the number of them from its address. What it throws changes no answer.
   * @default does nothing
   * @example (ctx, clientId, count) => log.warn(`${count} wrong secrets of ${clientId} from ${ctx.ip}`)
   */
  failed?: ((ctx: KoaContextWithOIDC, clientId: string, count: number) => void) | undefined
}

/** How an outgoing request is made. */
export interface HttpOptions {
  /** Ends the request. @default AbortSignal.timeout(2500) */
  signal?: AbortSignal | undefined
  /** The agent to use. @default a new agent for each request, whatever proxy the environment names */
  agent?: HttpAgent | HttpsAgent | undefined
  /** Header of this name. @default not sent */
  'user-agent'?: string | undefined
  /** Resolves host names; each address it answers with is checked, and only those are connected to. @default dns.lookup */
  dnsLookup?: LookupFunction | undefined
}

/** When people are asked something, and where. */
export interface InteractionsConfiguration {
  /**
   * The prompts and their checks, in the order they are considered. @default `interactionPolicy.base()` @see OpenID Connect Core 1.0 §3.1.2.3, §3.1.2.4
   * @example
   * interactions: {
   *   policy: [
   *     new interactionPolicy.Prompt({ name: 'select_account', requestable: true }),
   *     ...interactionPolicy.base(),
   *   ],
   * }
   */
  policy?: InteractionPolicy | readonly PolicyPrompt[] | undefined
  /**
   * Where the browser is sent, absolute or relative to the host. Not prefixed when the provider is mounted under a path. @default (ctx, interaction) => `/interaction/${interaction.uid}`
   * @example
   * interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` }
   */
  url?: ((ctx: KoaContextWithOIDC, interaction: Interaction) => CanBePromise<string>) | undefined
}

/** Receives notices and warnings instead of the console. */
export interface Logger {
  /**
   * Something to know.
   * @example
   * logger: {
   *   info: (message) => log.info(message),
   *   warn: (message) => log.warn(message),
   *   error: (message, cause) => log.error({ cause }, message),
   * }
   */
  info(message: string): void
  /**
   * Something to change.
   * @example
   * logger: {
   *   info: (message) => log.info(message),
   *   warn: (message) => log.warn(message),
   *   error: (message, cause) => log.error({ cause }, message),
   * }
   */
  warn(message: string): void
  /**
   * Something that failed, and why.
   * @example
   * logger: {
   *   info: (message) => log.info(message),
   *   warn: (message) => log.warn(message),
   *   error: (message, cause) => log.error({ cause }, message),
   * }
   */
  error(message: string, cause?: unknown): void
}

/** How a code is bound to the client that asked for it. */
export type PKCEMethods = 'S256' | 'plain'

/** Proof Key for Code Exchange. */
export interface PKCEConfiguration {
  /** The methods clients may use: 'S256', 'plain'; at least one. @default ['S256'] @see RFC 7636 §4.2 @example ['S256'] */
  methods?: PKCEMethods[] | undefined
  /**
   * Whether this client must use PKCE; asked where a request lacks `code_challenge`. @default () => true @see RFC 7636 §4.4.1, RFC 9700 §2.1.1
   * @example
   * pkce: { required: (ctx, client) => client.clientId !== 'old-one-that-cannot' }
   */
  required?: ((ctx: KoaContextWithOIDC, client: Client) => boolean) | undefined
}

/**
 * Options of a provider. All are optional; the object is never modified. An option that is `undefined` has its
 * default. An option nobody knows is mentioned in a notice, a wrong value of a known one is a `TypeError`.
 */
export interface Configuration {
  /**
   * Where things are stored: a class, or a function that is given a model's name. It is called once for each
   * model, the first time that model is needed.
   * @default keeps everything in memory, which is for development only
   * @example
   * adapter: redisAdapter(new Redis('redis://localhost'))
   */
  adapter?: AdapterConstructor | AdapterFactory | undefined
  /**
   * Clients that are always there and never expire; storage is not asked about them. @default [] @see OpenID Connect Dynamic Client Registration 1.0 §2
   * @example
   * clients: [
   *   {
   *     client_id: 'web',
   *     client_secret: process.env.WEB_SECRET,
   *     redirect_uris: ['https://app.example.com/cb'],
   *     grant_types: ['authorization_code', 'refresh_token'],
   *   },
   * ]
   */
  clients?: ClientMetadata[] | undefined
  /**
   * Loads an account and its claims. @default an account whose only claim is `sub` @see OpenID Connect Core 1.0 §5
   * @example
   * findAccount: async (ctx, id) => {
   *   const person = await database.person(id)
   *   if (person === undefined) return undefined
   *   return { accountId: id, claims: () => ({ sub: id, name: person.name, email: person.email }) }
   * }
   */
  findAccount?: GivenFindAccount | undefined
  /**
   * Private keys to sign and decrypt with: RSA, EC (P-256, secp256k1, P-384, P-521) and OKP (Ed25519, Ed448,
   * X25519, X448). The first fitting key signs, all are published. To rotate: append the new key, restart all
   * processes, move it to the front, restart all processes.
   * @default keys for development only
   * @see RFC 7517 §5
   * @example
   * jwks: JSON.parse(readFileSync('keys.json', 'utf8'))
   */
  jwks?: JWKS | undefined
  /** Optional features, see their own part of this document. */
  features?: { [Name in keyof Features]?: Features[Name] | undefined } | undefined
  /** Whether access tokens may be sent in the query of a URL, where they end up in logs. @default false @see RFC 6750 §2.3 */
  acceptQueryParamAccessTokens?: boolean | undefined
  /**
   * Authentication contexts that the provider supports. An Array or a Set. @default [] @see OpenID Connect Core 1.0 §2
   * @example
   * acrValues: ['urn:example:password', 'urn:example:two-factors']
   */
  acrValues?: string[] | ReadonlySet<string> | undefined
  /** Whether a client with a single redirect URI may leave out `redirect_uri`. @default true @see RFC 6749 §3.1.2.3 */
  allowOmittingSingleRegisteredRedirectUri?: boolean | undefined
  /**
   * Whether outgoing requests may go to special-use addresses (loopback, private, link-local and others), or the
   * host names that may resolve to such. Anybody who can register a client chooses where these requests go.
   * @default false
   * @see RFC 6890, RFC 9101 §10.4.1
   * @example
   * allowSpecialUseAddresses: ['clients.internal.example.com']
   */
  allowSpecialUseAddresses?: boolean | string[] | undefined
  /**
   * Checks a verified client assertion against the host's own rules. Throw `errors.InvalidClientAuth`.
   * @default accepts everything
   * @see OpenID Connect Core 1.0 §9
   * @example
   * assertJwtClientAuthClaimsAndHeader: (ctx, claims) => {
   *   if (Number(claims.exp) - Number(claims.iat) > 60) throw new errors.InvalidClientAuth('assertion is valid for too long')
   * }
   */
  assertJwtClientAuthClaimsAndHeader?:
    | HostFunction<
        (
          ctx: KoaContextWithOIDC,
          claims: Readonly<Record<string, unknown>>,
          header: Readonly<Record<string, unknown>>,
          client: Client,
        ) => unknown
      >
    | undefined
  /**
   * Claims that can be supplied: `{ claim: null }` for a single claim, `{ scope: ['claim', …] }` or
   * `{ scope: { claim: null, … } }` for the claims of a scope, which becomes a supported scope. Added to the
   * defaults.
   * @default { acr: null, auth_time: null, iss: null, openid: ['sub'], sid: null }
   * @see OpenID Connect Core 1.0 §5.1, §5.4
   * @example
   * claims: {
   *   profile: ['name', 'given_name', 'family_name', 'picture', 'locale'],
   *   email: ['email', 'email_verified'],
   *   staff_number: null,
   * }
   */
  claims?: { [scopeOrClaim: string]: null | string[] | { [claim: string]: null } } | undefined
  /**
   * Ways for clients to authenticate. An Array or a Set. 'tls_client_auth' and 'self_signed_tls_client_auth' need
   * `features.mTLS`.
   * @default ['client_secret_basic', 'client_secret_jwt', 'client_secret_post', 'private_key_jwt', 'none']
   * @see OpenID Connect Core 1.0 §9
   * @example
   * clientAuthMethods: ['private_key_jwt', 'none']
   */
  clientAuthMethods?: ClientAuthMethod[] | ReadonlySet<ClientAuthMethod> | undefined
  /**
   * Whether scripts of this origin may read answers given to this client. @default () => false @see CORS protocol, Fetch Standard §3.2
   * @example
   * clientBasedCORS: (ctx, origin, client) => client.redirectUris.some((uri) => new URL(uri).origin === origin)
   */
  clientBasedCORS?: ((ctx: KoaContextWithOIDC, origin: string, client: Client) => boolean) | undefined
  /**
   * How far the `exp` of a client assertion may be ahead, in seconds. Each one works once, and is remembered until then.
   * @default 3600
   * @see RFC 7523 §3
   * @example 300
   */
  clientAssertionLifetime?: number | undefined
  /**
   * Metadata of clients that do not say otherwise, registered ones included. Added to the defaults.
   * @default { grant_types: ['authorization_code'], id_token_signed_response_alg: 'RS256', response_types: ['code'], token_endpoint_auth_method: 'client_secret_basic' }
   * @see OpenID Connect Dynamic Client Registration 1.0 §2
   * @example
   * clientDefaults: { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' }
   */
  clientDefaults?: AllClientMetadata | undefined
  /**
   * Slows down those who try client secrets out. Every secret is compared, so nobody can lock a client out; but after
   * some wrong ones from an address (of IPv6, a /64) at most 80 a second of its secrets are compared (288,000 an hour),
   * wrong answers are delayed, and too many of them at once get 429 with `Retry-After`. docs/guessing.md has the
   * numbers. Behind a proxy set `provider.proxy`, otherwise all requests seem to come from one address; the last entry
   * of `X-Forwarded-For` counts unless `provider.app.maxIpsCount` is set. Each process counts for itself.
   * @default { attempts: 10, longestWait: 0.5 }
   * @see RFC 6819 §5.1.4.2.3
   * @example
   * clientSecretThrottle: { failed: (ctx, clientId, count) => console.warn(`wrong secret for ${clientId}, number ${count}`) }
   */
  clientSecretThrottle?: ClientSecretThrottle | undefined
  /** How far clocks of clients may be off, in seconds. @default 15 @see RFC 7519 §4.1.4 @example 5 */
  clockTolerance?: number | undefined
  /**
   * Leaves claims of scopes out of ID Tokens unless `response_type` is `id_token`. They are in the ID Token in any
   * case where the access token cannot be used at the UserInfo endpoint.
   * @default true
   * @see OpenID Connect Core 1.0 §5.4
   * @example
   * conformIdTokenClaims: false // claims of scopes are in every ID Token
   */
  conformIdTokenClaims?: boolean | undefined
  /** The provider's cookies. */
  cookies?: CookiesConfiguration | undefined
  /**
   * Members to add to the discovery document. @default { claim_types_supported: ['normal'] } @see OpenID Connect Discovery 1.0 §3
   * @example
   * discovery: { service_documentation: 'https://example.com/developers', ui_locales_supported: ['en', 'de'] }
   */
  discovery?: DiscoveryMetadata | undefined
  /** The algorithms that may be used, for each purpose. An empty array allows none. @see RFC 7518 */
  enabledJWA?: EnabledJWA | undefined
  /** Whether authorization and logout requests may also be sent by POST. @default true @see OpenID Connect Core 1.0 §3.1.2.1 */
  enableHttpPostMethods?: boolean | undefined
  /**
   * Whether what is issued from this code or token ends with the session it comes from.
   * @default where `offline_access` was not granted
   * @see OpenID Connect Core 1.0 §11
   * @example
   * expiresWithSession: (ctx, token) => !token.scopes.has('offline_access') && token.clientId !== 'kiosk'
   */
  expiresWithSession?:
    | HostFunction<
        (
          ctx: KoaContextWithOIDC,
          code: AccessToken | AuthorizationCode | BackchannelAuthenticationRequest | DeviceCode,
        ) => CanBePromise<boolean>
      >
    | undefined
  /** Client metadata of the host's own, and further checks of the standard ones. @see RFC 7591 §2 */
  extraClientMetadata?: ExtraClientMetadata | undefined
  /**
   * Further parameters of authorization, device authorization and pushed requests: an Array or a Set of names, or
   * an object of names and validators (`null` for none). They are in `ctx.oidc.params` and in interactions.
   * @default []
   * @see RFC 6749 §8.2
   * @example
   * extraParams: {
   *   audience: null,
   *   theme: (ctx, value) => {
   *     if (value !== undefined && value !== 'dark') throw new errors.InvalidRequest('theme must be dark')
   *   },
   * }
   */
  extraParams?:
    | readonly string[]
    | ReadonlySet<string>
    | { [name: string]: ExtraParamValidator | null | undefined }
    | undefined
  /**
   * Claims to add to an access token; they never replace others. Introspection returns them as well. @default adds none @see RFC 9068 §2.2
   * @example
   * extraTokenClaims: async (ctx, token) => {
   *   if (token.kind !== 'AccessToken') return undefined
   *   return { tenant: (await database.person(token.accountId))?.tenant }
   * }
   */
  extraTokenClaims?:
    | ((
        ctx: KoaContextWithOIDC,
        token: AccessToken | ClientCredentials,
      ) => CanBePromise<{ [claim: string]: unknown } | undefined>)
    | undefined
  /**
   * Makes outgoing requests; called like the `fetch` of Node. It resolves host names itself, so keeping away from special-use addresses is up to it. @default the provider's own, which `httpOptions` adjusts
   * @example
   * fetch: (url, options) => fetch(url, { ...options, headers: { ...options.headers, 'user-agent': 'op.example.com' } })
   */
  fetch?: ((url: URL, options: RequestInit) => Promise<Response>) | undefined
  /** The largest answers that are read from clients' servers, in bytes. @see RFC 9101 §10.4 */
  fetchResponseBodyLimits?: FetchResponseBodyLimits | undefined
  /** The form of tokens. */
  formats?: FormatsConfiguration | undefined
  /**
   * Adjusts an outgoing request: its deadline (`signal`), `agent` and `dnsLookup`. @default (url) => ({})
   * @example
   * httpOptions: () => ({ signal: AbortSignal.timeout(5000), 'user-agent': 'op.example.com' })
   */
  httpOptions?: ((url: URL) => HttpOptions) | undefined
  /** When people are asked something, and where. @see OpenID Connect Core 1.0 §3.1.2.3 */
  interactions?: InteractionsConfiguration | undefined
  /**
   * Whether this client gets a refresh token. @default where the client may use the grant and `offline_access` was granted @see OpenID Connect Core 1.0 §11
   * @example
   * issueRefreshToken: (ctx, client, code) =>
   *   client.grantTypeAllowed('refresh_token') && (code.scopes.has('offline_access') || client.applicationType === 'native')
   */
  issueRefreshToken?:
    | ((
        ctx: KoaContextWithOIDC,
        client: Client,
        code: AuthorizationCode | BackchannelAuthenticationRequest | DeviceCode,
      ) => CanBePromise<boolean>)
    | undefined
  /**
   * Loads what the person allowed this client before, or makes it for them; a grant made here must be saved.
   * @default the grant of the interaction's result, otherwise the session's grant for this client
   * @see OpenID Connect Core 1.0 §3.1.2.4
   * @example
   * loadExistingGrant: async (ctx) => {
   *   const { client, session, result, provider } = ctx.oidc
   *   if (client === undefined || session === undefined) return undefined
   *   const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId)
   *   if (grantId) return provider.Grant.find(grantId)
   *   if (client.clientId !== 'our-own-shop' || session.accountId === undefined) return undefined
   *   // Nobody is asked for consent to an application of ours.
   *   const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
   *   grant.addOIDCScope(ctx.oidc.requestParamOIDCScopes)
   *   await grant.save()
   *   return grant
   * }
   */
  loadExistingGrant?: ((ctx: KoaContextWithOIDC) => CanBePromise<Grant | undefined | null>) | undefined
  /**
   * Receives notices and warnings. @default prints them to the console
   * @example
   * logger: { info: () => {}, warn: (message) => log.warn(message), error: (message, cause) => log.error({ cause }, message) }
   */
  logger?: Logger | undefined
  /**
   * The `sub` of this account for a client with `subject_type` 'pairwise'. It must be the same every time, on every
   * machine; the default is not and gets a notice where 'pairwise' is enabled. A client that never redirects, and has
   * no `jwks_uri` whose keys it authenticates with, is in no sector: it should be one of its own.
   * @default SHA-256 of sector (or `client_id`), account and host name, in hex
   * @see OpenID Connect Core 1.0 §8.1
   * @example
   * pairwiseIdentifier: (ctx, accountId, { sectorIdentifier, clientId }) =>
   *   createHmac('sha256', secret).update(`${sectorIdentifier ?? clientId} ${accountId}`).digest('base64url')
   */
  pairwiseIdentifier?:
    | ((ctx: KoaContextWithOIDC, accountId: string, client: Client) => CanBePromise<string>)
    | undefined
  /** Proof Key for Code Exchange. @see RFC 7636 */
  pkce?: PKCEConfiguration | undefined
  /**
   * For how many seconds after its rotation the same client may use a refresh token once more and get the same
   * answer again; after them, and with 0 at once, such a use counts as theft.
   * @default 0
   * @see RFC 9700 §4.14.2
   * @example
   * refreshTokenReuseWindow: 10 // for applications that lose answers
   */
  refreshTokenReuseWindow?: number | undefined
  /**
   * Answers with an error page: called for every error at an endpoint for browsers that cannot go to the client, whatever
   * `Accept` says. Sets `ctx.type` and `ctx.body`; `out` is fit to be shown, `error` is not.
   * @default a plain page, or JSON for who does not prefer HTML
   * @example
   * renderError: (ctx, out) => {
   *   ctx.type = 'html'
   *   ctx.body = `<!DOCTYPE html><title>That did not work</title><p>${escapeHtml(out.error_description ?? out.error)}</p>`
   * }
   */
  renderError?: ((ctx: KoaContextWithOIDC, out: ErrorOut, error: Error) => unknown) | undefined
  /**
   * Response types that clients may use. Those that hand out access tokens at the authorization endpoint are
   * possible but not advisable.
   * @default ['code id_token', 'code', 'id_token', 'none']
   * @see OAuth 2.0 Multiple Response Type Encoding Practices, RFC 9700 §2.1.2
   * @example
   * responseTypes: ['code']
   */
  responseTypes?: ResponseType[] | undefined
  /**
   * Whether the grant goes too, after logout, revocation of a refresh token, or second use of a code, request or rotated token. @default () => true @see RFC 6749 §4.1.2, RFC 9700 §4.14.2
   * @example
   * revokeGrantPolicy: (ctx) => ctx.oidc.route !== 'end_session_confirm' // a logout takes nothing away
   */
  revokeGrantPolicy?: ((ctx: KoaContextWithOIDC) => CanBePromise<boolean>) | undefined
  /**
   * Whether a refresh token is replaced when it is used; a function decides each time. A second use of a replaced
   * one revokes the whole chain.
   * @default for one year at most: always for public clients without a bound key, otherwise after 70 % of the lifetime; never under FAPI 2.0
   * @see RFC 9700 §4.14
   * @example
   * rotateRefreshToken: true
   */
  rotateRefreshToken?: boolean | ((ctx: KoaContextWithOIDC) => CanBePromise<boolean>) | undefined
  /** Paths of the endpoints, each starting with `/`. */
  routes?: RoutesConfiguration | undefined
  /**
   * Scopes of the provider itself; scopes of resource servers do not belong here. An Array or a Set. @default ['openid', 'offline_access'] @see OpenID Connect Core 1.0 §3.1.2.1
   * @example
   * scopes: ['openid', 'offline_access', 'beta']
   */
  scopes?: string[] | ReadonlySet<string> | undefined
  /**
   * What the provider's own pages look like and say.
   * @default in the person's language, blue on white or on dark grey
   * @example
   * screens: { colors: { light: { accent: '#0f766e' } }, logo: '/logo.svg', defaultLanguage: 'de' }
   */
  screens?: ScreensConfiguration | undefined
  /**
   * Whether the client's `sector_identifier_uri` is fetched and compared with its metadata. @default () => true @see OpenID Connect Dynamic Client Registration 1.0 §5
   * @example (client) => client.sectorIdentifierUri?.startsWith('https://') === true
   */
  sectorIdentifierUriValidate?: ((client: Client) => boolean) | undefined
  /**
   * Seconds a storage call, and a `compareClientSecret` of the host's, may take; past them the client gets 503 with `Retry-After`. @default 5 @see RFC 9110 §15.6.4
   * @example
   * storageTimeout: 2
   */
  storageTimeout?: number | undefined
  /**
   * How `sub` may be chosen: 'public', 'pairwise'; at least one. An Array or a Set. @default ['public'] @see OpenID Connect Core 1.0 §8
   * @example
   * subjectTypes: ['public', 'pairwise']
   */
  subjectTypes?: SubjectType[] | ReadonlySet<SubjectType> | undefined
  /** Lifetimes of what is issued and stored. `undefined` stands for the default. */
  ttl?: TTLConfiguration | undefined
}
