import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import sinon from 'sinon'
import { SqliteFailure } from '../../../lib/adapters/sqlite.ts'
import { connectTo, newFile, removeSqliteFiles, sqliteOn } from '../../support/sqlite_files.ts'

type Adapter = ReturnType<typeof sqliteOn>

/** The thread that an adapter has its writes done by. */
async function threadOf(adapter: Adapter): Promise<Worker> {
  const posting = sinon.spy(Worker.prototype, 'postMessage')
  try {
    await adapter('Client').upsert('first', { client_id: 'first' })
    const thread: unknown = posting.lastCall.thisValue
    if (thread instanceof Worker) return thread
    throw new Error('it has no thread')
  } finally {
    posting.restore()
  }
}

describe('the thread that writes to a SQLite file', () => {
  afterEach(removeSqliteFiles)

  const ends: readonly [title: string, end: (thread: Worker) => unknown, message: RegExp][] = [
    ['ends', (thread) => thread.terminate(), /the thread that writes has ended/],
    ['fails', (thread) => thread.postMessage(null), /: Cannot \w+ /],
  ]
  for (const [title, end, message] of ends) {
    it(`and ${title}: what waits is told so, and the next call starts another`, async () => {
      const file = newFile()
      const adapter = sqliteOn(file)
      const thread = await threadOf(adapter)
      const other = connectTo(file)
      other.exec('BEGIN IMMEDIATE')
      const waiting = adapter('Client')
        .upsert('waits', { client_id: 'waits' })
        .then(
          () => undefined,
          (error: unknown) => error,
        )

      await end(thread)
      const failure = await waiting
      other.exec('COMMIT')

      expect(failure).to.be.instanceOf(SqliteFailure).and.include({ file })
      expect(String(failure)).to.match(message)
      await adapter('Client').upsert('later', { client_id: 'later' })
      expect(await adapter('Client').find('later')).to.deep.equal({ client_id: 'later' })
      expect(await adapter('Client').find('waits')).to.equal(undefined)
      expect(await threadOf(adapter)).not.to.equal(thread)
    })
  }
})
