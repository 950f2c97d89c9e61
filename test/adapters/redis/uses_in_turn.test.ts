import { expect } from 'chai'
import sinon from 'sinon'
import { redisAdapter } from '../../../lib/adapters/redis.ts'
import type { CommitOutcome } from '../../../types/adapter.ts'

/** A connection to a server that answers commits when it is told to, whatever it was sent. */
function slowServer() {
  const sent: ((answer: unknown) => void)[] = []
  const client = {
    hmget: async () => [null, null, null],
    time: async () => ['0', '0'],
    evalsha: () => new Promise<unknown>((resolve) => sent.push(resolve)),
    eval: async () => undefined,
  }
  const { commit } = redisAdapter(client)
  const use = async (id: string): Promise<CommitOutcome | undefined> =>
    commit?.([{ op: 'consume', model: 'AuthorizationCode', id, attempt: 'x' }])
  const insert = async (id: string): Promise<CommitOutcome | undefined> =>
    commit?.([{ op: 'insert', model: 'AccessToken', id, payload: {} }])
  return { sent, use, insert }
}

const DONE = [0, 1000]

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('commits that use something up (RFC 6749 §4.1.2) on one connection to Redis', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => clock.restore())

  it('are sent one after the other, each when the one before was answered', async () => {
    const { sent, use } = slowServer()
    const outcomes = ['a', 'b', 'c'].map(use)
    const counts: number[] = []
    for (const position of [0, 1, 2]) {
      await turns()
      counts.push(sent.length)
      sent[position]?.(DONE)
    }

    expect(counts).to.deep.equal([1, 2, 3])
    expect(await Promise.all(outcomes)).to.deep.equal(outcomes.map(() => ({ committed: true })))
    expect(clock.countTimers()).to.equal(0)
  })

  it('and when the one before failed', async () => {
    const { sent, use } = slowServer()
    const outcomes = ['a', 'b'].map((id) => use(id).catch(() => 'failed'))
    await turns()
    sent[0]?.(Promise.reject(new Error('of the test')))
    await turns()
    sent[1]?.(DONE)

    expect(await Promise.all(outcomes)).to.deep.equal(['failed', { committed: true }])
  })

  it('some at once where many wait: one for every four', async () => {
    const { sent, use } = slowServer()
    const outcomes = Array.from({ length: 16 }, (_, index) => use(`code-${index}`))
    await turns()
    const atOnce = sent.length
    for (let position = 0; position < 16; position += 1) {
      sent[position]?.(DONE)
      await turns()
    }

    expect(atOnce).to.equal(4)
    expect(await Promise.all(outcomes)).to.deep.equal(outcomes.map(() => ({ committed: true })))
  })

  it('all, when a moment has passed: nobody waits for a slow server longer than that', async () => {
    const { sent, use } = slowServer()
    const outcomes = ['a', 'b', 'c'].map(use)
    await turns()
    await clock.tickAsync(9)
    const before = sent.length
    await clock.tickAsync(1)
    await turns()
    const after = sent.length
    for (const answer of sent) answer(DONE)

    expect([before, after]).to.deep.equal([1, 3])
    expect(await Promise.all(outcomes)).to.deep.equal(outcomes.map(() => ({ committed: true })))
    expect(clock.countTimers()).to.equal(0)
  })

  it('while what uses nothing up waits for none of them', async () => {
    const { sent, use, insert } = slowServer()
    const first = use('a')
    await turns()
    const second = insert('b')
    await turns()
    const count = sent.length
    for (const answer of sent) answer(DONE)

    expect(count).to.equal(2)
    expect(await Promise.all([first, second])).to.deep.equal([{ committed: true }, { committed: true }])
  })
})
