/** Milliseconds that two clocks, each of which is corrected now and then, may drift apart unnoticed. */
const FRESH = 60_000

/**
 * How far the clock of a server is ahead of ours, learnt from what it answers. Its time was read between our sending and
 * receiving, so the difference lies between two bounds. The lower is used, the highest known: time that is
 * reckoned by it is never behind, so nothing is accepted late.
 */
export class ServerClock {
  #ahead: number | undefined
  #learntAt = 0

  /** Milliseconds; nothing was learnt yet where it is `undefined`. */
  get ahead(): number | undefined {
    return this.#ahead
  }

  /** A time of ours on the server's clock, where ours is all that is known as long as nothing was learnt. */
  theirs(ours: number): number {
    return ours + (this.#ahead ?? 0)
  }

  /**
   * @param sent our clock before the call
   * @param theirs the server's clock, milliseconds of which a part may be cut off
   */
  learn(sent: number, theirs: number, received = Date.now()): void {
    const lowest = theirs - received
    const highest = theirs + 1 - sent
    const known = this.#ahead
    const isKept =
      known !== undefined && known > lowest && known <= highest && received - this.#learntAt < FRESH
    if (isKept && received >= this.#learntAt) return
    this.#ahead = lowest
    this.#learntAt = received
  }
}
