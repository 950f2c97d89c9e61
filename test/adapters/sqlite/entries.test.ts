import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { AdapterPayload, CommitOperation, ModelName } from '../../../types/adapter.ts'
import { bundlePrograms } from '../../support/built_package.ts'
import { connectTo, newFile, removeSqliteFiles, sqliteOn } from '../../support/sqlite_files.ts'

const put = (model: ModelName, id: string, payload: AdapterPayload = {}): CommitOperation => ({
  op: 'put',
  model,
  id,
  payload: { jti: id, kind: model, ...payload },
  expiresIn: 3600,
})

/** Makes everything in the file two days older. */
const age = (file: string): void =>
  connectTo(file).exec('UPDATE entries SET expires_at = expires_at - 172800000')

describe('entries in a SQLite file', () => {
  afterEach(removeSqliteFiles)

  it('A177 are there after a restart, and for another process at once', async () => {
    const file = newFile()
    const [one, other] = [sqliteOn(file), sqliteOn(file)]
    await one('Session').upsert('s', { uid: 'u', accountId: 'me' }, 60)
    expect(await other('Session').findByUid('u')).to.deep.equal({ uid: 'u', accountId: 'me' })

    await Promise.all([one.close(), other.close()])

    expect(await sqliteOn(file)('Session').find('s')).to.deep.equal({ uid: 'u', accountId: 'me' })
  })

  for (const id of ["'; DROP TABLE entries; --", 'ünï😀', 'a\0b', '%_*?', ' ', '__proto__', 'NULL']) {
    it(`A177 may have the id ${JSON.stringify(id)}, for hosts that call the adapter themselves`, async () => {
      const clients = sqliteOn()('Client')
      await clients.upsert(`${id}x`, { client_id: 'another' })

      await clients.upsert(id, { client_id: id })

      expect(await clients.find(id)).to.deep.equal({ client_id: id })
    })
  }

  it('A177 come back with members named __proto__ and constructor, also when they are consumed', async () => {
    const text = '{"jti":"c","extra":{"__proto__":{"admin":true}},"__proto__":{"admin":true},"constructor":1}'
    const adapter = sqliteOn()
    await adapter('AuthorizationCode').upsert('c', JSON.parse(text), 60)

    await adapter('AuthorizationCode').consume('c')
    const { consumed, attempt, ...found } = (await adapter('AuthorizationCode').find('c')) ?? {}

    expect(JSON.stringify(found)).to.equal(text)
    expect([typeof consumed, typeof attempt, found['admin']]).to.deep.equal(['number', 'string', undefined])
  })

  it('A177 may be of four million characters', async () => {
    const adapter = sqliteOn()
    const payload = { jti: 'big', blob: 'ä😀'.repeat(1_333_333) }

    await adapter.commit([put('Interaction', 'big', payload)])

    expect((await adapter('Interaction').find('big'))?.['blob']).to.equal(payload.blob)
  })

  it('A177 are what they were when the call was made', async () => {
    const adapter = sqliteOn()
    const payload: AdapterPayload = { jti: 's', accountId: 'before' }

    const stored = adapter('Session').upsert('s', payload, 60)
    payload.accountId = 'after'
    await stored

    expect((await adapter('Session').find('s'))?.accountId).to.equal('before')
  })

  it('A177 are written in the order of the calls, whatever kinds of calls they are', async () => {
    const adapter = sqliteOn()
    const tokens = adapter('AccessToken')

    await Promise.all([
      tokens.upsert('a', { grantId: 'g' }, 60),
      tokens.revokeByGrantId('g'),
      adapter.commit([put('AccessToken', 'b', { grantId: 'g' })]),
      tokens.destroy('b'),
      adapter.commit([put('AccessToken', 'c', { grantId: 'g' })]),
    ])

    const found = await Promise.all(['a', 'b', 'c'].map((id) => tokens.find(id)))
    expect(found.map((entry) => entry?.jti)).to.deep.equal([undefined, undefined, 'c'])
  })

  it('A177 found by uid are those that were stored last, also after one was stored again', async () => {
    const sessions = sqliteOn()('Session')
    for (const id of ['one', 'two', 'one']) await sessions.upsert(id, { jti: id, uid: 'u' }, 60)

    expect((await sessions.findByUid('u'))?.jti).to.equal('one')
  })

  it('of an account that have expired are not listed, before anything removes them', async () => {
    const file = newFile()
    const sessions = sqliteOn(file)('Session')
    await sessions.upsert('old', { accountId: 'me' }, 60)
    age(file)
    await sessions.upsert('new', { accountId: 'me' }, 60)

    const { entries } = await sessions.listByAccountId('me', { limit: 5 })

    expect(entries.map(({ id }) => id)).to.deep.equal(['new'])
  })
})

