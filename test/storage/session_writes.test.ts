import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { AdapterFactory, CommitOperation } from '../../types/adapter.ts'
import type { Configuration } from '../../types/configuration.ts'
import { type CountingAdapter, countingAdapter } from '../support/counting_adapter.ts'
import { latencyAdapter } from '../support/latency_adapter.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'
import { ask } from '../support/screens.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../support/start_provider.ts'
import type { UserAgent } from '../support/user_agent.ts'

const ADAPTERS: readonly [title: string, make: () => AdapterFactory][] = [
  ['an adapter that commits', () => memoryAdapter()],
  ['an adapter without commit()', () => legacyAdapter()],
]
const HOUR = 3600
const DAY = 24 * HOUR

type Context = Parameters<NonNullable<Configuration['loadExistingGrant']>>[0]

const sessionId = (agent: UserAgent) => String(agent.cookies.get('_session')?.value)
const sessionOf = async (op: RunningProvider, agent: UserAgent) =>
  await op.provider.Session.find(sessionId(agent))

const hasCode = (response: Response) =>
  response.headers.get('location')?.startsWith(`${REDIRECT_URI}?code=`) === true

const later = (seconds: number) => sinon.useFakeTimers({ now: Date.now() + seconds * 1000, toFake: ['Date'] })

/** What a commit was asked to do. */
const operationsOf = (storage: CountingAdapter): CommitOperation[][] =>
  storage.calls
    .filter(({ name }) => name === 'commit')
    .map(({ args: [list] }) => (Array.isArray(list) ? list : []))

const writesSession = (storage: CountingAdapter): boolean =>
  storage.calls.some(({ name }) => name === 'Session.upsert') ||
  operationsOf(storage)
    .flat()
    .some(({ op, model }) => model === 'Session' && op !== 'require')

/** Grants what is asked for, without a screen. */
async function grantAll({ oidc }: Context) {
  const { provider, session, client } = oidc
  if (session?.accountId === undefined || client === undefined) return undefined
  const known = session.grantIdFor(client.clientId)
  if (known !== undefined) return provider.Grant.find(known)
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId })
  grant.addOIDCScope('openid')
  await grant.save()
  return grant
}

describe('what an authorization writes with an adapter that commits', () => {
  afterEach(stopProviders)

  it('with session and grant: it requires both, the session by its id, and inserts the code', async () => {
    const storage = countingAdapter(memoryAdapter())
    const op = await startProvider({ adapter: storage.adapter })
    const { agent } = await op.authorize()
    storage.reset()

    const response = await ask(op, agent)

    expect(hasCode(response)).to.equal(true)
    const [operations = [], ...others] = operationsOf(storage)
    expect(others).to.deep.equal([])
    expect(operations.map(({ op, model }) => `${op} ${model}`)).to.have.members([
      'require Session',
      'require Grant',
      'insert AuthorizationCode',
    ])
    expect(operations.find(({ model }) => model === 'Session')).to.deep.equal({
      op: 'require',
      model: 'Session',
      id: sessionId(agent),
    })
  })
})

