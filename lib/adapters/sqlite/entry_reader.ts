import { setTimeout as sleep } from 'node:timers/promises'
import type { AccountEntries, AdapterPayload, ModelName } from '../../../types/adapter.ts'
import { monotonic } from './monotonic.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite_database.ts'
import { failureOf, isBusy, SqliteFailure, SqliteTimeout } from './sqlite_failure.ts'

const LIVE = '(expires_at IS NULL OR expires_at > ?)'
/** Milliseconds until a lock is tried again. */
const PAUSE = 5

/**
 * Looks entries up on the thread that asks: with a write-ahead log no reader waits for a writer, and a row that is found
 * by its index costs less than asking another thread.
 */
export class EntryReader {
  readonly #file: string
  readonly #busyTimeout: number
  readonly #database: SqliteDatabase
  readonly #byId: SqliteStatement
  readonly #byUid: SqliteStatement
  readonly #byUserCode: SqliteStatement
  readonly #ofAccount: SqliteStatement
  #isClosed = false

  constructor(database: SqliteDatabase, { file, busyTimeout }: { file: string; busyTimeout: number }) {
    this.#file = file
    this.#busyTimeout = busyTimeout
    this.#database = database
    database.exec('PRAGMA query_only = ON')
    const prepare = (column: string) =>
      database.prepare(
        `SELECT payload FROM entries WHERE ${column} = ? AND model = ? AND ${LIVE} ORDER BY position DESC LIMIT 1`,
      )
    this.#byId = prepare('id')
    this.#byUid = prepare('uid')
    this.#byUserCode = prepare('user_code')
    this.#ofAccount = database.prepare(
      `SELECT id, payload FROM entries WHERE account_id = ? AND model = ? AND id > ? AND ${LIVE} ORDER BY id LIMIT ?`,
    )
  }

  find(model: ModelName, id: string): Promise<AdapterPayload | undefined> {
    return this.#read(this.#byId, model, id)
  }

  findByUid(model: ModelName, uid: string): Promise<AdapterPayload | undefined> {
    return this.#read(this.#byUid, model, uid)
  }

  findByUserCode(model: ModelName, userCode: string): Promise<AdapterPayload | undefined> {
    return this.#read(this.#byUserCode, model, userCode)
  }

  /** In the order of their ids: what is removed meanwhile moves no page. */
  listByAccountId(
    model: ModelName,
    accountId: string,
    { limit, after = '' }: { limit: number; after?: string | undefined },
  ): Promise<AccountEntries> {
    return this.#attempt(`${model}.listByAccountId`, () => {
      const rows = this.#ofAccount.all(accountId, model, after, Date.now(), limit)
      const entries = rows.map(({ id, payload }) => ({
        id: String(id),
        payload: JSON.parse(String(payload)),
      }))
      return { entries, next: entries.length < limit ? undefined : entries.at(-1)?.id }
    })
  }

  close(): void {
    if (!this.#isClosed) this.#database.close()
    this.#isClosed = true
  }

  #read(statement: SqliteStatement, model: ModelName, key: string): Promise<AdapterPayload | undefined> {
    return this.#attempt(`${model}.find`, () => {
      const row = statement.get(key, model, Date.now())
      return row === undefined ? undefined : JSON.parse(String(row['payload']))
    })
  }

  async #attempt<T>(name: string, look: () => T): Promise<T> {
    const until = monotonic() + this.#busyTimeout
    for (;;) {
      if (this.#isClosed) throw new SqliteFailure(this.#file, 'the storage was closed')
      try {
        return look()
      } catch (error) {
        if (!isBusy(error)) throw failureOf(this.#file, error)
        if (monotonic() >= until) throw new SqliteTimeout(this.#file, name, this.#busyTimeout)
      }
      await sleep(PAUSE)
    }
  }
}