describe('expiry in a SQLite file', () => {
  afterEach(removeSqliteFiles)

  const count = (file: string) =>
    Number(connectTo(file).prepare('SELECT count(*) AS n FROM entries').get()?.['n'])

  const expired = async (file: string, entries: number) => {
    const adapter = sqliteOn(file)
    const old = Array.from({ length: entries }, (_, n) => put('AccessToken', `old${n}`))
    await adapter.commit(old)
    await adapter.close()
    age(file)
    return sqliteOn(file)
  }

  it('A177 hides entries whose time has passed, and lets them be inserted anew', async () => {
    const adapter = await expired(newFile(), 1)
    expect(await adapter('AccessToken').find('old0')).to.equal(undefined)

    const outcome = await adapter.commit([{ op: 'insert', model: 'AccessToken', id: 'old0', payload: {} }])

    expect(outcome).to.deep.equal({ committed: true })
    expect(await adapter('AccessToken').find('old0')).to.deep.equal({})
  })

  it('A177 takes entries away while others are written, in small steps', async () => {
    const file = newFile()
    const adapter = await expired(file, 1000)

    await adapter('Grant').upsert('g', {}, 60)
    const afterOne = count(file)
    for (let writes = 0; writes < 20; writes += 1) await adapter('Grant').upsert('g', {}, 60)

    expect(afterOne).to.equal(1000 - 100 + 1)
    expect(count(file)).to.equal(1)
  })

  it('A177 is carried out at once by prune(), which tells how many entries there were', async () => {
    const file = newFile()
    const adapter = await expired(file, 1700)
    await adapter('Client').upsert('kept', {})

    const removed = await adapter.prune()

    expect(removed).to.be.within(1700 - 400, 1700)
    expect(count(file)).to.equal(1)
    expect(await adapter.prune()).to.equal(0)
  })
})

describe('look-ups in a SQLite file', () => {
  afterEach(removeSqliteFiles)

  const QUERIES: readonly [what: string, sql: string, index: string][] = [
    ['an id', "SELECT payload FROM entries WHERE id = 'x' AND model = 'Grant'", 'entries_by_id'],
    ['a uid', "SELECT payload FROM entries WHERE uid = 'x' AND model = 'Session'", 'entries_by_uid'],
    [
      'a user code',
      "SELECT payload FROM entries WHERE user_code = 'x' AND model = 'D'",
      'entries_by_user_code',
    ],
    ['a grant', "DELETE FROM entries WHERE grant_id = 'x' AND model = 'AccessToken'", 'entries_by_grant'],
    ['an account', "SELECT payload FROM entries WHERE account_id = 'x'", 'entries_by_account'],
    [
      'expired entries',
      'SELECT position FROM entries WHERE expires_at <= 5 ORDER BY expires_at',
      'entries_by_expiry',
    ],
  ]
  for (const [what, sql, index] of QUERIES) {
    it(`A177 for ${what} use an index and never read the whole table`, async () => {
      const file = newFile()
      sqliteOn(file)
      const plan = connectTo(file).prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
      expect(plan.map(({ detail }) => detail).join('\n'))
        .to.contain(index)
        .and.to.not.match(/^SCAN|TEMP B-TREE/m)
    })
  }
})

describe('backup() of a SQLite file', () => {
  afterEach(removeSqliteFiles)

  it('copies what was stored before into a file of its own, readable by its owner only', async () => {
    const [adapter, target] = [sqliteOn(), newFile()]
    await adapter('Client').upsert('before', { client_id: 'before' })

    await adapter.backup(target)
    await adapter('Client').upsert('after', { client_id: 'after' })

    const copy = sqliteOn(target)('Client')
    expect(await copy.find('before')).to.deep.equal({ client_id: 'before' })
    expect(await copy.find('after')).to.equal(undefined)
    expect(statSync(target).mode & 0o777).to.equal(0o600)
  })

  it('goes on beside writes, none of which it tears apart', async () => {
    const [adapter, target] = [sqliteOn(), newFile()]
    const pair = (n: number) => adapter.commit([put('AccessToken', `a${n}`), put('RefreshToken', `r${n}`)])
    await Promise.all(Array.from({ length: 300 }, (_, n) => pair(n)))

    await Promise.all([adapter.backup(target), ...Array.from({ length: 300 }, (_, n) => pair(300 + n))])

    const copy = connectTo(target).prepare('SELECT model, count(*) AS n FROM entries GROUP BY model').all()
    expect(copy).to.have.length(2)
    expect(copy[0]?.['n']).to.equal(copy[1]?.['n'])
  })

  it('refuses a file that is there, and leaves it alone', async () => {
    const [adapter, other] = [sqliteOn(), newFile()]
    await sqliteOn(other)('Client').upsert('c', { client_id: 'c' })

    const failure = await adapter.backup(other).catch((error: unknown) => error)

    expect(String(failure)).to.contain(other).and.to.contain('EEXIST')
    expect(await sqliteOn(other)('Client').find('c')).to.deep.equal({ client_id: 'c' })
  })
})

describe('close() of a SQLite file', () => {
  afterEach(removeSqliteFiles)

  it('waits for what was asked for, refuses what comes later, and may be called twice', async () => {
    const file = newFile()
    const adapter = sqliteOn(file)
    const pending = adapter('Client').upsert('c', { client_id: 'c' })

    await Promise.all([adapter.close(), adapter.close()])
    await pending
    const late = await Promise.allSettled([adapter('Client').find('c'), adapter('Client').upsert('d', {})])

    for (const outcome of late)
      expect(outcome.status === 'rejected' && String(outcome.reason)).to.equal(
        `SqliteFailure: ${file}: the storage was closed`,
      )
    expect(await sqliteOn(file)('Client').find('c')).to.deep.equal({ client_id: 'c' })
  })
})

describe('a process that does not close its SQLite file', () => {
  afterEach(removeSqliteFiles)

  for (const [task, found] of [
    ['read', '"nothing"'],
    ['write', '{"client_id":"a"}'],
  ] as const) {
    it(`ends by itself when it has nothing to do but to ${task}`, async () => {
      const programs = await bundlePrograms([join(import.meta.dirname, 'leave_open.ts')])
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(programs, 'leave_open.js'), newFile(), task],
        { env: { ...process.env, NODE_V8_COVERAGE: '' }, timeout: 30_000 },
      )

      expect(stdout).to.equal(found)
    })
  }
})
