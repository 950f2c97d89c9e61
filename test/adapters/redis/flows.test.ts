import { expect } from 'chai'
import { redisAdapter } from '../../../lib/adapters/redis.ts'
import type { AdapterFactory } from '../../../types/adapter.ts'
import { testFlows } from '../../storage/test_flows.ts'
import { asUpdate, manage, register, startRegistering } from '../../support/registering.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { connectCluster, startCluster } from './support/redis_cluster.ts'
import { startRedis, stopRedis } from './support/redis_server.ts'

const PLACES = {
  'a single Redis': async () => (await startRedis()).connect(),
  'a Cluster of three': async () => connectCluster(await startCluster()),
}

for (const [place, connect] of Object.entries(PLACES)) {
  describe(`A177 requests on ${place}`, () => {
    let adapter: AdapterFactory
    before(async () => {
      adapter = redisAdapter(await connect())
    })
    afterEach(stopProviders)
    after(stopRedis)

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
}
