import { expect } from 'chai'
import type pg from 'pg'
import { type PostgresAdapter, postgresAdapter } from '../../../lib/adapters/postgres.ts'
import type { AdapterPayload, ModelName } from '../../../types/adapter.ts'
import { openPool, startPostgres, stopPostgres } from './support/postgres_server.ts'

const SOON = Math.floor(Date.now() / 1000) + 500
const LATE = 1_000_000

/** Kinds, what is stored of them, and for how many seconds. */
const ENTRIES: Readonly<Record<string, readonly [ModelName, AdapterPayload, number?]>> = {
  'a token of a client': ['ClientCredentials', { exp: SOON, scope: 'api' }, LATE],
  'one that is kept for less than it lives': ['ClientCredentials', { exp: SOON + 2 * LATE }, LATE],
  'one that never ends': ['ClientCredentials', { scope: 'api' }],
  'one that ends by itself': ['ClientCredentials', { exp: SOON }],
  'a token under a grant': ['AccessToken', { exp: SOON, grantId: 'grant' }, LATE],
  'a token of an account': ['AccessToken', { exp: SOON, accountId: 'alice' }, LATE],
  'a session': ['Session', { exp: SOON, uid: 'uid', accountId: 'alice' }, LATE],
  'a device code': ['DeviceCode', { exp: SOON, userCode: 'ABCD' }, LATE],
  'a replay record': ['ReplayDetection', { exp: SOON }, LATE],
  'a client': ['Client', { client_id: 'a', grantId: 'no grant', userCode: 'no code' }],
  'what is used up already': ['AuthorizationCode', { exp: SOON, consumed: SOON - 600, version: 3 }, LATE],
  'text that JSONB cannot hold': ['ClientCredentials', { extra: { text: '\u0000 \ud800' } }, LATE],
  'what looks like such text': ['ClientCredentials', { $text: '{}' }, LATE],
}

/** Ends to the second, or to the day where they are reckoned from when it was stored. */
const ROW = `model, payload::text, consumed, attempt, version, grant_id, uid, user_code, account_id, written IS NULL AS unwritten,
  CASE WHEN expires_at < now() + interval '1 hour' THEN extract(epoch FROM expires_at)::text
    ELSE round(extract(epoch FROM expires_at - now()) / 86400)::text END AS ends`

describe('A177 a new entry that is stored by itself on PostgreSQL', () => {
  let pool: pg.Pool
  let adapter: PostgresAdapter
  before(async () => {
    const server = await startPostgres()
    pool = openPool(server.url)
    adapter = postgresAdapter(pool, { schema: 'alone' })
    await adapter.migrate()
  })
  after(stopPostgres)

  const commit = (list: Parameters<PostgresAdapter['commit']>[0]) =>
    adapter.commit(list, { deadline: Date.now() + 60_000 })
  const row = async (model: ModelName, id: string) => {
    const text = `SELECT ${ROW} FROM alone.entries WHERE model = $1 AND id = $2`
    return (await pool.query(text, [model, id])).rows
  }

  for (const [title, [model, payload, expiresIn]] of Object.entries(ENTRIES)) {
    it(`is what it is in a list: ${title}`, async () => {
      const [alone, listed] = [`alone of ${title}`, `listed of ${title}`].map((id) => id.replaceAll(' ', '-'))
      const operation = (id = '') => ({ op: 'insert', model, id, payload, expiresIn }) as const
      await commit([operation(alone)])
      await commit([
        operation(listed),
        { op: 'insert', model: 'ReplayDetection', id: `${listed}-2`, payload: {} },
      ])

      const stored = await row(model, alone ?? '')
      expect(stored).to.have.length(1)
      expect(stored).to.deep.equal(await row(model, listed ?? ''))
      expect(await adapter(model).find(alone ?? '')).to.deep.equal(payload)
    })
  }

  it('gives way to one that is there, and takes the place of one that expired', async () => {
    const token = (exp: number) =>
      [{ op: 'insert', model: 'ClientCredentials', id: 'token', payload: { exp } }] as const
    const first = await commit(token(1000))
    const second = await commit(token(SOON))
    const third = await commit(token(SOON + 1))

    expect([first, second, third]).to.deep.equal([
      { committed: true },
      { committed: true },
      { committed: false, failed: 0 },
    ])
    expect(await adapter('ClientCredentials').find('token')).to.deep.equal({ exp: SOON })
  })
})
