import type { Worker } from 'node:worker_threads'
import type { Job, JobAnswer, JobMessage, JobResult } from './jobs.ts'
import { monotonic } from './monotonic.ts'
import type { DatabaseOptions } from './open_database.ts'
import { failureOf, SqliteFailure, SqliteTimeout } from './sqlite_failure.ts'
import { startThread } from './start_thread.ts'

interface Pending {
  readonly resolve: (result: JobResult) => void
  readonly reject: (reason: SqliteFailure | SqliteTimeout) => void
  readonly name: Job['kind']
  /** Milliseconds it was given. */
  readonly patience: number
}

/** Everything that writes goes through here, in the order of the calls; this thread waits for no disk. */
export class WriteThread {
  readonly #options: DatabaseOptions
  readonly #pending = new Map<number, Pending>()
  #worker: Worker | undefined
  #calls = 0
  #closed: Promise<void> | undefined

  constructor(options: DatabaseOptions) {
    this.#options = options
    this.#worker = this.#start()
  }

  /** @param deadline epoch milliseconds, after which it must not take effect; the patience for locks ends earlier */
  run(job: Job, deadline = Number.POSITIVE_INFINITY): Promise<JobResult> {
    const { file, busyTimeout } = this.#options
    if (this.#closed !== undefined) return Promise.reject(new SqliteFailure(file, 'the storage was closed'))
    this.#worker ??= this.#start()
    const worker = this.#worker
    this.#calls += 1
    const patience = Math.round(Math.min(deadline - Date.now(), busyTimeout))
    const message: JobMessage = { call: this.#calls, job, deadline: monotonic() + patience }
    return new Promise((resolve, reject) => {
      worker.postMessage(message)
      if (this.#pending.size === 0) worker.ref()
      this.#pending.set(message.call, { resolve, reject, name: job.kind, patience })
    })
  }

  /** Ends the thread when everything that was asked for is done. */
  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined) return
    await new Promise((resolve) => {
      worker.ref()
      worker.once('exit', resolve)
      worker.postMessage('close')
    })
  }

  #start(): Worker {
    const worker = startThread('write_worker', this.#options)
    worker.on('message', (answers: readonly JobAnswer[]) => {
      for (const answer of answers) this.#settle(answer)
      if (this.#pending.size === 0 && this.#closed === undefined) worker.unref()
    })
    worker.on('error', (error) => this.#abandon(worker, error))
    worker.on('exit', () => this.#abandon(worker, new Error('the thread that writes has ended')))
    // Not before: whoever listens to a thread waits for it.
    worker.unref()
    return worker
  }

  #settle({ call, result, failure, isLate }: JobAnswer): void {
    const pending = this.#pending.get(call)
    if (pending === undefined) return
    this.#pending.delete(call)
    const { file } = this.#options
    if (isLate) pending.reject(new SqliteTimeout(file, pending.name, pending.patience))
    else if (failure !== undefined) pending.reject(new SqliteFailure(file, failure.reason, failure.code))
    else pending.resolve(result ?? {})
  }

  /** Whether its jobs took effect is unknown; the next call starts another thread. */
  #abandon(worker: Worker, error: unknown): void {
    // After an error it exits as well, and another may be at work by then.
    if (this.#worker !== worker) return
    this.#worker = undefined
    const abandoned = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of abandoned) reject(failureOf(this.#options.file, error))
  }
}
