import type { Account } from '../account.ts'
import type { KoaContextWithOIDC } from '../context.ts'
import type { ProviderError } from '../errors.ts'
import type { BaseToken, Client, Consumable } from '../models.ts'
import type {
  AuthenticationPayload,
  ConsumablePayload,
  GrantBoundPayload,
  SessionBoundPayload,
  TokenPayload,
} from '../payloads.ts'
import type { TTL } from '../ttl.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Lets a client ask for a login that happens on another device. Together with `fapi` and `requestObjects.request`
 * it follows the FAPI profile for CIBA as well. @see OpenID Connect CIBA Core 1.0
 * @example
 * features: {
 *   ciba: {
 *     enabled: true,
 *     deliveryModes: ['poll', 'ping'],
 *     processLoginHint: async (ctx, hint) => (await database.person(hint)) && hint,
 *     triggerAuthenticationDevice: async (ctx, request, account, client) => {
 *       // The app on the phone answers later: provider.backchannelResult(id, …)
 *       await phone.ask(account.accountId, { id: request.jti, text: `${client.clientName} wants to know who you are` })
 *     },
 *     verifyUserCode: () => undefined,
 *   },
 * }
 */
export interface CibaOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * How clients may learn the outcome: 'poll', 'ping'; at least one. An Array or a Set. @default ['poll'] @see OpenID Connect CIBA Core 1.0 §5
   * @example ['poll', 'ping']
   */
  deliveryModes?: CIBADeliveryMode[] | ReadonlySet<CIBADeliveryMode> | undefined
  /**
   * Shortest wait between two polls, in seconds. A client that polls faster is told to slow down. @default 5 @see OpenID Connect CIBA Core 1.0 §7.3, §11
   * @example 2
   */
  interval?: number | undefined
  /**
   * Finds the account a `login_hint` is about. Throw `errors.InvalidRequest` where the hint is invalid.
   * @default throws, it must be provided
   * @returns the account's id; nothing when there is no such account
   * @see OpenID Connect CIBA Core 1.0 §7.1
   * @example async (ctx, hint) => (await database.person(hint)) && hint
   */
  processLoginHint?:
    | ((ctx: KoaContextWithOIDC, loginHint: string) => string | undefined | Promise<string | undefined>)
    | undefined
  /**
   * Finds the account a `login_hint_token` is about. Throw `errors.ExpiredLoginHintToken` or
   * `errors.InvalidRequest` where the token is expired or invalid.
   * @default throws, it must be provided
   * @returns the account's id; nothing when there is no such account
   * @see OpenID Connect CIBA Core 1.0 §7.1
   * @example async (ctx, token) => (await database.person(token)) && token
   */
  processLoginHintToken?:
    | ((ctx: KoaContextWithOIDC, loginHintToken: string) => string | undefined | Promise<string | undefined>)
    | undefined
  /**
   * Starts the login on the person's device. Called before the client is answered, when the request is stored; end it
   * with `provider.backchannelResult()`, as soon as you like. What it throws is answered, and the request is removed:
   * the place to bound how often one person is asked.
   * @default throws, it must be provided
   * @see OpenID Connect CIBA Core 1.0 §7.3
   * @example
   * async (ctx, request, account) => {
   *   await phone.ask(account.accountId, { id: request.jti, text: request.params?.['binding_message'] })
   * }
   */
  triggerAuthenticationDevice?:
    | ((
        ctx: KoaContextWithOIDC,
        request: BackchannelAuthenticationRequest,
        account: Account,
        client: Client,
      ) => unknown)
    | undefined
  /**
   * Wrong user codes that one client may send for one account within five minutes, counted for all processes in storage;
   * after that no code is checked, and the client gets 429. 0 bounds nothing, for hosts that do it themselves.
   * @default 10
   * @see OpenID Connect CIBA Core 1.0 §7.1 (user_code)
   * @example 5
   */
  userCodeAttempts?: number | undefined
  /**
   * Checks `binding_message`, which is `undefined` where it was not sent. Throw `errors.InvalidBindingMessage`.
   * @default accepts 1 to 20 characters of `a-zA-Z0-9-._+/!?#`
   * @see OpenID Connect CIBA Core 1.0 §7.1
   * @example
   * (ctx, message) => {
   *   if (!/^[A-Z0-9]{4,8}$/.test(message ?? '')) throw new errors.InvalidBindingMessage()
   * }
   */
  validateBindingMessage?:
    | ((ctx: KoaContextWithOIDC, bindingMessage: string | undefined) => unknown)
    | undefined
  /**
   * Checks `request_context`, which is `undefined` where it was not sent. Throw `errors.InvalidRequest`. Without it
   * `request_context` is ignored.
   * @default throws, and is not called
   * @see Financial-grade API: CIBA Profile §5.2.2
   * @example
   * (ctx, context) => {
   *   if ((context ?? '').length > 200) throw new errors.InvalidRequest('request_context is too long')
   * }
   */
  validateRequestContext?:
    | ((ctx: KoaContextWithOIDC, requestContext: string | undefined) => unknown)
    | undefined
  /**
   * Checks `user_code`, which is `undefined` where it was not sent. Throw `errors.MissingUserCode` or
   * `errors.InvalidUserCode`. Called for clients with `backchannel_user_code_parameter`, once their hint named an account.
   * @default throws, it must be provided
   * @see OpenID Connect CIBA Core 1.0 §7.1
   * @example
   * async (ctx, account, code) => {
   *   if (code === undefined) throw new errors.MissingUserCode()
   *   if (!(await hasPin(account.accountId, code))) throw new errors.InvalidUserCode()
   * }
   */
  verifyUserCode?:
    | ((ctx: KoaContextWithOIDC, account: Account, userCode: string | undefined) => unknown)
    | undefined
}

