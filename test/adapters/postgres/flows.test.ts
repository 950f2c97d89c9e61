import { expect } from 'chai'
import { type PostgresAdapter, postgresAdapter } from '../../../lib/adapters/postgres.ts'
import { testFlows } from '../../storage/test_flows.ts'
import { asUpdate, manage, register, startRegistering } from '../../support/registering.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { openPool, startPostgres, stopPostgres } from './support/postgres_server.ts'

describe('A177 requests on PostgreSQL', () => {
  let adapter: PostgresAdapter
  before(async () => {
    adapter = postgresAdapter(openPool((await startPostgres()).url))
    await adapter.migrate()
  })
  afterEach(stopProviders)
  after(stopPostgres)

  testFlows(() => adapter)

  it('a registration is there to be read, updated and deleted (RFC 7591 §3.2, RFC 7592 §2)', async () => {
    const op = await startRegistering({}, { adapter })
    const { status, body } = await register(op)

    const read = await manage('GET', body)
    const updated = await manage('PUT', body, asUpdate(body, { client_name: 'Renamed' }))
    const removed = await manage('DELETE', updated.body)
    const after = await manage('GET', body)

    expect([status, read.status, updated.status, removed.status, after.status]).to.deep.equal([
      201, 200, 200, 204, 401,
    ])
    expect(updated.body['client_name']).to.equal('Renamed')
  })
})
