import type { FeatureOptions } from './feature_options.ts'

/** The UserInfo endpoint. It takes opaque access tokens that have the scope `openid` and no resource server as audience. @see OpenID Connect Core 1.0 §5.3 */
export interface UserinfoOptions extends FeatureOptions {
  /** Turns the feature on. @default true */
  enabled?: boolean | undefined
}
