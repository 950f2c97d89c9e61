import type { FeatureOptions } from './feature_options.ts'

/** Authorization responses as JWTs. @see JWT Secured Authorization Response Mode for OAuth 2.0 (JARM) */
export interface JwtResponseModesOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}
