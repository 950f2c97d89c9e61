import { expect } from 'chai'
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
  afterEach(stopProviders)

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
