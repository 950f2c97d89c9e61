import type { OpenSqlite, SqliteDatabase, SqliteRow, SqliteValue } from './sqlite_database.ts'

/** The part of `node:sqlite` that is used; older type declarations of Node do not know the module. */
interface NodeSqlite {
  DatabaseSync: new (
    file: string,
  ) => {
    exec(sql: string): void
    prepare(sql: string): {
      get(...values: readonly SqliteValue[]): SqliteRow | undefined
      all(...values: readonly SqliteValue[]): readonly SqliteRow[]
      run(...values: readonly SqliteValue[]): { changes: number | bigint }
    }
    close(): void
  }
}

const isNodeSqlite = (loaded: object | undefined): loaded is NodeSqlite =>
  typeof loaded === 'object' && 'DatabaseSync' in loaded

/** SQLite as Node brings it along, from 22.13 on. @returns nothing where it does not */
export function nodeSqlite(): OpenSqlite | undefined {
  const loaded = process.getBuiltinModule?.('node:sqlite')
  return isNodeSqlite(loaded) ? (file) => open(loaded, file) : undefined
}

function open({ DatabaseSync }: NodeSqlite, file: string): SqliteDatabase {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA busy_timeout = 0')
  return {
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const statement = database.prepare(sql)
      return {
        get: (...values) => statement.get(...values),
        all: (...values) => statement.all(...values),
        run: (...values) => Number(statement.run(...values).changes),
      }
    },
    close: () => database.close(),
  }
}
