import type { FeatureOptions } from './feature_options.ts'

/** Login and consent screens for development only: any login and any password is accepted. Turn it off and bring your own. */
export interface DevInteractionsOptions extends FeatureOptions {
  /**
   * Turns the feature on. @default true
   * @example
   * features: { devInteractions: { enabled: false } }
   */
  enabled?: boolean | undefined
}
