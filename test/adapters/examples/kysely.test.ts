import { createRequire } from 'node:module'
import { expect } from 'chai'
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'
import { createEntries, kyselyAdapter, type ProviderTables, prune } from '../../../example/adapters/kysely.ts'
import { adapterContract } from '../../../lib/adapters/contract.ts'
import { testFlows } from '../../storage/test_flows.ts'
import { stopProviders } from '../../support/start_provider.ts'

/** Has no types of its own. */
const BetterSqlite3: new (file: string) => SqliteDatabase = createRequire(import.meta.url)('better-sqlite3')

describe('A177, A178, A182 the example on Kysely', () => {
  const database = new BetterSqlite3(':memory:')
  const db = new Kysely<ProviderTables>({ dialect: new SqliteDialect({ database }) })
  const adapter = kyselyAdapter(db)
  before(() => createEntries(db))
  after(() => db.destroy())
  afterEach(stopProviders)

  adapterContract({ adapter, describe, it, hasCommit: true })

  testFlows(() => adapter)

  it('does not begin a commit that nobody waits for any more', async () => {
    const commit = adapter.commit?.([{ op: 'put', model: 'Grant', id: 'late', payload: {} }], { deadline: 1 })

    expect(String(await commit?.catch((error: unknown) => error))).to.include('deadline')
    expect(await adapter('Grant').find('late')).to.equal(undefined)
  })

  it('leaves nothing of what has expired behind', async () => {
    await adapter('Grant').upsert('gone', {}, -1)
    await prune(db)

    const left = await db.selectFrom('entries').select('id').where('id', '=', 'gone').execute()
    expect(left).to.deep.equal([])
  })
})
