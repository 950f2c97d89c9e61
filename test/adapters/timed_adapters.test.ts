import { expect } from 'chai'
import { Deadlines } from '../../lib/adapters/deadlines.ts'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { TimedAdapters } from '../../lib/adapters/timed_adapters.ts'
import type { AdapterFactory, ModelName } from '../../types/adapter.ts'

const KINDS: readonly ModelName[] = [
  'Session',
  'Interaction',
  'Grant',
  'AuthorizationCode',
  'AccessToken',
  'RefreshToken',
  'ClientCredentials',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PushedAuthorizationRequest',
  'InitialAccessToken',
  'RegistrationAccessToken',
  'ReplayDetection',
]

/** Storage that answers one method in its own way. */
function answering(method: string, answer: unknown): TimedAdapters {
  const inner = memoryAdapter()
  const adapter: AdapterFactory = (model) =>
    Object.assign(inner(model), { [method]: answer === undefined ? undefined : async () => answer })
  return new TimedAdapters(adapter, new Deadlines(5000))
}

const failureOf = (pending: Promise<unknown>) => pending.catch((error: unknown) => String(error))

describe('what adapters answer', () => {
  for (const kind of KINDS) {
    it(`T20 an entry of the kind ${kind} is no client, and one of another kind is none either`, async () => {
      const adapters = answering('find', { kind, client_id: 'a' })

      expect(await adapters.find('Client', 'a')).to.equal(undefined)
      expect(await adapters.find(kind === 'Grant' ? 'Session' : 'Grant', 'a')).to.equal(undefined)
      expect(await adapters.find(kind, 'a')).to.include({ kind })
    })
  }

  it('A180 a client may have metadata of that name', async () => {
    expect(await answering('find', { kind: 'shop' }).find('Client', 'a')).to.deep.equal({ kind: 'shop' })
    expect(await answering('find', { kind: 'shop' }).find('Grant', 'a')).to.equal(undefined)
  })

  it('a client may have metadata called consumed; of all else it is the time of use', async () => {
    const adapters = answering('find', { consumed: '1800000000000' })

    expect(await adapters.find('Client', 'a')).to.deep.equal({ consumed: '1800000000000' })
    expect(await adapters.find('AccessToken', 'a')).to.deep.equal({ consumed: 1_800_000_000 })
    expect(await answering('find', { consumed: null }).find('AccessToken', 'a')).to.deep.equal({})
  })

  it('methods that are missing are missed by name', async () => {
    for (const name of ['consume', 'destroy', 'revokeByGrantId'] as const)
      expect(await failureOf(answering(name, undefined)[name]('RefreshToken', 'a'))).to.equal(
        `TypeError: the adapter of RefreshToken has no ${name}()`,
      )
  })

  it('methods that are missing are told, once, when the adapter is first made', () => {
    const told: string[] = []
    const inner = memoryAdapter()
    const adapter: AdapterFactory = (model) =>
      Object.assign(inner(model), { consume: undefined, destroy: 1, findByUid: undefined })
    const adapters = new TimedAdapters(adapter, new Deadlines(5000), (message) => told.push(message))

    for (const model of ['Grant', 'Session', 'RefreshToken'] as const) adapters.instance(model)

    expect(told).to.have.lengthOf(3)
    expect(told[0]).to.match(
      /^WARNING: the adapter made for Grant has no destroy\(\): .* npx openid-provider-adapter-check /,
    )
    expect(told[1]).to.match(/^WARNING: the adapter made for Session has no findByUid\(\): /)
    expect(told[2]).to.match(/^WARNING: the adapter made for RefreshToken has no consume\(\): /)
  })

  it('what is issued under a grant has to be revoked with it: without revokeByGrantId() that is told', () => {
    const told: string[] = []
    const inner = memoryAdapter()
    const adapter: AdapterFactory = (model) => Object.assign(inner(model), { revokeByGrantId: undefined })
    const adapters = new TimedAdapters(adapter, new Deadlines(5000), (text) => told.push(text))

    adapters.instance('Grant')
    expect(told).to.deep.equal([])
    adapters.instance('AccessToken')
    expect(told[0]).to.match(/^WARNING: the adapter made for AccessToken has no revokeByGrantId\(\): /)
  })

  it('an adapter of clients that come from elsewhere need not remove them', () => {
    const told: string[] = []
    const client = { find: async () => undefined, upsert: async () => undefined }
    const adapters = new TimedAdapters(
      () => Object(client),
      new Deadlines(5000),
      (text) => told.push(text),
    )

    adapters.instance('Client')
    expect(told).to.deep.equal([])
    adapters.instance('Session')
    expect(told[0]).to.match(/^WARNING: the adapter made for Session has no destroy\(\), findByUid\(\): /)
  })

  it('an adapter that has all that its kind needs is told nothing of', () => {
    const told: string[] = []
    const inner = memoryAdapter()
    const adapter: AdapterFactory = (model) => Object.assign(inner(model), { findByUid: undefined })
    const adapters = new TimedAdapters(adapter, new Deadlines(5000), (message) => told.push(message))

    for (const model of KINDS.filter((kind) => kind !== 'Session')) adapters.instance(model)

    expect(told).to.deep.equal([])
  })

  it('the methods that only some models need are missed by name', async () => {
    expect(await failureOf(answering('findByUid', undefined).findByUid('u'))).to.equal(
      'TypeError: the adapter of Session has no findByUid()',
    )
    expect(await failureOf(answering('findByUserCode', undefined).findByUserCode('u'))).to.equal(
      'TypeError: the adapter of DeviceCode has no findByUserCode()',
    )
    const listing = answering('listByAccountId', undefined).listByAccountId('Grant', 'a', { limit: 1 })
    expect(await failureOf(listing)).to.include('the adapter of Grant has no listByAccountId()')
  })

  const entry = { id: 'a', payload: {} }
  const noPages: readonly [title: string, page: unknown][] = [
    ['nothing', null],
    ['a list', [entry]],
    ['no entries', {}],
    ['an entry without an id', { entries: [{ payload: {} }] }],
    ['an entry without a payload', { entries: [{ id: 'a' }] }],
    ['an entry that is nothing', { entries: [null] }],
    ['a next that is a number', { entries: [entry], next: 7 }],
    ['a next that leads back to itself', { entries: [entry], next: 'here' }],
  ]
  for (const [title, page] of noPages) {
    it(`${title} is no page of what an account has`, async () => {
      const listing = answering('listByAccountId', page).listByAccountId('Grant', 'alice', {
        limit: 1,
        after: 'here',
      })

      expect(await failureOf(listing)).to.equal(
        'TypeError: the adapter answered Grant.listByAccountId() with something that is no page',
      )
    })
  }

  for (const next of [undefined, null, '', 'there']) {
    it(`a page may go on at ${JSON.stringify(next)}, and entries of other kinds are left out`, async () => {
      const page = { entries: [entry, { id: 'b', payload: { kind: 'Session' } }], next }
      const listing = answering('listByAccountId', page).listByAccountId('Grant', 'alice', {
        limit: 2,
        after: 'here',
      })

      expect(await listing).to.deep.equal({ entries: [entry], next: next || undefined })
    })
  }
})
