import { expect } from 'chai'
import { EntryReader } from '../../../lib/adapters/sqlite/entry_reader.ts'
import { SqliteFailure, SqliteTimeout } from '../../../lib/adapters/sqlite/sqlite_failure.ts'

const FILE = '/srv/op.sqlite'
const locked = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY_RECOVERY' })

/** Reads from a database on which look-ups fail so often before they find something. */
function reading(failures: number, error: Error, busyTimeout: number) {
  const tried = { count: 0 }
  const look = () => {
    tried.count += 1
    if (tried.count <= failures) throw error
    return { payload: '{"jti":"a"}' }
  }
  const statement = { get: look, all: () => [look()], run: () => 0 }
  const database = { exec() {}, prepare: () => statement, close() {} }
  return { reader: new EntryReader(database, { file: FILE, busyTimeout }), tried }
}

describe('look-ups in a SQLite file that another process keeps for itself', () => {
  it('wait until it is there again, as it is after a crash (recovery)', async () => {
    const { reader, tried } = reading(3, locked, 60_000)

    expect(await reader.find('Client', 'a')).to.deep.equal({ jti: 'a' })
    expect(tried.count).to.equal(4)
  })

  it('fail by its name when it never is', async () => {
    const { reader, tried } = reading(Number.POSITIVE_INFINITY, locked, 0)
    const failure: unknown = await reader.find('Client', 'a').catch((error: unknown) => error)

    expect(failure).to.be.instanceOf(SqliteTimeout)
    expect(failure).to.have.property('message').that.includes(`${FILE}: `).and.includes('Client.find')
    expect(tried.count).to.equal(1)
  })

  it('fail at once where waiting does not help', async () => {
    const { reader, tried } = reading(9, Object.assign(new Error('no'), { code: 'SQLITE_IOERR' }), 60_000)
    const failure: unknown = await reader.find('Client', 'a').catch((error: unknown) => error)

    expect(failure).to.be.instanceOf(SqliteFailure)
    expect(failure).to.include({ file: FILE, code: 'SQLITE_IOERR', message: `${FILE}: no (SQLITE_IOERR)` })
    expect(tried.count).to.equal(1)
  })
})
