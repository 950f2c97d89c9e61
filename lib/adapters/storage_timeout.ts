/** Storage did not answer in time; whether the call took effect is unknown. Answered with 503 and `Retry-After`. */
export class StorageTimeout extends Error {
  override readonly name = 'StorageTimeout'
  /** What was called, for example `AccessToken.find`. Never holds an identifier: those are secrets. */
  readonly call: string
  /** Milliseconds that were waited. */
  readonly timeout: number

  constructor(call: string, timeout: number) {
    super(`storage did not answer ${call} within ${timeout} ms`)
    this.call = call
    this.timeout = timeout
  }
}
