import type { FeatureOptions } from './feature_options.ts'

/** Signed and encrypted UserInfo responses. Needs `userinfo`. @see OpenID Connect Core 1.0 §5.3.2 */
export interface JwtUserinfoOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}
