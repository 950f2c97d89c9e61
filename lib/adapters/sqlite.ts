import { once } from 'node:events'
import { resolve } from 'node:path'
import type {
  AccountEntries,
  AdapterCommit,
  AdapterFactory,
  AdapterPayload,
  CommitOperation,
  GivenAdapter,
  ModelName,
} from '../../types/adapter.ts'
import { randomId } from '../helpers/random_id.ts'
import { EntryReader } from './sqlite/entry_reader.ts'
import { storedOperation } from './sqlite/jobs.ts'
import type { SqliteDriver } from './sqlite/load_driver.ts'
import { type DatabaseOptions, openDatabase } from './sqlite/open_database.ts'
import { failureOf, SqliteFailure, SqliteTimeout } from './sqlite/sqlite_failure.ts'
import { startThread } from './sqlite/start_thread.ts'
import { WriteThread } from './sqlite/write_thread.ts'

export type { SqliteDriver }
export { SqliteFailure, SqliteTimeout }

/** Options of {@link sqliteAdapter}. */
export interface SqliteAdapterOptions {
  /** Path of the file; made, readable by its owner only, if it is not there. SQLite puts two more beside it. */
  file: string
  /**
   * Where SQLite comes from.
   * @default `node:sqlite` where Node.js has it (22.13 and newer), else `better-sqlite3`
   */
  driver?: SqliteDriver | undefined
  /**
   * `full` writes every commit to the disk before it is answered: nothing that was answered is lost, whatever fails.
   * `normal` leaves that to the operating system: nothing is lost when a process ends, but a power failure may undo what
   * happened last, and bring a used code or a revoked token back.
   * @default 'full'
   */
  synchronous?: 'full' | 'normal' | undefined
  /**
   * Milliseconds that a call waits for other processes which write to the file; less than `storageTimeout` of the provider.
   * The deadline of a commit ends it earlier.
   * @default 4000
   */
  busyTimeout?: number | undefined
}

/** What {@link sqliteAdapter} makes: an adapter, and what its file needs. */
export interface SqliteAdapterFactory extends AdapterFactory {
  (name: ModelName): Required<GivenAdapter>
  commit: AdapterCommit
  /**
   * Removes everything that has expired, in small steps that others get in between. Writing does so on its own, little by little;
   * this is for those who want to have it done at once.
   * @returns how many entries
   */
  prune(): Promise<number>
  /**
   * Copies the database as it is now into a new file, readable by its owner only, while everything goes on.
   * @param target must not be there
   */
  backup(target: string): Promise<void>
  /** Ends when everything under way is stored; calls after that are refused. */
  close(): Promise<void>
}

/** Expired entries that one step of `prune()` takes away. */
const PRUNED_AT_ONCE = 500

/**
 * Keeps everything in one file, for providers on one machine: durable, without a service to install. Several processes
 * may use one file. It commits atomically.
 *
 * @throws SqliteFailure naming the file, when it cannot be used
 * @example
 * ```ts
 * new Provider('https://op.example.com', { adapter: sqliteAdapter({ file: '/var/lib/op/op.sqlite' }) })
 * ```
 */
export function sqliteAdapter(options: SqliteAdapterOptions): SqliteAdapterFactory {
  const checked = checkedOptions(options)
  const reader = new EntryReader(openDatabase(checked), checked)
  const thread = new WriteThread(checked)
  const storage: Storage = { reader, thread, commit: committer(checked.file, thread) }
  return Object.assign((name: ModelName) => new SqliteAdapter(name, storage), {
    commit: storage.commit,
    prune: () => prune(thread),
    backup: (target: string) => backup(checked, target),
    async close() {
      await thread.close()
      reader.close()
    },
  })
}

interface Storage {
  readonly reader: EntryReader
  readonly thread: WriteThread
  readonly commit: AdapterCommit
}

function checkedOptions(options: SqliteAdapterOptions): DatabaseOptions {
  const { file, driver, synchronous = 'full', busyTimeout = 4000 } = options
  if (typeof file !== 'string' || file === '' || file.startsWith(':') || file.startsWith('file:'))
    throw new TypeError('sqliteAdapter: file must be a path; what may be lost is kept by memoryAdapter()')
  if (synchronous !== 'full' && synchronous !== 'normal')
    throw new TypeError('sqliteAdapter: synchronous must be full or normal')
  if (!Number.isSafeInteger(busyTimeout) || busyTimeout < 0)
    throw new TypeError('sqliteAdapter: busyTimeout must be milliseconds')
  if (driver !== undefined && driver !== 'node:sqlite' && driver !== 'better-sqlite3')
    throw new TypeError('sqliteAdapter: driver must be node:sqlite or better-sqlite3')
  return { file: resolve(file), driver, synchronous, busyTimeout }
}

function committer(file: string, thread: WriteThread): AdapterCommit {
  return async (operations, { deadline } = { deadline: Number.POSITIVE_INFINITY }) => {
    if (Date.now() >= deadline) throw new SqliteTimeout(file, 'commit', 0)
    const { outcome } = await thread.run(
      { kind: 'commit', operations: operations.map(storedOperation) },
      deadline,
    )
    if (outcome === undefined) throw new SqliteFailure(file, 'a commit had no outcome')
    return outcome
  }
}

async function prune(thread: WriteThread): Promise<number> {
  for (let total = 0; ; ) {
    const { removed = 0 } = await thread.run({ kind: 'prune', most: PRUNED_AT_ONCE })
    total += removed
    if (removed < PRUNED_AT_ONCE) return total
  }
}

async function backup(options: DatabaseOptions, target: string): Promise<void> {
  const thread = startThread('backup_worker', { ...options, target: resolve(target) })
  try {
    await once(thread, 'exit')
  } catch (error) {
    throw failureOf(resolve(target), error)
  }
}

class SqliteAdapter implements Required<GivenAdapter> {
  readonly #name: ModelName
  readonly #storage: Storage

  constructor(name: ModelName, storage: Storage) {
    this.#name = name
    this.#storage = storage
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    await this.#commit({ op: 'put', model: this.#name, id, payload, expiresIn })
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#storage.reader.find(this.#name, id)
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#storage.reader.findByUserCode(this.#name, userCode)
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#storage.reader.findByUid(this.#name, uid)
  }

  listByAccountId(
    accountId: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<AccountEntries> {
    return this.#storage.reader.listByAccountId(this.#name, accountId, page)
  }

  consume(id: string): Promise<boolean> {
    return this.#commit({ op: 'consume', model: this.#name, id, attempt: randomId() })
  }

  async destroy(id: string): Promise<void> {
    await this.#commit({ op: 'destroy', model: this.#name, id })
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#storage.thread.run({ kind: 'revoke', model: this.#name, grantId })
  }

  async #commit(operation: CommitOperation): Promise<boolean> {
    const { committed } = await this.#storage.commit([operation])
    return committed
  }
}
