import type { KoaContextWithOIDC } from '../context.ts'
import type { ProviderError } from '../errors.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * The UserInfo endpoint. It takes opaque access tokens that have the scope `openid` and no resource server as audience. @see OpenID Connect Core 1.0 §5.3
 * @example
 * features: { userinfo: { enabled: true } }
 */
export interface UserinfoOptions extends FeatureOptions {
  /** Turns the feature on. @default true */
  enabled?: boolean | undefined
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** A UserInfo request failed. @see OpenID Connect Core 1.0 §5.3.3 */
    'userinfo.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  }
}

declare module '../routes.ts' {
  interface RoutesConfiguration {
    /** @default '/me' @see OpenID Connect Core 1.0 §5.3 @example '/userinfo' */
    userinfo?: string | undefined
  }
}
