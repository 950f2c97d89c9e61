import QuickLRU from 'quick-lru'
import { InvalidClientAuth } from '../helpers/errors.ts'
import { FairGate } from './fair_gate.ts'

/** How many addresses with wrong secrets are remembered; whoever has more than that starts anew. */
const REMEMBERED = 10_000
/** Milliseconds without a wrong secret after which an address is forgotten. */
const FORGOTTEN_AFTER = 300_000
/** Comparisons may be slow (bcrypt), so they are bounded. */
const COMPARISONS = { total: 16, perKey: 4, waitingPerKey: 500 }
/** Milliseconds for which a wrong secret keeps its place: 80 a second from one address, 288,000 an hour. */
const HELD = 50
/** First delay of a wrong answer, in milliseconds; it doubles with each further one. */
const FIRST_DELAY = 50
/** Wrong answers that are delayed at once, in all and to one address: each holds a socket. */
const DELAYED = { total: 100, perAddress: 20 }

interface Failures {
  count: number
  /** Milliseconds since 1970. */
  last: number
  delayed: number
}

type Compared<T> = { passed: T } | { wrong: InvalidClientAuth }

/** There are too many at once; seconds to wait. */
export interface Blocked {
  retryAfter: number
}

/**
 * Slows down those who try secrets out, and locks nobody out: every secret is compared, so the right one is answered
 * whatever came before it. What is bounded is how many are compared at a time, each address in its turn; after some
 * wrong ones an address gets a slower pace, and its wrong answers a delay. Nothing is known about clients, so nobody
 * can make it forget one by inventing others; after a restart it is as good as before.
 * @see RFC 6819 §5.1.4.2.3, RFC 6749 §2.3.1
 */
export class SecretThrottle {
  readonly #attempts: number
  readonly #longestWait: number
  readonly #failures = new QuickLRU<string, Failures>({ maxSize: REMEMBERED })
  readonly #gate = new FairGate(COMPARISONS)
  #delayed = 0

  /**
   * @param options.attempts wrong secrets from an address before it is slowed down; 0 never slows down
   * @param options.longestWait longest delay of a wrong answer, in seconds
   */
  constructor({ attempts, longestWait }: { attempts: number; longestWait: number }) {
    this.#attempts = attempts
    this.#longestWait = longestWait
  }

  /**
   * Runs a check, in its turn. While nobody else is there the right secret passes without any delay, and leaves no trace.
   * @param address where it comes from
   * @param check throws InvalidClientAuth when the secret is wrong; anything else does not count
   * @param failed hears the number of wrong secrets from the address
   */
  run<T>(
    address: () => string,
    check: () => T | Promise<T>,
    failed: (count: number) => void,
  ): { passed: T } | Promise<{ passed: T } | Blocked> {
    if (!this.#gate.isIdle) return this.#inTurn(address(), () => compare(check), failed)
    const early = compareNow(check)
    return early instanceof Promise || 'wrong' in early
      ? this.#inTurn(address(), async () => early, failed)
      : early
  }

  async #inTurn<T>(
    address: string,
    compare: () => Promise<Compared<T>>,
    failed: (count: number) => void,
  ): Promise<{ passed: T } | Blocked> {
    const compared = await this.#gate.run(address, compare, (outcome) =>
      'wrong' in outcome && this.#isSlow(this.#count(address)) ? HELD : 0,
    )
    if (compared === undefined) return { retryAfter: 1 }
    if ('passed' in compared) return compared
    const failures = this.#failuresOf(address)
    failed(failures.count)
    if (this.#isSlow(failures) && !(await this.#delay(failures))) return { retryAfter: 1 }
    throw compared.wrong
  }

  #failuresOf(address: string): Failures {
    const known = this.#failures.get(address)
    if (known !== undefined) return known
    const failures = { count: 0, last: 0, delayed: 0 }
    this.#failures.set(address, failures)
    return failures
  }

  /** The right one resets nothing: whoever tries may have a client, too. */
  #count(address: string): Failures {
    const failures = this.#failuresOf(address)
    const now = Date.now()
    if (now - failures.last > FORGOTTEN_AFTER) failures.count = 0
    failures.count += 1
    failures.last = now
    return failures
  }

  #isSlow({ count }: Failures): boolean {
    return this.#attempts > 0 && count > this.#attempts
  }

  /** @returns whether the answer was delayed; there is a bound to how many are */
  async #delay(failures: Failures): Promise<boolean> {
    if (this.#delayed >= DELAYED.total || failures.delayed >= DELAYED.perAddress) return false
    const excess = Math.min(failures.count - this.#attempts - 1, 30)
    this.#delayed += 1
    failures.delayed += 1
    await new Promise((resolve) =>
      setTimeout(resolve, Math.min(this.#longestWait * 1000, FIRST_DELAY * 2 ** excess)),
    )
    this.#delayed -= 1
    failures.delayed -= 1
    return true
  }
}

function compareNow<T>(check: () => T | Promise<T>): Compared<T> | Promise<Compared<T>> {
  try {
    const passed = check()
    return passed instanceof Promise ? compare(() => passed) : { passed }
  } catch (error) {
    if (error instanceof InvalidClientAuth) return { wrong: error }
    throw error
  }
}

async function compare<T>(check: () => T | Promise<T>): Promise<Compared<T>> {
  try {
    return { passed: await check() }
  } catch (error) {
    if (error instanceof InvalidClientAuth) return { wrong: error }
    throw error
  }
}
