/** What every feature understands. */
export interface FeatureOptions {
  /** Turns the feature on. */
  enabled?: boolean | undefined
  /**
   * The version of a draft that the host was written for, for example 'draft-11'. It silences the notice about
   * drafts and stops the provider from being constructed once a later version is implemented. Ignored on a
   * feature whose specification is final.
   */
  ack?: string | undefined
}
