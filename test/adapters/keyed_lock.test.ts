import { expect } from 'chai'
import fc from 'fast-check'
import sinon from 'sinon'
import { Deadlines } from '../../lib/adapters/deadlines.ts'
import { KeyedLock } from '../../lib/adapters/keyed_lock.ts'
import { StorageTimeout } from '../../lib/adapters/storage_timeout.ts'

describe('keyed lock', () => {
  afterEach(() => sinon.restore())

  /** A task that runs until it is told to end. */
  const task = () => {
    let end = (): void => {}
    const running = new Promise<void>((resolve) => {
      end = resolve
    })
    const started = sinon.spy(() => running)
    return { started, end: () => end() }
  }

  it('gives up a turn that does not come, never runs that task, and keeps those behind it in line', async () => {
    const clock = sinon.useFakeTimers()
    const lock = new KeyedLock()
    const deadlines = new Deadlines(100)
    const [stuck, late, last] = [task(), task(), task()]
    const first = lock.run(['a'], deadlines, stuck.started)
    const second = lock.run(['a'], deadlines, late.started).catch((error: unknown) => error)
    await clock.tickAsync(60)
    const third = lock.run(['a'], deadlines, last.started)

    await clock.tickAsync(40)
    expect(await second).to.be.instanceOf(StorageTimeout)
    expect(last.started.called).to.equal(false)

    stuck.end()
    await first
    last.end()
    await third
    await clock.tickAsync(0)
    expect(late.started.called).to.equal(false)
    expect(lock.size).to.equal(0)
  })

  it('passes a failure on and lets the next one in', async () => {
    const lock = new KeyedLock()
    const failed = lock
      .run(['a'], new Deadlines(100), () => Promise.reject(new Error('mine')))
      .catch(({ message }) => message)
    expect(await lock.run(['a'], new Deadlines(100), async () => 'next')).to.equal('next')
    expect(await failed).to.equal('mine')
  })

  it('lets tasks without a common key run at once, and starts the first without delay', async () => {
    const lock = new KeyedLock()
    const [one, two] = [task(), task()]
    const both = [
      lock.run(['a', 'a'], new Deadlines(100), one.started),
      lock.run(['b'], new Deadlines(100), two.started),
    ]
    expect([one.started.called, two.started.called]).to.deep.equal([true, true])
    one.end()
    two.end()
    await Promise.all(both)
  })

  it('never deadlocks, never overlaps, is first come first served, and leaves nothing behind', async () => {
    const lists = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }), {
      maxLength: 25,
    })
    await fc.assert(
      fc.asyncProperty(lists, fc.scheduler(), async (tasks, scheduler) => {
        const lock = new KeyedLock()
        const held = new Set<string>()
        const order = new Map<string, number[]>()
        const all = tasks.map((keys, number) =>
          lock.run(keys, new Deadlines(Number.POSITIVE_INFINITY), async () => {
            for (const key of keys) {
              expect(held.has(key), `${key} is held twice`).to.equal(false)
              held.add(key)
              order.set(key, [...(order.get(key) ?? []), number])
            }
            await scheduler.schedule(Promise.resolve())
            for (const key of keys) held.delete(key)
          }),
        )
        await scheduler.waitFor(Promise.all(all))
        for (const numbers of order.values()) expect(numbers).to.deep.equal(numbers.toSorted((a, b) => a - b))
        // The last release tidies up a tick later.
        await new Promise(setImmediate)
        expect(lock.size).to.equal(0)
      }),
      { numRuns: 60 },
    )
  })
})
