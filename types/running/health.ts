/** `ok` while requests can be served. */
export type HealthStatus = 'ok' | 'failing'

/** What was tried. */
export interface HealthCheck {
  /** `storage`, or `signature` and the algorithm, such as `signature RS256`. */
  readonly name: string
  readonly status: HealthStatus
  /** Milliseconds it took. */
  readonly duration: number
  /** Why it fails, without anything secret: `storage did not answer Session.find within 2000 ms`. */
  readonly problem?: string
}

/** Whether a provider can do its work, from `provider.health()`. */
export interface Health {
  /** `failing` when one of the checks is. */
  readonly status: HealthStatus
  readonly checks: readonly HealthCheck[]
}
