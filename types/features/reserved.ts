/** A feature that is planned: turning it on is refused, everything else is accepted and does nothing yet. */
export interface ReservedFeatureOptions {
  /** Must not be true yet. @default false */
  enabled?: boolean | undefined
  /** The version of a draft that the host was written for. */
  ack?: string | undefined
  [option: string]: unknown
}
