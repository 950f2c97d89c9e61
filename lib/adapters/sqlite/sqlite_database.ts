/** What SQLite takes and gives back here. */
export type SqliteValue = string | number | null

/** A row, by the names of its columns. */
export type SqliteRow = Readonly<Record<string, unknown>>

export interface SqliteStatement {
  /** The first row. */
  get(...values: readonly SqliteValue[]): SqliteRow | undefined
  all(...values: readonly SqliteValue[]): readonly SqliteRow[]
  /** @returns how many rows it changed */
  run(...values: readonly SqliteValue[]): number
}

/** One connection: what is asked of a driver. Every call is synchronous, and none waits for a lock. */
export interface SqliteDatabase {
  exec(sql: string): void
  prepare(sql: string): SqliteStatement
  close(): void
}

/** Opens a file that is there, for reading and writing where that is allowed. */
export type OpenSqlite = (file: string) => SqliteDatabase
