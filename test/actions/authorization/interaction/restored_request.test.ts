import { expect } from 'chai'
import type { AdapterPayload } from '../../../../types/adapter.ts'
import { mapAdapter } from '../../../support/map_adapter.ts'
import { ask } from '../../../support/screens.ts'
import { startProvider, stopProviders } from '../../../support/start_provider.ts'

/** A request that was interrupted, with what storage has changed in it. */
async function interrupted(change: (params: Record<string, unknown>) => object, sent = {}) {
  const entries = new Map<string, AdapterPayload>()
  const op = await startProvider({
    adapter: mapAdapter(entries),
    features: { resourceIndicators: { getResourceServerInfo: () => ({ scope: 'api:read' }) } },
    extraParams: ['theme'],
  })
  const agent = op.agent()
  const response = await ask(op, agent, { state: 'st', theme: 'dark', ...sent })
  for (const [key, payload] of entries) {
    if (!key.startsWith('Interaction:')) continue
    const { params } = payload
    entries.set(key, { ...payload, params: Object({ ...params, ...change({ ...params }) }) })
  }
  const restored: Record<string, unknown>[] = []
  op.provider.on('interaction.started', ({ oidc }) => restored.push({ ...oidc.params }))
  const location = (await agent.follow(response)).headers.get('location') ?? 'about:blank'
  return { op, restored, answer: new URL(location).searchParams }
}

describe('the request that an interaction returns to', () => {
  afterEach(stopProviders)

  it('is the one that was interrupted', async () => {
    const { restored, answer } = await interrupted(() => ({}))

    expect(restored[0]).to.include({ state: 'st', theme: 'dark' })
    expect(answer.get('state')).to.equal('st')
    expect(answer.get('code')).to.be.a('string')
  })

  for (const [what, value] of [
    ['a number', 7],
    ['an object', { toString: 'x' }],
    ['null', null],
    ['a list that holds a number', ['dark', 7]],
    ['a list of lists', [['dark']]],
  ] as const) {
    it(`has no parameter that storage gives back as ${what}`, async () => {
      const { op, restored, answer } = await interrupted(() => ({ theme: value }))

      expect(restored[0]).to.include({ state: 'st' })
      expect(restored[0]?.['theme']).to.equal(undefined)
      expect(answer.get('code')).to.be.a('string')
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  it('has all values of a parameter that was sent more than once', async () => {
    const resource = ['https://api.example.com/a', 'https://api.example.com/b']
    const { restored } = await interrupted(() => ({ resource }), { resource: resource[0] })

    expect(restored[0]?.['resource']).to.deep.equal(resource)
  })
})
