import type { FeatureOptions } from './feature_options.ts'

/** Lets clients obtain access tokens for themselves. @see RFC 6749 §4.4 */
export interface ClientCredentialsOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}
