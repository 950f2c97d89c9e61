import QuickLRU from 'quick-lru'
import { epochTime } from '../../helpers/epoch_time.ts'
import type { ReplayDetection } from '../../models/replay_detection.ts'

/** How many keys with failures this process remembers; one that is forgotten is counted in storage all the same. */
const REMEMBERED = 10_000

interface Known {
  readonly window: number
  readonly used: number
}

export interface AttemptBounds {
  /** What is counted: keys of different uses have nothing to do with each other. */
  readonly use: string
  /** Failures in one window. */
  readonly most: number
  /** Seconds that a window lasts. */
  readonly window: number
}

/**
 * Counts failures in storage, where all processes meet: each failure takes one of the places of its window, and a place
 * can be taken once. Nothing is written, and nothing read, for what succeeds. A process learns that no place is left
 * when it looks for one, so of P processes each may let one more through.
 */
export class Attempts {
  readonly #bounds: AttemptBounds
  readonly #known = new QuickLRU<string, Known>({ maxSize: REMEMBERED })

  constructor(bounds: AttemptBounds) {
    this.#bounds = bounds
  }

  /** @returns seconds to wait; 0 where another attempt is allowed, as far as this process knows */
  waitFor(key: string): number {
    const { most, window } = this.#bounds
    return this.#usedBy(key) < most ? 0 : window - (epochTime() % window)
  }

  /** Counts a failure. @returns whether there was a place left for it */
  async count(Records: typeof ReplayDetection, key: string): Promise<boolean> {
    const { use, most, window: length } = this.#bounds
    const window = this.#window
    for (let used = this.#usedBy(key); used < most; used += 1) {
      const place = Records.firstUse(use, key, `${window} ${used}`, (window + 2) * length)
      const { committed } = await Records.rt.store.commit([place])
      this.#known.set(key, { window, used: used + 1 })
      if (committed) return true
    }
    return false
  }

  get #window(): number {
    return Math.floor(epochTime() / this.#bounds.window)
  }

  #usedBy(key: string): number {
    const known = this.#known.get(key)
    return known?.window === this.#window ? known.used : 0
  }
}
