import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import sinon from 'sinon'
import { MIGRATIONS } from '../../../lib/adapters/sqlite/schema.ts'
import { SqliteFailure, SqliteTimeout, sqliteAdapter } from '../../../lib/adapters/sqlite.ts'
import { bundlePrograms } from '../../support/built_package.ts'
import { connectTo, newFile, removeSqliteFiles, sqliteOn } from '../../support/sqlite_files.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

/** What opening the file fails with. */
function failureOnOpening(file: string, options = {}): SqliteFailure {
  try {
    sqliteOn(file, { busyTimeout: 0, ...options })
  } catch (error) {
    if (error instanceof SqliteFailure) return error
    throw error
  }
  throw new Error('it was opened')
}

async function failureOf(call: Promise<unknown>): Promise<SqliteFailure | SqliteTimeout> {
  const error: unknown = await call.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  )
  if (error instanceof SqliteFailure || error instanceof SqliteTimeout) return error
  throw error
}

/** Does something with no more rights than anybody has. */
function asNobody<T>(task: () => T): T {
  const { geteuid, seteuid } = process
  if (geteuid?.() !== 0 || seteuid === undefined) return task()
  seteuid(65_534)
  try {
    return task()
  } finally {
    seteuid(0)
  }
}

describe('the file of a SQLite adapter', () => {
  afterEach(removeSqliteFiles)

  it('can be read by its owner only, like those beside it', async () => {
    const file = newFile()
    await sqliteOn(file)('Client').upsert('c', { client_id: 'c' })

    for (const name of [file, `${file}-wal`, `${file}-shm`])
      expect(statSync(name).mode & 0o777, name).to.equal(0o600)
  })

  it('that an operator made readable for a group stays so', () => {
    const file = newFile()
    writeFileSync(file, '')
    chmodSync(file, 0o640)
    sqliteOn(file)
    expect(statSync(file).mode & 0o777).to.equal(0o640)
  })

  for (const file of ['', ':memory:', 'file:op.sqlite?mode=memory', 7, undefined]) {
    it(`must be a path, not ${JSON.stringify(file)}`, () => {
      expect(() => sqliteAdapter(JSON.parse(JSON.stringify({ file })))).to.throw(
        TypeError,
        'file must be a path',
      )
    })
  }

  for (const [option, value] of [
    ['synchronous', 'off'],
    ['busyTimeout', -1],
    ['driver', 'sqlite3'],
  ]) {
    it(`is not opened with ${option} ${value}`, () => {
      const options = JSON.parse(JSON.stringify({ file: newFile(), [String(option)]: value }))
      expect(() => sqliteAdapter(options)).to.throw(TypeError, String(option))
    })
  }
})

describe('the log beside a SQLite file', () => {
  afterEach(removeSqliteFiles)

  it('is cut down again to 64 MiB after a burst', async () => {
    const file = newFile()
    const adapter = sqliteOn(file, { synchronous: 'normal' })
    const payload = { filler: 'x'.repeat(5_000_000) }
    const burst = Array.from(
      { length: 15 },
      (_, id) => ({ op: 'put', model: 'Client', id: String(id), payload }) as const,
    )
    await adapter.commit(burst)
    const most = statSync(`${file}-wal`).size
    await adapter('Client').upsert('after', {})

    expect(most).to.be.above(2 ** 26)
    expect(statSync(`${file}-wal`).size).to.equal(2 ** 26)
  })
})

describe('a SQLite file that cannot be used is refused by name', () => {
  afterEach(removeSqliteFiles)

  it('when its folder is missing', () => {
    const file = join(newFile(), 'op.sqlite')
    expect(failureOnOpening(file)).to.include({ file, code: 'ENOENT' })
  })

  it('when it is a folder', () => {
    const file = newFile()
    mkdirSync(file)
    expect(failureOnOpening(file)).to.include({ file, code: 'SQLITE_CANTOPEN' })
  })

  it('when it is no database', () => {
    const file = newFile()
    writeFileSync(file, 'These are the times that try men’s souls. '.repeat(500))
    const failure = failureOnOpening(file)
    expect(failure).to.include({ file, code: 'SQLITE_NOTADB' })
    expect(failure.cause).to.be.instanceOf(Error).and.not.instanceOf(SqliteFailure)
    expect(readFileSync(file, 'utf8')).to.match(/^These are/)
  })

  it('when it is cut off', async () => {
    const file = newFile()
    const adapter = sqliteOn(file)
    await Promise.all(
      Array.from({ length: 200 }, (_, n) => adapter('Client').upsert(`${n}`, { filler: 'x'.repeat(2000) })),
    )
    await adapter.close()
    truncateSync(file, 2 * 4096)

    expect(failureOnOpening(file).message)
      .to.match(/malformed|SQLITE_CORRUPT/)
      .and.to.contain(file)
  })

  it('when another application keeps its data there, which stay as they are', () => {
    const file = newFile()
    writeFileSync(file, '')
    const other = connectTo(file)
    other.exec('CREATE TABLE accounts (name TEXT); PRAGMA user_version = 1')

    expect(failureOnOpening(file).message).to.equal(`${file}: this database belongs to another application`)
    expect(other.prepare('SELECT name FROM sqlite_schema').all()).to.have.length(1)
  })

  it('when a later release has changed its schema', async () => {
    const file = newFile()
    await sqliteOn(file).close()
    connectTo(file).exec('PRAGMA user_version = 1000')

    expect(failureOnOpening(file).message).to.contain(`${file}: its schema has version 1000`)
  })

  it('when it may not be written', async () => {
    const file = newFile()
    await sqliteOn(file).close()
    chmodSync(file, 0o444)
    chmodSync(join(file, '..'), 0o555)

    expect(asNobody(() => failureOnOpening(file)).message)
      .to.match(/readonly|unable to open/)
      .and.to.contain(file)
    chmodSync(join(file, '..'), 0o755)
  })

  it('when somebody keeps it locked', async () => {
    const file = newFile()
    await sqliteOn(file).close()
    connectTo(file).exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')

    expect(failureOnOpening(file)).to.include({ file, code: 'SQLITE_BUSY' })
  })
})

