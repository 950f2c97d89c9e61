import QuickLRU from 'quick-lru'
import { InvalidClientAuth } from '../helpers/errors.ts'

/** How many pairs of client and address are watched. */
const WATCHED = 10_000
/** Milliseconds without failure after which all is forgotten. */
const FORGOTTEN_AFTER = 300_000

interface Entry {
  failures: number
  /** Checks that are running. */
  running: Set<Promise<unknown>>
  /** Milliseconds since 1970, before which nothing is tried. */
  blockedUntil: number
  lastFailure: number
  /** The right secret came from this address before. */
  isTrusted: boolean
}

/** There were too many wrong ones; seconds to wait. */
export interface Blocked {
  retryAfter: number
}

/**
 * Slows down those who try secrets out. After some wrong ones for the same client from the same address the next
 * have to wait, for a second first and twice as long each time. What is tried from elsewhere is not affected, so
 * nobody can lock a client out; neither is the right secret from an address that it came from before, so that
 * strangers behind the same proxy cannot either.
 * @see RFC 6819 §5.1.4.2.3, RFC 6749 §2.3.1
 */
export class SecretThrottle {
  readonly #attempts: number
  readonly #longestWait: number
  readonly #entries = new QuickLRU<string, Entry>({ maxSize: WATCHED })

  /**
   * @param options.attempts wrong secrets before the first wait; 0 never waits
   * @param options.longestWait seconds
   */
  constructor({ attempts, longestWait }: { attempts: number; longestWait: number }) {
    this.#attempts = attempts
    this.#longestWait = longestWait
  }

  /**
   * Runs a check, unless one has to wait.
   * @param key whom it is about and where it comes from
   * @param check throws InvalidClientAuth when the secret is wrong; anything else does not count
   * @param failed hears the number of failures in a row
   */
  async run<T>(
    key: string,
    check: () => T | Promise<T>,
    failed: (count: number) => void,
  ): Promise<{ passed: T } | Blocked> {
    const entry = this.#entryOf(key)
    while (this.#hasToWait(entry)) await Promise.race(entry.running).catch(() => {})
    // Nothing is awaited from here until the check is among those that run: whoever looks next has to see it.
    const blocked = this.#blockOf(entry)
    if (blocked !== undefined && !entry.isTrusted) return blocked
    const running = Promise.resolve().then(check)
    entry.running.add(running)
    try {
      const passed = await running
      Object.assign(entry, { failures: 0, blockedUntil: 0, isTrusted: true })
      return { passed }
    } catch (error) {
      if (!(error instanceof InvalidClientAuth)) throw error
      this.#count(entry)
      failed(entry.failures)
      if (blocked !== undefined) return blocked
      throw error
    } finally {
      entry.running.delete(running)
    }
  }

  #entryOf(key: string): Entry {
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    const entry = {
      failures: 0,
      running: new Set<Promise<unknown>>(),
      blockedUntil: 0,
      lastFailure: 0,
      isTrusted: false,
    }
    this.#entries.set(key, entry)
    return entry
  }

  /** Checks that run at once count as wrong until they are done, so that being many at once is no way around. */
  #hasToWait(entry: Entry): boolean {
    if (this.#attempts === 0 || entry.isTrusted || entry.running.size === 0) return false
    if (this.#blockOf(entry) !== undefined) return false
    return entry.failures + entry.running.size >= this.#attempts
  }

  #blockOf(entry: Entry): Blocked | undefined {
    if (this.#attempts === 0) return undefined
    const now = Date.now()
    if (now - entry.lastFailure > FORGOTTEN_AFTER) entry.failures = 0
    if (entry.blockedUntil <= now) return undefined
    return { retryAfter: Math.ceil((entry.blockedUntil - now) / 1000) }
  }

  #count(entry: Entry): void {
    const now = Date.now()
    entry.failures += 1
    entry.lastFailure = now
    const excess = entry.failures - this.#attempts
    if (excess >= 0) {
      entry.blockedUntil = now + 1000 * Math.min(this.#longestWait, 2 ** Math.min(excess, 30))
    }
  }
}
