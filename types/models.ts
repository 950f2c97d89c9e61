import type { Context } from 'koa'
import type { ClaimsParameterMember } from './account.ts'
import type { GivenAdapter } from './adapter.ts'
import type { ClientMetadata, JWKS, ResponseType, SecurityProfileName } from './client.ts'
import type { ModelName } from './model_name.ts'
import type {
  AccessTokenPayload,
  AuthorizationCodePayload,
  ClientAuthorization,
  GrantPayload,
  InteractionPayload,
  InteractionSession,
  ModelPayload,
  PromptDetail,
  RefreshTokenPayload,
  ReplayDetectionPayload,
  SessionPayload,
  TokenPayload,
} from './payloads.ts'
import type { LoadedResourceServer, TokenFormat } from './resource_server.ts'

export type * from './payloads.ts'

/** A request inside the provider, as far as models care: they only hand it on. `KoaContextWithOIDC` is one. */
export type ProviderRequest = Context & { readonly oidc: object }

/** Something a provider stores. */
export interface BaseModel extends ModelPayload {
  /** Whether its time is over. */
  readonly isExpired: boolean
  /** Whether it is neither expired nor used up. */
  readonly isValid: boolean
  /** Seconds until it expires, at least 0; `Infinity` when it never does. */
  readonly remainingTTL: number
  /** How much of its lifetime is over, 0 to 100 (or more). @example token.ttlPercentagePassed() > 70 */
  ttlPercentagePassed(): number
  /** The host's own adapter of this kind. */
  readonly adapter: GivenAdapter
  /**
   * Stores it as it is now: a new one is inserted, one that was found is saved only while it exists.
   * @param ttl seconds it lives from now on
   * @returns its value
   * @example await grant.save(3600)
   */
  save(ttl?: number): Promise<string>
  /** Removes it from storage. @example await session.destroy() */
  destroy(): Promise<void>
  /** Tells listeners of `<name of the model>.<eventName>`. @example code.emit('consumed') */
  emit(eventName: string): void
}

/** A code or token. */
export interface BaseToken extends BaseModel, TokenPayload {
  /** The client it is made for, as far as it is known without a look-up. */
  client?: Client | undefined
  /** Whether it is looked up or says everything itself. */
  readonly format: TokenFormat
  /** Seconds a new token lives, counted from when it is issued; comes before `ttl`. */
  expiresIn?: number | undefined
  /** Seconds from being issued to its end: `expires_in` of an answer. `Infinity` when it never ends. */
  readonly expiration: number
  /** The granted scope values. */
  readonly scopes: Set<string>
  /**
   * Stores it, or signs it when its format is structured.
   * @param given seconds it lives from now on, or the request it is issued in, which functions of the configuration
   *   are handed; a token that `ctx.oidc.entity()` was told of knows its request
   * @returns the value for the client
   * @example const value = await token.save()
   */
  save(given?: number | ProviderRequest): Promise<string>
}

/** What may be used once. */
export interface Consumable {
  /** Marks it as used. @example await code.consume() */
  consume(): Promise<void>
}

/** What may be bound to a key or certificate of its sender. */
export interface SenderConstrainable {
  /**
   * Whether it is bound to a key or certificate of the client.
   * @example if (!token.isSenderConstrained()) throw new errors.InvalidToken('it is bound to nobody')
   */
  isSenderConstrained(): boolean
}

