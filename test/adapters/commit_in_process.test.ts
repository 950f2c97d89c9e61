import { expect } from 'chai'
import fc from 'fast-check'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { Store } from '../../lib/adapters/store.ts'
import type {
  AdapterFactory,
  AdapterPayload,
  CommitOperation,
  CommitOutcome,
  ModelName,
} from '../../types/adapter.ts'
import { countingAdapter } from '../support/counting_adapter.ts'
import { FAULTS, faultyAdapter } from '../support/faulty_adapter.ts'
import { latencyAdapter } from '../support/latency_adapter.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'

const TIMEOUT = 5000
const START = 1_700_000_000

function storeOf(adapter: AdapterFactory): Store {
  return new Store({ adapter, timeout: TIMEOUT, notify: () => {} })
}

/** A code exchange as it is stored. */
const EXCHANGE: readonly CommitOperation[] = [
  { op: 'put', model: 'Session', id: 'session', payload: { turn: 'after' } },
  { op: 'destroy', model: 'Interaction', id: 'interaction' },
  { op: 'consume', model: 'AuthorizationCode', id: 'code', attempt: 'ours' },
  { op: 'require', model: 'Grant', id: 'grant' },
  { op: 'insert', model: 'AccessToken', id: 'access', payload: { grantId: 'grant' } },
  { op: 'insert', model: 'RefreshToken', id: 'refresh', payload: { grantId: 'grant' } },
]

function freshEntries(): Map<string, AdapterPayload> {
  return new Map<string, AdapterPayload>([
    ['Session:session', { turn: 'before' }],
    ['Interaction:interaction', {}],
    ['AuthorizationCode:code', { grantId: 'grant', exp: START + 60 }],
    ['Grant:grant', {}],
  ])
}

function exchangedEntries(): Map<string, AdapterPayload> {
  return new Map<string, AdapterPayload>([
    ['Session:session', { turn: 'after' }],
    ['AuthorizationCode:code', { grantId: 'grant', exp: START + 60, consumed: START }],
    ['Grant:grant', {}],
    ['AccessToken:access', { grantId: 'grant' }],
    ['RefreshToken:refresh', { grantId: 'grant' }],
  ])
}

