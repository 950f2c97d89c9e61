import { expect } from 'chai'
import { EntryWriter } from '../../../lib/adapters/sqlite/entry_writer.ts'
import { JobQueue } from '../../../lib/adapters/sqlite/job_queue.ts'
import { type JobAnswer, type JobMessage, storedOperation } from '../../../lib/adapters/sqlite/jobs.ts'
import { monotonic } from '../../../lib/adapters/sqlite/monotonic.ts'
import { openDatabase } from '../../../lib/adapters/sqlite/open_database.ts'
import type { SqliteDatabase } from '../../../lib/adapters/sqlite/sqlite_database.ts'
import { newFile, removeSqliteFiles } from '../../support/sqlite_files.ts'

const storing = (call: number, id: string, deadline: number): JobMessage => ({
  call,
  deadline,
  job: { kind: 'commit', operations: [storedOperation({ op: 'put', model: 'Client', id, payload: {} })] },
})

const open = (): SqliteDatabase =>
  openDatabase({ file: newFile(), driver: undefined, synchronous: 'normal', busyTimeout: 0 })

/** A writer on a database, of whose statements that begin so each is run in another way. */
function writerWith(database: SqliteDatabase, beginning: string, run: (right: () => number) => number) {
  return new EntryWriter({
    ...database,
    prepare(sql) {
      const statement = database.prepare(sql)
      if (!sql.startsWith(beginning)) return statement
      return { ...statement, run: (...values) => run(() => statement.run(...values)) }
    },
  })
}

describe('jobs that share a transaction in a SQLite file', () => {
  afterEach(removeSqliteFiles)

  it('one whose time is up on a slow disk is undone and told late, the others are stored', async () => {
    const database = open()
    const deadline = monotonic() + 500
    const slow = writerWith(database, 'INSERT', (store) => {
      const rows = store()
      while (monotonic() <= deadline);
      return rows
    })
    const arriving = [[storing(2, 'b', Number.POSITIVE_INFINITY)]]
    const answers: JobAnswer[] = []
    const queue = new JobQueue({
      open: () => slow,
      receive: () => arriving.shift() ?? [],
      answer: (given) => answers.push(...given),
    })

    await queue.work(storing(1, 'a', deadline))

    expect(answers).to.deep.equal([
      { call: 1, isLate: true },
      { call: 2, result: { outcome: { committed: true } } },
    ])
    expect(database.prepare('SELECT id FROM entries').all()).to.deep.equal([{ id: 'b' }])
    database.close()
  })

  it('those that the disk refuses are undone, and the next ones are stored', async () => {
    const database = open()
    const refusals = [Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })]
    const full = writerWith(database, 'COMMIT', (commit) => {
      const refusal = refusals.pop()
      if (refusal !== undefined) throw refusal
      return commit()
    })
    const answers: JobAnswer[] = []
    const queue = new JobQueue({
      open: () => full,
      receive: () => [],
      answer: (given) => answers.push(...given),
    })

    await queue.work(storing(1, 'a', Number.POSITIVE_INFINITY))
    await queue.work(storing(2, 'b', Number.POSITIVE_INFINITY))

    expect(answers).to.deep.equal([
      { call: 1, failure: { reason: 'database or disk is full', code: 'SQLITE_FULL' } },
      { call: 2, result: { outcome: { committed: true } } },
    ])
    expect(database.prepare('SELECT id FROM entries').all()).to.deep.equal([{ id: 'b' }])
    database.close()
  })
})
