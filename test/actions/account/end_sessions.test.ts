import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { allOf } from '../../support/all_of.ts'
import { gateAdapter } from '../../support/gate_adapter.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import { listingAdapter } from '../../support/listing_adapter.ts'
import { stopServers } from '../../support/local_server.ts'
import { isLoggedIn } from '../../support/logging_out.ts'
import { startLogoutReceiver } from '../../support/logout_receiver.ts'
import {
  ACCOUNT,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'
import type { UserAgent } from '../../support/user_agent.ts'

const OTHER = { ...WEB_CLIENT, client_id: 'other' }

const uidOf = async (op: RunningProvider, agent: UserAgent) =>
  (await op.provider.Session.find(String(agent.cookies.get('_session')?.value)))?.uid ?? ''

const works = async (op: RunningProvider, accessToken: unknown) =>
  (await op.userinfo(accessToken)).status === 200

describe('ending sessions of an account', () => {
  afterEach(stopProviders)

  describe('refused', () => {
    it('somebody else’s session: it goes on', async () => {
      const op = await startProvider()
      const { agent } = await op.login()

      expect(await op.provider.endSession('bob', await uidOf(op, agent))).to.equal(false)
      expect(await isLoggedIn(op, agent)).to.equal(true)
    })

    it('a session that is not there', async () => {
      const { provider } = await startProvider()

      expect(await provider.endSession(ACCOUNT, 'made-up')).to.equal(false)
    })
  })

  it('F052 F023 one: it and its grants are gone, others stay (OpenID Connect RP-Initiated Logout 1.0 §2)', async () => {
    const op = await startProvider()
    const [here, there] = [await op.login(), await op.login()]
    const destroyed = op.next('session.destroyed')
    const revoked = op.next('grant.revoked')
    const uid = await uidOf(op, here.agent)

    expect(await op.provider.endSession(ACCOUNT, uid)).to.equal(true)

    expect(await destroyed).to.have.nested.property('[0].uid', uid)
    expect(await revoked).to.have.length(2)
    expect(await isLoggedIn(op, here.agent)).to.equal(false)
    expect(await works(op, here.body['access_token'])).to.equal(false)
    expect(await isLoggedIn(op, there.agent)).to.equal(true)
    expect(await works(op, there.body['access_token'])).to.equal(true)
  })

  it('one, with an adapter of the documented contract', async () => {
    const op = await startProvider({ adapter: legacyAdapter() })
    const { agent, body } = await op.login()

    expect(await op.provider.endSession(ACCOUNT, await uidOf(op, agent))).to.equal(true)
    expect(await works(op, body['access_token'])).to.equal(false)
  })

  it('a client that may go on without the session does, as after a logout (OpenID Connect Core 1.0 §11)', async () => {
    const op = await startProvider()
    const { agent, body } = await op.login({ scope: 'openid offline_access', prompt: 'consent' })

    await op.provider.endSession(ACCOUNT, await uidOf(op, agent))

    expect((await op.refresh(body['refresh_token'])).status).to.equal(200)
  })

  it('A021 revokeGrantPolicy may keep the grants, and is told which session it is about', async () => {
    const asked: unknown[] = []
    const op = await startProvider({
      revokeGrantPolicy: (ctx) => {
        asked.push(ctx.oidc.session?.accountId, ctx.oidc.route, ctx.ip)
        return false
      },
    })
    const { agent } = await op.login()

    await op.provider.endSession(ACCOUNT, await uidOf(op, agent))

    expect(asked).to.deep.equal([ACCOUNT, '', ''])
    expect(await allOf(op.provider.grantsOf(ACCOUNT))).to.have.length(1)
  })

  it('listeners see the request that the host acts for', async () => {
    const op = await startProvider(
      {},
      {
        use: [
          async (ctx, next) => {
            if (ctx.path !== '/account/sign-out') return next()
            ctx.body = String(await op.provider.endSession(ACCOUNT, String(ctx.query['uid']), ctx))
          },
        ],
      },
    )
    const { agent } = await op.login()
    const seen: unknown[] = []
    op.provider.on('grant.revoked', (ctx) => seen.push(ctx.get('user-agent')))

    const answer = await agent.get(`/account/sign-out?uid=${await uidOf(op, agent)}`, {
      'user-agent': 'phone',
    })

    expect(await answer.text()).to.equal('true')
    expect(seen).to.deep.equal(['phone'])
  })

  it('every one: signed out everywhere, and nobody else is', async () => {
    const op = await startProvider()
    const logins = await Promise.all([op.login(), op.login(), op.login()])
    const bob = new op.provider.Session({ accountId: 'bob' })
    await bob.persist()

    expect(await op.provider.endSessionsOf(ACCOUNT)).to.equal(3)

    for (const { agent, body } of logins) {
      expect(await works(op, body['access_token'])).to.equal(false)
      expect(await isLoggedIn(op, agent)).to.equal(false)
    }
    expect(await op.provider.Session.find(bob.jti)).to.not.equal(undefined)
    expect(await op.provider.endSessionsOf(ACCOUNT)).to.equal(0)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('every one of more than a page', async () => {
    const { provider } = await startProvider()
    await Promise.all(
      Array.from({ length: 230 }, () => new provider.Session({ accountId: ACCOUNT }).persist()),
    )

    expect(await provider.endSessionsOf(ACCOUNT)).to.equal(230)
    expect(await allOf(provider.sessionsOf(ACCOUNT))).to.deep.equal([])
  })

  describe('while it is used', () => {
    for (const [title, make] of [
      ['an adapter that commits', () => memoryAdapter()],
      ['an adapter without commit()', () => listingLegacy()],
    ] as const) {
      it(`every one, while somebody asks for a code with each, with ${title}: no code works afterwards`, async () => {
        const { adapter, gather } = gateAdapter(make())
        const op = await startProvider({ adapter, clients: [WEB_CLIENT, OTHER] })
        const { agent } = await op.login()
        await op.authorize({ client_id: 'other' }, agent)
        gather('Session.find', 4)

        const [ended, ...authorized] = await Promise.all([
          op.provider.endSessionsOf(ACCOUNT),
          ...['web', 'other', 'web', 'other'].map((client_id) =>
            op.authorize({ client_id, prompt: 'none' }, agent),
          ),
        ])

        expect(ended).to.be.above(0)
        for (const { code, verifier } of authorized) {
          if (code === '') continue
          expect((await op.exchange(code, verifier)).status).to.equal(400)
        }
        expect(await isLoggedIn(op, agent)).to.equal(false)
      })
    }

    it('a session that begins while the list is read ends, too', async () => {
      // What is not acknowledged yet may begin later than the list ends.
      const { provider } = await startProvider({ adapter: memoryAdapter() })
      await new provider.Session({ accountId: ACCOUNT }).persist()
      provider.once('session.destroyed', () => void new provider.Session({ accountId: ACCOUNT }).persist())

      expect(await provider.endSessionsOf(ACCOUNT)).to.equal(2)
      expect(await allOf(provider.sessionsOf(ACCOUNT))).to.deep.equal([])
    })

    it('fifty at once: each session ends once', async () => {
      const op = await startProvider()
      const { agent } = await op.login()
      const uid = await uidOf(op, agent)
      let destroyed = 0
      op.provider.on('session.destroyed', () => {
        destroyed += 1
      })

      await Promise.all(Array.from({ length: 50 }, () => op.provider.endSession(ACCOUNT, uid)))

      expect(destroyed).to.equal(1)
      expect(op.serverErrors).to.deep.equal([])
    })
  })

  describe('with clients that are told (OpenID Connect Back-Channel Logout 1.0 §2.5)', () => {
    afterEach(stopServers)

    const withReceiver = (
      url: string,
      backchannelLogout: NonNullable<Configuration['features']>['backchannelLogout'] = {},
    ): Configuration => ({
      allowSpecialUseAddresses: ['127.0.0.1'],
      clients: [
        { ...WEB_CLIENT, backchannel_logout_uri: `${url}/web`, backchannel_logout_session_required: true },
      ],
      features: { backchannelLogout: { enabled: true, ...backchannelLogout } },
    })

    it('F010 F011 each client of each session is told, with the sid it knows', async () => {
      const receiver = await startLogoutReceiver()
      const op = await startProvider(withReceiver(receiver.origin))
      await Promise.all([op.login(), op.login()])
      const sessions = await allOf(op.provider.sessionsOf(ACCOUNT))
      const sids = sessions.map((session) => session.sidFor('web')).sort()
      const told: unknown[] = []
      op.provider.on('backchannel.success', (ctx, client, accountId, sid) =>
        told.push([ctx.oidc.session?.sidFor('web') === sid, client.clientId, accountId]),
      )

      await op.provider.endSessionsOf(ACCOUNT)

      expect(receiver.told.map(({ payload }) => payload['sid']).sort()).to.deep.equal(sids)
      expect(told).to.deep.equal([
        [true, 'web', ACCOUNT],
        [true, 'web', ACCOUNT],
      ])
    })

    it('clients that say nothing keep no session: all are over before the first client is given up', async () => {
      const receiver = await startLogoutReceiver(() => {})
      const op = await startProvider(withReceiver(receiver.origin, { receiverTimeout: 1, totalTimeout: 1 }))
      await Promise.all(Array.from({ length: 7 }, () => op.login()))
      const happened: string[] = []
      op.provider.on('session.destroyed', () => happened.push('over'))
      op.provider.on('backchannel.error', () => happened.push('given up'))

      expect(await op.provider.endSessionsOf(ACCOUNT)).to.equal(7)

      expect(happened).to.deep.equal([...Array(7).fill('over'), ...Array(7).fill('given up')])
    })
  })
})

/** An adapter without `commit` that can look up by account. */
function listingLegacy() {
  const entries = new Map()
  return listingAdapter(legacyAdapter(entries), entries)
}
