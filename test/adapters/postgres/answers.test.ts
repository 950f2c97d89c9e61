import { expect } from 'chai'
import sinon from 'sinon'
import { type PostgresStatement, postgresAdapter } from '../../../lib/adapters/postgres.ts'
import { StorageUnavailable } from '../../../lib/adapters/storage_unavailable.ts'
import type { CommitOperation } from '../../../types/adapter.ts'

/** A database that carries out everything, and whose clock is ahead of ours. It keeps the deadlines it is sent. */
function database() {
  const clock = { ahead: 0 }
  const deadlines: unknown[] = []
  const query = async ({ name = '', values = [] }: PostgresStatement) => {
    if (name.startsWith('op_commit')) deadlines.push(values[1])
    return { rows: [{ failed: null, clock: String(Date.now() + clock.ahead) }] }
  }
  return { adapter: postgresAdapter({ query }), clock, deadlines }
}

const INSERT: CommitOperation = { op: 'insert', model: 'ReplayDetection', id: 'a', payload: {} }

describe('deadlines at a PostgreSQL whose clock is another one', () => {
  for (const ahead of [-3_600_000, 3_600_000]) {
    it(`are told by its clock, also when that is set by ${ahead} ms meanwhile (RFC 6749 §4.1.2)`, async () => {
      const { adapter, clock, deadlines } = database()
      const deadline = Date.now() + 5000
      await adapter.commit([INSERT], { deadline })
      clock.ahead = ahead
      await adapter.commit([INSERT], { deadline })
      await adapter.commit([INSERT], { deadline })

      const [first, , third] = deadlines.map((told) => Number(told) - deadline)
      expect(first).to.be.within(-1000, 0)
      expect(third).to.be.within(ahead - 1000, ahead)
    })
  }

  it('are not told where nobody has one', async () => {
    const { adapter, deadlines } = database()
    await adapter.commit([INSERT])

    expect(deadlines).to.deep.equal([null])
  })
})

describe('a PostgreSQL that answers something else than it was asked for', () => {
  const answering = (...rows: unknown[]) => postgresAdapter({ query: async () => ({ rows }) })

  for (const [what, call] of [
    ['prune()', answering({ removed: 'many' }).prune],
    ['prune(), without a row', answering().prune],
    ['commit()', () => answering({ failed: 7, clock: '1' }).commit([INSERT])],
    ['find()', () => answering({ payload: 1 })('Client').find('a')],
    ['listByAccountId()', () => answering({ payload: '{}' })('Grant').listByAccountId?.('a', { limit: 1 })],
  ] as const) {
    it(`is refused by ${what}, which believes nothing of it`, async () => {
      const failure: unknown = await Promise.resolve(call()).catch((error: unknown) => error)

      expect(failure).to.be.instanceOf(TypeError)
      expect(failure)
        .to.have.property('message')
        .that.matches(/^PostgreSQL (?:answered|did not say)/)
    })
  }
})

describe('a PostgreSQL whose answer to a commit gets lost', () => {
  for (const [what, lost] of [
    ['the connection', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
    ['a shutdown', Object.assign(new Error('terminating connection'), { code: '57P01' })],
    ['a defect', Object.assign(new Error('no such table'), { code: '42P01' })],
  ] as const) {
    it(`by ${what} is not sent it again: it may have taken effect (RFC 6749 §4.1.2)`, async () => {
      const sent: string[] = []
      const { commit } = postgresAdapter({
        async query({ name = '' }) {
          if (!name.startsWith('op_commit')) return { rows: [{ clock: String(Date.now()) }] }
          sent.push(name)
          throw lost
        },
      })
      const consume: CommitOperation = { op: 'consume', model: 'AuthorizationCode', id: 'a', attempt: 'x' }

      const failure: unknown = await commit([consume], { deadline: Date.now() + 60_000 }).catch(
        (error: unknown) => error,
      )

      expect(failure).to.be.instanceOf(Error)
      expect(sent).to.have.length(1)
    })
  }
})

describe('a PostgreSQL whose transactions get in the way of each other for ever', () => {
  it('is asked again until the deadline, and then not any more', async () => {
    const clock = sinon.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date'] })
    const asked = { count: 0 }
    const { commit } = postgresAdapter({
      async query({ name = '' }) {
        if (!name.startsWith('op_commit')) return { rows: [{ clock: String(Date.now()) }] }
        asked.count += 1
        clock.tick(400)
        if (asked.count > 9) throw new Error('it is not waited any longer')
        throw Object.assign(new Error('could not serialize access'), { code: '40001', severity: 'ERROR' })
      },
    })
    const failure: unknown = await commit([INSERT], { deadline: Date.now() + 1000 }).catch(
      (error: unknown) => error,
    )
    clock.restore()

    expect(failure).to.be.instanceOf(StorageUnavailable)
    expect(asked.count).to.equal(3)
  })
})
