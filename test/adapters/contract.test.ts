import { expect } from 'chai'
import { adapterContract, contractCases } from '../../lib/adapters/contract.ts'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { AdapterFactory, AdapterPayload } from '../../types/adapter.ts'
import { latencyAdapter } from '../support/latency_adapter.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

describe('A177, A178, A182 the memory adapter', () => {
  adapterContract({ adapter: memoryAdapter(), describe, it, hasCommit: true })
})

describe('A177 the memory adapter, behind a network', () => {
  adapterContract({ adapter: latencyAdapter(memoryAdapter(), 1), describe, it, hasCommit: true })
})

describe('A177 an adapter of the older contract', () => {
  adapterContract({ adapter: legacyAdapter(), describe, it, hasCommit: false })
})

describe('A177 an adapter of the older contract that tells who consumed', () => {
  adapterContract({ adapter: legacyAdapter(new Map(), { tells: true }), describe, it, hasCommit: false })
})

/** Keeps `consumed` its own way, and says `missing` where there is nothing. */
const otherwise =
  (consumed: (now: number) => unknown, missing: null | false | 0 | '' = null): AdapterFactory =>
  (model) => {
    const inner = legacyAdapter(stored)(model)
    return {
      ...inner,
      // The types ask for undefined; JavaScript adapters answer whatever their database calls nothing.
      find: async (id) => (await inner.find(id)) || JSON.parse(JSON.stringify(missing)),
      findByUid: async (uid) => (await inner.findByUid?.(uid)) || JSON.parse(JSON.stringify(missing)),
      async consume(id) {
        const entry = stored.get(`${model}:${id}`)
        if (entry !== undefined) entry.consumed = consumed(Math.floor(Date.now() / 1000))
      },
    }
  }
const stored = new Map<string, AdapterPayload>()

const WAYS: readonly [what: string, consumed: (now: number) => unknown, promise: RegExp][] = [
  ['true', () => true, /consumed tells when/],
  ['a text', () => 'yes', /consumed tells when/],
  ['a number as text', (now) => String(now), /number of seconds/],
  ['a date as text', (now) => new Date(now * 1000).toISOString(), /number of seconds/],
  ['a Date', (now) => new Date(now * 1000), /number of seconds/],
]

for (const [index, [what, consumed, promise]] of WAYS.entries()) {
  describe(`A177 an adapter of the documented contract that keeps ${what} as consumed`, () => {
    const told: string[] = []
    const missing = [null, false, 0, '', null] as const
    adapterContract({
      adapter: otherwise(consumed, missing[index] ?? null),
      describe,
      it,
      hasCommit: false,
      tell: (message) => told.push(message),
    })

    after('the suite says which promises of ours it misses', () => {
      expect(told.join('\n'))
        .to.match(promise)
        .and.match(/commit\(\)/)
        .and.match(/consume\(\) tells who won/)
    })

    it('A177 is used for codes that work once (RFC 6749 §4.1.2)', async () => {
      const op = await startProvider({ adapter: otherwise(consumed, missing[index] ?? null) })
      const { code, verifier, status } = await op.login()

      const { body } = await op.exchange(code, verifier)

      expect([status, body['error'], op.serverErrors]).to.deep.equal([200, 'invalid_grant', []])
      await stopProviders()
    })
  })
}

for (const unused of [false, 'false', '0', '', 0, null]) {
  it(`A177 an entry whose consumed is ${JSON.stringify(unused)} was not used`, async () => {
    const op = await startProvider({ adapter: legacyAdapter(stored) })
    const { code, verifier } = await op.authorize()
    Object.assign(stored.get(`AuthorizationCode:${code}`) ?? {}, { consumed: unused })

    expect((await op.exchange(code, verifier)).status).to.equal(200)
    await stopProviders()
  })
}

describe('the storage contract', () => {
  it('A177 asks for every promise, each by a case of its own', () => {
    const titles = contractCases(memoryAdapter()).map(({ title }) => title)
    // Those of a commit are tried at every position of a list.
    const families = titles
      .map((title) => title.replace(/, at position \d,/, ' at its place'))
      .filter((title, at, all) => all.indexOf(title) === at)

    expect(new Set(titles).size).to.equal(titles.length)
    expect(titles.filter((title) => title.includes('at position 5'))).to.have.length(10)
    expect(families).to.deep.equal(PROMISES)
  })

  for (const [what, found, adapter] of [
    [
      'lists an entry for the account it had before',
      /follows what is written/,
      () => listing({ isStale: true }),
    ],
    ['lists what was removed', /follows what is written/, () => listing({ keepsRemoved: true })],
    ['lists a renewed entry twice', /a renewed entry once/, () => listing({ doubles: true })],
    [
      'takes accounts in other letters for the same',
      /tells accounts apart/,
      () => listing({ spell: (id) => id.toLowerCase() }),
    ],
    [
      'takes accounts without their last space',
      /tells accounts apart/,
      () => listing({ spell: (id) => id.trimEnd() }),
    ],
    [
      'loses what stands behind a removed entry',
      /gives each entry in one page/,
      () => listing({ byPosition: true }),
    ],
  ] as const) {
    it(`finds out an adapter that ${what}`, async () => {
      const failing: string[] = []
      const cases = contractCases(adapter()).filter(({ title }) => title.startsWith('listByAccountId'))
      for (const { title, run } of cases) await run().catch(() => failing.push(title))

      expect(failing.join()).to.match(found)
    })
  }

  it('A177 can be run again and again on one storage', async () => {
    const adapter = memoryAdapter()
    for (const { run } of [...contractCases(adapter), ...contractCases(adapter)]) await run()
  })
})

