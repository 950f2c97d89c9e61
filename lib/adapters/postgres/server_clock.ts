/** Milliseconds after which what is known of the other clock is replaced, as clocks are set. */
const FRESH = 60_000

/**
 * How far the database's clock is ahead of ours, from below: an answer was under way for some time since the database
 * looked at its clock. A deadline that is told by this clock is never too late, and early by as much as the fastest
 * answer took.
 */
export class ServerClock {
  #ahead: number | undefined
  #learnt = 0

  get isKnown(): boolean {
    return this.#ahead !== undefined
  }

  /** @param told epoch milliseconds, in an answer that came just now */
  learn(told: number): void {
    const now = Date.now()
    const ahead = told - now
    if (this.#ahead !== undefined && ahead <= this.#ahead && Math.abs(now - this.#learnt) < FRESH) return
    this.#ahead = ahead
    this.#learnt = now
  }

  /** A time of ours, on the database's clock. */
  at(time: number): number {
    return time + (this.#ahead ?? 0)
  }
}
