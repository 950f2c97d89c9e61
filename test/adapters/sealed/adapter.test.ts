import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { type SealedAdapterOptions, SealFailure, sealedAdapter } from '../../../lib/adapters/sealed.ts'
import { randomId } from '../../../lib/helpers/random_id.ts'
import type {
  AccountEntries,
  AdapterCommit,
  AdapterFactory,
  AdapterPayload,
  CommitOperation,
  ModelName,
} from '../../../types/adapter.ts'
import { FLOWS, startForFlows } from '../../storage/flows.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import { register, startRegistering } from '../../support/registering.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

const [KEY, OLD, WRONG] = ['k'.repeat(32), 'o'.repeat(32), 'w'.repeat(32)]
const HOUR = 3600

const hour = (payload: AdapterPayload): AdapterPayload => ({
  exp: Math.floor(Date.now() / 1000) + HOUR,
  ...payload,
})

/** What a promise was rejected with. */
const failureOf = (pending: Promise<unknown>): Promise<unknown> =>
  pending.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('A184 a sealed adapter', () => {
  afterEach(stopProviders)

  describe('its options', () => {
    const refused: readonly [title: string, options: unknown, message: RegExp][] = [
      ['no keys', {}, /at least one key/],
      ['an empty list of keys', { keys: [] }, /at least one key/],
      ['a short key', { keys: ['short'] }, /32 bytes/],
      ['a key that is undefined, as an environment may be', { keys: [undefined] }, /32 bytes/],
      ['the same key twice', { keys: [KEY, KEY] }, /differ/],
      ['another word for plain', { keys: [KEY], plain: true }, /plain must be/],
      ['names that are no list', { keys: [KEY], readable: 'scope' }, /readable must be/],
      ['the id as readable', { keys: [KEY], readable: ['jti'] }, /must not have jti/],
      [
        'the next refresh token as readable',
        { keys: [KEY], readable: ['successor'] },
        /must not have successor/,
      ],
      [
        'the session of an interaction as readable',
        { keys: [KEY], readable: ['session'] },
        /lets its holder in/,
      ],
    ]
    for (const [title, options, message] of refused) {
      it(`refuses ${title}`, () => {
        const given: SealedAdapterOptions = JSON.parse(JSON.stringify(options))
        expect(() => sealedAdapter(mapAdapter(), given)).to.throw(TypeError, message)
      })
    }

    it('takes keys of bytes', async () => {
      const adapter = sealedAdapter(mapAdapter(), { keys: [new Uint8Array(32).fill(7)] })
      await adapter('Grant').upsert('g', hour({ accountId: 'a' }), HOUR)

      expect((await adapter('Grant').find('g'))?.accountId).to.equal('a')
    })

    it('leaves out what the adapter below does not have', () => {
      const adapter = sealedAdapter(legacyAdapter(), { keys: [KEY] })

      expect(adapter.commit).to.equal(undefined)
      expect(adapter('Session').listByAccountId).to.equal(undefined)
    })

    it('takes adapters that are classes, with a static commit', async () => {
      const inner = mapAdapter()
      class Custom {
        static readonly commit: AdapterCommit = async (...args) =>
          (await inner.commit?.(...args)) ?? { committed: false, failed: 0 }
        constructor(name: ModelName) {
          Object.assign(this, inner(name))
        }
        declare upsert: ReturnType<AdapterFactory>['upsert']
        declare find: ReturnType<AdapterFactory>['find']
        declare consume: ReturnType<AdapterFactory>['consume']
        declare destroy: ReturnType<AdapterFactory>['destroy']
        declare revokeByGrantId: ReturnType<AdapterFactory>['revokeByGrantId']
      }
      const op = await startProvider({ adapter: sealedAdapter(Custom, { keys: [KEY] }) })
      const { code, verifier } = await op.authorize()

      expect((await op.exchange(code, verifier)).status).to.equal(200)
    })
  })

  describe('what it stores', () => {
    it('is what adapters and their conditions look at, and nothing else that can be read', async () => {
      const entries = new Map<string, AdapterPayload>()
      const adapter = sealedAdapter(mapAdapter(entries), { keys: [KEY] })
      const payload = {
        kind: 'RefreshToken',
        jti: 'r',
        iat: 1,
        grantId: 'g',
        accountId: 'alice',
        scope: 'openid',
      }
      await adapter('RefreshToken').upsert('r', hour({ ...payload, successor: 'next', uid: 'u' }), HOUR)

      const [[key, row] = []] = [...entries]
      expect(key).to.match(/^RefreshToken:~[\w-]{43}$/)
      expect(row).to.have.all.keys('kind', 'jti', 'iat', 'exp', 'grantId', 'accountId', 'uid', 'sealed')
      expect(JSON.stringify(row)).not.to.match(/alice|openid|next|"g"|"u"|"r"/)
    })

    it('is what a host asked to keep readable, too', async () => {
      const entries = new Map<string, AdapterPayload>()
      const adapter = sealedAdapter(mapAdapter(entries), { keys: [KEY], readable: ['clientId', 'scope'] })
      await adapter('AccessToken').upsert('t', hour({ clientId: 'app', scope: 'openid', aud: 'x' }), HOUR)

      expect([...entries.values()][0])
        .to.include({ clientId: 'app', scope: 'openid' })
        .and.not.have.property('aud')
    })

    it('is found by account in the database of a host, by the name that stands there', async () => {
      const entries = new Map<string, AdapterPayload>()
      const adapter = sealedAdapter(mapAdapter(entries), { keys: [KEY] })
      await adapter('Grant').upsert('g', hour({ accountId: 'alice' }), HOUR)

      expect(adapter.storedAs('accountId', 'alice')).to.deep.equal([[...entries.values()][0]?.accountId])
    })

    it('of a registered client is everything but its secret (RFC 7591 §3.2.1)', async () => {
      const entries = new Map<string, AdapterPayload>()
      const op = await startRegistering({}, { adapter: sealedAdapter(mapAdapter(entries), { keys: [KEY] }) })
      const { body } = await register(op)

      const row = entries.get(`Client:${body['client_id']}`)
      expect(row).to.include({ client_id: body['client_id'] }).and.not.have.property('client_secret')
      expect(JSON.stringify([...entries])).not.to.include(String(body['client_secret']))
      const found = await op.provider.Client.find(String(body['client_id']))
      expect(found?.clientSecret).to.equal(body['client_secret'])
    })

    it('of a client that a host wrote itself is read as it is', async () => {
      const entries = new Map([['Client:app', { client_id: 'app', client_secret: 'written by hand' }]])
      const adapter = sealedAdapter(mapAdapter(entries), { keys: [KEY] })

      expect(await adapter('Client').find('app')).to.deep.equal({
        client_id: 'app',
        client_secret: 'written by hand',
      })
    })
  })

  describe('what others did to its rows', () => {
    async function stored(change: (row: AdapterPayload, other: AdapterPayload) => AdapterPayload) {
      const entries = new Map<string, AdapterPayload>()
      const adapter = sealedAdapter(mapAdapter(entries), { keys: [KEY] })
      await adapter('AccessToken').upsert('mine', hour({ accountId: 'mallory' }), HOUR)
      await adapter('AccessToken').upsert('theirs', hour({ accountId: 'alice' }), HOUR)
      const [[key = '', row = {}] = [], [, other = {}] = []] = [...entries]
      entries.set(key, change(row, other))
      return adapter('AccessToken')
    }

    it('a payload that was moved to another id is not opened', async () => {
      const tokens = await stored((_row, other) => other)

      const failure = await failureOf(tokens.find('mine'))
      expect(failure).to.have.property('cause').that.is.instanceOf(Error)
      expect(failure)
        .to.be.instanceOf(SealFailure)
        .with.property(
          'message',
          'sealedAdapter: an entry of AccessToken was changed, or moved to another id, outside of the provider',
        )
    })

    it('a payload that was changed is not opened', async () => {
      const tokens = await stored((row) => ({
        ...row,
        sealed: String(row['sealed'])
          .replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
          .replace(/.....$/, 'AAAAA'),
      }))

      expect(await failureOf(tokens.find('mine'))).to.be.instanceOf(SealFailure)
    })

    it('a time that was moved outside of the seal counts for nothing', async () => {
      const tokens = await stored((row) => ({ ...row, exp: 9_999_999_999, scope: 'admin' }))

      const found = await tokens.find('mine')
      expect([Number(found?.exp) < 9_999_999_999, found?.scope]).to.deep.equal([true, undefined])
    })

    it('a row that somebody wrote without a seal is none', async () => {
      const tokens = await stored(() => hour({ accountId: 'alice' }))

      expect(String(await failureOf(tokens.find('mine')))).to.include('is not sealed')
    })
  })

  it('asks storage as often as without a seal, for everything', async () => {
    const calls: Record<string, string[][]> = {}
    for (const way of ['plain', 'sealed']) {
      const counted = countingAdapter(mapAdapter())
      const adapter = way === 'plain' ? counted.adapter : sealedAdapter(counted.adapter, { keys: [KEY] })
      const op = await startForFlows({ adapter, rotateRefreshToken: true })
      calls[way] = []
      for (const flow of Object.values(FLOWS)) {
        const { agent } = await op.login()
        const prepared = await flow.prepare(op, agent)
        counted.calls.length = 0
        await prepared.run()
        calls[way].push(counted.calls.map(({ name }) => name))
      }
    }

    expect(calls['sealed']).to.deep.equal(calls['plain'])
  }).timeout(60_000)

  describe('a wrong key', () => {
    it('is told before the first request, by name of both', async () => {
      const storage = mapAdapter()
      await sealedAdapter(storage, { keys: [KEY] }).check()

      const failure = await failureOf(sealedAdapter(storage, { keys: [WRONG] }).check())

      expect(failure).to.be.instanceOf(SealFailure)
      expect(String(failure)).to.match(
        /what is stored was sealed with the key [\w-]{8}, and keys has [\w-]{8} only/,
      )
    })

    it('that is among others is told where an entry cannot be opened', async () => {
      const storage = mapAdapter()
      await sealedAdapter(storage, { keys: [KEY] })('Client').upsert('app', { client_secret: 'x' })

      const failure = await failureOf(sealedAdapter(storage, { keys: [WRONG, OLD] })('Client').find('app'))

      expect(String(failure)).to.match(/an entry of Client was sealed with the key [\w-]{8}/)
    })

    it('check() is content with empty storage, with the same key, and with one that was first before', async () => {
      const storage = mapAdapter()
      await sealedAdapter(storage, { keys: [OLD] }).check()
      await sealedAdapter(storage, { keys: [OLD] }).check()
      await sealedAdapter(storage, { keys: [KEY, OLD] }).check()
      await sealedAdapter(storage, { keys: [OLD, KEY] }).check()

      expect(await failureOf(sealedAdapter(storage, { keys: [KEY] }).check())).to.be.instanceOf(SealFailure)
    })
  })

  /** From one way of keeping things to another: from nothing to a key, and from a key to the next. */
  const STEPS: Readonly<Record<string, readonly (SealedAdapterOptions | undefined)[]>> = {
    'from plain rows to sealed ones': [
      undefined,
      { keys: [KEY], plain: 'write' },
      { keys: [KEY], plain: 'read' },
      { keys: [KEY] },
    ],
    'from one key to the next': [
      { keys: [OLD] },
      { keys: [OLD, KEY] },
      { keys: [KEY, OLD] },
      { keys: [KEY] },
    ],
    'from sealed rows back to plain ones': [
      { keys: [KEY] },
      { keys: [KEY], plain: 'read' },
      { keys: [KEY], plain: 'write' },
      undefined,
    ],
  }
  const STORAGES: Readonly<Record<string, (entries: Map<string, AdapterPayload>) => AdapterFactory>> = {
    'with commit()': mapAdapter,
    'without commit()': (entries) => legacyAdapter(entries),
  }
  const at = (storage: AdapterFactory, step: SealedAdapterOptions | undefined): AdapterFactory =>
    step === undefined ? storage : sealedAdapter(storage, step)

  for (const [title, steps] of Object.entries(STEPS)) {
    for (const [kind, make] of Object.entries(STORAGES)) {
      describe(`${title}, ${kind}`, () => {
        for (const [index, step] of steps.slice(0, -1).entries()) {
          it(`step ${index + 2} uses up what step ${index + 1} issued, and step ${index + 1} sees it`, async () => {
            const storage = make(new Map())
            const common = {
              cookies: { keys: ['shared'] },
              issueRefreshToken: () => true,
              rotateRefreshToken: true,
            }
            const [earlier, later] = [
              await startProvider({ ...common, adapter: at(storage, step) }),
              await startProvider({ ...common, adapter: at(storage, steps[index + 1]) }),
            ]
            const { agent, code, verifier } = await earlier.authorize()
            const other = await earlier.authorize()
            const { body } = await earlier.exchange(other.code, other.verifier)

            const exchanged = await later.exchange(code, verifier)
            const refreshed = await later.refresh(body['refresh_token'])
            const known = await later.userinfo(body['access_token'])
            for (const { name, value } of agent.cookies.values()) agent.setCookie(name, value)
            const replayed = await earlier.exchange(code, verifier)
            const reused = await earlier.refresh(body['refresh_token'])

            expect([
              exchanged.status,
              refreshed.status,
              known.status,
              replayed.status,
              reused.status,
            ]).to.deep.equal([200, 200, 200, 400, 400])
            expect([...earlier.serverErrors, ...later.serverErrors]).to.deep.equal([])
          })

          it(`step ${index + 2} ends what step ${index + 1} issued, and the other way round (RFC 7009)`, async () => {
            const storage = make(new Map())
            const [earlier, later] = [at(storage, step), at(storage, steps[index + 1])]
            for (const [writes, ends] of [
              [earlier, later],
              [later, earlier],
            ] as const) {
              const [grantId, first, second] = [randomId(), randomId(), randomId()]
              await writes('AccessToken').upsert(
                first,
                hour({ kind: 'AccessToken', jti: first, grantId }),
                HOUR,
              )
              await writes('AccessToken').upsert(
                second,
                hour({ kind: 'AccessToken', jti: second, grantId }),
                HOUR,
              )

              await ends('AccessToken').destroy(first)
              await ends('AccessToken').revokeByGrantId(grantId)

              for (const reads of [earlier, later])
                for (const id of [first, second])
                  expect(await reads('AccessToken').find(id)).to.equal(undefined)
            }
          })

          it(`steps ${index + 1} and ${index + 2} find each other's sessions by uid, in the id they have last`, async () => {
            const storage = make(new Map())
            const [earlier, later] = [at(storage, step), at(storage, steps[index + 1])]
            const [id, uid] = [randomId(), randomId()]
            const session = (acr: string) => hour({ kind: 'Session', jti: id, uid, acr })
            await earlier('Session').upsert(id, session('1'), HOUR)
            expect((await later('Session').findByUid?.(uid))?.acr).to.equal('1')

            await later('Session').upsert(id, session('2'), HOUR)

            for (const reads of [earlier, later]) {
              expect((await reads('Session').findByUid?.(uid))?.acr).to.equal('2')
              expect((await reads('Session').find(id))?.acr).to.equal('2')
            }
          })

          if (kind === 'with commit()') {
            it(`steps ${index + 1} and ${index + 2} let one of them use up an assertion (RFC 7523 §3)`, async () => {
              const storage = make(new Map())
              const [earlier, later] = [at(storage, step), at(storage, steps[index + 1])]
              for (const [first, second] of [
                [earlier, later],
                [later, earlier],
              ] as const) {
                const id = randomId()
                const insert: CommitOperation = {
                  op: 'insert',
                  model: 'ReplayDetection',
                  id,
                  payload: hour({}),
                }

                expect(await first.commit?.([insert])).to.deep.equal({ committed: true })
                expect(await second.commit?.([insert])).to.deep.equal({ committed: false, failed: 0 })
              }
            })
          }
        }

        it('leaves nothing that the last step cannot read, once everything was written again', async () => {
          const entries = new Map<string, AdapterPayload>()
          const storage = make(entries)
          await at(storage, steps[0])('Grant').upsert('g', hour({ kind: 'Grant', jti: 'g' }), HOUR)
          await at(storage, steps[2])('Grant').upsert('g', hour({ kind: 'Grant', jti: 'g' }), HOUR)

          expect(entries.size).to.equal(1)
          expect((await at(storage, steps[3])('Grant').find('g'))?.jti).to.equal('g')
          expect(await at(storage, steps[0])('Grant').find('g')).to.equal(undefined)
        })

        it('moves what lives for ever by reseal()', async () => {
          const entries = new Map<string, AdapterPayload>()
          const storage = make(entries)
          const model = 'RegistrationAccessToken'
          await at(storage, steps[0])(model).upsert('t', { kind: model, jti: 't', clientId: 'app' })
          const moving = steps[2]
          if (moving === undefined) throw new Error('step 3 has a key')
          const sealed = sealedAdapter(storage, moving)

          const ids = [...entries.keys()].map((key) => key.slice(model.length + 1))
          const moved = await Promise.all(ids.map((id) => sealed.reseal(model, id)))
          const again = [...entries.keys()].map((key) => key.slice(model.length + 1))

          expect([moved, await sealed.reseal(model, again[0] ?? '')]).to.deep.equal([[true], false])
          expect((await at(storage, steps[3])(model).find('t'))?.clientId).to.equal('app')
          expect(entries.size).to.equal(1)
        })
      })
    }
  }

  describe('while two ways are open', () => {
    it('a name that somebody read in storage is no id of what was not sealed', async () => {
      const entries = new Map<string, AdapterPayload>()
      const adapter = sealedAdapter(mapAdapter(entries), { keys: [KEY], plain: 'read' })
      await adapter('Session').upsert('s', hour({ uid: 'u', accountId: 'a' }), HOUR)
      await adapter('DeviceCode').upsert('d', hour({ userCode: 'c', grantId: 'g' }), HOUR)
      const before = structuredClone(entries)

      for (const [key, row] of before) {
        const id = key.slice(key.indexOf(':') + 1)
        for (const model of ['Session', 'DeviceCode'] as const) {
          expect(await adapter(model).find(id)).to.equal(undefined)
          await adapter(model).destroy(id)
          const consume = { op: 'consume', model, id, attempt: 'x' } as const
          expect(await adapter.commit?.([consume])).to.deep.equal({ committed: false, failed: 0 })
        }
        expect(await adapter('Session').findByUid?.(String(row.uid))).to.equal(undefined)
        expect(await adapter('DeviceCode').findByUserCode?.(String(row.userCode))).to.equal(undefined)
        await adapter('DeviceCode').revokeByGrantId(String(row.grantId))
      }
      expect(entries).to.deep.equal(before)
    })

    it('what a commit replaces stands in one place only', async () => {
      const entries = new Map<string, AdapterPayload>()
      const storage = mapAdapter(entries)
      await storage('Grant').upsert('g', hour({ kind: 'Grant', jti: 'g', accountId: 'old' }), HOUR)
      const adapter = sealedAdapter(storage, { keys: [KEY], plain: 'read' })

      const payload = hour({ kind: 'Grant', jti: 'g', accountId: 'new' })
      const outcome = await adapter.commit?.([{ op: 'put', model: 'Grant', id: 'g', payload }])

      expect([outcome, entries.size]).to.deep.equal([{ committed: true }, 1])
      expect((await adapter('Grant').find('g'))?.accountId).to.equal('new')
    })

    it('all that an account has is listed, also where its id could be a name, and the last page says so', async () => {
      const adapter = sealedAdapter(memoryAdapter(), { keys: [KEY], plain: 'read' })
      for (const accountId of ['alice', `~${'a'.repeat(43)}`]) {
        const id = `of ${accountId}`
        await adapter('Grant').upsert(id, hour({ kind: 'Grant', jti: id, accountId }), HOUR)
        const pages: AccountEntries[] = []
        let after: string | undefined
        do {
          const page = await adapter('Grant').listByAccountId?.(accountId, { limit: 5, after })
          if (page === undefined) throw new Error('the memory adapter lists')
          pages.push(page)
          after = page.next ?? undefined
        } while (after !== undefined && pages.length < 5)

        expect(pages.flatMap(({ entries }) => entries.map((entry) => entry.id))).to.deep.equal([id])
        expect(pages).to.have.length(2)
      }
    })

    it('an entry that moves while a list is on its way is looked for again', async () => {
      const storage = mapAdapter()
      await storage('Session').upsert('s', hour({ kind: 'Session', jti: 's', version: 1 }), HOUR)
      let isMoved = false
      const racing: AdapterFactory = Object.assign((model: ModelName) => storage(model), {
        commit: async (...args: Parameters<NonNullable<AdapterFactory['commit']>>) => {
          if (!isMoved) {
            isMoved = true
            const other = sealedAdapter(storage, { keys: [KEY], plain: 'read' })
            await other('Session').upsert('s', hour({ kind: 'Session', jti: 's', version: 1 }), HOUR)
          }
          return (await storage.commit?.(...args)) ?? { committed: false as const, failed: 0 }
        },
      })
      const adapter = sealedAdapter(racing, { keys: [KEY], plain: 'read' })

      const outcome = await adapter.commit?.([{ op: 'require', model: 'Session', id: 's', version: 1 }])

      expect([isMoved, outcome]).to.deep.equal([true, { committed: true }])
    })

    it('a token that moves while its grant is revoked is met where it goes (RFC 7009 §2.1)', async () => {
      const entries = new Map<string, AdapterPayload>()
      const storage = mapAdapter(entries)
      const options: SealedAdapterOptions = { keys: [KEY], plain: 'read' }
      const token = hour({ kind: 'RefreshToken', jti: 'r', grantId: 'g' })
      await storage('RefreshToken').upsert('r', token, HOUR)
      let calls = 0
      const moving: AdapterFactory = Object.assign(
        (model: ModelName) => ({
          ...storage(model),
          async revokeByGrantId(grantId: string) {
            calls += 1
            if (calls === 1) await sealedAdapter(storage, options)(model).upsert('r', token, HOUR)
            await storage(model).revokeByGrantId(grantId)
          },
        }),
        storage.commit === undefined ? {} : { commit: storage.commit },
      )

      await sealedAdapter(moving, options)('RefreshToken').revokeByGrantId('g')

      expect([calls, entries.size]).to.deep.equal([2, 0])
    })

    it('the operation that failed is named by its place in the list that was given', async () => {
      const adapter = sealedAdapter(mapAdapter(), { keys: [KEY, OLD], plain: 'read' })

      const outcome = await adapter.commit?.([
        { op: 'insert', model: 'ReplayDetection', id: 'r', payload: {} },
        { op: 'put', model: 'Grant', id: 'g', payload: {} },
        { op: 'destroy', model: 'Session', id: 's' },
        { op: 'consume', model: 'AuthorizationCode', id: 'c', attempt: 'a' },
      ])

      expect(outcome).to.deep.equal({ committed: false, failed: 3 })
    })
  })
})
