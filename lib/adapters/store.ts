import QuickLRU from 'quick-lru'
import type {
  AdapterConstructor,
  AdapterFactory,
  AdapterPayload,
  CommitOperation,
  CommitOutcome,
  GivenAdapter,
  ModelName,
} from '../../types/adapter.ts'
import { randomId } from '../helpers/random_id.ts'
import { commitInProcess } from './commit_in_process.ts'
import { Deadlines } from './deadlines.ts'
import { KeyedLock } from './keyed_lock.ts'
import { checkOperations, hasForeignIds, isUsableId, usableExpiresIn } from './operations.ts'
import { type ListedEntries, type Page, TimedAdapters } from './timed_adapters.ts'
import { tookEffect } from './witness.ts'

const NOT_ATOMIC =
  'WARNING: the configured adapter has no commit(), so it cannot store several entries at once: codes and tokens are ' +
  'used once only as long as one process serves all requests, and a crash in the middle of a request may leave ' +
  'a spent code without tokens. Add a commit() to the adapter (see AdapterCommit), or use one that has it.'

const NOTHING: Promise<undefined> = Promise.resolve(undefined)

/** The part of the deadline that a commit may take; the rest is for reading back what became of it. */
const COMMITTING = 2 / 3
/** How many uses are remembered whose commit was given up. */
const UNANSWERED = 10_000

/** Whether others may know the entry: nobody knows of one under a random id that is new. */
const mayBeContested = ({ op, model }: CommitOperation): boolean => op !== 'insert' || hasForeignIds(model)

/**
 * All that one provider does to storage. Every call ends within the deadline, or rejects with StorageTimeout.
 * Ids are checked here: what cannot be an id is looked up nowhere.
 */
export class Store {
  readonly #adapters: TimedAdapters
  readonly #deadlines: Deadlines
  readonly #committing: Deadlines
  readonly #readingBack: Deadlines
  readonly #lock = new KeyedLock()
  readonly #unanswered = new QuickLRU<string, true>({ maxSize: UNANSWERED })
  readonly #queue = new KeyedLock()

  /**
   * @param options.timeout milliseconds one call of the adapter may take
   * @param options.notify prints one line for the host, once, when the adapter cannot commit, or lacks a method
   */
  constructor(options: {
    adapter: AdapterConstructor | AdapterFactory
    timeout: number
    notify(message: string): void
  }) {
    this.#deadlines = new Deadlines(options.timeout)
    this.#committing = new Deadlines(options.timeout * COMMITTING)
    this.#readingBack = new Deadlines(options.timeout * (1 - COMMITTING))
    this.#adapters = new TimedAdapters(options.adapter, this.#deadlines, options.notify)
    if (!this.#adapters.canCommit) options.notify(NOT_ATOMIC)
  }

  /** The host's own adapter of one kind, for hosts that call it themselves. */
  adapterOf(model: ModelName): GivenAdapter {
    return this.#adapters.instance(model)
  }

  /** Finds an entry, an expired or consumed one too. `undefined` when there is none, or none of this kind. */
  find(model: ModelName, id: string): Promise<AdapterPayload | undefined> {
    return isUsableId(id) ? this.#adapters.find(model, id) : NOTHING
  }

  /** Finds a session by its `uid`. */
  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return isUsableId(uid) ? this.#adapters.findByUid(uid) : NOTHING
  }

