import { createRequire } from 'node:module'
import type { OpenSqlite, SqliteDatabase, SqliteRow, SqliteValue } from './sqlite_database.ts'

/** The part of `better-sqlite3` that is used: hosts without it need no types of it either. */
type BetterSqlite3 = new (
  file: string,
  options: { fileMustExist: boolean; timeout: number },
) => {
  exec(sql: string): unknown
  prepare(sql: string): {
    get(...values: readonly SqliteValue[]): SqliteRow | undefined
    all(...values: readonly SqliteValue[]): readonly SqliteRow[]
    run(...values: readonly SqliteValue[]): { changes: number }
  }
  close(): unknown
}

const require = createRequire(import.meta.url)

const isBetterSqlite3 = (loaded: unknown): loaded is BetterSqlite3 => typeof loaded === 'function'

/** @returns nothing where the package is not installed */
export function betterSqlite3(): OpenSqlite | undefined {
  let loaded: unknown
  try {
    loaded = require('better-sqlite3')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
  return isBetterSqlite3(loaded) ? (file) => open(loaded, file) : undefined
}

function open(Database: BetterSqlite3, file: string): SqliteDatabase {
  const database = new Database(file, { fileMustExist: true, timeout: 0 })
  return {
    exec: (sql) => void database.exec(sql),
    prepare(sql) {
      const statement = database.prepare(sql)
      return {
        get: (...values) => statement.get(...values),
        all: (...values) => statement.all(...values),
        run: (...values) => statement.run(...values).changes,
      }
    },
    close: () => void database.close(),
  }
}
