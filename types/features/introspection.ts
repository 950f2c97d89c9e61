import type { KoaContextWithOIDC } from '../context.ts'
import type { ProviderError } from '../errors.ts'
import type { AccessToken, Client, RefreshToken } from '../models.ts'
import type { ClientCredentials } from './client_credentials.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Lets clients and resource servers ask about opaque access tokens and refresh tokens. JWT access tokens are not stored:
 * they are refused with `unsupported_token_type`, and whoever gets one validates it.
 * @see RFC 7662
 */
export interface IntrospectionOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Whether the client may learn about the token; where not, the token is reported as inactive. It is asked about
   * tokens that are active only.
   * @default public clients may ask about their own tokens only, others about all
   * @see RFC 7662 §4
   * @example
   * features: {
   *   introspection: {
   *     enabled: true,
   *     // Only our APIs ask.
   *     allowedPolicy: (ctx, client, token) => client.clientId === 'api' || token.clientId === client.clientId,
   *   },
   * }
   */
  allowedPolicy?:
    | ((
        ctx: KoaContextWithOIDC,
        client: Client,
        token: AccessToken | ClientCredentials | RefreshToken,
      ) => boolean | Promise<boolean>)
    | undefined
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** An introspection request failed. @see RFC 7662 §2.3 */
    'introspection.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  }
}

declare module '../routes.ts' {
  interface RoutesConfiguration {
    /** @default '/token/introspection' @see RFC 7662 §2 @example '/introspect' */
    introspection?: string | undefined
  }
}
