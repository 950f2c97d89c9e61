/**
 * What logins cost on PostgreSQL: `npx tsx bench/postgres_size.ts postgres://127.0.0.1/empty`. The database is left with
 * what was measured.
 */
import pg from 'pg'
import { postgresAdapter } from '../lib/adapters/postgres.ts'
import { startProvider, stopProviders } from '../test/support/start_provider.ts'

const LOGINS = 1000
const AT_ONCE = 4

const pool = new pg.Pool({ connectionString: process.argv[2], max: AT_ONCE })
let calls = 0
const adapter = postgresAdapter({
  query(statement) {
    calls += 1
    return pool.query(statement)
  },
})
await adapter.migrate()
const op = await startProvider({ adapter, issueRefreshToken: () => true, rotateRefreshToken: true })

async function figures(): Promise<Record<string, number>> {
  await pool.query('VACUUM openid_provider.entries')
  const { rows } = await pool.query(`SELECT
    pg_table_size('openid_provider.entries')::float8 AS "bytes of the table",
    pg_indexes_size('openid_provider.entries')::float8 AS "bytes of its indexes",
    (pg_current_wal_insert_lsn() - '0/0')::float8 AS "bytes of WAL",
    (SELECT count(*)::float8 FROM openid_provider.entries) AS rows`)
  return { ...rows[0], 'round trips': calls }
}

async function measure(title: string, act: (turn: number) => Promise<unknown>): Promise<void> {
  await pool.query('CHECKPOINT')
  const before = await figures()
  const start = performance.now()
  for (let turn = 0; turn < LOGINS; turn += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => act(turn + index)))
  }
  const elapsed = performance.now() - start
  const after = await figures()
  process.stdout.write(`each ${title}, ${Math.round((LOGINS * 1000) / elapsed)} a second:\n`)
  for (const [name, value] of Object.entries(after))
    process.stdout.write(`  ${((value - (before[name] ?? 0)) / LOGINS).toFixed(1)} ${name}\n`)
}

/** What the rows of each kind take on average, without indexes. */
async function sizes(): Promise<void> {
  const { rows } =
    await pool.query(`SELECT model, count(*) AS count, round(avg(pg_column_size(entry.*))) AS size
    FROM openid_provider.entries AS entry GROUP BY model ORDER BY model`)
  for (const { model, count, size } of rows)
    process.stdout.write(`${model}: ${count} rows of ${size} bytes\n`)
}

await op.login()
const logins: Awaited<ReturnType<typeof op.login>>[] = []
await measure('login', async (turn) => {
  logins[turn] = await op.login()
})
await sizes()
await measure('refresh with rotation', (turn) => op.refresh(logins[turn]?.body['refresh_token']))
await sizes()
await stopProviders()
await pool.end()
