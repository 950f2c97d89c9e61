/** How many run at once, in all and for one key, and how many may wait for one key. */
export interface GateBounds {
  readonly total: number
  readonly perKey: number
  readonly waitingPerKey: number
}

interface Lane {
  /** Places that are taken: tasks that run, and those that keep their place for a while. */
  taken: number
  readonly waiting: (() => void)[]
}

/** Lets tasks run a few at a time, each key in its turn: nobody gets more by sending more. */
export class FairGate {
  readonly #bounds: GateBounds
  /** Lanes where somebody waits, in the order of their next turns. */
  readonly #line = new Set<Lane>()
  readonly #lanes = new Map<string, Lane>()
  #running = 0

  constructor(bounds: GateBounds) {
    this.#bounds = bounds
  }

  /** Nothing runs, waits or keeps a place. */
  get isIdle(): boolean {
    return this.#lanes.size === 0
  }

  /**
   * @param hold milliseconds for which the place stays taken after the task, for the same key only
   * @returns `undefined` when too many wait already
   */
  async run<T>(key: string, task: () => Promise<T>, hold: (result: T) => number): Promise<T | undefined> {
    const lane = this.#lanes.get(key) ?? { taken: 0, waiting: [] }
    this.#lanes.set(key, lane)
    if (!this.#enter(lane)) {
      if (lane.waiting.length >= this.#bounds.waitingPerKey) return undefined
      this.#line.add(lane)
      await new Promise<void>((resolve) => lane.waiting.push(resolve))
    }
    let held = 0
    try {
      const result = await task()
      held = hold(result)
      return result
    } finally {
      this.#running -= 1
      if (held > 0) setTimeout(() => this.#release(key, lane), held).unref()
      else this.#release(key, lane)
      this.#next()
    }
  }

  #enter(lane: Lane): boolean {
    if (this.#running >= this.#bounds.total || lane.taken >= this.#bounds.perKey) return false
    this.#running += 1
    lane.taken += 1
    return true
  }

  #release(key: string, lane: Lane): void {
    lane.taken -= 1
    if (lane.taken === 0 && lane.waiting.length === 0) this.#lanes.delete(key)
    this.#next()
  }

  /** Whoever had a turn goes to the end of the line. */
  #next(): void {
    for (const lane of this.#line) {
      if (this.#running >= this.#bounds.total) return
      if (!this.#enter(lane)) continue
      this.#line.delete(lane)
      lane.waiting.shift()?.()
      if (lane.waiting.length > 0) this.#line.add(lane)
    }
  }
}
