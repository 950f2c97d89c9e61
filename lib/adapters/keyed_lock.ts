import type { Deadlines } from './deadlines.ts'

/**
 * Lets tasks that name a common key run one after the other, first come first served.
 * A task queues for all of its keys in one synchronous step, so tasks wait only for earlier ones: no deadlock.
 */
export class KeyedLock {
  readonly #last = new Map<string, Promise<unknown>>()

  /** How many keys are held or waited for. */
  get size(): number {
    return this.#last.size
  }

  /**
   * @param deadlines bound the wait for the turn; one stuck task must not hold up a growing queue
   * @throws StorageTimeout when the turn does not come; the task then never runs
   */
  async run<T>(keys: readonly string[], deadlines: Deadlines, task: () => Promise<T>): Promise<T> {
    const { turn, release } = this.#enqueue(new Set(keys))
    try {
      if (turn !== undefined) await deadlines.run('lock', () => turn)
      return await task()
    } finally {
      release()
    }
  }

  #enqueue(keys: ReadonlySet<string>): { turn: Promise<unknown> | undefined; release: () => void } {
    const ahead = [...keys].flatMap((key) => this.#last.get(key) ?? [])
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    // Whoever gives up waiting releases too, and those behind still wait for those before.
    const done = Promise.all([...ahead, released]).then(() => {
      for (const key of keys) if (this.#last.get(key) === done) this.#last.delete(key)
    })
    for (const key of keys) this.#last.set(key, done)
    return { turn: ahead.length === 0 ? undefined : Promise.all(ahead), release }
  }
}
