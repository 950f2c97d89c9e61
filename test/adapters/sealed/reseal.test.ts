import { expect } from 'chai'
import { type SealedAdapterOptions, sealedAdapter } from '../../../lib/adapters/sealed.ts'
import type {
  AdapterFactory,
  AdapterPayload,
  CommitOperation,
  GivenAdapter,
  ModelName,
} from '../../../types/adapter.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import { mapAdapter } from '../../support/map_adapter.ts'

const PLAIN_TOO: SealedAdapterOptions = { keys: ['k'.repeat(32)], plain: 'read' }
const MODEL: ModelName = 'RegistrationAccessToken'

const rows = (...payloads: AdapterPayload[]) =>
  new Map(payloads.map((payload) => [`${MODEL}:${payload.jti}`, { kind: MODEL, ...payload }]))

describe('A184 reseal()', () => {
  for (const [kind, make] of [
    ['with commit()', mapAdapter],
    ['without commit()', (entries: Map<string, AdapterPayload>) => legacyAdapter(entries)],
  ] as const) {
    it(`${kind}, of what is not there, has expired, or was used up moves nothing`, async () => {
      const entries = rows({ jti: 'used', consumed: 1 }, { jti: 'over', exp: 1 })
      const before = structuredClone([...entries])
      const adapter = sealedAdapter(make(entries), PLAIN_TOO)

      const moved = await Promise.all(['used', 'over', 'missing'].map((id) => adapter.reseal(MODEL, id)))

      expect(moved).to.deep.equal([false, false, false])
      expect([...entries]).to.deep.equal(before)
    })
  }

  it('of a client asks nothing about its use: `consumed` is metadata of the host there', async () => {
    const metadata = { client_id: 'app', client_secret: 'in plain text', consumed: 1 }
    const entries = new Map<string, AdapterPayload>([['Client:app', metadata]])
    const adapter = sealedAdapter(legacyAdapter(entries), PLAIN_TOO)

    expect(await adapter.reseal('Client', 'app')).to.equal(true)

    expect(JSON.stringify([...entries])).not.to.include('in plain text')
    expect(await adapter('Client').find('app')).to.deep.equal(metadata)
  })

  it('moves with one commit, which requires the row as it was read', async () => {
    for (const version of [undefined, 3]) {
      const inner = mapAdapter(rows({ jti: 't', ...(version === undefined ? {} : { version }) }))
      const lists: (readonly CommitOperation[])[] = []
      const adapter: AdapterFactory = Object.assign((model: ModelName) => inner(model), {
        commit: async (operations: readonly CommitOperation[]) => {
          lists.push(operations)
          return (await inner.commit?.(operations)) ?? { committed: false, failed: 0 }
        },
      })

      expect(await sealedAdapter(adapter, PLAIN_TOO).reseal(MODEL, 't')).to.equal(true)

      expect(lists.map((list) => list.map(({ op }) => op))).to.deep.equal([['require', 'put', 'destroy']])
      const condition = version === undefined ? {} : { version }
      expect(lists[0]?.[0]).to.deep.equal({ op: 'require', model: MODEL, id: 't', ...condition })
    }
  })

  it('moves without commit() by storing under the new name, then removing the old one, and nothing else', async () => {
    const inner = legacyAdapter(rows({ jti: 't', clientId: 'app' }))
    const calls: string[] = []
    let made = 0
    const adapter: AdapterFactory = (model): GivenAdapter => {
      made += 1
      const right = inner(model)
      return {
        ...right,
        async upsert(id, payload, expiresIn) {
          calls.push(`upsert ${id === 't' ? 'the old' : 'the new'} name`)
          await right.upsert(id, payload, expiresIn)
        },
        async destroy(id) {
          calls.push(`destroy ${id === 't' ? 'the old' : 'the new'} name`)
          await right.destroy(id)
        },
      }
    }

    expect(await sealedAdapter(adapter, PLAIN_TOO).reseal(MODEL, 't')).to.equal(true)

    expect(calls).to.deep.equal(['upsert the new name', 'destroy the old name'])
    expect(made).to.equal(1)
  })
})
