import { expect } from 'chai'
import type pg from 'pg'
import sinon from 'sinon'
import { SCHEMA_VERSION } from '../../../lib/adapters/postgres/migration.ts'
import { stepsOf } from '../../../lib/adapters/postgres/steps.ts'
import { type PostgresPool, postgresAdapter } from '../../../lib/adapters/postgres.ts'
import type { AdapterPayload, CommitOperation } from '../../../types/adapter.ts'
import { openPool, type PostgresServer, startPostgres, stopPostgres } from './support/postgres_server.ts'

const insert = (id: string, payload: AdapterPayload = {}): CommitOperation => ({
  op: 'insert',
  model: 'AccessToken',
  id,
  payload,
  expiresIn: 100,
})
const consume = (id: string): CommitOperation => ({
  op: 'consume',
  model: 'AuthorizationCode',
  id,
  attempt: 'mine',
})
const HOUR = 3_600_000
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
const later = (milliseconds = 60_000) => ({ deadline: Date.now() + milliseconds })
const failureOf = (pending: Promise<unknown>): Promise<unknown> =>
  pending.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('A177 the PostgreSQL adapter', () => {
  let server: PostgresServer
  let pool: pg.Pool
  let schemas = 0
  before(async () => {
    server = await startPostgres()
    pool = openPool(server.url)
  })
  afterEach(() => sinon.restore())
  after(stopPostgres)

  /** An adapter with a schema of its own. */
  async function fresh(by: PostgresPool = pool) {
    schemas += 1
    const schema = `case_${schemas}`
    const adapter = postgresAdapter(by, { schema })
    await adapter.migrate()
    return { adapter, schema }
  }

  /** Ends when somebody waits for a lock. */
  async function someoneWaits(): Promise<void> {
    const text = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`
    while ((await pool.query(text)).rows.length === 0);
  }

  describe('what it is given', () => {
    it('refuses what is no pool', () => {
      expect(() => postgresAdapter(JSON.parse('{}'))).to.throw(TypeError, 'query()')
    })

    it('refuses names of schemas that would have to be quoted', () => {
      for (const schema of ['', 'A', '1a', 'a-b', 'a"b', "a'b", 'a'.repeat(41)])
        expect(() => postgresAdapter(pool, { schema })).to.throw(TypeError, 'schema')
    })

    it('keeps providers with different schemas apart', async () => {
      const [one, other] = await Promise.all([fresh(), fresh()])
      await one.adapter('Session').upsert('id', { uid: 'u' }, 100)

      expect(await other.adapter('Session').find('id')).to.equal(undefined)
      expect(await other.adapter('Session').findByUid?.('u')).to.equal(undefined)
    })
  })

  describe('its migration', () => {
    it('may run at every start of several processes at once, and keeps what is there', async () => {
      const adapter = postgresAdapter(pool, { schema: 'at_once' })
      await Promise.all(Array.from({ length: 5 }, () => adapter.migrate()))
      await adapter('Grant').upsert('id', { version: 1 })
      await adapter.migrate()
      await pool.query(adapter.migration())

      expect(await adapter('Grant').find('id')).to.deep.equal({ version: 1 })
      const { rows } = await pool.query('SELECT version FROM at_once.schema_version')
      expect(rows).to.deep.equal([{ version: SCHEMA_VERSION }])
    })

    it('can be printed and run by somebody else', async () => {
      const adapter = postgresAdapter(pool, { schema: 'printed' })
      await pool.query(adapter.migration())
      await adapter('Grant').upsert('id', { version: 1 })

      expect(await adapter('Grant').find('id')).to.deep.equal({ version: 1 })
    })

    it('leaves the tables of a newer version alone', async () => {
      const { adapter, schema } = await fresh()
      await pool.query(`UPDATE ${schema}.schema_version SET version = ${SCHEMA_VERSION + 1}`)

      await adapter.migrate()
      const client = await pool.connect()
      const failure = await failureOf(client.query(adapter.migration()))
      client.release(true)

      expect(String(failure)).to.contain('newer version')
      const { rows } = await pool.query(`SELECT version FROM ${schema}.schema_version`)
      expect(rows).to.deep.equal([{ version: SCHEMA_VERSION + 1 }])
    })

    it('is asked for where it was not run', async () => {
      const adapter = postgresAdapter(pool, { schema: 'nowhere' })

      const calls = [
        adapter('Grant').find('id'),
        adapter('Grant').upsert('id', {}),
        adapter('Grant').destroy('id'),
        adapter('AccessToken').revokeByGrantId('id'),
        adapter.prune(),
      ]
      for (const failure of await Promise.all(calls.map(failureOf)))
        expect(String(failure)).to.contain('migrate()')
    })

    it('is all that a role needs that may only read and write', async () => {
      const { schema, adapter: owner } = await fresh()
      await pool.query(`CREATE ROLE app LOGIN;
        GRANT USAGE ON SCHEMA ${schema} TO app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ${schema}.entries TO app;
        GRANT SELECT ON ${schema}.schema_version TO app;
        GRANT USAGE ON SEQUENCE ${schema}.writes TO app`)
      const adapter = postgresAdapter(openPool(server.url.replace('op@', 'app@')), { schema })

      await adapter.migrate()
      await adapter('Session').upsert('id', { uid: 'u', exp: 1 })
      await adapter('AccessToken').revokeByGrantId('g')

      expect(await adapter.prune()).to.equal(1)
      expect(await owner('Session').find('id')).to.equal(undefined)
    })
  })

  describe('what it stores', () => {
    const ODD: readonly [title: string, payload: AdapterPayload][] = [
      ['U+0000', { nonce: 'a\0b', list: ['\0'] }],
      ['surrogates that stand alone', { nonce: '\ud800', state: { '\udc00': '\udfff\ud800' } }],
      ['text that looks like their escapes', { nonce: '\\u0000', state: { a: '\\ud800\\\\u0000' } }],
      ['a member that looks like its own way to keep these', { $text: '{"nonce":"forged"}' }],
      ['that member and U+0000', { $text: '{}\0' }],
      ['a member named __proto__', JSON.parse('{"state":{"__proto__":{"a":1}}}')],
      ['lists within lists', { state: { deep: nested(1000) } }],
      ['large and small numbers', { state: { list: [2 ** 53 - 1, 1e300, 5e-324, -1.5, 0.1] } }],
      ['five million characters', { request: 'ü'.repeat(5_000_000) }],
    ]
    for (const [title, payload] of ODD) {
      it(`comes back as it was given: ${title}`, async () => {
        const { adapter } = await fresh()
        await adapter('AuthorizationCode').upsert('id', payload, 100)
        const before = await adapter('AuthorizationCode').find('id')
        await adapter('AuthorizationCode').consume('id')

        const { consumed, attempt, ...after } = Object(await adapter('AuthorizationCode').find('id'))
        expect(before).to.deep.equal(payload)
        expect(after).to.deep.equal(payload)
        expect([typeof consumed, typeof attempt]).to.deep.equal(['number', 'string'])
      })
    }

    it('keeps consumed as it was given, until it consumes the entry itself', async () => {
      const { adapter } = await fresh()
      await adapter('AuthorizationCode').upsert('id', { consumed: 5, attempt: 'mine' }, 100)

      expect(await adapter('AuthorizationCode').find('id')).to.deep.equal({ consumed: 5, attempt: 'mine' })
      expect(await adapter('AuthorizationCode').consume('id')).to.equal(false)
    })

    it('takes values that cannot be looked up: they are found by id', async () => {
      const { adapter } = await fresh()
      const payload = { uid: 'a\0b', grantId: '\ud800', accountId: 'ü'.repeat(10_000) }
      await adapter('Session').upsert('id', payload, 100)

      expect(await adapter('Session').find('id')).to.deep.equal(payload)
      expect(await adapter('Session').findByUid?.('a\0b')).to.equal(undefined)
      await adapter('Session').revokeByGrantId('\ud800')
      expect(await adapter('Session').find('id')).to.deep.equal(payload)
    })

    it('finds nothing by what cannot be an id, and stores nothing under it', async () => {
      const { adapter } = await fresh()
      for (const id of ['', 'a\0b', '\ud800', 'a b', 'x'.repeat(257)]) {
        expect(await adapter('Session').find(id)).to.equal(undefined)
        expect(await adapter('Session').consume(id)).to.equal(false)
        await adapter('Session').destroy(id)
        expect(await failureOf(adapter('Session').upsert(id, {}))).to.be.instanceOf(TypeError)
      }
    })

    it('tells ids apart by every character', async () => {
      const { adapter } = await fresh()
      const ids = ['a', 'A', 'a.', 'a/', "a'", 'a%', 'a_', 'a--', 'x'.repeat(255), 'x'.repeat(256)]
      await Promise.all(ids.map((id) => adapter('Client').upsert(id, { client_id: id })))

      const found = await Promise.all(ids.map((id) => adapter('Client').find(id)))
      expect(found).to.deep.equal(ids.map((id) => ({ client_id: id })))
    })

    it('does not find an entry by a value that it no longer has', async () => {
      const { adapter } = await fresh()
      await adapter('DeviceCode').upsert('id', { userCode: 'OLD' }, 100)
      await adapter('DeviceCode').upsert('id', { userCode: 'NEW' }, 100)

      expect(await adapter('DeviceCode').findByUserCode?.('OLD')).to.equal(undefined)
      expect(await adapter('DeviceCode').findByUserCode?.('NEW')).to.deep.equal({ userCode: 'NEW' })
    })

    it('lists the entries of an account whose id no index can hold', async () => {
      const { adapter } = await fresh()
      const accounts = ['ü'.repeat(10_000), 'a\0b', '\ud800', '\ud801', 'sha256:x', 'plain']
      await Promise.all(accounts.map((accountId, n) => adapter('Grant').upsert(`${n}`, { accountId })))

      const lists = await Promise.all(
        accounts.map((accountId) => adapter('Grant').listByAccountId?.(accountId, { limit: 5 })),
      )
      expect(lists.map((list) => list?.entries)).to.deep.equal(
        accounts.map((accountId, n) => [{ id: `${n}`, payload: { accountId } }]),
      )
    })

    it('can be asked for everything of an account', async () => {
      const { adapter, schema } = await fresh()
      await adapter('Session').upsert('s', { accountId: 'alice' }, 100)
      await adapter('Grant').upsert('g', { accountId: 'alice' }, 100)
      await adapter('Grant').upsert('other', { accountId: 'bob' }, 100)

      const { rows } = await pool.query(
        `SELECT model, id FROM ${schema}.entries WHERE account_id = $1 ORDER BY id`,
        ['alice'],
      )
      expect(rows).to.deep.equal([
        { model: 'Grant', id: 'g' },
        { model: 'Session', id: 's' },
      ])
    })
  })

  describe('what has expired', () => {
    it('is not found, and pruned in batches; what lives stays', async () => {
      const { adapter, schema } = await fresh()
      await adapter('Session').upsert('old', { uid: 'u', exp: 1 })
      await adapter('DeviceCode').upsert('old', { userCode: 'c', exp: 1 }, 100)
      await Promise.all(Array.from({ length: 25 }, (_, n) => adapter('AccessToken').upsert(`${n}`, {}, 100)))
      await pool.query(`UPDATE ${schema}.entries SET expires_at = now() WHERE model = 'AccessToken'`)
      await adapter('Session').upsert('kept', { uid: 'kept' }, 100)
      await adapter('Client').upsert('kept', {})

      expect(await adapter('Session').find('old')).to.equal(undefined)
      expect(await adapter('Session').findByUid?.('u')).to.equal(undefined)
      expect(await adapter('DeviceCode').findByUserCode?.('c')).to.equal(undefined)
      expect(await adapter('AccessToken').find('1')).to.equal(undefined)
      const removed = await Promise.all([adapter.prune({ batch: 4 }), adapter.prune({ batch: 7 })])
      expect(removed.reduce((sum, count) => sum + count)).to.equal(27)
      const { rows } = await pool.query(`SELECT id FROM ${schema}.entries`)
      expect(rows).to.deep.equal([{ id: 'kept' }, { id: 'kept' }])
    })

    it('can be pruned by the database itself', async () => {
      const { adapter, schema } = await fresh()
      await adapter('Session').upsert('old', { exp: 1 })

      const { rows } = await pool.query(`SELECT ${schema}.prune(10000)`)
      expect(rows).to.deep.equal([{ prune: 1 }])
    })

    it('may lie further ahead than a timestamp reaches: then it never does', async () => {
      const { adapter } = await fresh()
      for (const [id, exp] of [9e15, Number.MAX_VALUE].entries())
        await adapter('Session').upsert(`${id}`, { exp }, Number.MAX_SAFE_INTEGER)

      expect(await adapter('Session').find('0')).to.deep.equal({ exp: 9e15 })
      expect(await adapter('Session').find('1')).to.deep.equal({ exp: Number.MAX_VALUE })
    })
  })

  describe('its look-ups', () => {
    /** A pool that keeps the statements it was given, and may lose its connections. */
    function watching() {
      const sent: string[] = []
      let isLost = false
      const by: PostgresPool = {
        query(statement) {
          sent.push(statement.text)
          return isLost
            ? Promise.reject(Object.assign(new Error('lost'), { code: '57P01' }))
            : pool.query(statement)
        },
      }
      const lose = (now: boolean) => {
        isLost = now
      }
      return { sent, by, lose }
    }

    it('by id are one statement for all of a turn of the event loop, and each finds its own', async () => {
      const { sent, by } = watching()
      const { adapter } = await fresh(by)
      const models = ['Session', 'Grant', 'AccessToken'] as const
      for (const model of models) await adapter(model).upsert('a', { of: model }, 100)
      await adapter('Grant').upsert('over', {}, -1)
      await adapter('AuthorizationCode').upsert('used', {}, 100)
      await adapter('AuthorizationCode').consume('used')
      sent.length = 0

      const found = await Promise.all([
        ...models.map((model) => adapter(model).find('a')),
        adapter('Session').find('nobody'),
        adapter('Grant').find('over'),
        adapter('Session').find('a'),
        adapter('Session').find('A'),
        adapter('Session').find('\ud800'),
        adapter('AuthorizationCode').find('used'),
      ])
      const inOneTurn = sent.length
      await adapter('Session').find('a')

      expect(found.slice(0, -1).map((entry) => entry?.['of'])).to.deep.equal([
        ...models,
        undefined,
        undefined,
        'Session',
        undefined,
        undefined,
      ])
      expect(found.at(-1)?.consumed).to.be.a('number')
      expect([inOneTurn, sent.length]).to.deep.equal([1, 2])
    })

    it('by id all fail with the statement, and the next ones do not', async () => {
      const { by, lose } = watching()
      const { adapter } = await fresh(by)
      await adapter('Session').upsert('a', {}, 100)

      lose(true)
      const failures = await Promise.all(['a', 'b', 'a'].map((id) => failureOf(adapter('Session').find(id))))
      lose(false)

      expect(failures.map((failure) => failure instanceof Error && failure.name)).to.deep.equal([
        'StorageUnavailable',
        'StorageUnavailable',
        'StorageUnavailable',
      ])
      expect(await adapter('Session').find('a')).to.deep.equal({})
    })

    it('by id that find what this package never wrote fail, and others of the turn do not', async () => {
      const { adapter, schema } = await fresh()
      await adapter('Session').upsert('a', { uid: 'u' }, 100)
      await pool.query(
        `INSERT INTO ${schema}.entries (model, id, payload) VALUES ('Session', 'strange', '1')`,
      )

      const [strange, own] = await Promise.all([
        failureOf(adapter('Session').find('strange')),
        adapter('Session').find('a'),
      ])

      expect(strange).to.be.instanceOf(TypeError)
      expect(own).to.deep.equal({ uid: 'u' })
    })
  })

  describe('its commit', () => {
    it('takes one round trip, once it has seen the clock of the database', async () => {
      const sent: string[] = []
      const counting: PostgresPool = {
        query(statement) {
          sent.push(statement.text)
          return pool.query(statement)
        },
      }
      const { adapter } = await fresh(counting)
      await adapter.commit([insert('one')], later())
      sent.length = 0

      await adapter.commit([insert('two'), insert('three'), consume('none')], later())
      await adapter.commit([insert('two'), insert('three')], later())

      expect(sent).to.have.length(2)
    })

    it('does nothing after its deadline', async () => {
      const { adapter } = await fresh()
      const failure = await failureOf(adapter.commit([insert('id')], { deadline: Date.now() }))

      expect(failure).to.have.property('name', 'StorageUnavailable')
      expect(await adapter('AccessToken').find('id')).to.equal(undefined)
    })

    it('keeps deadlines when a clock is set while the provider runs', async () => {
      const { adapter } = await fresh()
      await adapter.commit([insert('first')], later())
      sinon.useFakeTimers({ now: Date.now() - HOUR, toFake: ['Date'], shouldAdvanceTime: false })

      expect(await adapter.commit([insert('id')], later())).to.deep.equal({ committed: true })
      expect(await adapter.commit([insert('next')], later())).to.deep.equal({ committed: true })
      const late = await failureOf(adapter.commit([insert('late')], { deadline: Date.now() - 1000 }))
      expect(late).to.have.property('name', 'StorageUnavailable')
    })

    it('does nothing where the network delivers it after its deadline', async () => {
      let deadline = 0
      const slow: PostgresPool = {
        async query(statement) {
          while (Date.now() <= deadline) await pool.query('SELECT')
          return pool.query(statement)
        },
      }
      const { adapter } = await fresh(slow)
      await adapter.commit([insert('first')], later())

      deadline = Date.now() + 50
      const failure = await failureOf(adapter.commit([insert('id')], { deadline }))

      expect(failure).to.have.property('name', 'StorageUnavailable')
      expect(failure).to.have.nested.property('cause.code', 'OP002')
      expect(await adapter('AccessToken').find('id')).to.equal(undefined)
    })

    it('does nothing where others hold an entry beyond its deadline', async () => {
      const { adapter, schema } = await fresh()
      await adapter('AuthorizationCode').upsert('id', {}, 100)
      const holder = await pool.connect()
      await holder.query(`BEGIN; SELECT FROM ${schema}.entries FOR UPDATE`)

      const failure = await failureOf(adapter.commit([insert('token'), consume('id')], later(200)))
      await holder.query('COMMIT')
      holder.release()

      expect(failure).to.have.property('name', 'StorageUnavailable')
      expect(failure).to.have.nested.property('cause.code', '55P03')
      expect(await adapter('AuthorizationCode').find('id')).to.deep.equal({})
      expect(await adapter('AccessToken').find('token')).to.equal(undefined)
    })

    it('begins again where it was chosen to end a deadlock', async () => {
      const patient = openPool(server.url, { options: '-c deadlock_timeout=1s' })
      const { adapter, schema } = await fresh(patient)
      await adapter('AuthorizationCode').upsert('a', {}, 100)
      await adapter('AuthorizationCode').upsert('b', {}, 100)
      const other = await pool.connect()
      const lock = (id: string) => other.query(`SELECT FROM ${schema}.entries WHERE id = '${id}' FOR UPDATE`)
      await other.query(`SET deadlock_timeout = '60s'; BEGIN`)
      await lock('b')

      const committing = adapter.commit([consume('a'), consume('b')], later())
      await someoneWaits()
      await lock('a')
      await other.query('COMMIT')
      other.release(true)

      expect(await committing).to.deep.equal({ committed: true })
      expect(await adapter('AuthorizationCode').find('b')).to.have.property('attempt', 'mine')
    })

    it('names the insert that somebody else was faster with', async () => {
      const { adapter, schema } = await fresh()
      const other = await pool.connect()
      await other.query('BEGIN')
      await other.query(`SELECT ${schema}.commit_v1($1, NULL)`, [stepsOf([insert('b')])])

      const committing = adapter.commit([insert('c'), insert('a'), insert('b')], later())
      await someoneWaits()
      await other.query('COMMIT')
      other.release()

      expect(await committing).to.deep.equal({ committed: false, failed: 2 })
      expect(await adapter('AccessToken').find('a')).to.equal(undefined)
    })

    it('is waited for by whoever revokes the grant: what is being written goes, too (RFC 7009 §2.1)', async () => {
      const { adapter, schema } = await fresh()
      const writer = await pool.connect()
      await writer.query('BEGIN')
      await writer.query(`SELECT ${schema}.commit_v1($1, NULL)`, [stepsOf([insert('id', { grantId: 'g' })])])

      const revoking = adapter('AccessToken').revokeByGrantId('g')
      await someoneWaits()
      await writer.query('COMMIT')
      writer.release()
      await revoking

      expect(await adapter('AccessToken').find('id')).to.equal(undefined)
    })
  })

  describe('its statements', () => {
    /** Plans of everything that one connection runs, those within functions too. */
    async function plansOf(act: (adapter: ReturnType<typeof postgresAdapter>) => Promise<unknown>) {
      const { schema } = await fresh()
      await pool.query(`INSERT INTO ${schema}.entries (model, id, payload, expires_at, grant_id, uid, user_code, account_id)
        SELECT 'Session', n, '{}', now() + n * interval '1 min', 'g' || n, 'u' || n, 'c' || n, 'a' || n
        FROM generate_series(1, 20000) AS n; ANALYZE ${schema}.entries`)
      const settings = ['session_preload_libraries=auto_explain', 'auto_explain.log_min_duration=0']
      settings.push('auto_explain.log_nested_statements=on', 'client_min_messages=log')
      const explained = openPool(server.url, {
        max: 1,
        options: settings.map((one) => `-c ${one}`).join(' '),
      })
      const plans: string[] = []
      explained.on('connect', (client) => client.on('notice', ({ message = '' }) => plans.push(message)))
      await act(postgresAdapter(explained, { schema }))
      const names = await explained.query('SELECT name FROM pg_prepared_statements ORDER BY name')
      const told = plans.filter((plan) => plan.includes('entries'))
      return { plans: told, names: names.rows.map(({ name }) => String(name).split('_')[1]) }
    }

    it('find everything by an index, whatever runs', async () => {
      const { plans, names } = await plansOf(async (adapter) => {
        const [sessions, codes] = [adapter('Session'), adapter('DeviceCode')]
        for (let turn = 0; turn < 8; turn += 1) {
          await sessions.find(`${turn}`)
          await Promise.all(Array.from({ length: 20 }, (_, index) => sessions.find(`${turn + index}`)))
          await sessions.findByUid?.(`u${turn}`)
          await codes.findByUserCode?.(`c${turn}`)
          await sessions.listByAccountId?.(`a${turn}`, { limit: 10 })
          await adapter.commit([
            { op: 'require', model: 'Session', id: '1' },
            { op: 'put', model: 'Session', id: '1', payload: { uid: 'u1' } },
            { op: 'consume', model: 'Session', id: `${turn + 100}`, attempt: 'a' },
            { op: 'destroy', model: 'Session', id: `${turn + 200}` },
            { op: 'insert', model: 'Session', id: `new ${turn}`, payload: { grantId: 'g' } },
          ])
          await sessions.revokeByGrantId('g1')
          await sessions.destroy(`${turn}`)
          await adapter.prune()
        }
      })

      const used = new Set(
        plans.flatMap((plan) => [...plan.matchAll(/ (?:using|on) (entries_\w+)/g)].map(([, name]) => name)),
      )
      expect([...used].sort()).to.deep.equal([
        'entries_account_id',
        'entries_expires_at',
        'entries_grant_id',
        'entries_pkey',
        'entries_uid',
        'entries_user_code',
      ])
      expect(plans.filter((plan) => plan.includes('Seq Scan'))).to.deep.equal([])
      expect(names).to.deep.equal([
        'account',
        'commit',
        'destroy',
        'id',
        'ids',
        'prune',
        'revoke',
        'uid',
        'userCode',
      ])
    })
  })
})