describe('Store with an adapter that cannot commit', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers({
      now: START * 1000,
      toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'],
    })
  })
  afterEach(() => clock.restore())

  it('checks, inserts, consumes, changes, removes: in this order, and what can at once', async () => {
    const entries = freshEntries()
    const { adapter, calls, depth } = countingAdapter(wrapSlow(legacyAdapter(entries)))
    const done = storeOf(adapter).commit(EXCHANGE)
    await clock.tickAsync(100)

    expect(await done).to.deep.equal({ committed: true })
    expect(calls.map(({ name }) => name)).to.deep.equal([
      'AuthorizationCode.find',
      'Grant.find',
      'AccessToken.upsert',
      'RefreshToken.upsert',
      'AuthorizationCode.consume',
      'Session.upsert',
      'Interaction.destroy',
    ])
    expect(depth()).to.equal(5)
    expect(entries).to.deep.equal(exchangedEntries())
  })

  for (const operation of [
    { op: 'put', model: 'Grant', id: 'new', payload: {} },
    { op: 'insert', model: 'Grant', id: 'new', payload: {} },
    { op: 'destroy', model: 'Grant', id: 'new' },
  ] satisfies CommitOperation[]) {
    it(`makes one call of a lone ${operation.op}`, async () => {
      const { adapter, calls } = countingAdapter(legacyAdapter())
      expect(await storeOf(adapter).commit([operation])).to.deep.equal({ committed: true })
      expect(calls).to.have.length(1)
    })
  }

  const conditions: readonly [
    title: string,
    change: (entries: Map<string, AdapterPayload>) => void,
    failed: number,
  ][] = [
    ['the code is gone', (entries) => entries.delete('AuthorizationCode:code'), 2],
    ['the code has expired', (entries) => entries.set('AuthorizationCode:code', { exp: START }), 2],
    ['the code was consumed', (entries) => entries.set('AuthorizationCode:code', { consumed: START }), 2],
    [
      'an old adapter has marked it with true',
      (entries) => entries.set('AuthorizationCode:code', { consumed: true }),
      2,
    ],
    ['the grant is gone', (entries) => entries.delete('Grant:grant'), 3],
  ]
  for (const [title, change, failed] of conditions) {
    it(`writes nothing when ${title}`, async () => {
      const entries = freshEntries()
      change(entries)
      const { adapter, calls } = countingAdapter(legacyAdapter(entries))

      expect(await storeOf(adapter).commit(EXCHANGE)).to.deep.equal({ committed: false, failed })
      expect(calls.map(({ name }) => name)).to.deep.equal(['AuthorizationCode.find', 'Grant.find'])
    })
  }

  it('refuses a replay record that is there, and takes the place of an expired one', async () => {
    const entries = new Map<string, AdapterPayload>([['ReplayDetection:jti', { exp: START + 1 }]])
    const store = storeOf(legacyAdapter(entries))
    const insert: CommitOperation = {
      op: 'insert',
      model: 'ReplayDetection',
      id: 'jti',
      payload: { exp: START + 60 },
    }

    expect(await store.commit([insert])).to.deep.equal({ committed: false, failed: 0 })
    clock.tick(1000)
    expect(await store.commit([insert])).to.deep.equal({ committed: true })
  })

  it('undoes what it inserted when another process consumed the code first', async () => {
    const entries = freshEntries()
    const there = legacyAdapter(entries, { tells: true })
    const slow = wrapSlow(there)
    const here = storeOf(slow).commit(EXCHANGE)
    // Between the check and consume().
    await clock.tickAsync(15)
    await there('AuthorizationCode').consume('code')
    await clock.tickAsync(100)

    expect(await here).to.deep.equal({ committed: false, failed: 2 })
    const expected = freshEntries()
    expected.set('AuthorizationCode:code', { grantId: 'grant', exp: START + 60, consumed: START })
    expect(entries).to.deep.equal(expected)
  })

  it('makes an entry fresh again when a later one of the same list turns out to be lost', async () => {
    const entries = new Map<string, AdapterPayload>([
      ['PushedAuthorizationRequest:one', { exp: START + 60 }],
      ['AuthorizationCode:two', { exp: START + 60 }],
    ])
    const inner = legacyAdapter(entries, { tells: true })
    const adapter: AdapterFactory = (model) =>
      model === 'AuthorizationCode' ? { ...inner(model), consume: async () => false } : inner(model)

    const outcome = await storeOf(adapter).commit([
      { op: 'consume', model: 'PushedAuthorizationRequest', id: 'one', attempt: 'a' },
      { op: 'consume', model: 'AuthorizationCode', id: 'two', attempt: 'a' },
    ])

    expect(outcome).to.deep.equal({ committed: false, failed: 1 })
    expect(entries.get('PushedAuthorizationRequest:one')).to.deep.equal({ exp: START + 60 })
  })

  describe('with one call that fails, all was done or nothing', () => {
    const CALLS = 7
    for (const tells of [true, false]) {
      for (const fault of FAULTS) {
        for (let at = 1; at <= CALLS; at++) {
          it(`call ${at}, ${fault}, consume ${tells ? 'tells' : 'does not tell'} who won`, async () => {
            const entries = freshEntries()
            const faulty = faultyAdapter(legacyAdapter(entries, { tells }))
            faulty.arm(at, fault)
            const settled = storeOf(faulty.adapter)
              .commit(EXCHANGE)
              .catch((error: unknown) => error)
            await clock.tickAsync(TIMEOUT * 3)

            const outcome = await settled
            const spent = at > 5 || (at === 5 && fault === 'throw-after')
            expect(faulty.calls.length).to.be.at.least(at)
            if (spent) expect(outcome).to.deep.equal({ committed: true })
            else expect(outcome).to.be.instanceOf(Error)
            expect(entries).to.deep.equal(withoutTime(entries, spent ? exchangedEntries() : freshEntries()))
          })
        }
      }
    }

    it('a change that fails twice makes the code usable again', async () => {
      const entries = freshEntries()
      const faulty = faultyAdapter(legacyAdapter(entries))
      faulty.arm(6, 'throw-before', 2)

      const error = await storeOf(faulty.adapter)
        .commit(EXCHANGE)
        .catch((reason: unknown) => reason)

      expect(error).to.be.instanceOf(Error)
      expect(entries).to.deep.equal(freshEntries())
    })
  })

  describe('single use inside one process (RFC 6749 §4.1.2)', () => {
    for (const tells of [true, false]) {
      it(`of 100 concurrent exchanges one wins, consume ${tells ? 'tells' : 'does not tell'} who won`, async () => {
        const entries = freshEntries()
        const store = storeOf(wrapSlow(legacyAdapter(entries, { tells })))
        const all = Promise.all(
          Array.from({ length: 100 }, (_, n) =>
            store.commit([
              { op: 'consume', model: 'AuthorizationCode', id: 'code', attempt: `${n}` },
              { op: 'insert', model: 'AccessToken', id: `access ${n}`.replace(' ', '-'), payload: {} },
            ]),
          ),
        )
        await clock.tickAsync(4000)

        expect((await all).filter(({ committed }) => committed)).to.have.length(1)
        expect([...entries.keys()].filter((key) => key.startsWith('AccessToken'))).to.have.length(1)
      })
    }

    it('of 20 concurrent consume() one wins, and a missing entry is won by none', async () => {
      const store = storeOf(legacyAdapter(freshEntries()))
      const won = await Promise.all(
        Array.from({ length: 20 }, () => store.consume('AuthorizationCode', 'code')),
      )
      expect(won.filter((one) => one)).to.have.length(1)
      expect(await store.consume('AuthorizationCode', 'missing')).to.equal(false)
    })

    it('a grant is not removed while tokens are being stored under it', async () => {
      const entries = freshEntries()
      const { adapter, calls } = countingAdapter(wrapSlow(legacyAdapter(entries)))
      const store = storeOf(adapter)
      const both = Promise.all([store.commit(EXCHANGE), store.destroy('Grant', 'grant')])
      await clock.tickAsync(200)
      await both

      expect(calls.at(-1)?.name).to.equal('Grant.destroy')
    })

    it('a request that waits for a stuck one gives up in time and changes nothing', async () => {
      const entries = freshEntries()
      const faulty = faultyAdapter(legacyAdapter(entries))
      faulty.arm(1, 'hang', 4)
      const store = storeOf(faulty.adapter)
      const settled = Promise.all(
        Array.from({ length: 20 }, () => store.commit(EXCHANGE).catch((error: unknown) => error)),
      )
      await clock.tickAsync(TIMEOUT * 2)

      for (const error of await settled) expect(error).to.have.property('name', 'StorageTimeout')
      expect(entries).to.deep.equal(freshEntries())
      expect(clock.countTimers()).to.equal(0)
    })
  })
})

