import { betterSqlite3 } from './better_sqlite3.ts'
import { nodeSqlite } from './node_sqlite.ts'
import type { OpenSqlite } from './sqlite_database.ts'

/** Where SQLite comes from. */
export type SqliteDriver = 'node:sqlite' | 'better-sqlite3'

const DRIVERS: Readonly<Record<SqliteDriver, () => OpenSqlite | undefined>> = {
  'node:sqlite': nodeSqlite,
  'better-sqlite3': betterSqlite3,
}

/** @throws Error that says what to install */
export function loadDriver(wanted?: SqliteDriver): OpenSqlite {
  const open = wanted === undefined ? (nodeSqlite() ?? betterSqlite3()) : DRIVERS[wanted]()
  if (open === undefined)
    throw new Error(
      `sqliteAdapter: ${wanted ?? 'SQLite'} is not there. Node.js brings node:sqlite along from 22.13 on; ` +
        'for older ones: npm install better-sqlite3@12',
    )
  return open
}
