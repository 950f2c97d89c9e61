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
    const { turn, release } = this.#enqueue(keys.length > 1 ? [...new Set(keys)] : keys)
    try {
      if (turn !== undefined) await deadlines.run('lock', () => turn)
      return await task()
    } finally {
      release()
    }
  }

  #enqueue(keys: readonly string[]): { turn: Promise<unknown> | undefined; release: () => void } {
    const ahead = keys.flatMap((key) => this.#last.get(key) ?? [])
    let resolve = (): void => {}
    const released = new Promise<void>((resolved) => {
      resolve = resolved
    })
    // Whoever gives up waiting releases too, and those behind still wait for those before.
    const done = ahead.length === 0 ? released : Promise.all([...ahead, released])
    for (const key of keys) this.#last.set(key, done)
    const forget = (): void => {
      for (const key of keys) if (this.#last.get(key) === done) this.#last.delete(key)
    }
    if (ahead.length > 0) {
      void done.then(forget)
      return { turn: Promise.all(ahead), release: resolve }
    }
    const release = (): void => {
      forget()
      resolve()
    }
    return { turn: undefined, release }
  }
}
