import type { SqliteDatabase, SqliteRow } from './sqlite_database.ts'

/** "oidp", in the header of the file: which application it belongs to. */
const APPLICATION_ID = 0x6f696470

/**
 * What leads from one version of the schema to the next. A step that was published never changes, and only adds:
 * a process of the version before may be using the file meanwhile.
 */
export const MIGRATIONS: readonly string[] = [
  // The order of `position` is the order of storing: of two sessions with one uid the later is meant.
  `CREATE TABLE entries (
     position INTEGER PRIMARY KEY,
     model TEXT NOT NULL,
     id TEXT NOT NULL,
     payload TEXT NOT NULL,
     expires_at INTEGER,
     uid TEXT,
     user_code TEXT,
     grant_id TEXT
   ) STRICT;
   CREATE UNIQUE INDEX entries_by_id ON entries (id, model);
   CREATE INDEX entries_by_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;
   CREATE INDEX entries_by_uid ON entries (uid, model) WHERE uid IS NOT NULL;
   CREATE INDEX entries_by_user_code ON entries (user_code, model) WHERE user_code IS NOT NULL;
   CREATE INDEX entries_by_grant ON entries (grant_id, model) WHERE grant_id IS NOT NULL;`,
  `ALTER TABLE entries ADD COLUMN account_id TEXT;
   UPDATE entries SET account_id = json_extract(payload, '$.accountId')
     WHERE json_type(payload, '$.accountId') = 'text';
   CREATE INDEX entries_by_account ON entries (account_id) WHERE account_id IS NOT NULL;`,
]

const integer = (row: SqliteRow | undefined): number => Number(Object.values(row ?? {})[0])

/**
 * Brings a file to the schema of this version. Of several processes that open it at once one does the work.
 * @throws Error when the file is somebody else's, or of a later version
 */
export function migrate(database: SqliteDatabase, migrations = MIGRATIONS): void {
  if (versionOf(database, migrations) === migrations.length) return
  database.exec('BEGIN IMMEDIATE')
  try {
    for (const step of migrations.slice(versionOf(database, migrations))) database.exec(step)
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`)
    database.exec('COMMIT')
  } catch (error) {
    rollBack(database)
    throw error
  }
}

/** SQLite has done so by itself after some failures, and says then that there is no transaction. */
function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK')
  } catch {}
}

function versionOf(database: SqliteDatabase, migrations: readonly string[]): number {
  const isNew = integer(database.prepare('SELECT count(*) FROM sqlite_schema').get()) === 0
  if (isNew) return 0
  if (integer(database.prepare('PRAGMA application_id').get()) !== APPLICATION_ID)
    throw new Error('this database belongs to another application')
  const version = integer(database.prepare('PRAGMA user_version').get())
  if (version > migrations.length)
    throw new Error(`its schema has version ${version}, and this release knows ${migrations.length} at most`)
  return version
}