  /** Finds a device code by its user code, in the form it was stored. */
  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return isUsableId(userCode) ? this.#adapters.findByUserCode(userCode) : NOTHING
  }

  /**
   * Creates or fully replaces an entry.
   * @param expiresIn seconds; rounded up, and at least 1; absent or Infinity means "keep"
   */
  async upsert(model: ModelName, id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    if (!isUsableId(id)) throw new TypeError(`${model}: not an id that can be stored`)
    await this.#exclusively([{ model, id }], () =>
      this.#adapters.upsert(model, id, payload, usableExpiresIn(expiresIn)),
    )
  }

  /** Removes an entry. A missing one is no error. */
  async destroy(model: ModelName, id: string): Promise<void> {
    if (!isUsableId(id)) return
    await this.#exclusively([{ model, id }], () => this.#adapters.destroy(model, id))
  }

  /** @returns whether this call consumed the entry: `false` when there is none, or it is expired or consumed */
  async consume(model: ModelName, id: string): Promise<boolean> {
    const { committed } = await this.commit([{ op: 'consume', model, id, attempt: randomId() }])
    return committed
  }

  /** Removes every entry of this kind that carries `grantId`. */
  async revokeByGrantId(model: ModelName, grantId: string): Promise<void> {
    if (isUsableId(grantId)) await this.#adapters.revokeByGrantId(model, grantId)
  }

  /**
   * A page of what an account has, of one kind, expired entries perhaps included.
   * @throws TypeError when the adapter cannot look anything up by account
   */
  listByAccountId(model: ModelName, accountId: string, page: Page): Promise<ListedEntries> {
    return this.#adapters.listByAccountId(model, accountId, page)
  }

  /**
   * Runs a task while no commit that names this entry is under way in this process. An adapter that commits needs no
   * such pause: nobody sees a part of what it writes. The task must not change entries by their id.
   */
  withoutCommits<T>(model: ModelName, id: string, task: () => Promise<T>): Promise<T> {
    return this.#exclusively([{ model, id }], task)
  }

  /**
   * Carries out operations, all or nothing. `insert` what is new and `put` what is there: what was inserted can
   * be undone, and proves later whether an unanswered commit took effect.
   *
   * Each entry may be named by any number of `require` followed by one other operation.
   * @throws TypeError for a list that cannot be meant
   * @throws the adapter's error or StorageTimeout, when it did not take effect as far as can be told
   */
  async commit(operations: readonly CommitOperation[]): Promise<CommitOutcome> {
    const checked = checkOperations(operations)
    if ('committed' in checked) return checked
    const { usable } = checked
    if (!this.#adapters.canCommit) {
      return await this.#exclusively(usable.filter(mayBeContested), () =>
        commitInProcess(this.#adapters, usable),
      )
    }
    try {
      return await this.#adapters.commit(usable, this.#committing)
    } catch (error) {
      return await this.#readBack(usable, error)
    }
  }

  /**
   * Runs tasks of one name, within this process, one after the other.
   * @throws StorageTimeout when the turn does not come
   */
  inTurn<T>(name: string, task: () => Promise<T>): Promise<T> {
    return this.#queue.run([name], this.#deadlines, task)
  }

  /** A commit that failed without an outcome may have taken effect: our failure must not look like a theft. */
  async #readBack(operations: readonly CommitOperation[], error: unknown): Promise<CommitOutcome> {
    let effective: boolean
    try {
      effective = await tookEffect(operations, {
        find: (model, id) => this.#adapters.find(model, id, this.#readingBack),
      })
    } catch (suppressed) {
      this.#remember(operations)
      if (error instanceof Error && error.cause === undefined) {
        Reflect.defineProperty(error, 'cause', { value: suppressed, configurable: true, writable: true })
      }
      throw error
    }
    if (effective) return { committed: true }
    this.#remember(operations)
    throw error
  }

  /** It may still take effect: then it is nobody's use, as nobody was answered. */
  #remember(operations: readonly CommitOperation[]): void {
    for (const operation of operations) {
      const attempt = 'payload' in operation ? operation.payload.attempt : Reflect.get(operation, 'attempt')
      if (typeof attempt === 'string') this.#unanswered.set(attempt, true)
    }
  }

  /** Whether what used an entry up was a commit of ours that nobody was answered for. */
  isUnanswered(attempt: string | undefined): boolean {
    return attempt !== undefined && this.#unanswered.has(attempt)
  }

  /** An adapter that commits needs no lock; for others this process is the one that decides who comes first. */
  #exclusively<T>(entries: readonly { model: ModelName; id: string }[], task: () => Promise<T>): Promise<T> {
    if (this.#adapters.canCommit || entries.length === 0) return task()
    return this.#lock.run(
      entries.map(({ model, id }) => `${model}:${id}`),
      this.#deadlines,
      task,
    )
  }
}
