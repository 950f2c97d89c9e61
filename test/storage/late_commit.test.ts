import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { AdapterCommit, AdapterFactory } from '../../types/adapter.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { type RunningProvider, startProvider, stopProviders } from '../support/start_provider.ts'

/** Storage whose next commit hangs, and takes effect when it is told to. */
function lateAdapter(inner: AdapterFactory) {
  let land: (() => Promise<unknown>) | undefined
  let isLate = false
  const commit: AdapterCommit = async (operations, options) => {
    if (!isLate) return (await inner.commit?.(operations, options)) ?? { committed: false, failed: 0 }
    isLate = false
    return new Promise(() => {
      land = async () => inner.commit?.(operations, options)
    })
  }
  const adapter: AdapterFactory = Object.assign((...args: Parameters<AdapterFactory>) => inner(...args), {
    commit,
  })
  return {
    adapter,
    delayNext: () => {
      isLate = true
    },
    land: () => land?.(),
  }
}

const hasGrant = async (op: RunningProvider, accessToken: unknown) =>
  (await op.userinfo(accessToken)).status === 200

describe('a commit that lands after its deadline (RFC 6749 §4.1.2)', () => {
  afterEach(() => {
    sinon.restore()
    return stopProviders()
  })

  it('does not make a retry with the code look like theft: the grant survives', async () => {
    const late = lateAdapter(mapAdapter())
    const op = await startProvider({ adapter: late.adapter, storageTimeout: 0.2 })
    const { body: first, agent } = await op.login()
    const { code, verifier } = await op.authorize({}, agent)

    late.delayNext()
    const failed = await op.exchange(code, verifier)
    await late.land()
    const retry = await op.exchange(code, verifier)

    expect(failed.status).to.equal(503)
    expect(retry.status).to.equal(400)
    expect(retry.body['error']).to.equal('invalid_grant')
    expect(await hasGrant(op, first['access_token'])).to.equal(true)
  })

  for (const [title, refreshTokenReuseWindow] of [
    ['without a window', 0],
    ['when the window is over', 10],
  ] as const) {
    it(`does not make a retry with a refresh token look like theft ${title} (RFC 9700 §4.14.2)`, async () => {
      const late = lateAdapter(mapAdapter())
      const op = await startProvider({
        adapter: late.adapter,
        storageTimeout: 0.2,
        rotateRefreshToken: true,
        refreshTokenReuseWindow,
      })
      const { body: tokens } = await op.login({ scope: 'openid offline_access', prompt: 'consent' })

      late.delayNext()
      const failed = await op.refresh(tokens['refresh_token'])
      await late.land()
      sinon.useFakeTimers({ now: Date.now() + refreshTokenReuseWindow * 1000, toFake: ['Date'] })
      const told = op.nextError('grant.error')
      const retry = await op.refresh(tokens['refresh_token'])

      expect(failed.status).to.equal(503)
      expect({ status: retry.status, error: retry.body['error'] }).to.deep.equal({
        status: 400,
        error: 'invalid_grant',
      })
      expect((await told).error_detail).to.equal('refresh token was used up by a failure of ours')
      expect(await hasGrant(op, tokens['access_token'])).to.equal(true)
    })
  }

  it('does not take the grant when it lands while the retry is under way', async () => {
    const late = lateAdapter(mapAdapter())
    const found = { hook: async (): Promise<unknown> => undefined }
    const op = await startProvider({
      adapter: late.adapter,
      storageTimeout: 0.2,
      findAccount: async (_ctx, accountId) => {
        await found.hook()
        return { accountId, claims: () => ({ sub: accountId }) }
      },
    })
    const { body: first, agent } = await op.login()
    const { code, verifier } = await op.authorize({}, agent)

    late.delayNext()
    const failed = await op.exchange(code, verifier)
    found.hook = async () => late.land()
    const told = op.nextError('grant.error')
    const retry = await op.exchange(code, verifier)
    found.hook = async () => undefined

    expect([failed.status, retry.status]).to.deep.equal([503, 400])
    expect((await told).error_detail).to.equal('AuthorizationCode expired or was revoked meanwhile')
    expect(await hasGrant(op, first['access_token'])).to.equal(true)
  })

  it('still punishes a replay of a code that was answered', async () => {
    const op = await startProvider({ adapter: mapAdapter() })
    const { body, code, verifier } = await op.login()

    expect((await op.exchange(code, verifier)).body['error']).to.equal('invalid_grant')
    expect(await hasGrant(op, body['access_token'])).to.equal(false)
  })

  it('is refused by memoryAdapter: the code stays usable', async () => {
    const late = lateAdapter(memoryAdapter())
    const op = await startProvider({ adapter: late.adapter, storageTimeout: 0.2 })
    const { code, verifier } = await op.authorize()

    late.delayNext()
    const failed = await op.exchange(code, verifier)
    const refusal = await late.land()?.catch((error: unknown) => error)
    const retry = await op.exchange(code, verifier)

    expect(failed.status).to.equal(503)
    expect(String(refusal)).to.include('deadline')
    expect(retry.status).to.equal(200)
  })
})