/** What a browser takes to a client, to be exchanged once. @see RFC 6749 §4.1 */
export interface AuthorizationCode extends BaseToken, AuthorizationCodePayload, Consumable {
  readonly kind: 'AuthorizationCode'
  /** Whom it was issued to. */
  clientId?: string | undefined
}
/** What a client calls an API or UserInfo with, for a person. @see RFC 6749 §1.4 */
export interface AccessToken extends BaseToken, AccessTokenPayload, SenderConstrainable {
  readonly kind: 'AccessToken'
  /** Whom it speaks for; absent at run time where a custom grant issues it without an account. */
  accountId: string
  /** The grant it is issued under; absent at run time where a custom grant issues it without one. */
  grantId: string
  /** Grant types that led here, space-delimited; absent at run time where a custom grant states none. */
  gty: string
  /** Whom it was issued to. */
  clientId?: string | undefined
  /** The API it is for; absent when it is for UserInfo. */
  resourceServer?: LoadedResourceServer | undefined
  /** How it is used: `Bearer`, unless it is bound to a key of the client. */
  readonly tokenType: string
}
/** What a client gets new access tokens with. @see RFC 6749 §1.5 */
export interface RefreshToken extends BaseToken, RefreshTokenPayload, Consumable, SenderConstrainable {
  readonly kind: 'RefreshToken'
  /** Whom it speaks for; absent at run time where a custom grant issues it without an account. */
  accountId: string
  /** Whom it was issued to. */
  clientId?: string | undefined
  /** When it was used up, epoch seconds; `undefined` while it was not. */
  consumed: unknown
  /** Seconds since the first token of the rotation chain was issued. @example refreshToken.totalLifetime() > 90 * 24 * 3600 */
  totalLifetime(): number
}
/** An identifier that must not be used again. @see RFC 7523 §3 */
export interface ReplayDetection extends BaseModel, ReplayDetectionPayload {
  readonly kind: 'ReplayDetection'
  /** Stores it as it is now, until it ends. @example await record.persist() */
  persist(): Promise<string>
  /**
   * Remembers it.
   * @param exp epoch seconds until which it could be accepted again
   * @returns whether it was new; of concurrent callers exactly one hears `true`
   * @example await provider.ReplayDetection.unique('orders', 'jti-1', 1795000000)
   */
  unique(iss: string, jti: string, exp?: number): Promise<boolean>
}

/** Scope values or names of claims: text separated by spaces, an array, a Set. */
export type GrantItems = string | Iterable<string>

/** What an end-user allowed, and refused, a client. */
export interface Grant extends BaseModel, GrantPayload {
  readonly kind: 'Grant'
  /** Allows scopes of the provider itself. Undoes an earlier `rejectOIDCScope` of them. @example grant.addOIDCScope('openid email') */
  addOIDCScope(scope: GrantItems): undefined
  /** Notes scopes that the person refused: they are not asked for again, and never issued. @example grant.rejectOIDCScope('phone') */
  rejectOIDCScope(scope: GrantItems): undefined
  /** The allowed scopes, separated by spaces, without those that were refused. @example grant.getOIDCScope().split(' ') */
  getOIDCScope(): string
  /** The refused scopes. @example grant.getRejectedOIDCScope() */
  getRejectedOIDCScope(): string
  /** The scopes that the person was asked about: allowed or refused. @example grant.getOIDCScopeEncountered() */
  getOIDCScopeEncountered(): string
  /** Those of these scopes that are allowed. @example grant.getOIDCScopeFiltered(['openid', 'email']) */
  getOIDCScopeFiltered(filter: GrantItems): string
  /**
   * Allows single claims, of the `claims` parameter. Undoes an earlier `rejectOIDCClaims` of them.
   * @example grant.addOIDCClaims(['email'])
   */
  addOIDCClaims(claims: GrantItems): undefined
  /** Notes claims that the person refused. @example grant.rejectOIDCClaims(['birthdate']) */
  rejectOIDCClaims(claims: GrantItems): undefined
  /** The allowed claims, without those that were refused. @example grant.getOIDCClaims().includes('email') */
  getOIDCClaims(): string[]
  /** The refused claims. @example grant.getRejectedOIDCClaims() */
  getRejectedOIDCClaims(): string[]
  /** The claims that the person was asked about: allowed or refused. @example grant.getOIDCClaimsEncountered() */
  getOIDCClaimsEncountered(): string[]
  /** Those of these claims that are allowed. @example grant.getOIDCClaimsFiltered(['email']) */
  getOIDCClaimsFiltered(filter: GrantItems): string[]
  /**
   * Allows scopes of an API, by its resource indicator. Undoes an earlier `rejectResourceScope` of them.
   * @example grant.addResourceScope('https://api.example.com', 'orders:read')
   */
  addResourceScope(resource: string, scope: GrantItems): undefined
  /** Notes scopes of an API that the person refused. @example grant.rejectResourceScope('https://api.example.com', 'orders:write') */
  rejectResourceScope(resource: string, scope: GrantItems): undefined
  /** The allowed scopes of an API, without those that were refused. @example grant.getResourceScope('https://api.example.com') */
  getResourceScope(resource: string): string
  /** The refused scopes of an API. @example grant.getRejectedResourceScope('https://api.example.com') */
  getRejectedResourceScope(resource: string): string
  /**
   * The scopes of an API that the person was asked about: allowed or refused.
   * @example grant.getResourceScopeEncountered('https://api.example.com')
   */
  getResourceScopeEncountered(resource: string): string
  /**
   * Those of these scopes of an API that are allowed.
   * @example grant.getResourceScopeFiltered('https://api.example.com', ['orders:read'])
   */
  getResourceScopeFiltered(resource: string, filter: GrantItems): string
  /** Stores it. @returns its id, for `consent.grantId` @example const grantId = await grant.save() */
  save(ttl?: number): Promise<string>
}

