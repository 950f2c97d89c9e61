import type { FeatureOptions } from './feature_options.ts'

/** Authorization responses as messages between browser windows. A draft. @see OAuth 2.0 Web Message Response Mode */
export interface WebMessageResponseModeOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}
