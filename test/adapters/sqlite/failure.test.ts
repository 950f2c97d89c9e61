import { expect } from 'chai'
import { failureOf, isBusy, reasonOf, SqliteFailure } from '../../../lib/adapters/sqlite/sqlite_failure.ts'

/** As `node:sqlite` fails: with a number, whose lower byte is the primary code. */
const numbered = (errcode: unknown) => Object.assign(new Error('it failed'), { errcode, code: 'ERR_SQLITE' })

describe('a failure of SQLite', () => {
  for (const [number, name] of [
    [5, 'SQLITE_BUSY'],
    [8, 'SQLITE_READONLY'],
    [10, 'SQLITE_IOERR'],
    [11, 'SQLITE_CORRUPT'],
    [13, 'SQLITE_FULL'],
    [14, 'SQLITE_CANTOPEN'],
    [15, 'SQLITE_PROTOCOL'],
    [26, 'SQLITE_NOTADB'],
    [1, 'SQLITE_ERROR'],
  ] as const) {
    it(`that node:sqlite tells by ${number}, or an extended code of it, is ${name}`, () => {
      for (const errcode of [number, number + (3 << 8)]) {
        const failure = failureOf('op.sqlite', numbered(errcode))
        expect(failure).to.include({ file: 'op.sqlite', code: name })
        expect(failure.message).to.equal(`op.sqlite: it failed (${name})`)
      }
      expect(isBusy(numbered(number))).to.equal(number === 5 || number === 15)
    })
  }

  it('that better-sqlite3 tells has its name already, which is not said twice', () => {
    const error = Object.assign(new Error('SQLITE_FULL: no room'), { code: 'SQLITE_FULL' })
    expect(failureOf('op.sqlite', error).message).to.equal('op.sqlite: SQLITE_FULL: no room')
    expect(isBusy(Object.assign(new Error('locked'), { code: 'SQLITE_BUSY_SNAPSHOT' }))).to.equal(true)
  })

  it('that is none of SQLite has no code but its own, whatever was thrown', () => {
    for (const thrown of ['a text', undefined, 7, new Error('a text')])
      expect(reasonOf(thrown).code).to.equal(undefined)
    expect(reasonOf(numbered('5')).code).to.equal('ERR_SQLITE')
    expect(reasonOf('a text')).to.deep.equal({ reason: 'a text', code: undefined })
    expect(isBusy('SQLITE_BUSY')).to.equal(false)
  })

  it('is told once, with what caused it', () => {
    const cause = numbered(11)
    const failure = failureOf('op.sqlite', cause)
    expect(failure.cause).to.equal(cause)
    expect(failureOf('other.sqlite', failure)).to.equal(failure)
    expect(reasonOf(failure)).to.deep.equal({ reason: 'it failed', code: 'SQLITE_CORRUPT' })
    expect(failure).to.be.instanceOf(SqliteFailure)
  })
})