/** The end-user's login at this provider. */
export interface Session extends BaseModel, SessionPayload {
  readonly kind: 'Session'
  /** When it stops being valid, epoch seconds; absent at run time where the host's `ttl.Session` never ends. */
  exp: number
  /** When the end-user authenticated, epoch seconds. @example Date.now() / 1000 - (session.authTime() ?? 0) */
  authTime(): number | undefined
  /** Whether the authentication is older than `age` seconds. @example session.past(300) */
  past(age: number | string): boolean
  /** What it keeps for one client, to be changed. @example session.authorizationFor('web').grantId */
  authorizationFor(clientId: string): ClientAuthorization
  /** Makes room for what it keeps for one client. @example session.ensureClientContainer('web') */
  ensureClientContainer(clientId: string): void
  /** Its identifier towards this client; absent at run time while there is none. @example session.sidFor('web') */
  sidFor(clientId: string): string
  sidFor(clientId: string, value: string): void
  /**
   * The grant of this client; absent at run time while there is none, which `Grant.find` takes as well.
   * @example await provider.Grant.find(session.grantIdFor('web'))
   */
  grantIdFor(clientId: string): string
  grantIdFor(clientId: string, value: string): void
  /** Notes a login; `persist()` stores it. @example session.loginAccount({ accountId: 'ann', amr: ['pwd'] }) */
  loginAccount(login: {
    accountId: string
    loginTs?: number | undefined
    transient?: boolean | undefined
    acr?: string | undefined
    amr?: string[] | undefined
  }): void
  /**
   * Gives it another `jti` when it is stored next: a login must not go on under an id from before.
   * @example session.resetIdentifier()
   */
  resetIdentifier(): void
  /** Stores it as it is now, for its remaining lifetime. @example await session.persist() */
  persist(): Promise<string>
}

/** A detour of an authorization request to the end-user. */
export interface Interaction extends BaseModel, InteractionPayload {
  readonly kind: 'Interaction'
  /** When it stops being valid, epoch seconds; absent at run time where the host's `ttl.Interaction` never ends. */
  exp: number
  /** The session that it started with. */
  session?: InteractionSession | undefined
  /** Names it: part of the address of the screen. */
  readonly uid: string
  /** What is needed, why, and what the screen can make use of. See [interaction policy](interaction_policy.md). */
  prompt: PromptDetail
  /** The parameters of the authorization request, as sent. */
  params: { client_id: string; [name: string]: unknown }
  /** Where the browser has to go afterwards. */
  returnTo: string
  /** Identifies the request through all its interactions. */
  cid: string
  /** Stores it as it is now, for its remaining lifetime. @example await interaction.persist() */
  persist(): Promise<string>
}

