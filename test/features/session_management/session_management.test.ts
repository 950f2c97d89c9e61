import { createHash } from 'node:crypto'
import { expect } from 'chai'
import Provider from '../../../lib/index.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { SessionManagementOptions } from '../../../types/features/session_management.ts'
import { documentOf } from '../../actions/client_auth/assertions.ts'
import { jwtPayload } from '../../support/jwt_payload.ts'
import { askToLogOut, LEAVING_CLIENT, logOut, staySignedIn } from '../../support/logging_out.ts'
import { type RunningProvider, startProvider, stopProviders } from '../../support/start_provider.ts'
import type { UserAgent } from '../../support/user_agent.ts'

const COOKIE = '_op_state'
const ORIGIN = 'https://rp.example.com'
const FORWARDED = { 'x-forwarded-proto': 'https' }

const configuration = (options: SessionManagementOptions = {}, more: Configuration = {}): Configuration => ({
  clients: [LEAVING_CLIENT, { ...LEAVING_CLIENT, client_id: 'b' }],
  ...more,
  features: { sessionManagement: { enabled: true, ...options }, ...more.features },
})

const start = (options: SessionManagementOptions = {}, more: Configuration = {}) =>
  startProvider(configuration(options, more))

const browserState = (agent: UserAgent) => agent.cookies.get(COOKIE)?.value

/** What the frame's script makes of a state, written once more. */
function isUnchanged(
  sessionState: string | null,
  clientId: string,
  agent: UserAgent,
  origin = ORIGIN,
): boolean {
  const [hash, salt] = sessionState?.split('.') ?? []
  const text = `${clientId} ${origin} ${browserState(agent)} ${salt}`
  return hash === createHash('sha256').update(text).digest('base64url')
}

/** Logs one person after the other in, and consents to everything. */
function people(...names: string[]) {
  let current = ''
  return async (
    provider: Provider,
    prompt: string,
    { clientId, scope }: { clientId: string; scope: string[] },
  ) => {
    if (prompt === 'login') {
      current = names.shift() ?? ''
      return { login: { accountId: current } }
    }
    const grant = new provider.Grant({ accountId: current, clientId })
    grant.addOIDCScope(scope.join(' '))
    return { consent: { grantId: await grant.save() } }
  }
}

