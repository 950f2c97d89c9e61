import type {
  AccountEntries,
  AdapterCommit,
  AdapterFactory,
  AdapterPayload,
  CommitOutcome,
  GivenAdapter,
  ModelName,
} from '../../types/adapter.ts'
import { randomId } from '../helpers/random_id.ts'
import { MemoryStorage } from './memory_storage.ts'

/** Options of {@link memoryAdapter}. */
export interface MemoryAdapterOptions {
  /**
   * How many entries of each model are kept at least before the ones that were not used for longest make room. Replay records
   * and consumed entries do not count and are never dropped before they expire.
   * @default 10000
   */
  max?: number | undefined
}

/**
 * Keeps everything in the memory of this process: for development, tests, and what may be lost on a restart.
 * Each call makes a storage of its own, so two providers share nothing. It commits atomically.
 *
 * @example
 * ```ts
 * new Provider('https://op.example.com', { adapter: memoryAdapter({ max: 50_000 }) })
 * ```
 */
export function memoryAdapter(options: MemoryAdapterOptions = {}): AdapterFactory {
  const { max = 10_000 } = options
  if (!Number.isSafeInteger(max) || max < 1)
    throw new TypeError('memoryAdapter: max must be an integer above 0')
  const storage = new MemoryStorage(max)
  const commit: AdapterCommit = async (operations, limits) => {
    if (limits !== undefined && Date.now() >= limits.deadline)
      throw new Error('the deadline of this commit has passed')
    return storage.commit(operations)
  }
  return Object.assign((name: ModelName): GivenAdapter => new MemoryAdapter(name, storage), { commit })
}

class MemoryAdapter implements GivenAdapter {
  readonly #name: ModelName
  readonly #storage: MemoryStorage

  constructor(name: ModelName, storage: MemoryStorage) {
    this.#name = name
    this.#storage = storage
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    this.#storage.set(this.#name, id, payload, expiresIn)
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#storage.get(this.#name, id)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#storage.getBy('userCode', this.#name, userCode)
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#storage.getBy('uid', this.#name, uid)
  }

  async consume(id: string): Promise<boolean> {
    const outcome: CommitOutcome = this.#storage.commit([
      { op: 'consume', model: this.#name, id, attempt: randomId() },
    ])
    return outcome.committed
  }

  async destroy(id: string): Promise<void> {
    this.#storage.delete(this.#name, id)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.#storage.deleteByGrantId(this.#name, grantId)
  }

  async listByAccountId(
    accountId: string,
    { limit, after }: { limit: number; after?: string | undefined },
  ): Promise<AccountEntries> {
    const entries = this.#storage.listByAccountId(this.#name, accountId, { limit, after })
    return { entries, next: entries.length < limit ? undefined : entries.at(-1)?.id }
  }
}