describe('a SQLite file that somebody locks for a moment', () => {
  afterEach(removeSqliteFiles)

  it('is opened when the lock is gone', async () => {
    const file = newFile()
    await sqliteOn(file).close()
    const holder = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads')
       const database = new (require('better-sqlite3'))(workerData)
       database.exec('BEGIN IMMEDIATE')
       parentPort.postMessage('locked')
       setTimeout(() => database.exec('COMMIT').close(), 50)`,
      { eval: true, workerData: file },
    )
    const ended = once(holder, 'exit')
    await once(holder, 'message')

    const adapter = sqliteOn(file, { busyTimeout: 60_000 })
    await ended

    await adapter('Client').upsert('c', { client_id: 'c' })
    expect(await adapter('Client').find('c')).to.deep.equal({ client_id: 'c' })
  })
})

describe('a SQLite file that fails while it is used', () => {
  afterEach(async () => {
    await stopProviders()
    await removeSqliteFiles()
  })

  it('because of a lock: writes end at their deadline, reads go on, and so do writes when it is gone', async () => {
    const file = newFile()
    const [adapter, other] = [sqliteOn(file), connectTo(file)]
    await adapter('Client').upsert('c', { client_id: 'c' })
    other.exec('BEGIN IMMEDIATE')

    const refused = failureOf(
      adapter.commit([{ op: 'put', model: 'Client', id: 'd', payload: {} }], { deadline: Date.now() + 200 }),
    )
    expect(await adapter('Client').find('c')).to.deep.equal({ client_id: 'c' })
    const failure = await refused
    other.exec('COMMIT')

    expect(failure).to.be.instanceOf(SqliteTimeout)
    expect(failure.message)
      .to.match(/did not answer commit within (?:200|19\d) ms/)
      .and.to.contain(`${file}: `)
    await adapter('Client').upsert('e', { client_id: 'e' })
    expect(await adapter('Client').find('d')).to.equal(undefined)
    expect(await adapter('Client').find('e')).to.deep.equal({ client_id: 'e' })
  })

  it('because of a lock: what waits is stored as soon as it is gone', async () => {
    const file = newFile()
    const [adapter, other] = [sqliteOn(file), connectTo(file)]
    other.exec('BEGIN IMMEDIATE')
    const pending = adapter('Client').upsert('c', { client_id: 'c' })
    expect(await adapter('Client').find('c')).to.equal(undefined)

    other.exec('COMMIT')
    await pending

    expect(await adapter('Client').find('c')).to.deep.equal({ client_id: 'c' })
  })

  it('because of a lock: the client gets 503 and succeeds later (RFC 9110 §15.6.4)', async () => {
    const file = newFile()
    const adapter = sqliteOn(file)
    await adapter.prune()
    const op = await startProvider({ adapter, storageTimeout: 2 })
    const { code, verifier } = await op.authorize()
    const other = connectTo(file)
    other.exec('BEGIN IMMEDIATE')

    const failed = await op.exchange(code, verifier)
    other.exec('COMMIT')
    const { status } = await op.exchange(code, verifier)

    expect([failed.status, failed.body['error'], status]).to.deep.equal([503, 'temporarily_unavailable', 200])
  })

  it('because of its deadline: a commit that comes too late changes nothing', async () => {
    const adapter = sqliteOn()
    const failure = await failureOf(
      adapter.commit([{ op: 'put', model: 'Client', id: 'c', payload: {} }], { deadline: Date.now() }),
    )
    expect(failure).to.be.instanceOf(SqliteTimeout)
    expect(await adapter('Client').find('c')).to.equal(undefined)
  })

  it('not because the clock was set while the provider runs: a commit is in time as before', async () => {
    const adapter = sqliteOn()
    await adapter('Client').upsert('a', {})
    const clock = sinon.useFakeTimers({ now: Date.now() - 3_600_000, toFake: ['Date'] })
    const commit = (id: string, deadline: number) =>
      adapter.commit([{ op: 'put', model: 'Client', id, payload: {} }], { deadline })
    try {
      expect(await commit('b', Date.now() + 5000)).to.deep.equal({ committed: true })
      expect(await failureOf(commit('c', Date.now()))).to.be.instanceOf(SqliteTimeout)
    } finally {
      clock.restore()
    }
  })

  it('because bytes in it were changed: calls fail by its name, and the process goes on', async () => {
    const file = newFile()
    const before = sqliteOn(file)
    await Promise.all(
      Array.from({ length: 200 }, (_, n) => before('Client').upsert(`${n}`, { filler: 'x'.repeat(2000) })),
    )
    await before.close()
    const descriptor = openSync(file, 'r+')
    const adapter = sqliteOn(file)
    for (let page = 2; page < 90; page += 1)
      writeSync(descriptor, Buffer.alloc(4000, 0xa5), 0, 4000, page * 4096)

    const failures = await Promise.all([
      failureOf(adapter('Client').find('77')),
      failureOf(adapter('Client').upsert('77', {})),
      failureOf(adapter.prune()),
    ])

    for (const { file: named, message } of failures)
      expect([named, message]).to.satisfy(() => named === file && /malformed|CORRUPT/.test(message))
  })

  it('because of one call: those that came with it are carried out', async () => {
    const adapter = sqliteOn()
    const outcomes = await Promise.allSettled([
      adapter('Client').upsert('before', { client_id: 'before' }),
      adapter('Client').upsert(JSON.parse('{"no":"id"}'), {}),
      adapter('Client').upsert('after', { client_id: 'after' }),
    ])

    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(await adapter('Client').find('before')).to.deep.equal({ client_id: 'before' })
    expect(await adapter('Client').find('after')).to.deep.equal({ client_id: 'after' })
  })

  it('because of an id that no thread can be sent: the call fails, and keeps nobody waiting', async () => {
    const adapter = sqliteOn()
    const id = Object.assign(() => {}, JSON.parse('{}'))

    const outcome = await adapter('Client')
      .upsert(id, {})
      .catch((error: unknown) => error)

    expect(String(outcome)).to.contain('DataCloneError')
    await adapter.close()
  })

  it('because there is no room: calls fail by its name, what was stored before is read, the process goes on', async () => {
    const file = newFile()
    // Files of this process end at 1 MiB: to SQLite it is a disk that fails.
    const programs = await bundlePrograms([join(import.meta.dirname, 'fill_file.ts')])
    const child = spawn(
      'sh',
      ['-c', 'ulimit -f 2048; exec "$0" "$@"', process.execPath, join(programs, 'fill_file.js'), file],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_V8_COVERAGE: '' },
      },
    )
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk)
    })
    const [code] = await once(child, 'close')

    expect(code).to.equal(0)
    const { stored, failure, found, again }: Record<string, unknown> = JSON.parse(output)
    expect(stored).to.be.above(50)
    expect(failure)
      .to.match(/SQLITE_(?:FULL|IOERR)/)
      .and.to.contain(file)
    expect(found).to.equal(stored)
    expect(again).to.contain(file)
    const adapter = sqliteOn(file)
    await adapter('Client').upsert('last', { client_id: 'last' })
    expect(await adapter('Client').find('0')).to.be.an('object')
  })
})

describe('a SQLite file of an older schema', () => {
  afterEach(removeSqliteFiles)

  /** As the release wrote it that knew this many steps. */
  function oldFile(version: number): string {
    const file = newFile()
    writeFileSync(file, '')
    const database = connectTo(file)
    for (const step of MIGRATIONS.slice(0, version)) database.exec(step)
    database.exec(`PRAGMA application_id = ${0x6f696470}; PRAGMA user_version = ${version}`)
    const insert = database.prepare('INSERT INTO entries (model, id, payload, grant_id) VALUES (?, ?, ?, ?)')
    insert.run('AccessToken', 't', '{"jti":"t","grantId":"g","accountId":"me"}', 'g')
    insert.run('Client', 'c', '{"client_id":"c","accountId":{"odd":1}}', null)
    return file
  }

  for (const [version] of MIGRATIONS.entries()) {
    if (version === 0) continue
    it(`version ${version}, is migrated when it is opened, and nothing is lost`, async () => {
      const file = oldFile(version)

      const adapter = sqliteOn(file)

      expect(await adapter('AccessToken').find('t')).to.deep.equal({
        jti: 't',
        grantId: 'g',
        accountId: 'me',
      })
      expect(
        (await adapter('AccessToken').listByAccountId('me', { limit: 5 })).entries.map(({ id }) => id),
      ).to.deep.equal(['t'])
      await adapter('AccessToken').revokeByGrantId('g')
      expect(await adapter('AccessToken').find('t')).to.equal(undefined)
      expect(connectTo(file).prepare('PRAGMA user_version').get()?.['user_version']).to.equal(
        MIGRATIONS.length,
      )
    })
  }

  it('that cannot be migrated stays as it was', () => {
    const file = oldFile(1)
    connectTo(file).exec('CREATE TABLE entries_by_account (in_the_way)')

    expect(failureOnOpening(file).message).to.contain(file)

    const columns = connectTo(file).prepare('PRAGMA table_info(entries)').all()
    expect(columns.map(({ name }) => name)).to.not.include('account_id')
  })
})