describe('session management (OpenID Connect Session Management 1.0)', () => {
  afterEach(stopProviders)

  describe('options', () => {
    for (const cookieName of ['', 'two words', 'a;b', 'a=b', 7]) {
      it(`cookieName cannot be ${JSON.stringify(cookieName)}`, () => {
        const features = { sessionManagement: Object({ cookieName }) }

        expect(() => new Provider('https://op.example.com', { features })).to.throw(
          TypeError,
          'features.sessionManagement.cookieName must be',
        )
      })
    }

    it('cookieName cannot be that of another cookie', () => {
      const given = configuration({ cookieName: '_session' })

      expect(() => new Provider('https://op.example.com', given)).to.throw(
        TypeError,
        'features.sessionManagement.cookieName must not be one of cookies.names',
      )
    })
  })

  describe('while it is off', () => {
    it('there is no frame, no session_state and no cookie', async () => {
      const op = await startProvider()
      const { agent, answer } = await op.authorize()

      expect(await documentOf(op)).to.not.have.property('check_session_iframe')
      expect((await agent.get(`${op.issuer}/session/check`)).status).to.equal(404)
      expect(answer.has('session_state')).to.equal(false)
      expect(agent.cookies.has(COOKIE)).to.equal(false)
    })
  })

  describe('session_state (§2, §3.1)', () => {
    it('is not told with an error, nor without openid, nor to apps that have no origin', async () => {
      const op = await start(
        {},
        {
          scopes: ['openid', 'offline_access', 'x'],
          clients: [
            {
              ...LEAVING_CLIENT,
              application_type: 'native',
              redirect_uris: ['com.example.app:/cb', 'http://127.0.0.1/cb'],
            },
          ],
        },
      )
      const app = { redirect_uri: 'com.example.app:/cb' }

      const { answer, agent } = await op.authorize(app)
      const { answer: failed } = await op.authorize({ ...app, prompt: 'none' })
      const { answer: plain } = await op.authorize({ redirect_uri: 'http://127.0.0.1/cb', scope: 'x' }, agent)

      expect(failed.get('error')).to.equal('login_required')
      for (const { answer: response } of [{ answer }, { answer: failed }, { answer: plain }])
        expect(response.has('session_state')).to.equal(false)
      for (const response of [answer, plain]) expect(response.has('code')).to.equal(true)
    })

    it('hashes client, origin of the redirect URI, browser state and a salt, without blanks', async () => {
      const op = await start()

      const { answer, agent } = await op.authorize()

      expect(answer.get('session_state')).to.match(/^[\w-]{43}\.[\w-]{20,}$/)
      expect(isUnchanged(answer.get('session_state'), 'web', agent)).to.equal(true)
      expect(isUnchanged(answer.get('session_state'), 'b', agent)).to.equal(false)
      expect(isUnchanged(answer.get('session_state'), 'web', agent, 'https://evil.example')).to.equal(false)
    })

    it('is another one each time, and all of them hold while the login does', async () => {
      const op = await start()
      const { answer: first, agent } = await op.authorize()
      const { answer: second } = await op.authorize({ prompt: 'none' }, agent)
      const { answer: other } = await op.authorize({ client_id: 'b' }, agent)

      expect(first.get('session_state')).to.not.equal(second.get('session_state'))
      expect(isUnchanged(first.get('session_state'), 'web', agent)).to.equal(true)
      expect(isUnchanged(second.get('session_state'), 'web', agent)).to.equal(true)
      expect(isUnchanged(other.get('session_state'), 'b', agent)).to.equal(true)
    })

    it('stands in a signed response like any other member (JARM §2.1)', async () => {
      const op = await start(
        {},
        { features: { sessionManagement: { enabled: true }, jwtResponseModes: { enabled: true } } },
      )

      const { answer, agent } = await op.authorize({ response_mode: 'jwt' })

      const { session_state: state } = jwtPayload(String(answer.get('response')))
      expect(isUnchanged(String(state), 'web', agent)).to.equal(true)
    })
  })

  describe('the browser state (§3.2)', () => {
    const changes: readonly [
      what: string,
      run: (op: RunningProvider, agent: UserAgent) => Promise<unknown>,
    ][] = [
      ['a logout', (op, agent) => logOut(op, agent)],
      ['another person who logs in', (op, agent) => op.authorize({ prompt: 'login' }, agent)],
    ]
    for (const [what, run] of changes) {
      it(`changes with ${what}`, async () => {
        const op = await startProvider(configuration(), { interact: people('ann', 'bob') })
        const { answer, agent } = await op.authorize()
        const before = browserState(agent)

        await run(op, agent)

        expect(browserState(agent)).to.be.a('string').and.not.equal(before)
        expect(isUnchanged(answer.get('session_state'), 'web', agent)).to.equal(false)
      })
    }

    for (const [what, visit] of [
      ['asks for a login', (op, agent) => op.authorize({ prompt: 'none' }, agent)],
      ['asks for a logout', (op, agent) => askToLogOut(op, agent)],
      [
        'sends the form of a logout',
        (op, agent) => agent.post(op.provider.urlFor('end_session_confirm'), { xsrf: 'x', logout: 'yes' }),
      ],
    ] as const satisfies readonly (readonly [
      string,
      (op: RunningProvider, agent: UserAgent) => Promise<unknown>,
    ])[]) {
      it(`changes when the login was ended elsewhere, and the browser ${what}; then it stays`, async () => {
        const op = await start()
        const { answer, agent } = await op.authorize()
        const before = browserState(agent)
        const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
        await op.provider.endSession('alice', String(session?.uid))

        await visit(op, agent)
        const after = browserState(agent)
        await visit(op, agent)

        expect(after).to.be.a('string').and.not.equal(before)
        expect(browserState(agent)).to.equal(after)
        expect(isUnchanged(answer.get('session_state'), 'web', agent)).to.equal(false)
      })
    }

    it('changes with a login that does not get as far as an answer', async () => {
      const op = await startProvider(configuration(), {
        interact: async (provider, prompt, { clientId, scope }) => {
          if (prompt === 'login') return { login: { accountId: logins.shift() ?? '' } }
          if (logins.length === 0) return { error: 'access_denied' }
          const grant = new provider.Grant({ accountId: 'ann', clientId })
          grant.addOIDCScope(scope.join(' '))
          return { consent: { grantId: await grant.save() } }
        },
      })
      const logins = ['ann', 'bob']
      const { answer, agent } = await op.authorize()

      const { answer: refused } = await op.authorize({ prompt: 'login' }, agent)

      expect(refused.get('error')).to.equal('access_denied')
      expect(isUnchanged(answer.get('session_state'), 'web', agent)).to.equal(false)
    })

    it('stays when a person leaves one client, and stays signed in', async () => {
      const op = await start()
      const { answer, agent } = await op.authorize()
      await op.authorize({ client_id: 'b' }, agent)

      await staySignedIn(agent, await askToLogOut(op, agent, { client_id: 'b' }))

      expect(isUnchanged(answer.get('session_state'), 'web', agent)).to.equal(true)
    })

    it('is none of whoever is not logged in', async () => {
      const op = await start()

      const { agent } = await op.authorize({ prompt: 'none' })
      await agent.get(op.authorizationUrl({ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }))

      expect(agent.cookies.has('_session')).to.equal(true)
      expect(browserState(agent)).to.equal(undefined)
    })

    it('is not the session id, nor anything that is stored', async () => {
      const op = await start()
      const { agent } = await op.authorize()
      const id = String(agent.cookies.get('_session')?.value)

      const session = await op.provider.Session.find(id)

      expect(JSON.stringify(session)).to.not.include(String(browserState(agent)))
      expect(await op.provider.Session.find(String(browserState(agent)))).to.equal(undefined)
    })

    it('comes back with the next answer when the browser has lost it', async () => {
      const op = await start()
      const { answer, agent } = await op.authorize()
      const session = String(agent.cookies.get('_session')?.value)
      const signature = String(agent.cookies.get('_session.sig')?.value)
      agent.clearCookies()
      agent.setCookie('_session', session)
      agent.setCookie('_session.sig', signature)

      await op.authorize({ prompt: 'none' }, agent)

      expect(isUnchanged(answer.get('session_state'), 'web', agent)).to.equal(true)
    })

    it('is there for scripts, at other sites over https, and as long as the login (RFC 6265bis §5.7)', async () => {
      const op = await startProvider(configuration({ cookieName: '__Host-state' }), {
        issuer: 'https://op.example.com',
        mountPath: '',
      })
      op.provider.proxy = true
      const agent = op.agent()
      const get = async (url: string): Promise<Response> => {
        const { pathname, search } = new URL(url)
        const response = await agent.get(`${op.origin}${pathname}${search}`, FORWARDED)
        const location = response.headers.get('location')
        if (location === null || location.startsWith(ORIGIN)) return response
        return get(new URL(location, op.issuer).href)
      }

      await get(op.authorizationUrl({ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }))

      const attributes = agent.cookies.get('__Host-state')?.attributes
      expect([...(attributes?.keys() ?? [])]).to.have.members(['path', 'expires', 'secure', 'samesite'])
      expect(attributes?.get('samesite')).to.equal('none')
      expect(attributes?.get('path')).to.equal('/')
      expect(attributes?.get('expires')).to.equal(agent.cookies.get('_session')?.attributes.get('expires'))
      expect(agent.cookies.has('__Host-state.sig')).to.equal(false)
    })

    it('goes with the browser where sessions have no end', async () => {
      const op = await start({}, { ttl: { Session: Number.POSITIVE_INFINITY } })

      const { agent, code } = await op.authorize()

      expect(code).to.not.equal('')
      expect(agent.cookies.get(COOKIE)?.attributes.has('expires')).to.equal(false)
    })

    it('goes with the browser where the login does', async () => {
      const op = await startProvider(configuration(), {
        interact: async (provider, prompt, { clientId, scope }) => {
          if (prompt === 'login') return { login: { accountId: 'ann', remember: false } }
          const grant = new provider.Grant({ accountId: 'ann', clientId })
          grant.addOIDCScope(scope.join(' '))
          return { consent: { grantId: await grant.save() } }
        },
      })

      const { agent } = await op.authorize()

      expect(agent.cookies.get(COOKIE)?.attributes.has('expires')).to.equal(false)
      expect(agent.cookies.get(COOKIE)?.attributes.get('samesite')).to.equal('lax')
    })
  })

  describe('the frame (§3.2)', () => {
    it('is not the same for everybody who asks, to caches, and can be asked for without it (RFC 9110 §9.3.2)', async () => {
      const op = await start()

      const response = await fetch(op.provider.urlFor('check_session'), { method: 'HEAD' })

      expect(response.status).to.equal(200)
      expect(response.headers.get('vary')).to.match(/\bSec-Fetch-Dest\b/i)
    })

    it('is named in discovery, where the host wants it', async () => {
      const op = await start({}, { routes: { check_session: '/frames/session' } })

      expect(await documentOf(op)).to.include({ check_session_iframe: `${op.issuer}/frames/session` })
      expect((await op.agent().get(`${op.issuer}/frames/session`)).status).to.equal(200)
    })

    it('can be framed by any application, and runs its own script only (Content Security Policy Level 3)', async () => {
      const op = await start()

      const response = await op.agent().get(op.provider.urlFor('check_session'))

      const script = /<script [^>]*>([\s\S]*?)<\/script>/.exec(await response.text())?.[1] ?? ''
      const hash = createHash('sha256').update(script).digest('base64')
      expect(response.headers.get('content-security-policy')).to.equal(
        `default-src 'none'; script-src 'sha256-${hash}'; form-action 'none'; frame-ancestors *; base-uri 'none'`,
      )
      expect(response.headers.has('x-frame-options')).to.equal(false)
      expect(response.headers.get('content-type')).to.equal('text/html; charset=utf-8')
    })

    it('is told what the cookie is called', async () => {
      const op = await start({ cookieName: "it's&me" })

      const page = await (await op.agent().get(op.provider.urlFor('check_session'))).text()

      expect(page).to.include('<script data-cookie="it&#39;s&amp;me">')
    })

    it('opened as a page it says what it is for, and check_session.error is told', async () => {
      const op = await start()
      const told = op.nextError('check_session.error')

      const response = await op
        .agent()
        .get(op.provider.urlFor('check_session'), { accept: 'text/html', 'sec-fetch-dest': 'document' })

      expect(response.status).to.equal(400)
      expect(await response.text()).to.include('this page is for frames of applications')
      expect(response.headers.get('x-frame-options')).to.equal('DENY')
      expect((await told).message).to.equal('invalid_request')
    })
  })
})
