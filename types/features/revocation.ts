import type { KoaContextWithOIDC } from '../context.ts'
import type { ProviderError } from '../errors.ts'
import type { AccessToken, Client, RefreshToken } from '../models.ts'
import type { ClientCredentials } from './client_credentials.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Lets clients give back opaque access tokens and refresh tokens. A refresh token takes everything along that was issued
 * under its grant, and the grant itself where `revokeGrantPolicy` says so. JWT access tokens are not stored: they are
 * refused with `unsupported_token_type`.
 * @see RFC 7009
 * @example
 * features: {
 *   revocation: { enabled: true, allowedPolicy: (ctx, client, token) => token.clientId === client.clientId },
 * }
 */
export interface RevocationOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Whether the client may revoke the token; where not, it is told `invalid_request`.
   * @default a client may revoke its own tokens
   * @see RFC 7009 §2.1
   * @example (ctx, client, token) => token.clientId === client.clientId || client.clientId === 'support'
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
    /** A revocation request failed. @see RFC 7009 §2.2.1 */
    'revocation.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  }
}

declare module '../routes.ts' {
  interface RoutesConfiguration {
    /** @default '/token/revocation' @see RFC 7009 §2 @example '/revoke' */
    revocation?: string | undefined
  }
}
