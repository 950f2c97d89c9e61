import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { StorageTimeout } from '../../lib/adapters/storage_timeout.ts'
import { Store } from '../../lib/adapters/store.ts'
import type { AdapterFactory, AdapterPayload, CommitOperation, ModelName } from '../../types/adapter.ts'
import { FAULTS, type Fault, faultyAdapter, StorageFault } from '../support/faulty_adapter.ts'

const TIMEOUT = 5000
const id = 'id'

/** Every kind of list that can tell what became of it, and what is stored before. */
const WITNESSED: readonly [title: string, before: AdapterPayload | undefined, list: CommitOperation[]][] = [
  ['consume', { grantId: 'g' }, [{ op: 'consume', model: 'AuthorizationCode', id, attempt: 'ours' }]],
  [
    'consume, after an insert',
    {},
    [
      { op: 'insert', model: 'AccessToken', id: 'new', payload: {} },
      { op: 'consume', model: 'AuthorizationCode', id, attempt: 'ours' },
    ],
  ],
  ['insert under a random id', undefined, [{ op: 'insert', model: 'AccessToken', id, payload: { a: 1 } }]],
  [
    'insert of a replay record with our attempt',
    undefined,
    [{ op: 'insert', model: 'ReplayDetection', id, payload: { attempt: 'ours' } }],
  ],
  ['put with our attempt', { a: 1 }, [{ op: 'put', model: 'Session', id, payload: { attempt: 'ours' } }]],
  [
    'put of the next version',
    { version: 1 },
    [
      { op: 'require', model: 'Session', id, version: 1 },
      { op: 'put', model: 'Session', id, payload: { version: 2, gone: undefined } },
    ],
  ],
  [
    'require and destroy',
    {},
    [
      { op: 'require', model: 'Interaction', id },
      { op: 'destroy', model: 'Interaction', id },
    ],
  ],
]