const PROMISES = [
  'find: answers nothing for an entry that does not exist',
  'upsert: stores every member, also unknown, nested, empty and non-ASCII ones',
  'upsert: replaces an entry, so that members left out are gone',
  'upsert: keeps an entry that is stored without expiresIn',
  'upsert: can make an entry permanent that was to expire, and the other way round',
  'destroy: removes an entry, and a missing one is no error',
  'ids: 256 characters is an id like any other',
  "ids: -._~:/?#[]@!$&'()*+,;=%41 is an id like any other",
  'ids: __proto__ is an id like any other',
  'ids: constructor is an id like any other',
  'ids: https://rp.example/a?b=c is an id like any other',
  'ids: upper and lower case are different',
  'ids: the same id in two models means two entries',
  'consume: sets consumed to the current time and leaves the rest alone',
  'consume: of 100 concurrent calls one wins, if the adapter can tell (RFC 6749 §4.1.2)',
  'consume: a second call does not win, and a missing entry is no error',
  'consume: an upsert without consumed makes the entry fresh again',
  'findByUid: finds a session, and none where there is none',
  'findByUid: follows a session that moves to a new id',
  'findByUid: finds no session that was removed',
  'findByUserCode: finds a device code as it is now (RFC 8628 §3.3)',
  'revokeByGrantId: removes every AccessToken of the grant, consumed ones too, and no other',
  'revokeByGrantId: removes every RefreshToken of the grant, consumed ones too, and no other',
  'revokeByGrantId: removes every AuthorizationCode of the grant, consumed ones too, and no other',
  'revokeByGrantId: removes every DeviceCode of the grant, consumed ones too, and no other',
  'revokeByGrantId: removes every BackchannelAuthenticationRequest of the grant, consumed ones too, and no other',
  'revokeByGrantId: leaves other kinds alone, and a grant without tokens is no error',
  'listByAccountId: lists every Session of the account, and no other',
  'listByAccountId: lists every Grant of the account, and no other',
  'listByAccountId: lists every AccessToken of the account, and no other',
  'listByAccountId: lists every RefreshToken of the account, and no other',
  'listByAccountId: gives each entry in one page, also while others are removed and added',
  'listByAccountId: follows what is written, and leaves out what was removed',
  'listByAccountId: lists what was consumed, and a renewed entry once',
  'listByAccountId: tells accounts apart by every character',
  'listByAccountId: lists what a commit has written, and not what it removed',
  'commit: carries out every operation of a list',
  'commit: what it stores is found like anything else',
  'commit: insert takes the place of an expired entry',
  'commit: an entry without exp does not expire, an absent version counts as 0',
  'commit: removing a missing entry is no failure, and an empty list does nothing',
  'commit: consume of a missing entry at its place changes nothing',
  'commit: consume of a consumed entry at its place changes nothing',
  'commit: consume of an expired entry at its place changes nothing',
  'commit: insert over an entry at its place changes nothing',
  'commit: insert over a consumed entry at its place changes nothing',
  'commit: require of a missing entry at its place changes nothing',
  'commit: require of a consumed entry at its place changes nothing',
  'commit: require of an expired entry at its place changes nothing',
  'commit: require of another version at its place changes nothing',
  'commit: require of version 1 where none is stored at its place changes nothing',
  'commit: of 50 that consume one entry one wins, and only its inserts exist (RFC 6749 §10.5)',
  'commit: of 50 that insert one entry one wins',
  'commit: of 50 that replace one version one wins',
  'commit: lists that name the same entries in opposite order do not block each other',
  'commit: of 50 that take one entry away one wins',
  'beyond the documented contract: tells which promises are not made',
]

/** Storage that lists what an account has in a way that is wrong. */
function listing(wrong: {
  isStale?: boolean
  keepsRemoved?: boolean
  doubles?: boolean
  byPosition?: boolean
  spell?: (accountId: string) => string
}): AdapterFactory {
  const entries = new Map<string, AdapterPayload>()
  const inner = legacyAdapter(entries)
  const written: { model: string; id: string; accountId: unknown; payload: AdapterPayload }[] = []
  const { spell = (id: string) => id } = wrong
  return (model) => ({
    ...inner(model),
    upsert: async (id, payload, expiresIn) => {
      await inner(model).upsert(id, payload, expiresIn)
      const { accountId } = payload
      const isThere = written.some((entry) => entry.model === model && entry.id === id)
      if (!isThere || wrong.doubles) written.push({ model, id, accountId, payload })
    },
    async listByAccountId(accountId, { limit, after }) {
      const found = written.flatMap((entry) => {
        const now = entries.get(`${model}:${entry.id}`) ?? (wrong.keepsRemoved ? entry.payload : undefined)
        const owner = wrong.isStale ? entry.accountId : now?.accountId
        if (entry.model !== model || now === undefined || typeof owner !== 'string') return []
        return spell(owner) === spell(accountId) ? [{ id: entry.id, payload: now }] : []
      })
      const sorted = wrong.byPosition ? found : found.sort((a, b) => (a.id < b.id ? -1 : 1))
      const from = wrong.byPosition
        ? Number(after ?? 0)
        : sorted.filter(({ id }) => id <= (after ?? '')).length
      const page = sorted.slice(from, from + limit)
      const last = wrong.byPosition ? String(from + limit) : page.at(-1)?.id
      return { entries: page, next: page.length < limit ? undefined : last }
    },
  })
}