/** A registered client; metadata under camelCase names, extra properties under their own. */
export interface Client {
  readonly clientId: string
  readonly clientSecret?: string | undefined
  readonly clientSecretExpiresAt?: number | undefined
  readonly clientName?: string | undefined
  readonly clientUri?: string | undefined
  readonly logoUri?: string | undefined
  readonly policyUri?: string | undefined
  readonly tosUri?: string | undefined
  readonly initiateLoginUri?: string | undefined
  readonly applicationType: 'web' | 'native'
  readonly redirectUris: string[]
  readonly responseTypes: ResponseType[]
  /** How answers may travel; any way when there are none. */
  readonly responseModes?: string[] | undefined
  readonly grantTypes: string[]
  readonly scope?: string | undefined
  readonly contacts?: string[] | undefined
  readonly subjectType: 'public' | 'pairwise'
  /** Host that its pairwise `sub` values belong to. */
  readonly sectorIdentifier?: string | undefined
  readonly sectorIdentifierUri?: string | undefined
  readonly tokenEndpointAuthMethod: string
  /** How it authenticates; the same as `tokenEndpointAuthMethod`. */
  readonly clientAuthMethod: string
  /** The algorithm of its assertions; the same as `tokenEndpointAuthSigningAlg`. */
  readonly clientAuthSigningAlg?: string | undefined
  readonly idTokenSignedResponseAlg: string
  readonly defaultMaxAge?: number | undefined
  readonly defaultAcrValues?: string[] | undefined
  readonly requireAuthTime: boolean
  readonly clientIdIssuedAt?: number | undefined
  readonly tokenEndpointAuthSigningAlg?: string | undefined
  readonly jwks?: JWKS | undefined
  readonly jwksUri?: string | undefined
  /** The metadata as registered, with defaults filled in. @example client.metadata().redirect_uris */
  metadata(): ClientMetadata
  /** Whether it may use this grant type. @example client.grantTypeAllowed('refresh_token') */
  grantTypeAllowed(grantType: string): boolean
  /** Whether it may ask for this response type. @example client.responseTypeAllowed('code') */
  responseTypeAllowed(responseType: string): boolean
  /** Whether answers may travel that way. @example client.responseModeAllowed('form_post', 'code') */
  responseModeAllowed(mode: string, responseType: string, profile?: SecurityProfileName): boolean
  /**
   * Whether answers may go there. May be replaced on the prototype, with care: an address that is too wide gives codes away.
   * @example client.redirectUriAllowed('https://app.example.com/cb')
   */
  redirectUriAllowed(redirectUri: string): boolean
  /**
   * Whether that is its secret. May be replaced on the prototype, for secrets that are stored hashed.
   * @example await client.compareClientSecret(given)
   */
  compareClientSecret(secret: string): boolean | Promise<boolean>
  /**
   * Refuses a secret that has expired. @throws InvalidClient with this description
   * @example client.checkClientSecretExpiration('the secret has expired')
   */
  checkClientSecretExpiration(message: string): void
  /** Whether its ID Tokens and logout tokens name the session. @example client.includeSid() */
  includeSid(): boolean
  [member: string]: unknown
}

/** A decoded ID Token. */
export interface DecodedIdToken {
  header: Record<string, unknown>
  payload: Record<string, unknown>
}

/** A statement about an end-user's authentication; it has its request, `ctx`, where it is made in one. */
export interface IdToken {
  /** Whom it is made for. */
  readonly client: Client
  /** The account's claims; `scope`, `mask` and `rejected` say which of them go out. */
  readonly available: Record<string, unknown>
  /** Claims that go out as they are, before those of the account. */
  readonly extra: Record<string, unknown>
  /** Scope whose claims go out, space-delimited. */
  scope: string | undefined
  /** Claims that were asked for by name. */
  mask: Readonly<Record<string, ClaimsParameterMember | null>> | undefined
  /** Claims that the end-user refused to share. */
  rejected: Iterable<string> | undefined
  /** States a claim. @example idToken.set('nonce', 'n-0S6_WzA2Mj') */
  set(name: string, value: unknown): void
  /** What it says about the end-user. @example (await idToken.payload())['sub'] */
  payload(): Promise<Record<string, unknown>>
  /** Signs it, and encrypts it where the client wants that. @returns the JWT @example await idToken.issue({ use: 'idtoken' }) */
  issue(context: {
    use: 'idtoken' | 'userinfo' | 'logout'
    /** When it ends, epoch seconds. */
    expiresAt?: number | undefined
  }): Promise<string>
}

/** How a model is looked up and made; what `provider.<Model>` is. */
export interface ModelClass<M, Init> {
  new (payload?: Init): M
  readonly kind: ModelName
  /**
   * Finds one by its value.
   * @returns `undefined` when there is none, or it expired (unless told to ignore that)
   */
  find(value: string, options?: { ignoreExpiration?: boolean }): Promise<M | undefined>
}
