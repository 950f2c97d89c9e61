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
 */
export interface CibaOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /** How clients may learn the outcome: 'poll', 'ping'; at least one. An Array or a Set. @default ['poll'] @see OpenID Connect CIBA Core 1.0 §5 */
  deliveryModes?: CIBADeliveryMode[] | ReadonlySet<CIBADeliveryMode> | undefined
  /**
   * Finds the account a `login_hint` is about. Throw `errors.InvalidRequest` where the hint is invalid.
   * @default throws, it must be provided
   * @returns the account's id; nothing when there is no such account
   * @see OpenID Connect CIBA Core 1.0 §7.1
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
   */
  processLoginHintToken?:
    | ((ctx: KoaContextWithOIDC, loginHintToken: string) => string | undefined | Promise<string | undefined>)
    | undefined
  /**
   * Starts the login on the person's device. Called before the client is answered; end it with
   * `provider.backchannelResult()`.
   * @default throws, it must be provided
   * @see OpenID Connect CIBA Core 1.0 §7.3
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
   * Checks `binding_message`, which is `undefined` where it was not sent. Throw `errors.InvalidBindingMessage`.
   * @default accepts 1 to 20 characters of `a-zA-Z0-9-._+/!?#`
   * @see OpenID Connect CIBA Core 1.0 §7.1
   */
  validateBindingMessage?:
    | ((ctx: KoaContextWithOIDC, bindingMessage: string | undefined) => unknown)
    | undefined
  /**
   * Checks `request_context`, which is `undefined` where it was not sent. Throw `errors.InvalidRequest`.
   * @default throws, it must be provided
   * @see Financial-grade API: CIBA Profile §5.2.2
   */
  validateRequestContext?:
    | ((ctx: KoaContextWithOIDC, requestContext: string | undefined) => unknown)
    | undefined
  /**
   * Checks `user_code`, which is `undefined` where it was not sent. Throw `errors.MissingUserCode` or
   * `errors.InvalidUserCode`.
   * @default throws, it must be provided
   * @see OpenID Connect CIBA Core 1.0 §7.1
   */
  verifyUserCode?:
    | ((ctx: KoaContextWithOIDC, account: Account, userCode: string | undefined) => unknown)
    | undefined
}

export interface BackchannelAuthenticationRequestPayload
  extends TokenPayload,
    ConsumablePayload,
    GrantBoundPayload,
    SessionBoundPayload,
    AuthenticationPayload {
  params?: Record<string, unknown> | undefined
  error?: string | undefined
  errorDescription?: string | undefined
  gty?: string | undefined
}

export interface BackchannelAuthenticationRequest
  extends BaseToken,
    BackchannelAuthenticationRequestPayload,
    Consumable {
  readonly kind: 'BackchannelAuthenticationRequest'
  clientId?: string | undefined
}

/** How a CIBA client learns the outcome. @see OpenID Connect CIBA Core 1.0 §5 */
export type CIBADeliveryMode = 'poll' | 'ping'

declare module '../client.ts' {
  interface ClientMetadata {
    /** How it learns the outcome of a backchannel authentication. @see OpenID Connect CIBA Core 1.0 §4 */
    backchannel_token_delivery_mode?: CIBADeliveryMode | undefined
    /** Where ping notifications are posted. @see OpenID Connect CIBA Core 1.0 §4 */
    backchannel_client_notification_endpoint?: string | undefined
    /** The algorithm its backchannel authentication requests must be signed with; absent means not signed. @see OpenID Connect CIBA Core 1.0 §4 */
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
  }
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** A backchannel authentication request failed. @see OpenID Connect CIBA Core 1.0 §13 */
    'backchannel_authentication.error': [ctx: KoaContextWithOIDC, error: ProviderError]
    /** A backchannel authentication request was exchanged for tokens. @see OpenID Connect CIBA Core 1.0 §10.1 */
    'backchannel_authentication_request.consumed': [request: BackchannelAuthenticationRequest]
    /** A backchannel authentication request was removed. */
    'backchannel_authentication_request.destroyed': [request: BackchannelAuthenticationRequest]
    /** A backchannel authentication request was stored. */
    'backchannel_authentication_request.saved': [request: BackchannelAuthenticationRequest]
  }
}

declare module '../context.ts' {
  interface OIDCContextEntities {
    BackchannelAuthenticationRequest?: BackchannelAuthenticationRequest
  }
}

declare module '../ttl.ts' {
  interface TTLConfiguration {
    /** Backchannel authentication requests. @default `requested_expiry`, at most 600 (10 minutes) @see OpenID Connect CIBA Core 1.0 §7.3 */
    BackchannelAuthenticationRequest?: TTL<BackchannelAuthenticationRequest> | undefined
  }
}

declare module '../routes.ts' {
  interface RoutesConfiguration {
    /** @default '/backchannel' @see OpenID Connect CIBA Core 1.0 §7 */
    backchannel_authentication?: string | undefined
  }
}
