import { closeSync, openSync } from 'node:fs'
import { loadDriver, type SqliteDriver } from './load_driver.ts'
import { monotonic } from './monotonic.ts'
import { migrate } from './schema.ts'
import type { SqliteDatabase } from './sqlite_database.ts'
import { failureOf, isBusy } from './sqlite_failure.ts'

/** What a connection needs to know; plain values, which a thread can be given. */
export interface DatabaseOptions {
  readonly file: string
  readonly driver: SqliteDriver | undefined
  readonly synchronous: 'full' | 'normal'
  /** Milliseconds to wait for a lock. */
  readonly busyTimeout: number
}

/**
 * Opens the file, made and migrated where that is needed. Waits where others do the same: before there is anything to
 * serve.
 * @throws SqliteFailure
 */
export function openDatabase(options: DatabaseOptions): SqliteDatabase {
  const open = loadDriver(options.driver)
  const until = monotonic() + options.busyTimeout
  for (;;) {
    let database: SqliteDatabase | undefined
    try {
      createPrivately(options.file)
      database = open(options.file)
      prepareDatabase(database, options)
      return database
    } catch (error) {
      database?.close()
      if (!isBusy(error) || monotonic() >= until) throw failureOf(options.file, error)
      pause(10)
    }
  }
}

/** What is in there are credentials: nobody but the owner reads it. SQLite gives its other files the same rights. */
function createPrivately(file: string): void {
  try {
    createOnce(file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/** Makes an empty file that nobody but the owner can read. @throws Error when it is there */
export function createOnce(file: string): void {
  closeSync(openSync(file, 'wx', 0o600))
}

function prepareDatabase(database: SqliteDatabase, { synchronous }: DatabaseOptions): void {
  // Also finds out a file that cannot be written.
  migrate(database)
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']
  if (mode !== 'wal') throw new Error('its file system does not allow a write-ahead log (WAL)')
  database.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA secure_delete = FAST`)
  // After a burst the log is cut down to this again.
  database.exec('PRAGMA journal_size_limit = 67108864')
  database.exec('BEGIN IMMEDIATE; ROLLBACK')
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
