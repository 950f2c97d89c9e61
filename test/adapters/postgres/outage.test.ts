import { expect } from 'chai'
import type pg from 'pg'
import { postgresAdapter } from '../../../lib/adapters/postgres.ts'
import { type RunningProvider, stopProviders } from '../../support/start_provider.ts'
import { startTokenEndpoints } from '../../support/token_endpoints.ts'
import { openPool, type PostgresServer, startPostgres, stopPostgres } from './support/postgres_server.ts'

/** Chains of refresh tokens that clients use at the same time. */
const CHAINS = 8

/** What a client was told, and holds. */
interface Chain {
  refreshToken: unknown
  accessTokens: unknown[]
}

/** Refreshes until it is told to stop. @returns what was answered other than tokens */
async function use(op: RunningProvider, chain: Chain, signal: AbortSignal) {
  const failures: { status: number; retryAfter: string | null }[] = []
  while (!signal.aborted) {
    const { status, headers, body } = await op.refresh(chain.refreshToken)
    if (status === 200) {
      chain.accessTokens.push(body['access_token'])
      chain.refreshToken = body['refresh_token'] ?? chain.refreshToken
    } else failures.push({ status, retryAfter: headers.get('retry-after') })
  }
  return failures
}

describe('A177 PostgreSQL that fails under load', function suite() {
  this.timeout(60_000)
  let server: PostgresServer
  let pool: pg.Pool
  let op: RunningProvider
  beforeEach(async () => {
    server = await startPostgres({ durable: true })
    pool = openPool(server.url)
    const adapter = postgresAdapter(pool)
    await adapter.migrate()
    op = await startTokenEndpoints({
      adapter,
      rotateRefreshToken: true,
      refreshTokenReuseWindow: 10,
    })
  })
  afterEach(async () => {
    await stopProviders()
    await stopPostgres()
  })

  const refused = async (): Promise<void> => {
    while ((await op.token({ grant_type: 'client_credentials' })).status !== 503);
  }
  const served = async (): Promise<void> => {
    while ((await op.token({ grant_type: 'client_credentials' })).status !== 200);
  }

  for (const [how, signal] of [
    ['crashes', 'SIGQUIT'],
    ['is restarted', 'SIGINT'],
  ] as const) {
    it(`and ${how}: 503 with Retry-After while it is away, service when it is back, nothing acknowledged is lost`, async () => {
      const { agent } = await op.login()
      const chains: Chain[] = []
      for (let count = 0; count < CHAINS; count += 1) {
        const { code, verifier } = await op.authorize({}, agent)
        const { body } = await op.exchange(code, verifier)
        chains.push({ refreshToken: body['refresh_token'], accessTokens: [body['access_token']] })
      }
      const stopping = new AbortController()
      const load = Promise.all(chains.map((chain) => use(op, chain, stopping.signal)))
      while (chains.some(({ accessTokens }) => accessTokens.length < 3)) await op.next('access_token.saved')

      await server.stop(signal)
      await refused()
      await server.start()
      await served()
      const before = chains.map(({ accessTokens }) => accessTokens.length)
      while (chains.some(({ accessTokens }, index) => accessTokens.length <= (before[index] ?? 0)))
        await served()
      stopping.abort()
      const failures = (await load).flat()

      expect(failures).not.to.deep.equal([])
      for (const failure of failures) expect(failure).to.deep.equal({ status: 503, retryAfter: '5' })
      for (const { accessTokens, refreshToken } of chains) {
        const answers = await Promise.all(accessTokens.map((token) => op.userinfo(token)))
        expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]))
        expect((await op.refresh(refreshToken)).status).to.equal(200)
      }
      const names = new Set(op.serverErrors.map((error) => (error instanceof Error ? error.name : error)))
      expect([...names]).to.deep.equal(['StorageUnavailable'])
    })
  }

  for (const [what, mode, statuses] of [
    ['hangs', 'ACCESS EXCLUSIVE', [503, 503, 503]],
    ['cannot write', 'SHARE', [503, 503, 200]],
  ] as const) {
    it(`and ${what}: 503 within storageTimeout, and nothing is used up`, async () => {
      const hurried = await startTokenEndpoints({ adapter: postgresAdapter(pool), storageTimeout: 0.5 })
      const { body } = await hurried.login()
      const { code, verifier } = await hurried.authorize()
      const holder = await pool.connect()

      await holder.query(`BEGIN; LOCK TABLE openid_provider.entries IN ${mode} MODE`)
      const hung = await Promise.all([
        hurried.exchange(code, verifier),
        hurried.refresh(body['refresh_token']),
        hurried.userinfo(body['access_token']),
      ])
      await holder.query('COMMIT')
      holder.release()

      expect(hung.map(({ status }) => status)).to.deep.equal(statuses)
      expect((await hurried.exchange(code, verifier)).status).to.equal(200)
      expect((await hurried.refresh(body['refresh_token'])).status).to.equal(200)
    })
  }

  it('and only reads, as a replica does: 503, and what was there still counts', async () => {
    const { body } = await op.login()
    await pool.query('ALTER DATABASE postgres SET default_transaction_read_only = on')
    const replica = openPool(server.url)
    const reading = await startTokenEndpoints({ adapter: postgresAdapter(replica) })

    const refused = await reading.refresh(body['refresh_token'])

    expect([refused.status, refused.headers.get('retry-after')]).to.deep.equal([503, '5'])
    expect((await reading.userinfo(body['access_token'])).status).to.equal(200)
    expect((await op.refresh(body['refresh_token'])).status).to.equal(200)
  })

  it('for a reason that does not pass by itself: 500', async () => {
    await pool.query('ALTER TABLE openid_provider.entries ADD CHECK (false) NOT VALID')

    const { status, body } = await op.token({ grant_type: 'client_credentials' })

    expect([status, body['error']]).to.deep.equal([500, 'server_error'])
  })
})
