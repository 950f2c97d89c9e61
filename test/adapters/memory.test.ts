import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { MemoryStorage } from '../../lib/adapters/memory_storage.ts'
import type { AdapterPayload, ModelName } from '../../types/adapter.ts'

const circle: Record<string, unknown> = {}
circle['self'] = circle

const UNWRITABLE: readonly (readonly [string, unknown])[] = [
  ['a BigInt', 1n],
  ['a circle', circle],
]

describe('F314 memory adapter', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: 1_700_000_000_000 })
  })
  afterEach(() => clock.restore())

  it('refuses a bound that is no integer above 0', () => {
    for (const max of [0, -1, 1.5, Number.NaN]) {
      expect(() => memoryAdapter({ max })).to.throw(TypeError, 'max')
    }
    expect(() => memoryAdapter({ max: 1 })).not.to.throw()
  })

  it('A904 shares nothing between two calls', async () => {
    await memoryAdapter()('Session').upsert('id', { uid: 'u' }, 10)
    expect(await memoryAdapter()('Session').find('id')).to.equal(undefined)
  })

  it('A904 keeps one storage for all instances of one call', async () => {
    const adapter = memoryAdapter()
    await adapter('Session').upsert('id', { uid: 'u' }, 10)
    expect(await adapter('Session').find('id')).to.deep.equal({ uid: 'u' })
  })

  it('drops an entry when expiresIn has passed, from every look-up', async () => {
    const sessions = memoryAdapter()('Session')
    await sessions.upsert('id', { uid: 'u', grantId: 'g' }, 10)

    clock.tick(9_999)
    expect(await sessions.find('id')).to.deep.equal({ uid: 'u', grantId: 'g' })
    clock.tick(1)

    expect(await sessions.findByUid?.('u')).to.equal(undefined)
    expect(await sessions.find('id')).to.equal(undefined)
  })

  it('removes what is destroyed, and what belongs to a grant, and nothing else', async () => {
    const tokens = memoryAdapter()('AccessToken')
    for (const [id, grantId] of [
      ['a', 'g'],
      ['b', 'g'],
      ['c', 'other'],
    ] as const)
      await tokens.upsert(id, { grantId }, 10)

    await tokens.revokeByGrantId('g')
    expect(await Promise.all(['a', 'b', 'c'].map((id) => tokens.find(id)))).to.deep.equal([
      undefined,
      undefined,
      { grantId: 'other' },
    ])
    await tokens.destroy('c')
    await tokens.destroy('c')
    expect(await tokens.find('c')).to.equal(undefined)
  })

  it('lists what belongs to an account page by page, in the order of the ids, and without what is dropped', async () => {
    const grants = memoryAdapter()('Grant')
    for (const id of ['d', 'a', 'c', 'b', 'e'])
      await grants.upsert(id, { accountId: 'alice' }, id === 'c' ? 5 : 10)
    await grants.upsert('x', { accountId: 'bob' }, 10)
    clock.tick(5000)
    const page = async (limit: number, after?: string) => {
      const answer = await grants.listByAccountId?.('alice', { limit, after })
      return [answer?.entries.map(({ id }) => id), answer?.next]
    }

    expect(await page(10)).to.deep.equal([['a', 'b', 'd', 'e'], undefined])
    expect(await page(3)).to.deep.equal([['a', 'b', 'd'], 'd'])
    expect(await page(3, 'd')).to.deep.equal([['e'], undefined])
    expect(await page(4)).to.deep.equal([['a', 'b', 'd', 'e'], 'e'])
    expect(await page(4, 'e')).to.deep.equal([[], undefined])
  })

  it('lets an insert take the place of an entry that has been dropped', async () => {
    const adapter = memoryAdapter()
    const insert = () =>
      adapter.commit?.([{ op: 'insert', model: 'ReplayDetection', id: 'jti', payload: {}, expiresIn: 10 }])

    expect(await insert()).to.deep.equal({ committed: true })
    clock.tick(9_999)
    expect(await insert()).to.deep.equal({ committed: false, failed: 0 })
    clock.tick(1)
    expect(await insert()).to.deep.equal({ committed: true })
  })

  it('keeps the time an entry is dropped when it is consumed', async () => {
    const codes = memoryAdapter()('AuthorizationCode')
    await codes.upsert('id', {}, 10)
    clock.tick(9_000)
    expect(await codes.consume('id')).to.equal(true)
    clock.tick(1_000)
    expect(await codes.find('id')).to.equal(undefined)
  })

  it('cannot be changed through what was stored or found', async () => {
    const grants = memoryAdapter()('Grant')
    const given: AdapterPayload = { accountId: 'me', openid: { scope: 'openid' } }
    await grants.upsert('id', given)
    given.openid = 'changed'
    const found = await grants.find('id')
    if (found) found.accountId = 'changed'

    expect(await grants.find('id')).to.deep.equal({ accountId: 'me', openid: { scope: 'openid' } })
  })

  it('does nothing of a list whose deadline has come (RFC 6749 §4.1.2)', async () => {
    const adapter = memoryAdapter()
    const commit = (id: string, deadline: number) =>
      Promise.resolve(
        adapter.commit?.([{ op: 'put', model: 'Client', id, payload: {} }], { deadline }),
      ).catch(String)

    expect(await commit('late', Date.now())).to.match(/deadline of this commit has passed/)
    expect(await commit('early', Date.now() + 1)).to.deep.equal({ committed: true })
    expect(await adapter('Client').find('late')).to.equal(undefined)
  })

  it('cannot be changed through what was committed', async () => {
    const adapter = memoryAdapter()
    const payload: AdapterPayload = { list: [1] }
    await adapter.commit?.([{ op: 'put', model: 'Grant', id: 'id', payload }])
    payload.list = []

    expect(await adapter('Grant').find('id')).to.deep.equal({ list: [1] })
  })

  for (const [what, value] of UNWRITABLE) {
    it(`does nothing of a list with ${what}, which JSON cannot hold (RFC 8259 §3)`, async () => {
      const adapter = memoryAdapter()
      const codes = adapter('AuthorizationCode')
      await codes.upsert('code', { grantId: 'g' }, 60)

      const failure = await Promise.resolve()
        .then(() =>
          adapter.commit?.([
            { op: 'consume', model: 'AuthorizationCode', id: 'code', attempt: 'a' },
            { op: 'insert', model: 'AccessToken', id: 'token', payload: { extra: { value } } },
          ]),
        )
        .catch((error: unknown) => error)

      expect(failure).to.be.instanceOf(Error)
      expect(await codes.find('code')).to.deep.equal({ grantId: 'g' })
    })
  }

  it('leaves Object.prototype alone whatever the ids and members are called', async () => {
    const sessions = memoryAdapter()('Session')
    await sessions.upsert('__proto__', JSON.parse('{"uid":"constructor","__proto__":{"polluted":true}}'), 10)
    await sessions.consume('__proto__')

    expect(await sessions.findByUid?.('__proto__')).to.equal(undefined)
    expect(await sessions.findByUid?.('constructor')).to.include({ uid: 'constructor' })
    expect({}).not.to.have.property('polluted')
  })

  describe('A183 eviction', () => {
    const fill = async (
      adapter: ReturnType<typeof memoryAdapter>,
      count: number,
      model: ModelName = 'AccessToken',
    ) => {
      for (let n = 0; n < count; n++) await adapter(model).upsert(`filler ${n}`, { grantId: 'filler' }, 60)
    }

    it('makes room by dropping what was not used for longest, from the indexes too', async () => {
      const adapter = memoryAdapter({ max: 10 })
      await adapter('Session').upsert('old', { uid: 'old' }, 60)
      for (let n = 0; n < 20; n++) await adapter('Session').upsert(`filler ${n}`, { uid: `${n}` }, 60)

      expect(await adapter('Session').find('old')).to.equal(undefined)
      expect(await adapter('Session').findByUid?.('old')).to.equal(undefined)
    })

    it('is not pushed out of one model by what strangers can make many of in another', async () => {
      const adapter = memoryAdapter({ max: 10 })
      for (const model of ['Client', 'Session', 'Grant'] as const) await adapter(model).upsert('kept', {}, 60)

      for (let n = 0; n < 1000; n++) await adapter('Interaction').upsert(`visit ${n}`, {}, 60)
      await fill(adapter, 1000)

      for (const model of ['Client', 'Session', 'Grant'] as const)
        expect(await adapter(model).find('kept'), model).to.deep.equal({})
    })

    it('is not pushed out, when it is a session of somebody, by sessions of visitors', async () => {
      const adapter = memoryAdapter({ max: 10 })
      const sessions = adapter('Session')
      await sessions.upsert('visited', { uid: 'v' }, 60)
      await sessions.upsert('id', { uid: 'u' }, 60)
      await sessions.upsert('id', { uid: 'u', accountId: 'alice' }, 60)

      for (let n = 0; n < 1000; n++) await sessions.upsert(`visit ${n}`, { uid: `${n}` }, 60)

      expect(await sessions.find('visited')).to.equal(undefined)
      expect(await sessions.findByUid?.('u')).to.include({ accountId: 'alice' })
      await sessions.destroy('id')
      expect(await sessions.find('id')).to.equal(undefined)
    })

    it('keeps at least as many entries as it was told, the latest ones', async () => {
      const adapter = memoryAdapter({ max: 10 })
      await fill(adapter, 100)
      for (let n = 90; n < 100; n++) {
        expect(await adapter('AccessToken').find(`filler ${n}`), `filler ${n}`).to.be.an('object')
      }
    })

    it('finds an entry through its index after it was stored again and the older copies were evicted', async () => {
      const adapter = memoryAdapter({ max: 10 })
      await adapter('Session').upsert('id', { uid: 'u', turn: 1 }, 60)
      await fill(adapter, 12, 'Session')
      await adapter('Session').upsert('id', { uid: 'u', turn: 2 }, 60)
      await fill(adapter, 9, 'Session')

      expect(await adapter('Session').findByUid?.('u')).to.deep.equal({ uid: 'u', turn: 2 })
    })

    it('never drops a live replay record to make room', async () => {
      const adapter = memoryAdapter({ max: 10 })
      await adapter('ReplayDetection').upsert('jti', { iss: 'rp' }, 60)
      await fill(adapter, 1000, 'ReplayDetection')

      expect(await adapter('ReplayDetection').find('jti')).to.deep.equal({ iss: 'rp' })
    })

    for (const how of ['consume', 'commit'] as const) {
      it(`never drops an entry spent by ${how} to make room, so that a replay is still known`, async () => {
        const adapter = memoryAdapter({ max: 10 })
        await adapter('AuthorizationCode').upsert('code', { grantId: 'g' }, 60)
        if (how === 'consume') await adapter('AuthorizationCode').consume('code')
        else await adapter.commit?.([{ op: 'consume', model: 'AuthorizationCode', id: 'code', attempt: 'a' }])
        await fill(adapter, 1000, 'AuthorizationCode')

        expect(await adapter('AuthorizationCode').find('code')).to.include({ consumed: 1_700_000_000 })
      })
    }

    it('takes up bounded memory, indexes included', () => {
      const storage = new MemoryStorage(10)
      for (let n = 0; n < 1000; n++) storage.set('Session', `${n}`, { uid: `uid ${n}` }, 60)

      // quick-lru keeps between one and two times its size.
      expect(storage.size.entries).to.be.within(10, 20)
      expect(storage.size.indexed).to.equal(storage.size.entries)
    })

    it('keeps no replay record long after it has expired', () => {
      const storage = new MemoryStorage(10)
      for (let n = 0; n < 20_000; n++) {
        storage.set('ReplayDetection', `jti ${n}`, {}, 60)
        clock.tick(1000)
      }
      expect(storage.size.entries).to.be.at.most(1000)
    })

    it('drops replay records when they expire', async () => {
      const adapter = memoryAdapter({ max: 10 })
      for (let n = 0; n < 5000; n++) {
        await adapter('ReplayDetection').upsert(`jti ${n}`, {}, 60)
        clock.tick(1000)
      }
      expect(await adapter('ReplayDetection').find('jti 4900')).to.equal(undefined)
      expect(await adapter('ReplayDetection').find('jti 4999')).to.deep.equal({})
    })
  })
})
