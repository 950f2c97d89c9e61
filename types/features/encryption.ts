import type { FeatureOptions } from './feature_options.ts'

/** Encrypted ID Tokens and other responses, and encrypted request objects. @see RFC 7516 */
export interface EncryptionOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}