/** What is stored of a backchannel authentication request. */
export interface BackchannelAuthenticationRequestPayload
  extends TokenPayload,
    ConsumablePayload,
    GrantBoundPayload,
    SessionBoundPayload,
    AuthenticationPayload {
  /** The parameters of the request. */
  params?: Record<string, unknown> | undefined
  /** How it was refused. */
  error?: string | undefined
  /** What the client is told about that. */
  errorDescription?: string | undefined
  /** Grant types that led here, separated by spaces. */
  gty?: string | undefined
  /** Counts changes, so that of several at once one counts. */
  version?: number | undefined
}

/** What is known of the authentication that ended a request. */
export interface BackchannelResultOptions {
  /** Authentication Context Class Reference that was satisfied. */
  acr?: string | undefined
  /** Authentication methods that were used. */
  amr?: string[] | undefined
  /** When the end-user authenticated, epoch seconds. */
  authTime?: number | undefined
  /** `uid` of a session of this provider that it happened in. */
  sessionUid?: string | undefined
  /** Whether what is issued ends with that session; needs `sessionUid`. @default false */
  expiresWithSession?: boolean | undefined
  /** The session as the client knows it, for ID Tokens and logout. */
  sid?: string | undefined
}

/** The backchannel authentication response, as it was sent. @see OpenID Connect CIBA Core 1.0 §7.3 */
export interface BackchannelAuthenticationResponse {
  /** What the client polls with. */
  auth_req_id: string
  /** Seconds it is valid for. */
  expires_in: number
  /** Seconds between two polls. */
  interval: number
}

/** A login that a client has asked for on another device. @see OpenID Connect CIBA Core 1.0 §7 */
export interface BackchannelAuthenticationRequest
  extends BaseToken,
    BackchannelAuthenticationRequestPayload,
    Consumable {
  readonly kind: 'BackchannelAuthenticationRequest'
  /** Whom it was issued to. */
  clientId?: string | undefined
  /** When it was used up, epoch seconds; `undefined` while it was not. */
  consumed: unknown
}