describe('Store, whatever lists run at once', () => {
  const model = fc.constantFrom<ModelName>('Grant', 'Session')
  const id = fc.constantFrom('a', 'b', 'c')
  const payload = fc.record({ version: fc.nat(2) })
  const operation: fc.Arbitrary<CommitOperation> = fc.oneof(
    fc.record({ op: fc.constant('consume' as const), model, id, attempt: fc.constantFrom('x', 'y') }),
    fc.record({
      op: fc.constant('insert' as const),
      model: fc.constant<ModelName>('ReplayDetection'),
      id,
      payload,
    }),
    fc.record({
      op: fc.constant('require' as const),
      model,
      id,
      version: fc.option(fc.nat(2), { nil: undefined }),
    }),
    fc.record({ op: fc.constant('put' as const), model, id, payload }),
    fc.record({ op: fc.constant('destroy' as const), model, id }),
  )
  const list = fc.uniqueArray(operation, { maxLength: 5, selector: (one) => `${one.model}:${one.id}` })

  it('an older adapter ends where an atomic one does, list by list, without deadlock', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(list, { maxLength: 12 }), async (lists) => {
        const run = async (adapter: AdapterFactory): Promise<[CommitOutcome[], unknown[]]> => {
          const store = storeOf(adapter)
          for (const start of ['a', 'b'] as const) await store.upsert('Grant', start, { version: 1 })
          const outcomes = await Promise.all(lists.map((operations) => store.commit(operations)))
          const state = await Promise.all(
            (['Grant', 'Session', 'ReplayDetection'] as const).flatMap((name) =>
              ['a', 'b', 'c'].map(async (key) => {
                const found = await store.find(name, key)
                return found && { version: found.version, consumed: found.consumed !== undefined }
              }),
            ),
          )
          return [outcomes, state]
        }

        // Lists are served in the order they arrive, so both must agree on every winner.
        expect(await run(legacyAdapter())).to.deep.equal(await run(memoryAdapter()))
      }),
      { numRuns: 200 },
    )
  })
})

/** 10 ms per call. */
function wrapSlow(adapter: AdapterFactory): AdapterFactory {
  return latencyAdapter(adapter, 10)
}

/** Deadlines move the clock on: `consumed` is whenever it happened. */
function withoutTime(
  actual: Map<string, AdapterPayload>,
  expected: Map<string, AdapterPayload>,
): Map<string, AdapterPayload> {
  const consumed = actual.get('AuthorizationCode:code')?.consumed
  const code = expected.get('AuthorizationCode:code')
  if (code?.consumed !== undefined && typeof consumed === 'number') code.consumed = consumed
  return expected
}
