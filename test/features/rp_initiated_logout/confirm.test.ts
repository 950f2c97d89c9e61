import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { faultyAdapter } from '../../support/faulty_adapter.ts'
import { gateAdapter } from '../../support/gate_adapter.ts'
import {
  askToLogOut,
  isLoggedIn,
  LEAVING_CLIENT,
  LOGGED_OUT,
  logOut,
  signOut,
  staySignedIn,
} from '../../support/logging_out.ts'
import {
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'
import type { UserAgent } from '../../support/user_agent.ts'

const OTHER: ClientMetadata = { ...LEAVING_CLIENT, client_id: 'other' }
const RETURNING = { client_id: 'web', post_logout_redirect_uri: LOGGED_OUT, state: 'xyz' }

const start = (configuration: Configuration = {}) =>
  startProvider({ clients: [LEAVING_CLIENT, OTHER], issueRefreshToken: () => true, ...configuration })

const idOf = (agent: UserAgent) => String(agent.cookies.get('_session')?.value)

/** Logs in at both clients. @returns the browser, and what each of them got */
async function atBoth(op: RunningProvider, params: Record<string, string> = {}) {
  const { agent, body } = await op.login(params)
  const session = await op.provider.Session.find(idOf(agent))
  const { code, verifier } = await op.authorize({ client_id: 'other', ...params }, agent)
  const other = await op.token({
    client_id: 'other',
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: String(WEB_CLIENT.redirect_uris?.[0]),
  })
  return { agent, uid: session?.uid ?? '', tokens: body, otherTokens: other.body }
}

const works = async (op: RunningProvider, { access_token }: Record<string, unknown>) =>
  (await op.userinfo(access_token)).status === 200

describe('confirming a logout (OpenID Connect RP-Initiated Logout 1.0 §2)', () => {
  afterEach(stopProviders)

  describe('refused', () => {
    it('A153 L7 without anything that was asked: could not find logout details', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const failed = op.nextError('end_session_confirm.error')

      const response = await agent.post(op.provider.urlFor('end_session_confirm'), {
        xsrf: 'x',
        logout: 'yes',
      })

      expect(response.status).to.equal(400)
      expect((await failed).error_description).to.equal('could not find logout details')
      expect(await isLoggedIn(op, agent)).to.equal(true)
    })

    it('A153 by a browser that has no session', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const { xsrf } = await askToLogOut(op, agent)

      const response = await op
        .agent()
        .post(op.provider.urlFor('end_session_confirm'), { xsrf, logout: 'yes' })

      expect(response.status).to.equal(400)
      expect(await isLoggedIn(op, agent)).to.equal(true)
    })

    it('once the session is over the page says so, whatever button it was; the cookie is cleared', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const asked = await askToLogOut(op, agent)
      const session = await op.provider.Session.find(idOf(agent))
      await session?.destroy()
      const errors: unknown[] = []
      op.provider.on('end_session_confirm.error', (_ctx, error) => errors.push(error))

      const response = await staySignedIn(agent, asked)
      const page = await (await agent.follow(response)).text()

      expect(response.headers.get('location')).to.equal(op.provider.pathFor('end_session_success'))
      expect(agent.cookies.has('_session')).to.equal(false)
      expect(page).to.include('You are signed out.')
      expect(errors).to.deep.equal([])
    })

    it('GET confirms nothing', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const { xsrf } = await askToLogOut(op, agent)
      const url = op.provider.urlFor('end_session_confirm')

      const response = await agent.get(`${url}?${new URLSearchParams({ xsrf, logout: 'yes' })}`)

      expect(response.status).to.equal(405)
      expect(await isLoggedIn(op, agent)).to.equal(true)
    })

    it('a form from before the last login is stale', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const asked = await askToLogOut(op, agent)
      await logOut(op, agent)
      await op.authorize({}, agent)
      await askToLogOut(op, agent)
      const failed = op.nextError('end_session_confirm.error')

      const response = await signOut(agent, asked)

      expect(response.status).to.equal(400)
      expect((await failed).error_description).to.equal('xsrf token invalid')
      expect(await isLoggedIn(op, agent)).to.equal(true)
    })

    for (const damaged of [
      { clientId: 5 },
      { postLogoutRedirectUri: ['https://evil.example/'] },
      { state: { toString: 'x' } },
      { secret: 5 },
    ]) {
      it(`Y5 what storage has damaged is not used: ${JSON.stringify(damaged)}`, async () => {
        const op = await start()
        const { agent } = await op.authorize()
        const { action } = await askToLogOut(op, agent)
        const session = await op.provider.Session.find(idOf(agent))
        if (session !== undefined) session.state = { secret: 'known', earlier: [null, 5], ...damaged }
        await session?.persist()
        const failed = op.nextError('end_session_confirm.error')

        const response = await agent.post(action, { xsrf: 'known', logout: 'yes' })

        expect(response.status).to.equal(400)
        expect((await failed).error_description).to.equal('could not find logout details')
      })
    }

    it('the fifth tab pushes the first one out', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const [first, second] = [await askToLogOut(op, agent), await askToLogOut(op, agent)]
      for (let tab = 0; tab < 3; tab += 1) await askToLogOut(op, agent)

      expect((await signOut(agent, first)).status).to.equal(400)
      expect((await signOut(agent, second)).status).to.equal(303)
    })
  })

  describe('signed out', () => {
    it('F254 A155 the session is gone and its cookie is cleared; the client gets its state back', async () => {
      const op = await start()
      const { agent } = await op.login()
      const id = idOf(agent)
      const asked = await askToLogOut(op, agent, RETURNING)
      const told = op.next('end_session.success')

      const response = await signOut(agent, asked)

      expect(response.status).to.equal(303)
      expect(response.headers.get('location')).to.equal(`${LOGGED_OUT}?state=xyz`)
      expect(await op.provider.Session.find(id)).to.equal(undefined)
      expect(agent.cookies.has('_session')).to.equal(false)
      expect(await told).to.have.length(1)
      expect(await isLoggedIn(op, agent)).to.equal(false)
    })

    it('A155 A149 R11 the grants of every client go, once, and nothing issued under them works', async () => {
      const op = await start()
      const { agent, tokens, otherTokens } = await atBoth(op)
      const revoked: string[] = []
      op.provider.on('grant.revoked', (_ctx, grantId) => revoked.push(grantId))

      await logOut(op, agent)

      expect(new Set(revoked)).to.have.property('size', 2)
      expect(revoked).to.have.length(2)
      expect(await works(op, tokens)).to.equal(false)
      expect(await works(op, otherTokens)).to.equal(false)
      expect((await op.refresh(tokens['refresh_token'])).body['error']).to.equal('invalid_grant')
    })

    it('A155 R11 what may go on without the person does (offline_access)', async () => {
      const op = await start()
      const { agent, tokens } = await atBoth(op, { scope: 'openid offline_access', prompt: 'consent' })

      await logOut(op, agent)

      expect((await op.refresh(tokens['refresh_token'])).status).to.equal(200)
    })

    it('A149 revokeGrantPolicy keeps the grants; what is bound to the session ends all the same', async () => {
      const policy: unknown[] = []
      const op = await start({
        revokeGrantPolicy: (ctx) => {
          policy.push(ctx.oidc.route)
          return false
        },
        expiresWithSession: (_ctx, code) => code.clientId === 'web',
      })
      const { agent, tokens, otherTokens } = await atBoth(op)

      await logOut(op, agent)

      expect(policy).to.deep.equal(['end_session_confirm'])
      expect(await works(op, tokens)).to.equal(false)
      expect(await works(op, otherTokens)).to.equal(true)
    })

    it('F143 F255 A158 the page after it knows no client', async () => {
      const clients: unknown[] = []
      const op = await start({
        features: {
          rpInitiatedLogout: {
            postLogoutSuccessSource: (ctx) => {
              clients.push(ctx.oidc.client)
              ctx.body = 'bye'
            },
          },
        },
      })
      const { agent } = await op.authorize()

      const page = await agent.follow(await logOut(op, agent, { client_id: 'web' }))

      expect(await page.text()).to.equal('bye')
      expect(clients).to.deep.equal([undefined])
    })

    it('a client that is gone since keeps nobody from logging out', async () => {
      const adapter = memoryAdapter()
      const op = await start({ adapter, clients: [WEB_CLIENT] })
      await adapter('Client').upsert('stored', { ...LEAVING_CLIENT, client_id: 'stored' })
      const { agent } = await op.authorize()
      const asked = await askToLogOut(op, agent, { ...RETURNING, client_id: 'stored' })
      await adapter('Client').destroy('stored')

      const response = await signOut(agent, asked)

      expect(response.headers.get('location')).to.equal(op.provider.pathFor('end_session_success'))
      expect(await isLoggedIn(op, agent)).to.equal(false)
    })
  })

  describe('around it', () => {
    it('listeners know who was signed out, of which client they were asked, and in which session they stay', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const told: unknown[] = []
      op.provider.on('end_session.success', ({ oidc }) =>
        told.push([oidc.client?.clientId, oidc.session?.accountId, oidc.session?.jti]),
      )
      const { agent: other } = await op.authorize()

      const stayed = await staySignedIn(agent, await askToLogOut(op, agent, { client_id: 'web' }))
      const ended = idOf(other)
      await logOut(op, other, { client_id: 'web' })

      expect(stayed.status).to.equal(303)
      expect(told).to.deep.equal([
        ['web', 'alice', idOf(agent)],
        ['web', 'alice', ended],
      ])
    })

    it('session.saved is told when the person is asked and when they stay; the cookie follows', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const saved: string[] = []
      op.provider.on('session.saved', ({ jti }) => saved.push(jti))

      const asked = await askToLogOut(op, agent, { client_id: 'web' })
      const [before] = [idOf(agent)]
      const stayed = await staySignedIn(agent, asked)

      expect(saved).to.deep.equal([before, idOf(agent)])
      expect(asked.response.headers.getSetCookie().join()).to.include(`_session=${before}`)
      expect(stayed.headers.getSetCookie().join()).to.include(`_session=${idOf(agent)}`)
    })

    it('a client that is not valid any more, or has taken the URI back, keeps nobody from logging out', async () => {
      const adapter = memoryAdapter()
      const op = await start({ adapter, clients: [WEB_CLIENT] })
      const stored = { ...LEAVING_CLIENT, client_id: 'stored' }
      for (const changed of [{ redirect_uris: ['nonsense'] }, { post_logout_redirect_uris: [] }]) {
        await adapter('Client').upsert('stored', stored)
        const { agent } = await op.authorize()
        const asked = await askToLogOut(op, agent, { ...RETURNING, client_id: 'stored' })
        await adapter('Client').upsert('stored', { ...stored, ...changed })

        const response = await signOut(agent, asked)

        expect(response.headers.get('location')).to.equal(op.provider.pathFor('end_session_success'))
        expect(await isLoggedIn(op, agent)).to.equal(false)
      }
      expect(op.serverErrors).to.deep.equal([])
    })

    it('L14 a client that cannot be read right now is ours: nothing happens, and a retry completes', async () => {
      const storage = faultyAdapter(memoryAdapter())
      await storage.adapter('Client').upsert('stored', { ...LEAVING_CLIENT, client_id: 'stored' })
      const op = await start({ adapter: storage.adapter, clients: [WEB_CLIENT] })
      const { agent } = await op.authorize()
      const asked = await askToLogOut(op, agent, { ...RETURNING, client_id: 'stored' })
      storage.arm(2, 'throw-before')

      const failed = await signOut(agent, asked)
      storage.disarm()
      const again = await signOut(agent, asked)

      expect(failed.status).to.equal(500)
      expect(again.headers.get('location')).to.equal(`${LOGGED_OUT}?state=xyz`)
    })

    it('somebody who stays while another tab signs out is signed out, and nothing ends twice', async () => {
      const tab: { act?: () => Promise<unknown> } = {}
      const revoked: string[] = []
      const op = await start({
        revokeGrantPolicy: async () => {
          const { act } = tab
          delete tab.act
          await act?.()
          return true
        },
      })
      op.provider.on('grant.revoked', (_ctx, grantId) => revoked.push(grantId))
      const { agent } = await op.authorize()
      const asked = await askToLogOut(op, agent, { client_id: 'web' })
      const other = await askToLogOut(op, agent)
      tab.act = () => signOut(agent, other)

      const response = await staySignedIn(agent, asked)

      expect(response.status).to.equal(303)
      expect(response.headers.getSetCookie()).to.deep.equal([])
      expect(revoked).to.have.length(1)
      expect(await isLoggedIn(op, agent)).to.equal(false)
      expect(op.serverErrors).to.deep.equal([])
    })
  })

  describe('stayed signed in', () => {
    it('A156 A157 only the client that asked is left: its grant goes, the session has a new id', async () => {
      const op = await start()
      const { agent, tokens, otherTokens } = await atBoth(op)
      const before = idOf(agent)
      const revoked: string[] = []
      op.provider.on('grant.revoked', (_ctx, grantId) => revoked.push(grantId))

      const response = await staySignedIn(agent, await askToLogOut(op, agent, RETURNING))

      expect(response.headers.get('location')).to.equal(`${LOGGED_OUT}?state=xyz`)
      expect(idOf(agent)).not.to.equal(before)
      expect(await op.provider.Session.find(before)).to.equal(undefined)
      expect(revoked).to.have.length(1)
      expect(await works(op, tokens)).to.equal(false)
      expect(await works(op, otherTokens)).to.equal(true)
      const silent = await op.authorize({ client_id: 'other', prompt: 'none' }, agent)
      expect(silent.code).not.to.equal('')
    })

    it('A156 what the client may do without the person goes on', async () => {
      const op = await start()
      const { agent, tokens } = await atBoth(op, { scope: 'openid offline_access', prompt: 'consent' })

      await staySignedIn(agent, await askToLogOut(op, agent, { client_id: 'web' }))

      expect((await op.refresh(tokens['refresh_token'])).status).to.equal(200)
    })

    it('A149 A156 revokeGrantPolicy keeps the grant', async () => {
      const op = await start({ revokeGrantPolicy: () => false, expiresWithSession: () => false })
      const { agent, tokens } = await atBoth(op)

      await staySignedIn(agent, await askToLogOut(op, agent, { client_id: 'web' }))

      expect(await works(op, tokens)).to.equal(true)
    })

    it('F143 F255 A156 the page after it knows the client', async () => {
      const op = await start()
      const { agent } = await op.authorize()

      const response = await staySignedIn(agent, await askToLogOut(op, agent, { client_id: 'web' }))
      const page = await (await agent.follow(response)).text()

      expect(response.headers.get('location')).to.equal(
        `${op.provider.pathFor('end_session_success')}?client_id=web`,
      )
      expect(page).to.include('and still signed in here')
    })

    it('A156 without a client nothing changes, and the page says so', async () => {
      const op = await start()
      const { agent, body } = await op.login()

      const response = await staySignedIn(agent, await askToLogOut(op, agent))
      const page = await (await agent.follow(response)).text()

      expect(page).to.include('You did not sign out')
      expect(await works(op, body)).to.equal(true)
    })

    it('a client that is not in the session takes nothing with it', async () => {
      const op = await start()
      const { agent, body } = await op.login()
      const before = idOf(agent)

      await staySignedIn(agent, await askToLogOut(op, agent, { client_id: 'other' }))

      expect(idOf(agent)).to.equal(before)
      expect(await works(op, body)).to.equal(true)
    })

    it('its form confirms nothing any more', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const asked = await askToLogOut(op, agent, { client_id: 'web' })
      await staySignedIn(agent, asked)

      expect((await signOut(agent, asked)).status).to.equal(400)
      expect(await isLoggedIn(op, agent)).to.equal(true)
    })
  })

  describe('in several tabs', () => {
    it('each has its own form, and goes back to its own client', async () => {
      const op = await startProvider({
        clients: [LEAVING_CLIENT, { ...OTHER, post_logout_redirect_uris: ['https://other.example.com/bye'] }],
      })
      const { agent } = await op.authorize()
      const first = await askToLogOut(op, agent, RETURNING)
      await askToLogOut(op, agent, {
        client_id: 'other',
        post_logout_redirect_uri: 'https://other.example.com/bye',
      })

      expect((await signOut(agent, first)).headers.get('location')).to.equal(`${LOGGED_OUT}?state=xyz`)
    })

    it('A153 hosts find the newest secret in session.state, beside what they keep there', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const session = await op.provider.Session.find(idOf(agent))
      if (session !== undefined) session.state = { theirs: 1 }
      await session?.persist()
      await askToLogOut(op, agent)
      const alone = (await op.provider.Session.find(idOf(agent)))?.state
      const { xsrf } = await askToLogOut(op, agent, RETURNING)

      const { state } = (await op.provider.Session.find(idOf(agent))) ?? {}

      expect(alone).to.have.all.keys('theirs', 'secret')
      expect(state).to.include({
        theirs: 1,
        secret: xsrf,
        clientId: 'web',
        postLogoutRedirectUri: LOGGED_OUT,
        state: 'xyz',
      })
    })

    it('two that ask at the same moment can both be answered', async () => {
      const gate = gateAdapter(memoryAdapter())
      const op = await start({ adapter: gate.adapter })
      const { agent } = await op.authorize()
      gate.gather('Session.find', 2)

      const [first, second] = await Promise.all([
        askToLogOut(op, agent, RETURNING),
        askToLogOut(op, agent, { client_id: 'other' }),
      ])
      const stays = await staySignedIn(agent, second)

      expect(stays.status).to.equal(303)
      expect((await signOut(agent, first)).headers.get('location')).to.equal(`${LOGGED_OUT}?state=xyz`)
    })

    it('the same form sent twice at once signs out once, and both get to the client', async () => {
      const gate = gateAdapter(memoryAdapter())
      const op = await start({ adapter: gate.adapter })
      const { agent } = await atBoth(op)
      const asked = await askToLogOut(op, agent, RETURNING)
      const revoked: string[] = []
      op.provider.on('grant.revoked', (_ctx, grantId) => revoked.push(grantId))
      gate.gather('Session.find', 2)

      const responses = await Promise.all([signOut(agent, asked), signOut(agent, asked)])

      const locations = responses.map(({ headers }) => headers.get('location'))
      expect(locations).to.deep.equal([`${LOGGED_OUT}?state=xyz`, `${LOGGED_OUT}?state=xyz`])
      expect(revoked).to.have.length(2)
      expect(op.serverErrors).to.deep.equal([])
    })

    for (const [what, press] of [
      ['sign out', signOut],
      ['leave the client', staySignedIn],
    ] as const) {
      it(`Y7 ${what}: raced with authorizations, no code or token of the client survives`, async () => {
        const gate = gateAdapter(memoryAdapter())
        const op = await start({ adapter: gate.adapter, expiresWithSession: () => false })
        const { agent } = await op.login()
        const asked = await askToLogOut(op, agent, { client_id: 'web' })
        gate.gather('Session.find', 11)

        const [answers, response] = await Promise.all([
          Promise.all(Array.from({ length: 10 }, () => op.authorize({ prompt: 'none' }, agent))),
          press(agent, asked),
        ])
        const codes = answers.filter(({ code }) => code !== '')
        const exchanged = await Promise.all(codes.map(({ code, verifier }) => op.exchange(code, verifier)))

        expect(response.status).to.equal(303)
        expect(exchanged.filter(({ status }) => status === 200)).to.deep.equal([])
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('Y7 what another tab authorizes while the session ends, ends with it', async () => {
      const tab: { authorize?: () => Promise<{ code: string; verifier: string }> } = {}
      const got: { code: string; verifier: string }[] = []
      const op = await start({
        clients: [LEAVING_CLIENT, { ...OTHER, client_secret: String(WEB_CLIENT.client_secret) }],
        expiresWithSession: () => false,
        revokeGrantPolicy: async () => {
          if (tab.authorize !== undefined) got.push(await tab.authorize())
          return true
        },
      })
      const { agent } = await op.authorize()
      const asked = await askToLogOut(op, agent)
      const { uid } = (await op.provider.Session.find(idOf(agent))) ?? {}
      const revoked: string[] = []
      op.provider.on('grant.revoked', (_ctx, grantId) => revoked.push(grantId))
      tab.authorize = () => op.authorize({ client_id: 'other' }, agent)

      const response = await signOut(agent, asked)
      const { code = '', verifier = '' } = got[0] ?? {}
      const exchanged = await op.exchange(code, verifier, { client_id: 'other' })

      expect(response.status).to.equal(303)
      expect(code).not.to.equal('')
      expect(exchanged.body['error']).to.equal('invalid_grant')
      expect(revoked).to.have.length(2)
      expect(await op.provider.Session.findByUid(uid ?? '')).to.equal(undefined)
    })

    it('Y7 a client that is authorized again while it is left, is left', async () => {
      const tab: { authorize?: () => Promise<{ code: string; verifier: string }> } = {}
      const got: { code: string; verifier: string }[] = []
      const op = await start({
        expiresWithSession: () => false,
        revokeGrantPolicy: async () => {
          if (tab.authorize !== undefined) got.push(await tab.authorize())
          return true
        },
      })
      const { agent, body } = await op.login()
      const asked = await askToLogOut(op, agent, { client_id: 'web' })
      tab.authorize = () => op.authorize({ prompt: 'consent' }, agent)

      const response = await staySignedIn(agent, asked)
      const { code = '', verifier = '' } = got[0] ?? {}
      const exchanged = await op.exchange(code, verifier)

      expect(response.status).to.equal(303)
      expect(exchanged.body['error']).to.equal('invalid_grant')
      expect(await works(op, body)).to.equal(false)
      expect((await op.authorize({ prompt: 'none' }, agent)).answer.get('error')).to.equal('consent_required')
    })
  })
})
