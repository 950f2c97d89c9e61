import { once } from 'node:events'
import { expect } from 'chai'
import { Redis } from 'ioredis'
import { redisAdapter } from '../../../lib/adapters/redis.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { startTokenEndpoints } from '../../support/token_endpoints.ts'
import { CLIENT_OPTIONS, stopRedis, watched } from './support/redis_server.ts'
import { NAME, startReplicated } from './support/sentinel.ts'

describe('A177 Redis under Sentinel', function suite() {
  this.timeout(60_000)
  after(async () => {
    await stopProviders()
    await stopRedis()
  })

  it('fails over: 503 with Retry-After, service by the new master, and what it had got is still so', async () => {
    const { master, replica, sentinel } = await startReplicated()
    const client = watched(
      new Redis({ ...CLIENT_OPTIONS, name: NAME, sentinels: [{ host: '127.0.0.1', port: sentinel.port }] }),
    )
    await once(client, 'ready')
    const op = await startTokenEndpoints({ adapter: redisAdapter(client) })
    const { body, code, verifier } = await op.login()
    const issue = () => op.token({ grant_type: 'client_credentials' })
    const { body: revoked } = await op.login()
    await op.post('revocation', {
      client_id: 'web',
      client_secret: String(op.client.client_secret),
      token: String(revoked['refresh_token']),
    })
    // A connection waits for what it wrote itself: so it is the adapter's.
    while ((await client.wait(1, 100)) < 1);

    await master.stop('SIGKILL')
    const failed = await issue()
    while ((await issue()).status !== 200);

    expect([failed.status, failed.headers.get('retry-after')]).to.deep.equal([503, '5'])
    const promoted = await replica.connect()
    expect(await promoted.role()).to.include('master')
    expect((await op.userinfo(body['access_token'])).status).to.equal(200)
    expect((await op.refresh(body['refresh_token'])).status).to.equal(200)
    expect((await op.refresh(revoked['refresh_token'])).body['error']).to.equal('invalid_grant')
    expect((await op.exchange(code, verifier)).body['error']).to.equal('invalid_grant')
  })
})
