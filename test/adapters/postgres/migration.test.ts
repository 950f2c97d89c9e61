import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import type pg from 'pg'
import { SCHEMA_VERSION } from '../../../lib/adapters/postgres/migration.ts'
import { stepsOf } from '../../../lib/adapters/postgres/steps.ts'
import { type PostgresAdapter, postgresAdapter } from '../../../lib/adapters/postgres.ts'
import type { CommitOperation } from '../../../types/adapter.ts'
import { openPool, startPostgres, stopPostgres } from './support/postgres_server.ts'

const VERSION_1 = new URL('support/version_1.sql', import.meta.url)
const COMMITTED = { committed: true }
const later = () => ({ deadline: Date.now() + 60_000 })

/** A code is exchanged. */
const exchangeOf = (code: string): readonly CommitOperation[] => [
  { op: 'require', model: 'Grant', id: 'grant' },
  { op: 'consume', model: 'AuthorizationCode', id: code, attempt: 'mine' },
  {
    op: 'insert',
    model: 'AccessToken',
    id: `token-of-${code}`,
    payload: { grantId: 'grant' },
    expiresIn: 100,
  },
]

/** As a process of version 1 sent it. */
const sentByVersion1 = (operations: readonly CommitOperation[]): string =>
  JSON.stringify(
    JSON.parse(stepsOf(operations)).map(({ foreign_id: _, ...step }: Record<string, unknown>) => step),
  )

describe('A177 a schema of version 1 of the PostgreSQL adapter', () => {
  let pool: pg.Pool
  let adapter: PostgresAdapter
  before(async () => {
    pool = openPool((await startPostgres()).url)
    await pool.query(await readFile(VERSION_1, 'utf8'))
    adapter = postgresAdapter(pool, { schema: 'version_1' })
    await adapter('Grant').upsert('grant', { version: 0 })
    for (const code of ['a', 'b', 'c']) await adapter('AuthorizationCode').upsert(code, { code }, 100)
  })
  after(stopPostgres)

  it('does for processes of this version, until it is brought up to date', async () => {
    expect(await adapter.commit(exchangeOf('a'), later())).to.deep.equal(COMMITTED)
    expect(await adapter.commit(exchangeOf('a'), later())).to.deep.equal({ committed: false, failed: 1 })
  })

  it('is brought up to date by migrate(), with what is in it', async () => {
    await adapter.migrate()

    const { rows } = await pool.query('SELECT max(version) AS version FROM version_1.schema_version')
    expect(rows).to.deep.equal([{ version: SCHEMA_VERSION }])
    expect(await adapter('AccessToken').find('token-of-a')).to.deep.equal({ grantId: 'grant' })
    expect(await adapter.commit(exchangeOf('a'), later())).to.deep.equal({ committed: false, failed: 1 })
    expect(await adapter.commit(exchangeOf('b'), later())).to.deep.equal(COMMITTED)
  })

  it('does for processes of version 1 that still run', async () => {
    const commit = async (operations: readonly CommitOperation[]) => {
      const text = 'SELECT failed FROM version_1.commit_v1($1, $2)'
      return (await pool.query(text, [sentByVersion1(operations), later().deadline])).rows
    }
    const [insert] = exchangeOf('b').slice(2)

    expect(await commit(exchangeOf('c'))).to.deep.equal([{ failed: null }])
    expect(await commit(exchangeOf('c'))).to.deep.equal([{ failed: '1' }])
    expect(await commit(insert === undefined ? [] : [insert])).to.deep.equal([{ failed: '0' }])
  })
})
