import type { FeatureOptions } from './feature_options.ts'

/** Tells clients that a person logged out, server to server. @see OpenID Connect Back-Channel Logout 1.0 */
export interface BackchannelLogoutOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}
