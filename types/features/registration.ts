import type { ClientMetadata } from '../client.ts'
import type { KoaContextWithOIDC } from '../context.ts'
import type { ProviderError } from '../errors.ts'
import type { BaseToken, Client } from '../models.ts'
import type { ConsumablePayload, TokenPayload } from '../payloads.ts'
import type { TTL } from '../ttl.ts'
import type { FeatureOptions } from './feature_options.ts'

/** Checks or changes metadata before they are validated. Throw `errors.InvalidClientMetadata` to refuse them. */
export type RegistrationPolicy = (ctx: KoaContextWithOIDC, properties: ClientMetadata) => unknown

/** Whether this new client gets a token to manage its registration. @see RFC 7592 §3 */
export type IssueRegistrationAccessTokenFunction = (ctx: KoaContextWithOIDC) => boolean | Promise<boolean>

/**
 * Lets clients register themselves. @see OpenID Connect Dynamic Client Registration 1.0, RFC 7591
 * @example
 * features: {
 *   registration: {
 *     enabled: true,
 *     initialAccessToken: true,
 *     policies: {
 *       partner: (ctx, metadata) => {
 *         metadata.contacts ??= []
 *         if (metadata.application_type === 'native') throw new errors.InvalidClientMetadata('web applications only')
 *       },
 *     },
 *   },
 * }
 */
export interface RegistrationOptions extends FeatureOptions {
  /**
   * Turns the feature on. @default false
   * @example
   * features: { registration: { enabled: true, initialAccessToken: process.env.REGISTRATION_TOKEN } }
   */
  enabled?: boolean | undefined
  /**
   * Makes a client identifier: visible ASCII characters. @default 21 random URL-safe characters @see RFC 7591 §3.2.1
   * @example () => randomUUID()
   */
  idFactory?: ((ctx: KoaContextWithOIDC) => string | Promise<string>) | undefined
  /**
   * Who may register: `false` anybody, `true` who holds a stored initial access token, a string who knows it. @default false @see RFC 7591 §3
   * @example true
   */
  initialAccessToken?: boolean | string | undefined
  /**
   * Whether a new client gets a token to read and manage its registration; a function decides each time. @default true @see RFC 7592 §3
   * @example (ctx) => ctx.oidc.client?.applicationType === 'web'
   */
  issueRegistrationAccessToken?: boolean | IssueRegistrationAccessTokenFunction | undefined
  /**
   * Policies by name, for the initial access tokens that carry their names; they run in that order. Needs `initialAccessToken`. @default undefined @see RFC 7591 §3.2.1
   * @example
   * {
   *   partner: (ctx, properties) => {
   *     if (properties.application_type === 'native') throw new errors.InvalidClientMetadata('no apps here')
   *   },
   * }
   */
  policies?: { [name: string]: RegistrationPolicy } | undefined
  /**
   * Makes a client secret: visible ASCII characters. @default 64 random bytes, base64url @see RFC 7591 §3.2.1
   * @example () => randomBytes(32).toString('base64url')
   */
  secretFactory?: ((ctx: KoaContextWithOIDC) => string | Promise<string>) | undefined
}

/** What is stored of a token that registration policies go with. */
export interface PolicyTokenPayload extends TokenPayload {
  /** Names of the registration policies that apply. */
  policies?: string[] | undefined
}

/** What is stored of a registration access token. */
export interface RegistrationAccessTokenPayload extends PolicyTokenPayload {
  /** It is stored under the hash of its value; tokens of before are stored under the value. */
  hashed?: boolean | undefined
}

/** What is stored of an initial access token. */
export interface InitialAccessTokenPayload extends PolicyTokenPayload, ConsumablePayload {}

/** What allows somebody to register a client. @see RFC 7591 §3 */
export interface InitialAccessToken extends BaseToken, InitialAccessTokenPayload {
  readonly kind: 'InitialAccessToken'
  /** The client it registered, if any. */
  clientId?: string | undefined
}

/** What a client reads and changes its registration with. @see RFC 7592 §3 */
export interface RegistrationAccessToken extends BaseToken, RegistrationAccessTokenPayload {
  readonly kind: 'RegistrationAccessToken'
  /** The client it manages. */
  clientId?: string | undefined
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** An initial access token was removed. */
    'initial_access_token.destroyed': [token: InitialAccessToken]
    /** An initial access token was stored. */
    'initial_access_token.saved': [token: InitialAccessToken]
    /** A registration access token was removed. */
    'registration_access_token.destroyed': [token: RegistrationAccessToken]
    /** A registration access token was stored. */
    'registration_access_token.saved': [token: RegistrationAccessToken]
    /** A registration failed. @see RFC 7591 §3.2.2 */
    'registration_create.error': [ctx: KoaContextWithOIDC, error: ProviderError]
    /** A client was registered. @see RFC 7591 §3.2.1 */
    'registration_create.success': [ctx: KoaContextWithOIDC, client: Client]
    /** Reading a registration failed. @see RFC 7592 §2.1 */
    'registration_read.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  }
}

declare module '../context.ts' {
  interface OIDCContextEntities {
    /** The token that allowed the registration. */
    InitialAccessToken?: InitialAccessToken
    /** The token that manages the client: presented, or being issued. */
    RegistrationAccessToken?: RegistrationAccessToken
    /** The registration access token that was replaced. */
    RotatedRegistrationAccessToken?: RegistrationAccessToken
  }

  interface OIDCContext {
    /** The token that manages the client: presented, or being issued. */
    readonly registrationAccessToken: RegistrationAccessToken | undefined
  }
}

declare module '../ttl.ts' {
  interface TTLConfiguration {
    /** Initial access tokens. @default null (never expire) @see RFC 7591 §3 @example 7 * 24 * 3600 */
    InitialAccessToken?: TTL<InitialAccessToken> | null | undefined
    /** Registration access tokens. @default null (never expire) @see RFC 7592 §5 @example 365 * 24 * 3600 */
    RegistrationAccessToken?: TTL<RegistrationAccessToken> | null | undefined
  }
}

declare module '../routes.ts' {
  interface RoutesConfiguration {
    /** @default '/reg' @see RFC 7591 §3 @example '/register' */
    registration?: string | undefined
  }
}
