import { expect } from 'chai'
import sinon from 'sinon'
import { postgresAdapter } from '../../lib/adapters/postgres.ts'
import { redisAdapter } from '../../lib/adapters/redis.ts'
import type { AdapterCommit, CommitOutcome } from '../../types/adapter.ts'

/** Commits that a server was sent, each to be answered when the test says so. */
type Sent = ((answer: unknown) => void)[]

interface Engine {
  readonly commitOn: (sent: Sent) => AdapterCommit | undefined
  readonly done: unknown
}

const ENGINES: Readonly<Record<string, Engine>> = {
  Redis: {
    commitOn: (sent) =>
      redisAdapter({
        hmget: async () => [null, null, null],
        time: async () => ['0', '0'],
        evalsha: () => new Promise<unknown>((resolve) => sent.push(resolve)),
        eval: async () => undefined,
      }).commit,
    done: [0, 1000],
  },
  PostgreSQL: {
    commitOn: (sent) =>
      postgresAdapter({
        query: () =>
          new Promise<{ rows: unknown[] }>((resolve) => sent.push((answer) => resolve(Object(answer)))),
      }).commit,
    done: { rows: [{ failed: null, clock: '1000' }] },
  },
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

for (const [name, { commitOn, done }] of Object.entries(ENGINES)) {
  /** A server that answers commits when it is told to, whatever it was sent. */
  const slowServer = () => {
    const sent: Sent = []
    const commit = commitOn(sent)
    const use = async (id: string): Promise<CommitOutcome | undefined> =>
      commit?.([{ op: 'consume', model: 'AuthorizationCode', id, attempt: 'x' }])
    const insert = async (id: string): Promise<CommitOutcome | undefined> =>
      commit?.([{ op: 'insert', model: 'AccessToken', id, payload: { grantId: 'g' } }])
    return { sent, use, insert }
  }
  const COMMITTED = { committed: true }

  describe(`commits that use something up (RFC 6749 §4.1.2) on ${name}`, () => {
    let clock: sinon.SinonFakeTimers
    beforeEach(() => {
      clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    })
    afterEach(() => clock.restore())

    it('are sent one after the other while there are few, each when the one before was answered', async () => {
      const { sent, use } = slowServer()
      const outcomes = ['a', 'b', 'c', 'd'].map(use)
      const counts: number[] = []
      for (const position of [0, 1, 2, 3]) {
        await turns()
        counts.push(sent.length)
        sent[position]?.(done)
      }

      expect(counts).to.deep.equal([1, 2, 3, 4])
      expect(await Promise.all(outcomes)).to.deep.equal(outcomes.map(() => COMMITTED))
      expect(clock.countTimers()).to.equal(0)
    })

    it('and when the one before failed', async () => {
      const { sent, use } = slowServer()
      const outcomes = ['a', 'b'].map((id) => use(id).catch(() => 'failed'))
      await turns()
      sent[0]?.(Promise.reject(new Error('of the test')))
      await turns()
      sent[1]?.(done)

      expect(await Promise.all(outcomes)).to.deep.equal(['failed', COMMITTED])
    })

    it('at once where there are more', async () => {
      const { sent, use } = slowServer()
      const outcomes = ['a', 'b', 'c', 'd', 'e'].map(use)
      await turns()
      const five = sent.length
      outcomes.push(use('f'))
      await turns()
      const six = sent.length
      for (const answer of sent) answer(done)

      expect([five, six]).to.deep.equal([5, 6])
      expect(await Promise.all(outcomes)).to.deep.equal(outcomes.map(() => COMMITTED))
      expect(clock.countTimers()).to.equal(0)
    })

    it('and one after the other again when few are left', async () => {
      const { sent, use } = slowServer()
      const outcomes = ['a', 'b', 'c', 'd', 'e'].map(use)
      await turns()
      for (const position of [0, 1, 2]) sent[position]?.(done)
      await turns()
      outcomes.push(use('f'))
      await turns()
      const waiting = sent.length
      for (const position of [3, 4]) sent[position]?.(done)
      await turns()
      sent[5]?.(done)

      expect(waiting).to.equal(5)
      expect(await Promise.all(outcomes)).to.deep.equal(outcomes.map(() => COMMITTED))
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
      for (const answer of sent) answer(done)

      expect([before, after]).to.deep.equal([1, 3])
      expect(await Promise.all(outcomes)).to.deep.equal(outcomes.map(() => COMMITTED))
      expect(clock.countTimers()).to.equal(0)
    })

    it('while what uses nothing up waits for none of them', async () => {
      const { sent, use, insert } = slowServer()
      const first = use('a')
      await turns()
      const second = insert('b')
      await turns()
      const count = sent.length
      for (const answer of sent) answer(done)

      expect(count).to.equal(2)
      expect(await Promise.all([first, second])).to.deep.equal([COMMITTED, COMMITTED])
    })
  })
}
