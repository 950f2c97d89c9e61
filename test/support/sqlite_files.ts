import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadDriver } from '../../lib/adapters/sqlite/load_driver.ts'
import type { SqliteDatabase } from '../../lib/adapters/sqlite/sqlite_database.ts'
import {
  type SqliteAdapterFactory,
  type SqliteAdapterOptions,
  sqliteAdapter,
} from '../../lib/adapters/sqlite.ts'

const folders = new Set<string>()
const adapters = new Set<SqliteAdapterFactory>()
const databases = new Set<SqliteDatabase>()

/** The path of a file that is not there, in a folder of its own. */
export function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
  folders.add(folder)
  return join(folder, 'op.sqlite')
}

export function sqliteOn(
  file = newFile(),
  options: Omit<SqliteAdapterOptions, 'file'> = {},
): SqliteAdapterFactory {
  const adapter = sqliteAdapter({ file, ...options })
  adapters.add(adapter)
  return adapter
}

/** Another connection, such as a tool of the host's would have. */
export function connectTo(file: string): SqliteDatabase {
  const database = loadDriver()(file)
  databases.add(database)
  return database
}

/** Closes and removes what a test has made. */
export async function removeSqliteFiles(): Promise<void> {
  for (const database of databases) database.close()
  await Promise.all([...adapters].map((adapter) => adapter.close()))
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  for (const made of [databases, adapters, folders]) made.clear()
}
