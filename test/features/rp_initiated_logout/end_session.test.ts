import { expect } from 'chai'
import type { ClientMetadata } from '../../../types/client.ts'
import {
  askToLogOut,
  isLoggedIn,
  LEAVING_CLIENT,
  LOGGED_OUT,
  postToLogOut,
  signOut,
} from '../../support/logging_out.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

const start = (client: Partial<ClientMetadata> = {}) =>
  startProvider({ clients: [{ ...LEAVING_CLIENT, ...client }] })

describe('logout requests (OpenID Connect RP-Initiated Logout 1.0 §2)', () => {
  afterEach(stopProviders)

  describe('which client asks', () => {
    it('on the page after it, too: a client_id that cannot be one is refused (RFC 6749 §3.1)', async () => {
      const op = await start()
      const failed = op.nextError('end_session_success.error')

      const url = `${op.provider.pathFor('end_session_success')}?client_id=${'x'.repeat(4001)}`
      const { status } = await op.agent().get(url, HTML)

      expect(status).to.equal(400)
      expect(await failed).to.deep.include({ reason: 'parameter.malformed', seen: ['client_id'] })
    })

    it('A150 a client that does not exist is invalid_client, on a page', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const failed = op.nextError('end_session.error')

      const { response, page } = await askToLogOut(op, agent, { client_id: 'nobody' })

      expect(response.status).to.equal(400)
      expect(page).to.include('invalid_client')
      expect((await failed).error).to.equal('invalid_client')
      expect(await isLoggedIn(op, agent)).to.equal(true)
    })

    it('A150 L4 a client_id that the id_token_hint was not made for is refused', async () => {
      const op = await startProvider({
        clients: [LEAVING_CLIENT, { ...LEAVING_CLIENT, client_id: 'other' }],
      })
      const { agent, body } = await op.login()

      const { response, page } = await askToLogOut(op, agent, {
        client_id: 'other',
        id_token_hint: String(body['id_token']),
      })

      expect(response.status).to.equal(400)
      expect(page).to.include('could not validate id_token_hint')
    })

    for (const [what, hint] of [
      ['garbage', 'garbage'],
      ['without an audience', `e30.${Buffer.from('{}').toString('base64url')}.`],
      ['for several', `e30.${Buffer.from('{"aud":["web"]}').toString('base64url')}.`],
    ] as const) {
      it(`A150 L1 a hint that is ${what} names no client: it could not be validated`, async () => {
        const op = await start()
        const failed = op.nextError('end_session.error')

        await askToLogOut(op, op.agent(), { id_token_hint: hint })

        expect(await failed).to.include({
          error: 'invalid_request',
          error_description: 'could not validate id_token_hint',
        })
      })
    }

    for (const [what, ask] of [
      ['GET', askToLogOut],
      ['POST', postToLogOut],
    ] as const) {
      it(`F253 A150 is known from the id_token_hint alone, by ${what}`, async () => {
        const op = await start()
        const { agent, body } = await op.login()
        const asked = await ask(op, agent, {
          id_token_hint: String(body['id_token']),
          post_logout_redirect_uri: LOGGED_OUT,
        })

        const response = await signOut(agent, asked)

        expect(asked.response.status).to.equal(200)
        expect(response.headers.get('location')).to.equal(LOGGED_OUT)
      })
    }

    it('F253 A150 POST is not served where enableHttpPostMethods is off', async () => {
      const op = await startProvider({ clients: [LEAVING_CLIENT], enableHttpPostMethods: false })
      const { agent } = await op.authorize()

      expect((await postToLogOut(op, agent)).response.status).to.equal(405)
      expect((await askToLogOut(op, agent)).response.status).to.equal(200)
    })
  })

  describe('where the browser goes (§3)', () => {
    it('A151 post_logout_redirect_uri without a client is ignored', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const asked = await askToLogOut(op, agent, { post_logout_redirect_uri: 'https://evil.example.net/' })

      const response = await signOut(agent, asked)

      expect(response.headers.get('location')).to.equal(op.provider.pathFor('end_session_success'))
    })

    it('A151 one that is not registered is refused, on a page', async () => {
      const op = await start()
      const { agent } = await op.authorize()

      const { response, page } = await askToLogOut(op, agent, {
        client_id: 'web',
        post_logout_redirect_uri: `${LOGGED_OUT}/more`,
        state: 'xyz',
      })

      expect(response.status).to.equal(400)
      expect(response.headers.get('location')).to.equal(null)
      expect(page).to.include('post_logout_redirect_uri not registered')
    })

    it('A151 state goes along with a redirect, and keeps the query that was registered', async () => {
      const registered = `${LOGGED_OUT}?app=1`
      const op = await start({ post_logout_redirect_uris: [registered] })
      const { agent } = await op.authorize()
      const asked = await askToLogOut(op, agent, {
        client_id: 'web',
        post_logout_redirect_uri: registered,
        state: 'a b&c=d',
      })

      const response = await signOut(agent, asked)

      expect(response.headers.get('location')).to.equal(`${registered}&state=a+b%26c%3Dd`)
    })

    it('A151 state without a redirect goes nowhere', async () => {
      const op = await start()
      const { agent } = await op.authorize()

      const response = await signOut(agent, await askToLogOut(op, agent, { client_id: 'web', state: 'xyz' }))

      expect(response.headers.get('location')).to.equal(op.provider.pathFor('end_session_success'))
    })

    it('A047 post_logout_redirect_uris have the rules of redirect_uris: no fragment', async () => {
      const refused = await start({ post_logout_redirect_uris: [`${LOGGED_OUT}#part`] }).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(String(refused)).to.match(/post_logout_redirect_uris/)
    })

    it('a host may decide by itself which ones are allowed', async () => {
      const op = await start()
      const { Client } = op.provider
      Client.prototype.postLogoutRedirectUriAllowed = (uri) => uri.startsWith('https://preview.example.com/')
      const { agent } = await op.authorize()
      const wanted = 'https://preview.example.com/17'

      const asked = await askToLogOut(op, agent, { client_id: 'web', post_logout_redirect_uri: wanted })

      expect((await signOut(agent, asked)).headers.get('location')).to.equal(wanted)
    })
  })

  describe('nobody is logged in', () => {
    it('A152 the browser goes on at once, with state; nothing is stored and no cookie set', async () => {
      const op = await start()
      const agent = op.agent()
      const told = op.next('end_session.success')

      const { response } = await askToLogOut(op, agent, {
        client_id: 'web',
        post_logout_redirect_uri: LOGGED_OUT,
        state: 'xyz',
      })

      expect(response.status).to.equal(303)
      expect(response.headers.get('location')).to.equal(`${LOGGED_OUT}?state=xyz`)
      expect(response.headers.getSetCookie()).to.deep.equal([])
      expect(await told).to.have.length(1)
    })

    it('A152 without a redirect a page says so', async () => {
      const op = await start()
      const agent = op.agent()

      const { response } = await askToLogOut(op, agent)
      const page = await (await agent.follow(response)).text()

      expect(response.headers.get('location')).to.equal(op.provider.pathFor('end_session_success'))
      expect(page).to.include('You are signed out.')
    })

    it('A152 A093 a form of another site, which carries no SameSite=Lax cookie, is sent again from here', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const form = { client_id: 'web', post_logout_redirect_uri: LOGGED_OUT, state: '"><b>' }

      // What a browser does: the first form comes without cookies, the second with them.
      const first = await op.agent().post(op.provider.urlFor('end_session'), form, HTML)
      const page = await first.text()
      const fields = [...page.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name,
        value,
      ])
      const again = await postToLogOut(op, agent, { ...form, sent_from_here: 'yes' }, HTML)

      expect(first.status).to.equal(200)
      expect(page).to.include('<title>One moment</title>')
      expect(page).to.include(`action="${op.provider.pathFor('end_session')}"`)
      expect(Object.fromEntries(fields)).to.deep.equal({
        ...form,
        state: '&quot;&gt;&lt;b&gt;',
        sent_from_here: 'yes',
      })
      expect(again.page).to.include('op.logoutForm')
      expect((await signOut(agent, again)).headers.get('location')).to.include(`${LOGGED_OUT}?state=`)
    })

    it('A152 not where the session came with it, and not to those who are no browser', async () => {
      const op = await start()
      const { agent } = await op.authorize()

      const withSession = await postToLogOut(op, agent, {}, HTML)
      const program = await postToLogOut(op, op.agent())
      const link = await askToLogOut(op, op.agent(), {}, HTML)

      expect(link.response.status).to.equal(303)
      expect(withSession.page).to.include('op.logoutForm')
      expect(program.response.status).to.equal(303)
    })

    it('A152 it is sent again once, not for ever', async () => {
      const op = await start()

      const { response } = await postToLogOut(op, op.agent(), { sent_from_here: 'yes' }, HTML)

      expect(response.status).to.equal(303)
    })
  })

  describe('parameters', () => {
    it('logout_hint and ui_locales are there for the page of the host', async () => {
      const seen: unknown[] = []
      const op = await startProvider({
        clients: [LEAVING_CLIENT],
        features: {
          rpInitiatedLogout: {
            logoutSource: (ctx, form) => {
              seen.push(
                ctx.oidc.params?.['logout_hint'],
                ctx.oidc.params?.['ui_locales'],
                ctx.oidc.client?.clientId,
              )
              ctx.body = form
            },
          },
        },
      })
      const { agent } = await op.authorize()

      await askToLogOut(op, agent, { client_id: 'web', logout_hint: 'alice', ui_locales: 'de en' })

      expect(seen).to.deep.equal(['alice', 'de en', 'web'])
    })

    it('one that is sent twice is refused', async () => {
      const op = await start()
      const { agent } = await op.authorize()

      const response = await agent.get(`${op.provider.urlFor('end_session')}?client_id=web&client_id=web`)

      expect(response.status).to.equal(400)
      expect(await response.text()).to.include('must not be sent more than once')
    })
  })
})
