import pg from 'pg'
import { postgresAdapter } from '../../lib/adapters/postgres.ts'
import { randomId } from '../../lib/helpers/random_id.ts'

/** A part of a PostgreSQL that nobody else uses. */
export async function connectStorage(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  // What is closed in the middle of a request fails, and nobody listens any more.
  pool.on('error', () => {})
  const schema = `test_${randomId().toLowerCase().replaceAll('-', '_')}`
  const adapter = postgresAdapter(pool, { schema })
  await adapter.migrate()
  return {
    adapter,
    close: () => void pool.query(`DROP SCHEMA "${schema}" CASCADE`).finally(() => pool.end()),
  }
}
