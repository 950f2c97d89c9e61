import type { EntryWriter } from './entry_writer.ts'
import type { JobAnswer, JobMessage } from './jobs.ts'
import { monotonic } from './monotonic.ts'
import { isBusy, reasonOf } from './sqlite_failure.ts'

/** As many jobs share one transaction, and so one write to the disk. */
const BATCH = 64
/** Milliseconds between looks for expired entries; while there are more they go on with every transaction. */
const PRUNE_EVERY = 1000
/** Expired entries that one transaction takes away: about a millisecond. */
const PRUNED_AT_ONCE = 100
/** Milliseconds until a lock is tried again, at most. */
const LONGEST_PAUSE = 5

/** Runs jobs in the order they came, as many in one transaction as are waiting. */
export class JobQueue {
  readonly #open: () => EntryWriter
  readonly #receive: () => readonly JobMessage[]
  readonly #answer: (answers: readonly JobAnswer[]) => void
  readonly #waiting: JobMessage[] = []
  #writer: EntryWriter | undefined
  #isWorking = false
  /** Jobs at the front of the queue that get a transaction of their own. */
  #single = 0
  #pruneAt = 0

  /**
   * @param options.open is asked again by the next job when it throws
   * @param options.receive jobs that have arrived meanwhile
   */
  constructor(options: {
    open: () => EntryWriter
    receive: () => readonly JobMessage[]
    answer: (answers: readonly JobAnswer[]) => void
  }) {
    this.#open = options.open
    this.#receive = options.receive
    this.#answer = options.answer
  }

  get isWorking(): boolean {
    return this.#isWorking
  }

  /** Carries out this job and everything that arrives meanwhile. */
  async work(message: JobMessage): Promise<void> {
    this.#waiting.push(message)
    if (this.#isWorking) return
    this.#isWorking = true
    while (this.#takeIn() > 0) {
      if (!this.#begin()) await pause(1 + Math.random() * (LONGEST_PAUSE - 1))
    }
    this.#isWorking = false
  }

  /** @returns how many jobs wait for their turn and are still worth it */
  #takeIn(): number {
    this.#waiting.push(...this.#receive())
    const now = monotonic()
    const late = this.#waiting.filter(({ deadline }) => deadline <= now)
    if (late.length > 0) {
      const inTime = this.#waiting.filter(({ deadline }) => deadline > now)
      this.#waiting.splice(0, this.#waiting.length, ...inTime)
      this.#answer(late.map(({ call }) => ({ call, isLate: true })))
    }
    return this.#waiting.length
  }

  /** @returns whether the lock could be had */
  #begin(): boolean {
    let writer: EntryWriter
    try {
      this.#writer ??= this.#open()
      writer = this.#writer
      writer.begin()
    } catch (error) {
      if (isBusy(error)) return false
      this.#fail(this.#waiting.splice(0), error)
      return true
    }
    this.#transact(writer, this.#waiting.splice(0, this.#single > 0 ? 1 : BATCH))
    return true
  }

  #transact(writer: EntryWriter, batch: readonly JobMessage[]): void {
    this.#single = Math.max(0, this.#single - 1)
    let answers: readonly JobAnswer[]
    try {
      answers = batch.map(({ call, job }) => ({ call, result: writer.run(job) }))
      this.#prune(writer)
    } catch (error) {
      rollBack(writer)
      this.#separate(batch, error)
      return
    }
    if (hasLate(batch)) {
      rollBack(writer)
      this.#waiting.unshift(...batch)
      return
    }
    try {
      writer.commit()
    } catch (error) {
      rollBack(writer)
      this.#fail(batch, error)
      return
    }
    this.#answer(answers)
  }

  /** One job must not fail for what another one of its transaction did; alone it fails for itself. */
  #separate(batch: readonly JobMessage[], error: unknown): void {
    if (batch.length === 1) {
      this.#fail(batch, error)
    } else {
      this.#waiting.unshift(...batch)
      this.#single = batch.length
    }
  }

  #prune(writer: EntryWriter): void {
    const now = monotonic()
    if (now < this.#pruneAt) return
    const hasMore = writer.prune(PRUNED_AT_ONCE) === PRUNED_AT_ONCE
    if (!hasMore) this.#pruneAt = now + PRUNE_EVERY
  }

  #fail(jobs: readonly JobMessage[], error: unknown): void {
    const failure = reasonOf(error)
    this.#answer(jobs.map(({ call }) => ({ call, failure })))
  }
}

function hasLate(batch: readonly JobMessage[]): boolean {
  const now = monotonic()
  return batch.some(({ deadline }) => deadline <= now)
}

/** SQLite has done so by itself after some failures, and says then that there is no transaction. */
function rollBack(writer: EntryWriter): void {
  try {
    writer.rollback()
  } catch {}
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
