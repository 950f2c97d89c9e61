import type { AdapterCommit, AdapterFactory, GivenAdapter, ModelName } from '../../types/adapter.ts'
import { Turnstile } from '../helpers/promises/turnstile.ts'
import { usesUp } from './operations.ts'
import { commit } from './postgres/commit.ts'
import { Database } from './postgres/database.ts'
import { PostgresEntries, readingStatements } from './postgres/entries.ts'
import { GatheredReads } from './postgres/gathered_reads.ts'
import { migrationOf } from './postgres/migration.ts'
import type { PostgresPool, PostgresStatement } from './postgres/pool.ts'
import { migrate, prune } from './postgres/upkeep.ts'
import { ServerClock } from './server_clock.ts'

export type { PostgresPool, PostgresStatement }

/** Options of {@link postgresAdapter}. */
export interface PostgresAdapterOptions {
  /**
   * The schema of the database that everything stands in; providers of different issuers need different ones.
   * Lower-case letters, digits and `_`, at most 40.
   * @default 'openid_provider'
   */
  schema?: string | undefined
  /**
   * Whether statements are prepared, once per connection. `false` for a pooler in front of the database that gives every
   * transaction another connection and knows no prepared statements.
   * @default true
   */
  prepare?: boolean | undefined
}

/** What {@link postgresAdapter} makes: the `adapter` option of a provider, and what looks after its tables. */
export interface PostgresAdapter extends AdapterFactory {
  commit: AdapterCommit
  /** Makes the tables and functions, or brings them up to date. Does nothing where they are; may run at every start. */
  migrate(): Promise<void>
  /** What `migrate()` runs, as one transaction for `psql`. */
  migration(): string
  /**
   * Removes what has expired. Nothing expired is ever found, so this is about space alone: once a minute is plenty.
   * @param options.batch entries that one transaction removes; 1000 by default
   * @returns how many were removed
   */
  prune(options?: { batch?: number | undefined }): Promise<number>
}

const SCHEMA = /^[a-z_][a-z0-9_]{0,39}$/

/**
 * Keeps everything in PostgreSQL 13 or newer, for any number of processes. It commits atomically, each commit in one
 * round trip. The pool stays the host's.
 *
 * @example
 * ```ts
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL })
 * const adapter = postgresAdapter(pool)
 * await adapter.migrate()
 * new Provider('https://op.example.com', { adapter })
 * ```
 * @param pool a `Pool` of `pg` 8
 */
export function postgresAdapter(pool: PostgresPool, options: PostgresAdapterOptions = {}): PostgresAdapter {
  const { schema = 'openid_provider', prepare = true } = options
  if (typeof pool?.query !== 'function') throw new TypeError('postgresAdapter: the pool has no query()')
  if (!SCHEMA.test(schema))
    throw new TypeError('postgresAdapter: schema must be lower-case letters, digits and _, at most 40')
  const database = new Database(pool, `"${schema}"`, prepare)
  const clock = new ServerClock()
  const uses = new Turnstile()
  const ownCommit: AdapterCommit = (operations, given) => {
    const carryOut = () => commit(database, clock, operations, given?.deadline)
    return operations.some(usesUp) ? uses.through(carryOut) : carryOut()
  }
  const reading = readingStatements(database.schema)
  const shared = { database, commit: ownCommit, reading, reads: new GatheredReads(database, reading) }
  return Object.assign((name: ModelName): GivenAdapter => new PostgresEntries(name, shared), {
    commit: ownCommit,
    migrate: () => migrate(database),
    migration: () => `BEGIN;\n${migrationOf(database.schema)}COMMIT;\n`,
    prune: ({ batch = 1000 } = {}) => prune(database, batch),
  })
}