/** How a CIBA client learns the outcome. @see OpenID Connect CIBA Core 1.0 §5 */
export type CIBADeliveryMode = 'poll' | 'ping'

declare module '../client.ts' {
  interface ClientMetadata {
    /** How it learns the outcome of a backchannel authentication. @see OpenID Connect CIBA Core 1.0 §4 @example 'ping' */
    backchannel_token_delivery_mode?: CIBADeliveryMode | undefined
    /** Where ping notifications are posted. @see OpenID Connect CIBA Core 1.0 §4 @example 'https://app.example.com/ping' */
    backchannel_client_notification_endpoint?: string | undefined
    /**
     * The algorithm its backchannel authentication requests must be signed with; absent means not signed. @see OpenID Connect CIBA Core 1.0 §4
     * @example 'ES256'
     */
    backchannel_authentication_request_signing_alg?: string | undefined
    /** Whether it sends `user_code`. @default false @see OpenID Connect CIBA Core 1.0 §4 */
    backchannel_user_code_parameter?: boolean | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly backchannelTokenDeliveryMode?: CIBADeliveryMode | undefined
    readonly backchannelClientNotificationEndpoint?: string | undefined
    readonly backchannelAuthenticationRequestSigningAlg?: string | undefined
    readonly backchannelUserCodeParameter?: boolean | undefined
    /**
     * Tells the client that the outcome of a request can be fetched, once. Nothing is stored, and no event told.
     * @throws Error when the client cannot be told
     * @see OpenID Connect CIBA Core 1.0 §10.2
     * @example await client.backchannelPing(request)
     */
    backchannelPing(request: BackchannelAuthenticationRequest): Promise<void>
  }
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** A backchannel authentication request failed. @see OpenID Connect CIBA Core 1.0 §13 */
    'backchannel_authentication.error': [ctx: KoaContextWithOIDC, error: ProviderError]
    /** A backchannel authentication request was accepted. @see OpenID Connect CIBA Core 1.0 §7.3 */
    'backchannel_authentication.success': [
      ctx: KoaContextWithOIDC,
      response: BackchannelAuthenticationResponse,
    ]
    /** A backchannel authentication request was exchanged for tokens. @see OpenID Connect CIBA Core 1.0 §10.1 */
    'backchannel_authentication_request.consumed': [request: BackchannelAuthenticationRequest]
    /** A backchannel authentication request was removed. */
    'backchannel_authentication_request.destroyed': [request: BackchannelAuthenticationRequest]
    /** A backchannel authentication request was stored: when it was made, and again when there was an outcome. */
    'backchannel_authentication_request.saved': [request: BackchannelAuthenticationRequest]
    /** A client could not be told that it can fetch an outcome; it can poll all the same. @see OpenID Connect CIBA Core 1.0 §10.2 */
    'backchannel_ping.error': [error: Error, client: Client, request: BackchannelAuthenticationRequest]
    /** A client was told that it can fetch an outcome. @see OpenID Connect CIBA Core 1.0 §10.2 */
    'backchannel_ping.success': [client: Client, request: BackchannelAuthenticationRequest]
  }
}

declare module '../context.ts' {
  interface OIDCContextEntities {
    /** The backchannel authentication request that is made or polled for. */
    BackchannelAuthenticationRequest?: BackchannelAuthenticationRequest
  }
}

declare module '../ttl.ts' {
  interface TTLConfiguration {
    /**
     * Backchannel authentication requests. @default `requested_expiry`, at most 600 (10 minutes) @see OpenID Connect CIBA Core 1.0 §7.3
     * @example 5 * 60
     */
    BackchannelAuthenticationRequest?: TTL<BackchannelAuthenticationRequest> | undefined
  }
}

declare module '../routes.ts' {
  interface RoutesConfiguration {
    /** @default '/backchannel' @see OpenID Connect CIBA Core 1.0 §7 @example '/ciba' */
    backchannel_authentication?: string | undefined
  }
}
