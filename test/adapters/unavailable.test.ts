import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { StorageUnavailable } from '../../lib/adapters/storage_unavailable.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'
import { wrapAdapter } from '../support/wrap_adapter.ts'

describe('A177 storage that is out of reach', () => {
  afterEach(stopProviders)

  it('is answered with 503 and Retry-After, and nothing is used up (RFC 9110 §15.6.4)', async () => {
    const cause = new Error('connection refused')
    let isAway = false
    const adapter = wrapAdapter(memoryAdapter(), async (_call, run) => {
      if (isAway) throw new StorageUnavailable(cause)
      return await run()
    })
    const op = await startProvider({ adapter })
    const { code, verifier } = await op.authorize()

    isAway = true
    const { status, headers, body } = await op.exchange(code, verifier)
    isAway = false

    expect([status, headers.get('retry-after'), body['error']]).to.deep.equal([
      503,
      '5',
      'temporarily_unavailable',
    ])
    expect(op.serverErrors).to.have.length(1)
    expect(op.serverErrors[0]).to.include({ name: 'StorageUnavailable', cause })
    expect((await op.exchange(code, verifier)).status).to.equal(200)
  })

  for (const [what, failure, status, error] of [
    ['is out of reach', new StorageUnavailable(new Error('refused')), 503, 'temporarily_unavailable'],
    ['fails', new Error('broken'), 500, 'server_error'],
  ] as const) {
    it(`a client that is not found because storage ${what} is no client that failed to authenticate (RFC 6749 §5.2)`, async () => {
      const adapter = wrapAdapter(memoryAdapter(), async (call, run) => {
        if (call.name === 'Client.find') throw failure
        return await run()
      })
      const op = await startProvider({ adapter, clients: [] })
      const answer = await op.post('token', {
        grant_type: 'authorization_code',
        client_id: 'stored',
        client_secret: 'a secret with 32 characters or so',
      })

      expect([answer.status, answer.body['error']]).to.deep.equal([status, error])
      expect(op.serverErrors).to.deep.equal([failure])
    })
  }
})
