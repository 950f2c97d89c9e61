/** A function of the host's did not settle in time: it may do so later. Answered with 503 and `Retry-After`. */
export class HostTimeout extends Error {
  override readonly name = 'HostTimeout'

  constructor(called: string, timeout: number) {
    super(`${called} did not settle within ${timeout} ms`)
  }
}
