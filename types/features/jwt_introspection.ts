import type { FeatureOptions } from './feature_options.ts'

/**
 * Token introspection responses as JWTs, for clients that send `Accept: application/token-introspection+jwt`. Needs
 * `introspection`.
 * @see RFC 9701
 */
export interface JwtIntrospectionOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}
