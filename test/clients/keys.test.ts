import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { SECRET, secretClient } from '../actions/client_auth/assertions.ts'
import { countingAdapter } from '../support/counting_adapter.ts'
import { ecPair, ed25519Pair, jwkOf, rsaPair, x25519Pair } from '../support/key_pair.ts'
import { latencyAdapter } from '../support/latency_adapter.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

describe('the provider’s keys and a client’s secret', () => {
  afterEach(stopProviders)

  it('K2 the JWKS shows public members only, whatever the type of key (RFC 7517 §4)', async () => {
    const keys = [rsaPair(), ecPair(), ecPair('P-384'), ecPair('P-521'), ed25519Pair(), x25519Pair()].map(
      ({ privateKey }) => ({ ...jwkOf(privateKey), secret: 'own member' }),
    )
    const op = await startProvider({ jwks: { keys } })

    const response = await op.agent().get(op.provider.urlFor('jwks'))
    const shown: { keys: Record<string, unknown>[] } = JSON.parse(await response.text())

    expect(shown.keys).to.have.length(6)
    for (const key of shown.keys) {
      expect(key).not.to.have.any.keys('d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv', 'secret')
      expect(key).to.include.keys('kty', 'kid')
    }
  })

  it('a client credentials request by secret takes one write and nothing else', async () => {
    const counting = countingAdapter(latencyAdapter(memoryAdapter(), 2))
    const op = await startProvider({
      adapter: counting.adapter,
      clients: [secretClient({ token_endpoint_auth_method: 'client_secret_post' })],
      features: { clientCredentials: { enabled: true } },
    })
    counting.reset()

    const { status } = await op.post('token', {
      grant_type: 'client_credentials',
      client_id: 'by-secret',
      client_secret: SECRET,
    })

    expect(status).to.equal(200)
    expect(counting.calls.map(({ name }) => name)).to.deep.equal(['commit'])
  })

  it('A068 E7 a secret is compared whole: neither a prefix nor another case will do', async () => {
    const op = await startProvider({
      clients: [secretClient({ token_endpoint_auth_method: 'client_secret_post' })],
      features: { clientCredentials: { enabled: true } },
    })

    for (const secret of [SECRET.slice(0, -1), `${SECRET} `, SECRET.toUpperCase(), ` ${SECRET}`]) {
      const { status } = await op.post('token', {
        grant_type: 'client_credentials',
        client_id: 'by-secret',
        client_secret: secret,
      })
      expect(status).to.equal(401)
    }
  })
})