for (const [title, make] of ADAPTERS) {
  describe(`Y7 sessions that did not change, with ${title}`, () => {
    afterEach(async () => {
      sinon.restore()
      await stopProviders()
    })

    const start = async (configuration: Configuration = {}) => {
      const storage = countingAdapter(latencyAdapter(make(), 1))
      const op = await startProvider({ adapter: storage.adapter, ...configuration })
      const { agent } = await op.authorize()
      storage.reset()
      return { op, agent, storage }
    }

    it('an authorization writes no session, and tells of none', async () => {
      const { op, agent, storage } = await start()
      const saved: unknown[] = []
      op.provider.on('session.saved', (session) => saved.push(session))

      expect(hasCode(await ask(op, agent))).to.equal(true)

      expect(writesSession(storage)).to.equal(false)
      expect(saved).to.deep.equal([])
    })

    it('an authorization that leads to a screen writes none either', async () => {
      const { op, agent, storage } = await start()

      expect((await ask(op, agent, { prompt: 'consent' })).headers.get('location')).to.match(/interaction/)

      expect(writesSession(storage)).to.equal(false)
    })

    it('one that adds another client is written', async () => {
      const { op, agent, storage } = await start({
        clients: [WEB_CLIENT, { ...WEB_CLIENT, client_id: 'other' }],
      })

      await op.authorize({ client_id: 'other' }, agent)

      expect(writesSession(storage)).to.equal(true)
    })

    it('state that a host changes in place is written', async () => {
      const { op, agent } = await start({
        expiresWithSession: ({ oidc }) => {
          const { session } = oidc
          if (session !== undefined) session.state = { ...session.state, seen: true }
          return true
        },
      })

      await ask(op, agent)

      expect((await sessionOf(op, agent))?.state).to.deep.equal({ seen: true })
    })

    for (const [ttl, quiet, noticeable] of [
      [14 * DAY, 16 * HOUR, 17 * HOUR],
      [100 * DAY, 23 * HOUR, 25 * HOUR],
      [HOUR, 170, 190],
    ] as const) {
      it(`A114 a lifetime of ${ttl} s stays after ${quiet} s and starts afresh after ${noticeable} s`, async () => {
        const { op, agent } = await start({ ttl: { Session: ttl, Grant: 200 * DAY } })
        const before = (await sessionOf(op, agent))?.exp ?? 0

        const clock = later(quiet)
        await ask(op, agent)
        const unmoved = (await sessionOf(op, agent))?.exp ?? 0
        clock.restore()
        later(noticeable)
        await ask(op, agent)
        const moved = (await sessionOf(op, agent))?.exp ?? 0

        expect(unmoved).to.equal(before)
        expect(moved - before).to.be.within(noticeable - 5, noticeable + 5)
      })
    }

    it('a lifetime that the host made shorter counts at the next request', async () => {
      let ttl = 14 * DAY
      const { op, agent } = await start({ ttl: { Session: () => ttl } })
      ttl = HOUR

      await ask(op, agent)

      expect((await sessionOf(op, agent))?.remainingTTL).to.be.within(HOUR - 5, HOUR)
    })

    describe('200 authorizations at once in one session', () => {
      const clients = Array.from({ length: 200 }, (_, count) => ({
        ...WEB_CLIENT,
        client_id: `client${count}`,
      }))

      /** @returns how many got a code, and what it cost */
      async function atOnce(count: number, seconds: number, client: (position: number) => string) {
        const { op, agent, storage } = await start({
          clients: [WEB_CLIENT, ...clients],
          loadExistingGrant: grantAll,
          // How long the last one waits for its turn is the machine's business.
          storageTimeout: 60,
        })
        const clock = seconds === 0 ? undefined : later(seconds)
        const requests = Array.from({ length: count }, (_, position) =>
          ask(op, agent, { client_id: client(position) }),
        )
        const answers = await Promise.all(requests)
        clock?.restore()
        const calls = storage.calls.length
        const { authorizations = {} } = (await sessionOf(op, agent)) ?? {}
        await stopProviders()
        return {
          codes: answers.filter(hasCode).length,
          calls,
          remembered: Object.keys(authorizations).length,
        }
      }

      for (const [what, seconds, client, perRequest] of [
        ['that changes nothing', 0, () => 'web', 5],
        ['whose lifetime moves', 2 * DAY, () => 'web', 12],
        ['of 200 clients', 0, (position: number) => `client${position}`, 16],
      ] as const) {
        it(`${what}: all succeed, and storage calls grow with their number`, async () => {
          const some = await atOnce(50, seconds, client)
          const many = await atOnce(200, seconds, client)

          expect([some.codes, many.codes]).to.deep.equal([50, 200])
          expect(many.calls).to.be.at.most(200 * perRequest)
          expect(many.calls / some.calls).to.be.below(4.6)
          expect(many.remembered).to.equal(seconds === 0 && perRequest === 16 ? 201 : 1)
        })
      }
    })

    describe('what comes between an authorization and its answer', () => {
      /** Lets something happen once everything is loaded, and nothing written. */
      async function startWith(happens: (op: RunningProvider, id: string) => Promise<unknown>) {
        let armed: (() => Promise<unknown>) | undefined
        const { op, agent, storage } = await start({
          ttl: { Session: 14 * DAY, Grant: 200 * DAY },
          expiresWithSession: async () => {
            await armed?.()
            armed = undefined
            return false
          },
        })
        armed = () => happens(op, sessionId(agent))
        return { op, agent, storage }
      }

      for (const [what, happens] of [
        ['the end of the session', async (op, id) => (await op.provider.Session.find(id))?.destroy()],
        [
          'a logout that keeps the session',
          async (op, id) => {
            const session = await op.provider.Session.find(id)
            Object.assign(session ?? {}, { accountId: undefined, loginTs: undefined })
            await session?.persist()
          },
        ],
        [
          'the end of the grant',
          async (op, id) => {
            const session = await op.provider.Session.find(id)
            await (await op.provider.Grant.find(session?.grantIdFor('web') ?? ''))?.destroy()
          },
        ],
      ] as const satisfies readonly [string, (op: RunningProvider, id: string) => Promise<unknown>][]) {
        it(`no code survives ${what}, not one that outlives sessions either`, async () => {
          const { op, agent } = await startWith(happens)
          const codes: unknown[] = []
          op.provider.on('authorization_code.saved', (code) => codes.push(code))

          const response = await ask(op, agent)

          expect(hasCode(response)).to.equal(false)
          expect(codes).to.deep.equal([])
          expect(op.serverErrors).to.deep.equal([])
        })
      }

      it('no code survives the expiry of the session, and nobody tries again and again', async () => {
        const { op, agent, storage } = await startWith(async () => later(15 * DAY))

        expect(hasCode(await ask(op, agent))).to.equal(false)

        expect(storage.calls.length).to.be.below(12)
        expect(op.serverErrors).to.deep.equal([])
      })

      it('a logout that keeps the session leaves nothing under the id the browser has', async () => {
        const { op, agent } = await start()
        const session = await sessionOf(op, agent)
        const { uid } = session ?? {}
        Object.assign(session ?? {}, { accountId: undefined, loginTs: undefined })

        await session?.persist()

        expect(await sessionOf(op, agent)).to.equal(undefined)
        expect((await op.provider.Session.findByUid(uid ?? ''))?.jti).to.equal(session?.jti)
      })

      it('a login of the same account in another tab refuses nothing: the code is of the session as it is now', async () => {
        const { op, agent } = await startWith(async (op, id) => {
          const session = await op.provider.Session.find(id)
          session?.resetIdentifier()
          await session?.persist()
        })
        const before = sessionId(agent)

        expect(hasCode(await ask(op, agent))).to.equal(true)

        expect(sessionId(agent)).to.not.equal(before)
        expect((await sessionOf(op, agent))?.accountId).to.equal('alice')
      })
    })
  })
}
