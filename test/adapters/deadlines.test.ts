import { expect } from 'chai'
import sinon from 'sinon'
import { Deadlines } from '../../lib/adapters/deadlines.ts'
import { StorageTimeout } from '../../lib/adapters/storage_timeout.ts'

const never = () => new Promise<never>(() => {})
const outcome = (call: Promise<unknown>) => call.catch((error: unknown) => error)

function rejectable() {
  let reject = (_reason: Error): void => {}
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse
  })
  return { promise, reject }
}

describe('deadlines', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers()
  })
  afterEach(() => clock.restore())

  it('give up each call that has had its time, and no other', async () => {
    const deadlines = new Deadlines(100)
    const told: string[] = []
    const wait = (name: string) =>
      deadlines.run(name, never).catch(({ call }: StorageTimeout) => void told.push(call))

    wait('first')
    await clock.tickAsync(60)
    wait('second')
    await clock.tickAsync(40)
    expect(told).to.deep.equal(['first'])

    await clock.tickAsync(59)
    expect(told).to.deep.equal(['first'])
    await clock.tickAsync(1)
    expect(told).to.deep.equal(['first', 'second'])
  })

  it('give up a call that began after an earlier one was answered', async () => {
    const deadlines = new Deadlines(100)
    await deadlines.run('answered', async () => 'yes')
    await clock.tickAsync(50)
    const hung = outcome(deadlines.run('hung', never))

    await clock.tickAsync(100)

    expect(await hung).to.be.instanceOf(StorageTimeout)
  })

  it('ignore what a call does after it was given up, a rejection too', async () => {
    const deadlines = new Deadlines(100)
    const { promise, reject } = rejectable()
    const late = outcome(deadlines.run('late', () => promise))
    await clock.tickAsync(100)

    reject(new Error('too late'))

    expect(await late).to.be.instanceOf(StorageTimeout)
  })

  it('turn a synchronous throw into a rejection', async () => {
    const thrown = deadlinesThrow(new Deadlines(100))

    expect(await outcome(thrown)).to.have.property('message', 'at once')
  })

  it('wait for promises of other libraries as well', async () => {
    // biome-ignore lint/suspicious/noThenProperty: it is what makes it a promise of another library
    const thenable = Object({ then: () => undefined })
    const hung = outcome(new Deadlines(100).run('foreign', () => thenable))

    await clock.tickAsync(100)

    expect(await hung).to.be.instanceOf(StorageTimeout)
  })

  it('are none when they are longer than a timer can hold', async () => {
    const answer = new Deadlines(Number.POSITIVE_INFINITY).run('slow', async () => 'at last')

    expect(clock.countTimers()).to.equal(0)
    expect(await answer).to.equal('at last')
  })

  it('share one timer, which keeps no idle process alive', async () => {
    clock.restore()
    const armed = sinon.spy(globalThis, 'setTimeout')
    const deadlines = new Deadlines(60_000)
    try {
      await Promise.all([deadlines.run('one', async () => 1), deadlines.run('two', async () => 2)])
      await deadlines.run('three', async () => 3)

      expect(armed.callCount).to.equal(1)
      expect(armed.firstCall.returnValue.hasRef()).to.equal(false)
    } finally {
      clearTimeout(armed.firstCall?.returnValue)
      armed.restore()
    }
  })
})

const deadlinesThrow = (deadlines: Deadlines) =>
  deadlines.run('throws', () => {
    throw new Error('at once')
  })
