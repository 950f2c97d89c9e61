import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { Cluster, Redis } from 'ioredis'
import sinon from 'sinon'
import { contractCases } from '../../../lib/adapters/contract.ts'
import { redisAdapter } from '../../../lib/adapters/redis.ts'
import { randomId } from '../../../lib/helpers/random_id.ts'
import type { AdapterPayload, CommitOperation, CommitOutcome } from '../../../types/adapter.ts'
import { RedisProxy, stopProxies } from './support/redis_proxy.ts'
import {
  CLIENT_OPTIONS,
  type ClientOptions,
  type RedisServer,
  startRedis,
  stopRedis,
  watched,
} from './support/redis_server.ts'

const DONE: CommitOutcome = { committed: true }
const HOUR = 3_600_000

const insert = (id: string, payload: AdapterPayload = {}): CommitOperation => ({
  op: 'insert',
  model: 'ReplayDetection',
  id,
  payload,
  expiresIn: 100,
})

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('A177 the Redis adapter', () => {
  let server: RedisServer
  let client: Redis
  before(async () => {
    server = await startRedis()
    client = await server.connect()
  })
  after(stopRedis)
  afterEach(() => client.flushall())

  const names = async (): Promise<string[]> => (await client.keys('*')).sort()

  /** How often each command was sent to Redis, or run by a script, while something is done. */
  async function commandsOf(act: () => Promise<unknown>): Promise<Record<string, number>> {
    await client.config('RESETSTAT')
    await act()
    const stats = await client.info('commandstats')
    const counts = [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)]
    return Object.fromEntries(counts.map(([, name = '', count]) => [name, Number(count)]))
  }

  describe('what it is given', () => {
    it('refuses what is no client of ioredis', () => {
      expect(() => redisAdapter(JSON.parse('{}'))).to.throw(TypeError, 'ioredis')
    })

    it('refuses a client that reads from replicas, which have not heard of the last revocation', () => {
      const quiet = { lazyConnect: true } as const
      const lagging = [
        new Redis({ ...quiet, role: 'slave', name: 'main', sentinels: [{ port: 1 }] }),
        new Redis({ ...quiet, readOnly: true }),
        new Cluster([{ port: 1 }], { ...quiet, scaleReads: 'slave' }),
        new Cluster([{ port: 1 }], { ...quiet, scaleReads: 'all' }),
      ]
      for (const one of lagging) expect(() => redisAdapter(one)).to.throw(TypeError, 'replicas')
    })

    it('refuses a prefix that would change the slot of its keys', () => {
      for (const prefix of ['', '{a', 'a}', 'a b']) {
        expect(() => redisAdapter(client, { prefix })).to.throw(TypeError, 'prefix')
      }
    })

    it('keeps providers with different prefixes apart', async () => {
      const [one, other] = [
        redisAdapter(client, { prefix: 'one' }),
        redisAdapter(client, { prefix: 'other' }),
      ]
      await one('Session').upsert('id', { uid: 'u' }, 100)

      expect(await other('Session').find('id')).to.equal(undefined)
      expect(await other('Session').findByUid?.('u')).to.equal(undefined)
      expect(await names()).to.deep.equal(['{one}:Session:id', '{one}:uid:u'])
    })
  })

  describe('what it stores', () => {
    it('takes JSON that Redis itself could not read', async () => {
      const payload = {
        lone: '\ud800',
        deep: JSON.parse(nested(3000)),
        empty: [],
        zero: '\0',
        big: 2 ** 53 - 1,
      }
      const codes = redisAdapter(client)('AuthorizationCode')
      await codes.upsert('id', payload, 100)
      await codes.consume('id')

      const { consumed, attempt, ...kept } = Object(await codes.find('id'))
      expect(JSON.stringify(kept)).to.equal(JSON.stringify(payload))
      expect([typeof consumed, typeof attempt]).to.deep.equal(['number', 'string'])
    })

    it('keeps consumed as it was given, until it consumes the entry itself', async () => {
      const adapter = redisAdapter(client)
      await adapter('AuthorizationCode').upsert('id', { consumed: 5, attempt: 'mine' }, 100)

      expect(await adapter('AuthorizationCode').find('id')).to.deep.equal({ consumed: 5, attempt: 'mine' })
      expect(await adapter('AuthorizationCode').consume('id')).to.equal(false)
    })

    it('does not find an entry by a value that it no longer has', async () => {
      const adapter = redisAdapter(client)
      await adapter('DeviceCode').upsert('id', { userCode: 'OLD' }, 100)
      await adapter('DeviceCode').upsert('id', { userCode: 'NEW' }, 100)

      expect(await adapter('DeviceCode').findByUserCode?.('OLD')).to.equal(undefined)
      expect(await adapter('DeviceCode').findByUserCode?.('NEW')).to.deep.equal({ userCode: 'NEW' })
    })

    it('leaves a token alone that was moved to another grant', async () => {
      const tokens = redisAdapter(client)('AccessToken')
      await tokens.upsert('id', { grantId: 'one' }, 100)
      await tokens.upsert('id', { grantId: 'other' }, 100)
      await tokens.revokeByGrantId('one')

      expect(await tokens.find('id')).to.deep.equal({ grantId: 'other' })
    })
  })

  describe('what it leaves behind', () => {
    it('has no set of a grant for what does not end with it', async () => {
      await redisAdapter(client)('Interaction').upsert('i', { grantId: 'g' }, 100)

      expect(await names()).to.deep.equal(['{oidc}:Interaction:i'])
    })

    it('is nothing once entries are removed', async () => {
      const adapter = redisAdapter(client)
      await adapter('Session').upsert('s', { uid: 'u' })
      await adapter('DeviceCode').upsert('d', { userCode: 'c', grantId: 'g' }, 100)
      await adapter('AccessToken').upsert('a', { grantId: 'g' })
      await adapter('RefreshToken').upsert('r', { grantId: 'other' })

      await adapter('Session').destroy('s')
      await adapter('DeviceCode').destroy('d')
      await adapter('AccessToken').revokeByGrantId('g')
      await adapter('RefreshToken').revokeByGrantId('other')

      expect(await names()).to.deep.equal([])
    })

    it('is nothing once entries have expired: look-ups go with what they point to', async () => {
      const adapter = redisAdapter(client)
      await adapter('Session').upsert('s', { uid: 'u' }, 1)
      await adapter('DeviceCode').upsert('d', { userCode: 'c', grantId: 'g' }, 1)
      await adapter.commit?.(
        [{ op: 'insert', model: 'AccessToken', id: 'a', payload: { grantId: 'g' }, expiresIn: 1 }],
        {
          deadline: Date.now() + 1000,
        },
      )
      expect(await names()).to.have.length(7)

      while ((await client.dbsize()) > 0) await client.ping()
    })

    it('keeps the look-ups of an entry as long as the entry, also when it is stored for longer', async () => {
      const sessions = redisAdapter(client)('Session')
      await sessions.upsert('s', { uid: 'u' }, 100)
      await sessions.upsert('s', { uid: 'u' }, 1000)

      const [entry, lookup] = [
        await client.pexpiretime('{oidc}:Session:s'),
        await client.pexpiretime('{oidc}:uid:u'),
      ]
      expect(entry)
        .to.equal(lookup)
        .and.above(Date.now() + 900_000)

      await sessions.upsert('s', { uid: 'u' })
      expect([await client.pttl('{oidc}:Session:s'), await client.pttl('{oidc}:uid:u')]).to.deep.equal([
        -1, -1,
      ])
    })

    it('keeps the set of a grant as long as its longest token', async () => {
      const adapter = redisAdapter(client)
      await adapter('RefreshToken').upsert('r', { grantId: 'g' }, 1000)
      await adapter('AccessToken').upsert('a', { grantId: 'g' }, 100)
      const last = await client.pexpiretime('{oidc}:RefreshToken:r')

      expect(await client.pexpiretime('{oidc}:grant:g')).to.equal(last)
      await adapter('RefreshToken').upsert('kept', { grantId: 'g' })
      expect(await client.pttl('{oidc}:grant:g')).to.equal(-1)
      await adapter('RefreshToken').destroy('kept')
      await adapter('AccessToken').upsert('b', { grantId: 'g' }, 100)
      expect(await client.pexpiretime('{oidc}:grant:g')).to.equal(last)
    })

    it('is a set that holds the tokens alive, however many a grant had before', async () => {
      const tokens = redisAdapter(client)('AccessToken')
      for (let turn = 0; turn < 20; turn += 1) await tokens.upsert(`old ${turn}`, { grantId: 'g' }, 1)
      await tokens.upsert('alive', { grantId: 'g' }, 100)
      while ((await client.exists('{oidc}:AccessToken:old 19')) > 0) await client.ping()

      await tokens.upsert('new', { grantId: 'g' }, 100)

      expect(await client.zrange('{oidc}:grant:g', '0', '-1')).to.have.members([
        'AccessToken:alive',
        'AccessToken:new',
      ])
    })
  })

  describe('what an account has', () => {
    const idsOf = async (accountId: string, limit = 3): Promise<string[]> => {
      const tokens = redisAdapter(client)('AccessToken')
      const ids: string[] = []
      for (let after: string | undefined | null, pages = 0; pages === 0 || after; pages += 1) {
        const page = await tokens.listByAccountId?.(accountId, { limit, after: after ?? undefined })
        ids.push(...(page?.entries ?? []).map(({ id }) => id))
        after = page?.next
      }
      return ids
    }

    it('is listed in one order, entries that expire and those that do not', async () => {
      const tokens = redisAdapter(client)('AccessToken')
      const ids = Array.from({ length: 10 }, (_, index) => String(index))
      for (const id of ids) await tokens.upsert(id, { accountId: 'a' }, Number(id) % 3 ? 100 : undefined)

      expect(await idsOf('a')).to.deep.equal(ids)
    })

    it('misses nothing that is renewed, or kept for ever, while pages are read', async () => {
      const tokens = redisAdapter(client)('AccessToken')
      for (const id of ['1', '2', '3', '4']) await tokens.upsert(id, { accountId: 'a' }, 100)
      const first = await tokens.listByAccountId?.('a', { limit: 2 })
      await tokens.upsert('4', { accountId: 'a' })
      await tokens.upsert('3', { accountId: 'a' }, 1)

      const second = await tokens.listByAccountId?.('a', { limit: 2, after: first?.next ?? undefined })
      expect(second?.entries.map(({ id }) => id)).to.deep.equal(['3', '4'])
    })

    it('is read over pages of which all entries have expired', async () => {
      const tokens = redisAdapter(client)('AccessToken')
      for (const id of ['1', '2', '3', '4', '5', '6', '7']) await tokens.upsert(id, { accountId: 'a' }, 100)
      for (const id of ['1', '2', '3', '4', '5', '6']) await client.del(`{oidc}:AccessToken:${id}`)

      expect(await idsOf('a', 2)).to.deep.equal(['7'])
    })

    it('tells accounts apart whose ids no encoding can (surrogates that stand alone)', async () => {
      const tokens = redisAdapter(client)('AccessToken')
      await tokens.upsert('one', { accountId: '\ud800' }, 100)
      await tokens.upsert('other', { accountId: '\ud801' }, 100)

      expect([await idsOf('\ud800'), await idsOf('\ud801')]).to.deep.equal([['one'], ['other']])
    })

    it('leaves nothing behind: its list goes with what it points to', async () => {
      const adapter = redisAdapter(client)
      await adapter('Session').upsert('s', { uid: 'u', accountId: 'a' })
      await adapter('Grant').upsert('g', { accountId: 'a' }, 1)
      await adapter('AccessToken').upsert('t', { accountId: 'a', grantId: 'g' }, 1)
      await adapter('RefreshToken').upsert('r', { accountId: 'a', grantId: 'g' }, 1000)
      await adapter('RefreshToken').upsert('r', { grantId: 'g' }, 1)
      expect(await names()).to.include.members(['{oidc}:lasting:Session:a', '{oidc}:account:Grant:a'])

      await adapter('Session').destroy('s')
      while ((await client.dbsize()) > 0) await client.ping()
    })

    it('is in a list that lives as long as its longest entry, and another for what does not expire', async () => {
      const grants = redisAdapter(client)('Grant')
      await grants.upsert('long', { accountId: 'a' }, 1000)
      await grants.upsert('short', { accountId: 'a' }, 100)
      await grants.upsert('ever', { accountId: 'a' })

      const list = await client.pexpiretime('{oidc}:account:Grant:a')
      expect(list).to.equal(await client.pexpiretime('{oidc}:Grant:long'))
      expect(await client.pttl('{oidc}:lasting:Grant:a')).to.equal(-1)
    })

    it('is in a list that stays small, however much of it has expired', async () => {
      const tokens = redisAdapter(client)('AccessToken')
      await tokens.upsert('long', { accountId: 'a' }, 1000)
      for (let turn = 0; turn < 400; turn += 1) {
        await tokens.upsert(`t${turn}`, { accountId: 'a' }, 100)
        await client.del(`{oidc}:AccessToken:t${turn}`)
      }

      expect(await client.zcard('{oidc}:account:AccessToken:a')).to.be.below(50)
    })

    it('is listed by one command', async () => {
      const grants = redisAdapter(client)('Grant')
      await grants.upsert('g', { accountId: 'a' }, 100)
      await grants.listByAccountId?.('a', { limit: 100 })

      const commands = await commandsOf(async () => grants.listByAccountId?.('a', { limit: 100 }))

      expect(commands).to.deep.include({ evalsha: 1, zrangebylex: 2 }).and.not.have.any.keys('keys', 'scan')
    })
  })

  describe('what it sends', () => {
    it('is one command for a commit, for a look-up and for a revocation, and never a search through all keys', async () => {
      const adapter = redisAdapter(client)
      await adapter.commit?.([insert('first')])
      await adapter('AccessToken').revokeByGrantId('none')
      await adapter('Session').findByUid?.('none')

      const commit = await commandsOf(async () => adapter.commit?.([insert('a'), insert('b'), insert('c')]))
      const lookup = await commandsOf(async () => adapter('Session').findByUid?.('u'))
      const revocation = await commandsOf(async () => adapter('AccessToken').revokeByGrantId('g'))
      const find = await commandsOf(async () => adapter('AccessToken').find('a'))

      for (const counts of [commit, lookup, revocation]) {
        expect(counts['evalsha']).to.equal(1)
        expect(counts).not.to.have.any.keys('eval', 'scan', 'keys', 'sscan')
      }
      // The script reads the clock itself.
      expect(commit['time']).to.equal(1)
      expect(find).to.include({ hmget: 1 }).and.not.have.any.keys('evalsha')
    })

    it('is one write for whatever is asked in one turn of the event loop, and comes back each to who asked', async () => {
      const models = ['Session', 'Grant', 'AccessToken'] as const
      const adapter = redisAdapter(client)
      for (const model of models) await adapter(model).upsert('a', { jti: model }, 100)
      await adapter('Session').findByUid?.('nobody')
      const writes = [sinon.spy(client.stream, '_write'), sinon.spy(client.stream, '_writev')] as const
      const count = () => writes.reduce((sum, { callCount }) => sum + callCount, 0)

      const found = await Promise.all([
        ...models.map(async (model) => (await adapter(model).find('a'))?.jti),
        adapter('Session').findByUid?.('nobody'),
      ])
      const afterOneTurn = count()
      await adapter('Grant').find('a')
      const afterTwo = count()
      for (const spied of writes) spied.restore()

      expect(found).to.deep.equal([...models, undefined])
      expect([afterOneTurn, afterTwo]).to.deep.equal([1, 2])
    })

    it('is nothing that a user with the rights of docs/storage.md may not do', async () => {
      const page = await readFile(new URL('../../../docs/storage.md', import.meta.url), 'utf8')
      const rights = /`(\+@read[^`]*)`/.exec(page)?.[1]?.replace('prefix', 'oidc').split(' ') ?? []
      await client.call('ACL', 'SETUSER', 'provider', 'on', '>secret', 'resetkeys', '-@all', ...rights)
      const url = `redis://provider:secret@127.0.0.1:${server.port}`
      const bound = watched(new Redis(url, { ...CLIENT_OPTIONS, lazyConnect: true }))
      await bound.connect()

      const told: string[] = []
      for (const { title, run } of contractCases(redisAdapter(bound), { tell: () => {} })) {
        await run().catch((error: unknown) => told.push(`${title}: ${error}`))
      }

      expect(told).to.deep.equal([])
      const outcome = await Promise.resolve(
        redisAdapter(bound, { prefix: 'other' })('Grant').find('id'),
      ).catch(String)
      expect(outcome).to.match(/NOPERM/)
    })

    it('works on when Redis has forgotten the scripts', async () => {
      const adapter = redisAdapter(client)
      await adapter.commit?.([insert('a')])
      await client.script('FLUSH')

      expect(await adapter.commit?.([insert('b')])).to.deep.equal(DONE)
      expect(await adapter.commit?.([insert('b')])).to.deep.equal({ committed: false, failed: 0 })
    })
  })

  describe('deadlines', () => {
    let clock: sinon.SinonFakeTimers | undefined
    afterEach(() => {
      clock?.restore()
      clock = undefined
    })

    it('does not begin a commit that nobody waits for any more', async () => {
      const adapter = redisAdapter(client)
      const outcome = await Promise.resolve(
        adapter.commit?.([insert('a')], { deadline: Date.now() - 1 }),
      ).catch(String)

      expect(outcome).to.match(/deadline/)
      expect(await adapter('ReplayDetection').find('a')).to.equal(undefined)
    })

    it('are not tried again by a commit that came too late', async () => {
      const adapter = redisAdapter(client)
      await adapter.commit?.([insert('first')])

      const counts = await commandsOf(async () =>
        Promise.resolve(adapter.commit?.([insert('a')], { deadline: Date.now() - 1 })).catch(() => undefined),
      )

      expect(counts['evalsha']).to.equal(1)
    })

    it('a commit that reaches Redis after its deadline takes no effect', async () => {
      const adapter = redisAdapter(client)
      const other = await server.connect()
      await adapter.commit?.([insert('first')])
      const deadline = Date.now() + 50
      await other.call('CLIENT', 'PAUSE', '100000', 'WRITE')

      const outcome = Promise.resolve(adapter.commit?.([insert('a')], { deadline })).catch(String)
      while (Date.now() < deadline) await other.ping()
      await other.call('CLIENT', 'UNPAUSE')

      expect(await outcome).to.match(/deadline/)
      expect(await adapter('ReplayDetection').find('a')).to.equal(undefined)
    })

    for (const [title, shift] of [
      ['an hour ahead of', HOUR],
      ['an hour behind', -HOUR],
    ] as const) {
      it(`are kept where the provider's clock is ${title} that of Redis`, async () => {
        const adapter = redisAdapter(client)
        clock = sinon.useFakeTimers({ now: Date.now() + shift, toFake: ['Date'], shouldAdvanceTime: false })
        const now = Date.now()
        const payload = { exp: now / 1000 + 60 }

        expect(await adapter.commit?.([insert('a', payload)], { deadline: now + 5000 })).to.deep.equal(DONE)
        const late = await Promise.resolve(adapter.commit?.([insert('b')], { deadline: now - 1000 })).catch(
          String,
        )
        const first = await Promise.resolve(
          redisAdapter(client).commit?.([insert('c')], { deadline: now - 1000 }),
        ).catch(String)
        expect([late, first].join()).to.match(/deadline.*,.*deadline/)
        // Expired or not is told by the clock that `exp` was written by.
        expect(await adapter.commit?.([{ op: 'require', model: 'ReplayDetection', id: 'a' }])).to.deep.equal(
          DONE,
        )
        await adapter('AuthorizationCode').upsert('gone', { exp: now / 1000 - 60 }, 100)
        expect(await adapter('AuthorizationCode').consume('gone')).to.equal(false)
      })
    }

    it('are kept when a clock is set while the provider runs', async () => {
      const adapter = redisAdapter(client)
      await adapter.commit?.([insert('first')])
      clock = sinon.useFakeTimers({ now: Date.now() - HOUR, toFake: ['Date'], shouldAdvanceTime: false })

      expect(await adapter.commit?.([insert('a')], { deadline: Date.now() + 5000 })).to.deep.equal(DONE)
      expect(await adapter.commit?.([insert('b')], { deadline: Date.now() + 5000 })).to.deep.equal(DONE)
      const late = await Promise.resolve(
        adapter.commit?.([insert('c')], { deadline: Date.now() - 1000 }),
      ).catch(String)
      expect(late).to.match(/deadline/)
    })
  })

  describe('a connection that is lost', () => {
    const LOSSY: ClientOptions = {
      enableOfflineQueue: true,
      autoResendUnfulfilledCommands: true,
      maxRetriesPerRequest: null,
    }
    afterEach(stopProxies)

    async function behindProxy() {
      const proxy = await RedisProxy.start(server.port)
      const lossy = watched(new Redis(proxy.port, '127.0.0.1', { ...LOSSY, retryStrategy: () => 1 }))
      await lossy.ping()
      const adapter = redisAdapter(lossy)
      await adapter.commit?.([insert(randomId())])
      return { proxy, adapter }
    }

    it('T8 a code is redeemed by a commit that took effect and was sent twice (RFC 6749 §4.1.2)', async () => {
      const { proxy, adapter } = await behindProxy()
      await adapter('AuthorizationCode').upsert('code', {}, 100)

      const cut = proxy.cutAtNextAnswer()
      const outcome = adapter.commit?.([
        { op: 'consume', model: 'AuthorizationCode', id: 'code', attempt: 'mine' },
        { op: 'insert', model: 'AccessToken', id: 'token', payload: {}, expiresIn: 100 },
      ])
      await cut

      expect(await outcome).to.deep.equal(DONE)
      expect(await adapter('AuthorizationCode').find('code')).to.include({ attempt: 'mine' })
    })

    it('a replay record, and a version, count as written by the commit that was sent twice', async () => {
      const { proxy, adapter } = await behindProxy()
      await adapter('Session').upsert('s', { version: 1 }, 100)

      const cut = proxy.cutAtNextAnswer()
      const outcome = adapter.commit?.(
        [
          insert('jti'),
          { op: 'require', model: 'Session', id: 's', version: 1 },
          { op: 'put', model: 'Session', id: 's', payload: { version: 2 }, expiresIn: 100 },
        ],
        { deadline: Date.now() + 10_000 },
      )
      await cut

      expect(await outcome).to.deep.equal(DONE)
    })

    it('consume() tells the caller whose call was sent twice that it won', async () => {
      const { proxy, adapter } = await behindProxy()
      await adapter('AuthorizationCode').upsert('code', {}, 100)

      const cut = proxy.cutAtNextAnswer()
      const won = adapter('AuthorizationCode').consume('code')
      await cut

      expect(await won).to.equal(true)
      expect(await adapter('AuthorizationCode').consume('code')).to.equal(false)
    })
  })
})