describe('Store: a commit that gives no answer is read back (SECURITY "Decisions")', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: 1_700_000_000_000 })
  })
  afterEach(() => clock.restore())

  /** Commits with a storage whose next calls fail, and lets time pass until it is settled. */
  async function commit(
    inner: AdapterFactory,
    list: CommitOperation[],
    fault: Fault,
    times = 1,
  ): Promise<{ outcome?: unknown; error?: unknown; calls: string[]; store: Store }> {
    const faulty = faultyAdapter(inner)
    const store = new Store({ adapter: faulty.adapter, timeout: TIMEOUT, notify: () => {} })
    faulty.arm(1, fault, times)
    const settled = store.commit(list).then(
      (outcome) => ({ outcome }),
      (error: unknown) => ({ error }),
    )
    await clock.tickAsync(TIMEOUT * (times + 1))
    return { ...(await settled), calls: faulty.calls, store }
  }

  async function prepared(
    list: CommitOperation[],
    before: AdapterPayload | undefined,
  ): Promise<AdapterFactory> {
    const inner = memoryAdapter()
    const model = list.find((operation) => operation.id === id)?.model
    if (before !== undefined && model !== undefined) await inner(model).upsert(id, before)
    return inner
  }

  for (const [title, before, list] of WITNESSED) {
    it(`answers as if nothing had happened when ${title} shows that it took effect`, async () => {
      const { outcome, calls } = await commit(await prepared(list, before), list, 'throw-after')
      expect(outcome).to.deep.equal({ committed: true })
      expect(calls).to.have.length(2)
    })

    for (const fault of ['throw-before', 'hang'] as const) {
      it(`fails with the first error when ${title} shows that it did not take effect (${fault})`, async () => {
        const { error } = await commit(await prepared(list, before), list, fault)
        expect(error).to.be.instanceOf(fault === 'hang' ? StorageTimeout : StorageFault)
      })
    }

    for (const fault of FAULTS) {
      it(`fails with the first error, and keeps the second, when ${title} cannot be read (${fault})`, async () => {
        const { error, calls, store } = await commit(await prepared(list, before), list, fault, 2)
        // It may still take effect, and then it is nobody's use.
        expect(store.isUnanswered('ours')).to.equal(JSON.stringify(list).includes('"attempt":"ours"'))
        expect(calls[0]).to.equal('commit')
        expect(error).to.have.property('message').that.contains('commit')
        expect(error).to.have.nested.property('cause.message').that.contains(calls[1])
      })
    }
  }

  it('counts a commit that took effect but was not answered in time', async () => {
    const inner = memoryAdapter()
    const hangsAfter: AdapterFactory = Object.assign((model: ModelName) => inner(model), {
      commit: async (operations: readonly CommitOperation[]) => {
        await inner.commit?.(operations)
        return await new Promise<never>(() => {})
      },
    })
    const store = new Store({ adapter: hangsAfter, timeout: TIMEOUT, notify: () => {} })
    const outcome = store.commit([{ op: 'insert', model: 'AccessToken', id, payload: {} }])
    await clock.tickAsync(TIMEOUT)
    expect(await outcome).to.deep.equal({ committed: true })
  })

  const others: readonly [title: string, stored: AdapterPayload, operation: CommitOperation][] = [
    [
      'an entry that another attempt consumed',
      { consumed: 1, attempt: 'theirs' },
      { op: 'consume', model: 'AuthorizationCode', id, attempt: 'ours' },
    ],
    [
      'an entry that carries our attempt but is not consumed',
      { attempt: 'ours' },
      { op: 'consume', model: 'AuthorizationCode', id, attempt: 'ours' },
    ],
    [
      'a replay record, which may be theirs',
      { iss: 'rp' },
      { op: 'insert', model: 'ReplayDetection', id, payload: { iss: 'rp' } },
    ],
    [
      'a replay record of another attempt',
      { attempt: 'theirs' },
      { op: 'insert', model: 'ReplayDetection', id, payload: { attempt: 'ours' } },
    ],
    [
      'an entry that may have been the same before',
      { a: 1 },
      { op: 'put', model: 'Session', id, payload: { a: 1 } },
    ],
    [
      'the same version with another content',
      { version: 2, by: 'them' },
      { op: 'put', model: 'Session', id, payload: { version: 2, by: 'us' } },
    ],
  ]
  for (const [title, stored, operation] of others) {
    it(`does not take ${title} for its own`, async () => {
      const { error } = await commit(await prepared([operation], stored), [operation], 'throw-before')
      expect(error).to.be.instanceOf(StorageFault)
    })
  }

  it('does not take a missing entry that it did not require for its own removal', async () => {
    const { error } = await commit(memoryAdapter(), [{ op: 'destroy', model: 'Grant', id }], 'throw-before')
    expect(error).to.be.instanceOf(StorageFault)
  })

  for (const wrong of [
    undefined,
    null,
    'OK',
    {},
    { committed: 'yes' },
    { committed: false },
    { committed: false, failed: 1 },
    { committed: false, failed: 0.5 },
    { committed: false, failed: -1 },
    { committed: false, failed: '0' },
  ]) {
    it(`treats ${JSON.stringify(wrong)} as no answer`, async () => {
      const commits = async (effective: boolean) => {
        const inner = memoryAdapter()
        const adapter: AdapterFactory = Object.assign((model: ModelName) => inner(model), {
          commit: async (operations: readonly CommitOperation[]) => {
            if (effective) await inner.commit?.(operations)
            return wrong as never
          },
        })
        const store = new Store({ adapter, timeout: TIMEOUT, notify: () => {} })
        return await store
          .commit([{ op: 'insert', model: 'AccessToken', id, payload: {} }])
          .catch((error: unknown) => error)
      }

      expect(await commits(true)).to.deep.equal({ committed: true })
      expect(await commits(false)).to.be.instanceOf(TypeError)
    })
  }
})
