import type { Database } from './database.ts'
import { migrationOf, SCHEMA_VERSION } from './migration.ts'

/** Brings the schema up to date; changes nothing where it is. */
export async function migrate(database: Database): Promise<void> {
  if (!(await isUpToDate(database))) await database.script(migrationOf(database.schema))
}

async function isUpToDate(database: Database): Promise<boolean> {
  const table = `${database.schema}.schema_version`
  const exists = await database.rows(
    'table',
    'SELECT FROM to_regclass($1) AS found WHERE found IS NOT NULL',
    [table],
  )
  if (exists.length === 0) return false
  const text = `SELECT FROM ${table} WHERE version >= $1`
  return (await database.rows('version', text, [SCHEMA_VERSION])).length > 0
}

/**
 * Removes what has expired, in batches of which each is a transaction of its own.
 * @returns how many entries were removed
 */
export async function prune(database: Database, batch: number): Promise<number> {
  const text = `SELECT ${database.schema}.prune($1)::text AS removed`
  for (let removed = 0; ; ) {
    const [row] = await database.change('prune', text, [batch])
    const count =
      typeof row === 'object' && row !== null && 'removed' in row ? Number(row.removed) : Number.NaN
    if (Number.isNaN(count)) throw new TypeError('PostgreSQL did not say how many entries were removed')
    removed += count
    if (count < batch) return removed
  }
}
