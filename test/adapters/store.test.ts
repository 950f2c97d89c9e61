import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { StorageTimeout } from '../../lib/adapters/storage_timeout.ts'
import { Store } from '../../lib/adapters/store.ts'
import type { AdapterConstructor, AdapterFactory, GivenAdapter, ModelName } from '../../types/adapter.ts'
import { countingAdapter } from '../support/counting_adapter.ts'
import { faultyAdapter } from '../support/faulty_adapter.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'

const TIMEOUT = 5000

function storeOf(
  adapter: AdapterConstructor | AdapterFactory,
  notify: (message: string) => void = () => {},
): Store {
  return new Store({ adapter, timeout: TIMEOUT, notify })
}

/** An adapter whose methods are given; the others fail the test. */
function stub(methods: { [method in keyof GivenAdapter]?: (...args: unknown[]) => unknown }): AdapterFactory {
  const unexpected = () => {
    throw new Error('unexpected call')
  }
  const all = { upsert: unexpected, find: unexpected, consume: unexpected, destroy: unexpected, ...methods }
  return () => ({ revokeByGrantId: unexpected, ...all }) as unknown as GivenAdapter
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )
}

describe('Store', () => {
  afterEach(() => sinon.restore())

  describe('the deadline of a call', () => {
    it('rejects with StorageTimeout when storage hangs, without naming the id', async () => {
      const clock = sinon.useFakeTimers()
      const faulty = faultyAdapter(memoryAdapter())
      faulty.arm(1, 'hang')

      const failed = failureOf(storeOf(faulty.adapter).find('AccessToken', 'secret'))
      await clock.tickAsync(TIMEOUT)

      const error = await failed
      expect(error)
        .to.be.instanceOf(StorageTimeout)
        .and.include({ call: 'AccessToken.find', timeout: TIMEOUT })
      expect(String(error)).not.to.contain('secret')
    })

    it('ignores what a call answers after its deadline, a rejection too', async () => {
      const clock = sinon.useFakeTimers()
      const unhandled = sinon.spy()
      process.on('unhandledRejection', unhandled)
      const late = stub({
        find: () => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), TIMEOUT + 1)),
      })

      const failed = failureOf(storeOf(late).find('Grant', 'id'))
      await clock.tickAsync(TIMEOUT + 1)
      clock.restore()
      await new Promise(setImmediate)
      process.off('unhandledRejection', unhandled)

      expect(await failed).to.be.instanceOf(StorageTimeout)
      expect(unhandled.called).to.equal(false)
    })

    it('leaves no timer that keeps the process alive when the call answers, fails or throws', async () => {
      const armed = sinon.spy(globalThis, 'setTimeout')
      await storeOf(stub({ find: () => undefined })).find('Grant', 'id')
      await failureOf(storeOf(stub({ find: () => Promise.reject(new Error('down')) })).find('Grant', 'id'))
      await failureOf(storeOf(stub({})).find('Grant', 'id'))
      expect(armed.returnValues.map((timer) => timer.hasRef())).to.deep.equal(
        armed.returnValues.map(() => false),
      )
    })

    it('turns what an adapter throws synchronously into a rejection', async () => {
      const store = storeOf(stub({}))
      const calls: Promise<unknown>[] = [
        store.find('Grant', 'id'),
        store.findByUid('uid'),
        store.findByUserCode('code'),
        store.upsert('Grant', 'id', {}),
        store.destroy('Grant', 'id'),
        store.consume('Grant', 'id'),
        store.revokeByGrantId('AccessToken', 'id'),
        store.commit([{ op: 'destroy', model: 'Grant', id: 'id' }]),
      ]
      for (const call of calls) expect(await failureOf(call)).to.be.instanceOf(Error)
    })
  })

  describe('A019 the adapter option', () => {
    const made: ModelName[] = []
    const inner = memoryAdapter()
    beforeEach(() => made.splice(0))
    const make = (name: ModelName): GivenAdapter => {
      made.push(name)
      return inner(name)
    }
    function makeByFunction(name: ModelName): GivenAdapter {
      return make(name)
    }
    class WithClass {
      static commit = inner.commit
      constructor(name: ModelName) {
        // biome-ignore lint/correctness/noConstructorReturn: what compiled and wrapped classes do
        return make(name)
      }
    }
    const kinds: readonly [string, unknown][] = [
      ['a class', WithClass],
      ['an arrow function', (name: ModelName) => make(name)],
      ['a function', makeByFunction],
      [
        'a compiled class',
        (() => {
          function Compiled(this: unknown, name: ModelName) {
            if (!(this instanceof Compiled))
              throw new TypeError('class constructor cannot be invoked without new')
            return make(name)
          }
          return Compiled
        })(),
      ],
      ['a bound function', make.bind(undefined)],
      ['a method', { make: (name: ModelName) => make(name) }.make],
    ]
    for (const [title, adapter] of kinds) {
      it(`F146 A019 may be ${title}; it is made once per model, when it is needed`, async () => {
        const store = storeOf(adapter as AdapterFactory)
        expect(made).to.deep.equal([])

        await Promise.all([store.find('Grant', 'a'), store.find('Grant', 'b'), store.find('Session', 'a')])

        expect(made).to.deep.equal(['Grant', 'Session'])
      })
    }

    it('is refused by name of the model when it makes no adapter', async () => {
      const error = await failureOf(storeOf((() => ({})) as unknown as AdapterFactory).find('Grant', 'id'))
      expect(error).to.be.instanceOf(TypeError).and.have.property('message').that.contains('Grant')
    })
  })

  describe('what find answers', () => {
    for (const missing of [undefined, null, false, 0, '']) {
      it(`is undefined where the adapter says ${JSON.stringify(missing)}`, async () => {
        expect(await storeOf(stub({ find: () => missing })).find('Grant', 'id')).to.equal(undefined)
      })
    }
    for (const wrong of ['text', 1, true, [], Symbol('s'), () => {}]) {
      it(`is a failure where the adapter says ${typeof wrong} ${String(wrong)}`, async () => {
        expect(await failureOf(storeOf(stub({ find: () => wrong })).find('Grant', 'id'))).to.be.instanceOf(
          TypeError,
        )
      })
    }

    it('T20 is nothing when the entry is of another kind', async () => {
      const store = storeOf(stub({ find: () => ({ kind: 'RefreshToken', jti: 'id' }) }))
      expect(await store.find('AuthorizationCode', 'id')).to.equal(undefined)
      expect(await store.find('Client', 'id')).to.equal(undefined)
      expect(await store.find('RefreshToken', 'id')).to.include({ jti: 'id' })
    })

    it('T20 is nothing for a session or device code of another kind either', async () => {
      const other = () => ({ kind: 'Interaction' })
      const store = storeOf(stub({ findByUid: other, findByUserCode: other }))
      expect(await store.findByUid('uid')).to.equal(undefined)
      expect(await store.findByUserCode('code')).to.equal(undefined)
    })

    it('A180 is a client row that a host wrote itself', async () => {
      const store = storeOf(stub({ find: (id) => ({ client_id: id, kind: 'internal' }) }))
      expect(await store.find('Client', 'rp')).to.include({ client_id: 'rp' })
    })

    it('A177 A181 is an expired or consumed entry as well', async () => {
      const store = storeOf(stub({ find: () => ({ exp: 1, consumed: 1 }) }))
      expect(await store.find('AuthorizationCode', 'id')).to.deep.equal({ exp: 1, consumed: 1 })
    })
  })

  describe('ids', () => {
    const unusable = ['', 'x'.repeat(257), 'a\0b', 'a b', 'a\n', 'é', '🙂', '"', '<', '\\', '{', '|']
    for (const id of unusable) {
      it(`T4 never hands ${JSON.stringify(id.slice(0, 10))} (${id.length} characters) to an adapter`, async () => {
        const { adapter, calls } = countingAdapter(memoryAdapter())
        const store = storeOf(adapter)

        expect(await store.find('AuthorizationCode', id)).to.equal(undefined)
        expect(await store.findByUid(id)).to.equal(undefined)
        expect(await store.findByUserCode(id)).to.equal(undefined)
        expect(await store.consume('AuthorizationCode', id)).to.equal(false)
        await store.destroy('AuthorizationCode', id)
        await store.revokeByGrantId('AccessToken', id)
        expect(await failureOf(store.upsert('Grant', id, {}))).to.be.instanceOf(TypeError)
        expect(
          await store.commit([
            { op: 'put', model: 'Grant', id: 'good', payload: {} },
            { op: 'require', model: 'Grant', id },
          ]),
        ).to.deep.equal({ committed: false, failed: 1 })
        for (const op of ['put', 'insert', 'destroy'] as const) {
          const failed = store.commit([{ op, model: 'Grant', id, payload: {} }])
          expect(await failureOf(failed)).to.be.instanceOf(TypeError)
        }

        expect(calls).to.deep.equal([])
      })
    }

    for (const id of ['__proto__', 'constructor', 'toString', 'x'.repeat(256)]) {
      it(`takes ${id.slice(0, 12)} for an id like any other`, async () => {
        for (const adapter of [memoryAdapter(), legacyAdapter()]) {
          const store = storeOf(adapter)
          expect(await store.find('Grant', id)).to.equal(undefined)
          await store.upsert('Grant', id, { accountId: 'me' })
          expect(await store.find('Grant', id)).to.deep.equal({ accountId: 'me' })
        }
      })
    }
  })

  describe('O10 expiresIn', () => {
    const cases: readonly [given: number | undefined, handed: number | undefined][] = [
      [undefined, undefined],
      [Number.POSITIVE_INFINITY, undefined],
      [1e300, undefined],
      [Number.NaN, 1],
      [Number.NEGATIVE_INFINITY, 1],
      [-86_400, 1],
      [-0, 1],
      [0, 1],
      [0.2, 1],
      [59.001, 60],
      [60, 60],
    ]
    for (const [given, handed] of cases) {
      it(`reaches an adapter as ${handed} when it is ${given}, however it is written`, async () => {
        for (const inner of [memoryAdapter(), legacyAdapter()]) {
          const { adapter, calls } = countingAdapter(inner)
          const store = storeOf(adapter)
          await store.upsert('Grant', 'a', {}, given)
          await store.commit([{ op: 'put', model: 'Grant', id: 'b', payload: {}, expiresIn: given }])
          await store.commit([{ op: 'insert', model: 'Grant', id: 'c', payload: {}, expiresIn: given }])

          const seen = calls.map(({ name, args: [first, , third] }) => {
            if (name !== 'commit' || !Array.isArray(first)) return third
            return first[0].expiresIn
          })
          expect(seen).to.deep.equal([handed, handed, handed])
        }
      })
    }
  })

  describe('lists that cannot be meant', () => {
    for (const ops of [
      ['put', 'destroy'],
      ['consume', 'consume'],
      ['insert', 'require'],
    ] as const) {
      it(`are refused: ${ops.join(', then ')} of one entry`, async () => {
        const { adapter, calls } = countingAdapter(memoryAdapter())
        const list = ops.map((op) => ({ op, model: 'Grant' as const, id: 'id', payload: {}, attempt: 'a' }))

        expect(await failureOf(storeOf(adapter).commit(list))).to.be.instanceOf(TypeError)
        expect(calls).to.deep.equal([])
      })
    }

    it('do not include a repeated require, nor an empty list', async () => {
      const store = storeOf(memoryAdapter())
      await store.upsert('Grant', 'id', {})
      const required = { op: 'require', model: 'Grant', id: 'id' } as const
      const outcome = await store.commit([required, required, { op: 'destroy', model: 'Grant', id: 'id' }])
      expect(outcome).to.deep.equal({ committed: true })
      expect(await store.commit([])).to.deep.equal({ committed: true })
    })
  })

  describe('the notice', () => {
    it('is printed once for an adapter that cannot commit, and says what follows', async () => {
      const notify = sinon.spy()
      const store = storeOf(legacyAdapter(), notify)
      for (const id of ['a', 'b']) await store.commit([{ op: 'put', model: 'Grant', id, payload: {} }])

      expect(notify.callCount).to.equal(1)
      expect(notify.firstCall.args[0])
        .to.match(/no commit\(\)/)
        .and.match(/one process/)
    })

    it('is not printed for one that can', () => {
      const notify = sinon.spy()
      storeOf(memoryAdapter(), notify)
      expect(notify.called).to.equal(false)
    })
  })
})
