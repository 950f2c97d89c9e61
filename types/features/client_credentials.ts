import type { BaseToken, SenderConstrainable } from '../models.ts'
import type { SenderConstrainedPayload, TokenPayload } from '../payloads.ts'
import type { LoadedResourceServer } from '../resource_server.ts'
import type { TTL } from '../ttl.ts'
import type { FeatureOptions } from './feature_options.ts'

/** Lets clients obtain access tokens for themselves. @see RFC 6749 §4.4 */
export interface ClientCredentialsOptions extends FeatureOptions {
  /**
   * Turns the feature on. @default false
   * @example
   * features: { clientCredentials: { enabled: true } }
   */
  enabled?: boolean | undefined
}

/** What is stored of an access token of a client itself. */
export interface ClientCredentialsPayload extends TokenPayload, SenderConstrainedPayload {
  /** Which APIs it is for. */
  aud?: string | string[] | undefined
  /** Claims the host added with `extraTokenClaims`. */
  extra?: Record<string, unknown> | undefined
  /** Granted scope, separated by spaces. */
  scope?: string | undefined
}

/** An access token of a client itself. @see RFC 6749 §4.4 */
export interface ClientCredentials extends BaseToken, ClientCredentialsPayload, SenderConstrainable {
  readonly kind: 'ClientCredentials'
  /** Whom it was issued to. */
  clientId?: string | undefined
  /** The API it is for. */
  resourceServer?: LoadedResourceServer | undefined
  /** How it is used: `Bearer`, unless it is bound to a key of the client. */
  readonly tokenType: string
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** An access token of a client itself was removed. */
    'client_credentials.destroyed': [token: ClientCredentials]
    /** A JWT access token of a client itself was issued; nothing is stored. @see RFC 9068 */
    'client_credentials.issued': [token: ClientCredentials]
    /** An opaque access token of a client itself was stored. */
    'client_credentials.saved': [token: ClientCredentials]
  }
}

declare module '../context.ts' {
  interface OIDCContextEntities {
    /** The token of the client itself that was presented or is being issued. */
    ClientCredentials?: ClientCredentials
  }
}

declare module '../ttl.ts' {
  interface TTLConfiguration {
    /**
     * Access tokens that clients obtain for themselves. @default `accessTokenTTL` of the resource server, otherwise 600 (10 minutes) @see RFC 6749 §4.4.3
     * @example 10 * 60
     */
    ClientCredentials?: TTL<ClientCredentials> | undefined
  }
}
