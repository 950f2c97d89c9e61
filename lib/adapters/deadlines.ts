import { StorageTimeout } from './storage_timeout.ts'

/** Node fires a timer at once when it is longer than this; such a deadline is none. */
const LONGEST_TIMER = 2 ** 31 - 1

interface Waiting {
  readonly name: string
  /** On the clock of `performance.now()`. */
  readonly until: number
  readonly giveUp: (reason: Error) => void
}

/**
 * Waits for calls no longer than one fixed time. All calls share one timer: with the same patience for each, the one
 * that began first is the first to be given up.
 */
export class Deadlines {
  /** Milliseconds. */
  readonly timeout: number
  readonly #isLimited: boolean
  readonly #waiting = new Set<Waiting>()
  #timer: NodeJS.Timeout | undefined

  readonly #late: (name: string, timeout: number) => Error

  /**
   * @param timeout milliseconds; more than a timer can hold means that there is no deadline
   * @param late the error of a call that was given up
   */
  constructor(
    timeout: number,
    late: (name: string, timeout: number) => Error = (name, waited) => new StorageTimeout(name, waited),
  ) {
    this.timeout = timeout
    this.#late = late
    this.#isLimited = timeout <= LONGEST_TIMER
  }

  /**
   * Runs a call, and reads what it answers. A synchronous throw becomes a rejection; what the call does after its deadline is ignored, a
   * rejection too.
   * @throws StorageTimeout, or what stands in its place
   */
  run<T>(name: string, call: () => T | Promise<T>): Promise<T>
  run<T, R>(name: string, call: () => T | Promise<T>, read: (answer: T) => R): Promise<R>
  run<T>(name: string, call: () => T | Promise<T>, read?: (answer: T) => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const pending = Promise.resolve(call())
      const waiting = this.#isLimited ? this.#await(name, reject) : undefined
      const settle = (act: () => void): void => {
        if (waiting !== undefined) this.#settled(waiting)
        try {
          act()
        } catch (problem) {
          reject(problem)
        }
      }
      pending.then(
        (answer) => settle(() => resolve(read === undefined ? answer : read(answer))),
        (reason: unknown) => settle(() => reject(reason)),
      )
    })
  }

  #await(name: string, giveUp: Waiting['giveUp']): Waiting {
    const waiting = { name, until: performance.now() + this.timeout, giveUp }
    this.#waiting.add(waiting)
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#expire(), this.timeout)
    else if (this.#waiting.size === 1) this.#timer.ref()
    return waiting
  }

  /** The timer stays for the next call, but does not keep an idle process alive. */
  #settled(waiting: Waiting): void {
    this.#waiting.delete(waiting)
    if (this.#waiting.size === 0) this.#timer?.unref()
  }

  #expire(): void {
    const now = performance.now()
    this.#timer = undefined
    for (const waiting of this.#waiting) {
      // A timer may fire a little early, and a call must not be given up before its time.
      const left = waiting.until - now
      if (left > 0) {
        this.#timer = setTimeout(() => this.#expire(), Math.ceil(left))
        return
      }
      this.#waiting.delete(waiting)
      waiting.giveUp(this.#late(waiting.name, this.timeout))
    }
  }
}
