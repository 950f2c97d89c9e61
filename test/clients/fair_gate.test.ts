import { expect } from 'chai'
import sinon from 'sinon'
import { FairGate, type GateBounds } from '../../lib/clients/fair_gate.ts'

/** Lets everything that is not waiting for a task go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A gate, and tasks that end when they are told to. */
function gateOf(bounds: Partial<GateBounds>) {
  const gate = new FairGate({ total: 10, perKey: 10, waitingPerKey: 10, ...bounds })
  const running: { name: string; end: () => void }[] = []
  const started: string[] = []
  const send = (key: string, name = key, hold = 0) =>
    gate.run(
      key,
      () =>
        new Promise<string>((resolve) => {
          started.push(name)
          running.push({ name, end: () => resolve(name) })
        }),
      () => hold,
    )
  const end = async (name: string) => {
    const at = running.findIndex((task) => task.name === name)
    running.splice(at, 1)[0]?.end()
    await settled()
  }
  return { gate, started, send, end }
}

describe('tasks that take turns (RFC 6819 §5.1.4.2.3)', () => {
  afterEach(() => sinon.restore())

  it('E8 run so many at once, in all', async () => {
    const { started, send, end } = gateOf({ total: 2 })
    for (const key of ['a', 'b', 'c', 'd']) void send(key)

    expect(started).to.deep.equal(['a', 'b'])
    await end('b')
    expect(started).to.deep.equal(['a', 'b', 'c'])
    await end('a')
    expect(started).to.deep.equal(['a', 'b', 'c', 'd'])
  })

  it('E8 run so many at once for one key, and others pass those that wait', async () => {
    const { started, send, end } = gateOf({ total: 3, perKey: 1 })
    void send('a', 'a1')
    void send('a', 'a2')
    void send('b', 'b1')

    expect(started).to.deep.equal(['a1', 'b1'])
    await end('b1')
    expect(started).to.deep.equal(['a1', 'b1'])
    await end('a1')
    expect(started).to.deep.equal(['a1', 'b1', 'a2'])
  })

  it('E8 give each key its turn: whoever had one goes to the end of the line', async () => {
    const { started, send, end } = gateOf({ total: 1 })
    void send('a', 'a1')
    for (const name of ['a2', 'a3', 'a4']) void send('a', name)
    void send('b', 'b1')
    void send('b', 'b2')
    for (const name of ['a1', 'a2', 'b1', 'a3', 'b2']) await end(name)

    expect(started).to.deep.equal(['a1', 'a2', 'b1', 'a3', 'b2', 'a4'])
  })

  it('E8 refuse what would wait behind too many of the same key, and nobody else', async () => {
    const { send, end } = gateOf({ total: 1, waitingPerKey: 2 })
    const first = send('a', 'a1')
    const second = send('a', 'a2')
    const third = send('a', 'a3')

    expect(await send('a', 'a4')).to.equal(undefined)
    const other = send('b', 'b1')
    for (const name of ['a1', 'a2', 'b1', 'a3']) await end(name)
    expect(await Promise.all([first, second, third, other])).to.deep.equal(['a1', 'a2', 'a3', 'b1'])
  })

  it('E8 keep their place for a while, for the same key only', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout'] })
    const { gate, started, send, end } = gateOf({ total: 1, perKey: 1 })
    const first = send('a', 'a1', 50)
    void send('a', 'a2')
    void send('b', 'b1')
    await end('a1')

    expect(await first).to.equal('a1')
    expect(started).to.deep.equal(['a1', 'b1'])
    await end('b1')
    clock.tick(49)
    await settled()
    expect(started).to.deep.equal(['a1', 'b1'])
    clock.tick(1)
    await settled()
    expect(started).to.deep.equal(['a1', 'b1', 'a2'])
    expect(gate.isIdle).to.equal(false)
    await end('a2')
    expect(gate.isIdle).to.equal(true)
  })

  it('E8 give their place back when they fail, and remember nothing of keys that are done', async () => {
    const { gate, started, send, end } = gateOf({ total: 1, perKey: 1 })
    const failing = gate.run(
      'a',
      () => Promise.reject(new Error('no database')),
      () => 0,
    )
    void send('a', 'a2')

    expect(await failing.catch((error: unknown) => String(error))).to.equal('Error: no database')
    await settled()
    expect(started).to.deep.equal(['a2'])
    await end('a2')
    expect(gate.isIdle).to.equal(true)
  })
})
