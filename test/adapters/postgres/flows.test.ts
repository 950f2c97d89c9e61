import { expect } from 'chai'
import { type PostgresAdapter, postgresAdapter } from '../../../lib/adapters/postgres.ts'
import { FLOWS, startForFlows } from '../../storage/flows.ts'
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

  for (const [name, flow] of Object.entries(FLOWS)) {
    it(`${name}: what the answer promises is there`, async () => {
      const op = await startForFlows({ adapter, rotateRefreshToken: flow.rotates ?? false })
      const { agent } = await op.authorize()
      const prepared = await flow.prepare(op, agent)

      const outcome = await prepared.run()

      expect(await prepared.works(outcome)).to.equal(true)
      expect(op.serverErrors).to.deep.equal([])
    })
  }

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
