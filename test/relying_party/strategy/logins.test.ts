import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { expect } from 'chai'
import express, { type NextFunction, type Request, type Response } from 'express'
import passport from 'passport'
import {
  generators,
  Issuer,
  Strategy,
  type StrategyOptions,
  type TokenSet,
  type UserinfoResponse,
} from '../../../lib/relying_party/index.ts'
import { failureOf } from '../../support/failure_of.ts'
import {
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'
import { UserAgent } from '../../support/user_agent.ts'

type SessionRequest = Request & { session?: Record<string, unknown> }

/** Sessions in memory, named by a cookie. */
function sessions() {
  const kept = new Map<string, Record<string, unknown>>()
  return (req: SessionRequest, res: Response, next: NextFunction) => {
    const id = /sid=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? generators.random()
    const session = kept.get(id) ?? {}
    kept.set(id, session)
    req.session = session
    res.cookie('sid', id)
    next()
  }
}

interface Application {
  origin: string
  op: RunningProvider
  issuer: Issuer
}

describe('F395 the passport Strategy of the relying party', () => {
  const servers = new Set<Server>()
  afterEach(async () => {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
    servers.clear()
    await stopProviders()
  })

  async function start(
    make: (client: StrategyOptions['client']) => Strategy,
    {
      withSession = true,
      issuerMore = {},
      options = {},
      use,
    }: {
      withSession?: boolean
      issuerMore?: object
      options?: object
      use?: (req: SessionRequest, res: Response, next: NextFunction) => void
    } = {},
  ): Promise<Application> {
    const server = createServer().listen(0, '127.0.0.1')
    servers.add(server)
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no address')
    const origin = `http://127.0.0.1:${address.port}`
    const registered = { ...WEB_CLIENT, redirect_uris: [`${origin}/cb`, `${origin}/cb?other=1`] }
    const op = await startProvider({ clients: [registered], claims: { email: ['email'] } })
    const issuer = new Issuer({ ...(await Issuer.discover(op.issuer)).metadata, ...issuerMore })
    const authenticator = new passport.Passport()
    authenticator.use('oidc', make(new issuer.Client(registered)))
    const app = express()
    if (withSession) app.use(sessions())
    if (use !== undefined) app.use(use)
    app.use(authenticator.initialize())
    app.get('/login', authenticator.authenticate('oidc', { session: false, ...options }))
    app.use(express.urlencoded({ extended: false }))
    app.all('/cb', authenticator.authenticate('oidc', { session: false }), (req: Request, res: Response) => {
      res.json(req.user)
    })
    app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
      res.status(500).json({ name: error.name, message: error.message })
    })
    server.on('request', app)
    return { origin, op, issuer }
  }

  /** A browser: at the application, at the provider, and back. */
  async function logIn({ origin, op }: Application, browser = new UserAgent(origin)) {
    const begin = await browser.get(`${origin}/login`)
    const asked = new URL(begin.headers.get('location') ?? origin)
    const provider = op.agent()
    const back = (await provider.follow(await provider.get(asked.href))).headers.get('location') ?? ''
    return { asked: asked.searchParams, back, browser, answer: await browser.get(back) }
  }

  const claims = (tokenset: TokenSet, done: (error: unknown, user?: unknown) => void) =>
    done(null, tokenset.claims())

  it('logs a person in, with state, nonce and PKCE by itself (RFC 9700 §2.1.1)', async () => {
    const app = await start((client) => new Strategy({ client }, claims))
    const { asked, answer } = await logIn(app)
    expect(answer.status).to.equal(200)
    expect(await answer.json()).to.include({ sub: 'alice', iss: app.op.issuer })
    expect(asked.get('code_challenge_method')).to.equal('S256')
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)).to.have.length(43)
  })

  it('loads claims for a verify function that takes them, and hands it the request where it is wanted', async () => {
    const app = await start(
      (client) =>
        new Strategy<unknown>(
          { client, passReqToCallback: true, params: { scope: 'openid email' }, sessionKey: 'own' },
          (
            req: { url?: string | undefined },
            tokenset: TokenSet,
            userinfo: UserinfoResponse,
            done: (error: unknown, user?: unknown) => void,
          ) =>
            done(null, {
              at: req.url?.split('?')[0],
              token: typeof tokenset.access_token,
              email: userinfo.email,
            }),
        ),
    )
    const { answer } = await logIn(app)
    expect(await answer.json()).to.deep.equal({ at: '/cb', token: 'string', email: 'alice@example.com' })
  })

  it('loads none for a verify function that takes the request and the tokens', async () => {
    const app = await start(
      (client) =>
        new Strategy(
          { client, passReqToCallback: true },
          (
            req: { url?: string | undefined },
            tokenset: TokenSet,
            done: (error: unknown, user?: unknown) => void,
          ) => done(null, { at: req.url?.split('?')[0], sub: tokenset.claims().sub }),
        ),
    )
    let loaded = 0
    app.op.provider.use((ctx, next) => {
      if (ctx.path === '/me') loaded += 1
      return next()
    })

    const { answer } = await logIn(app)
    expect(await answer.json()).to.deep.equal({ at: '/cb', sub: 'alice' })
    expect(loaded).to.equal(0)
  })

  it('a verify function may say with undefined that nothing failed', async () => {
    const app = await start(
      (client) =>
        new Strategy({ client }, (tokenset: TokenSet, done: (error: unknown, user?: unknown) => void) =>
          done(undefined, tokenset.claims()),
        ),
    )
    const { answer } = await logIn(app)
    expect(answer.status).to.equal(200)
    expect(await answer.json()).to.include({ sub: 'alice' })
  })

  it('parameters of one request go to the issuer, options of passport do not', async () => {
    const app = await start((client) => new Strategy({ client, params: { ui_locales: 'de' } }, claims), {
      options: {
        prompt: 'login',
        assignProperty: 'user',
        authInfo: false,
        failureFlash: true,
        failureMessage: true,
        failureRedirect: '/no',
        failWithError: true,
        keepSessionInfo: true,
        session: false,
        successFlash: true,
        successMessage: true,
        successRedirect: '/yes',
        successReturnToOrRedirect: '/yes',
      },
    })
    const { asked, answer } = await logIn(app)
    expect(answer.status).to.equal(200)
    expect([...asked.keys()].sort()).to.deep.equal([
      'client_id',
      'code_challenge',
      'code_challenge_method',
      'nonce',
      'prompt',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
      'ui_locales',
    ])
  })

  it('plain answers are expected where the response mode is one of those (JARM §2.3)', async () => {
    const params = { response_mode: 'query' }
    const app = await start((client) => new Strategy({ client, params }, claims))
    const { asked, answer } = await logIn(app)
    expect([asked.get('response_mode'), answer.status]).to.deep.equal(['query', 200])
  })

  it('a response that a form posts is read from the body (OAuth 2.0 Form Post Response Mode 1.0)', async () => {
    const params = { response_mode: 'form_post' }
    const app = await start((client) => new Strategy({ client, params }, claims))
    const browser = new UserAgent(app.origin)
    const begin = await browser.get(`${app.origin}/login`)
    const provider = app.op.agent()
    const page = await provider.follow(await provider.get(begin.headers.get('location') ?? ''))
    const fields = [...(await page.text()).matchAll(/name="([^"]+)" value="([^"]*)"/g)]
    const form = Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]))

    expect(form).to.include.keys('code', 'state')
    expect((await browser.post(`${app.origin}/cb`, form)).status).to.equal(200)
  })

  it('a login may come back to another of its places', async () => {
    const app = await start((client) => {
      const [, redirect_uri] = client.metadata.redirect_uris ?? []
      return new Strategy({ client, params: { redirect_uri } }, claims)
    })
    const { back, answer } = await logIn(app)
    expect(new URL(back).searchParams.get('other')).to.equal('1')
    expect(answer.status).to.equal(200)
  })

  it('usePKCE follows the issuer, the host, or leaves it out (RFC 7636 §4.2)', async () => {
    const method = async (usePKCE?: StrategyOptions['usePKCE'], issuerMore = {}) => {
      const app = await start((client) => new Strategy({ client, usePKCE }, claims), { issuerMore })
      const begin = await new UserAgent(app.origin).get(`${app.origin}/login`)
      return new URL(begin.headers.get('location') ?? '').searchParams.get('code_challenge_method')
    }
    expect(await method(true, { code_challenge_methods_supported: ['plain'] })).to.equal('plain')
    expect(await method('S256', { code_challenge_methods_supported: ['plain'] })).to.equal('S256')
    expect(await method(undefined, { code_challenge_methods_supported: undefined })).to.equal('S256')
    expect(await method(false)).to.equal(null)
  })

  it('a response is taken once: its second use fails (RFC 6749 §10.12)', async () => {
    const app = await start((client) => new Strategy({ client }, claims))
    const { back, browser } = await logIn(app)
    expect((await browser.get(back)).status).to.equal(401)
  })

  it('the response of another browser fails: login CSRF (RFC 6749 §10.12)', async () => {
    const app = await start((client) => new Strategy({ client }, claims))
    const { back } = await logIn(app)
    const victim = new UserAgent(app.origin)
    await victim.get(`${app.origin}/login`)
    expect((await victim.get(back)).status).to.equal(401)
    expect((await new UserAgent(app.origin).get(back)).status).to.equal(401)
  })

  it('a person who refuses is a login that failed, not an error (RFC 6749 §4.1.2.1)', async () => {
    const app = await start((client) => new Strategy({ client }, claims))
    const browser = new UserAgent(app.origin)
    const begin = await browser.get(`${app.origin}/login`)
    const state = new URL(begin.headers.get('location') ?? '').searchParams.get('state') ?? ''
    const query = new URLSearchParams({ error: 'access_denied', state, iss: app.op.issuer })
    expect((await browser.get(`${app.origin}/cb?${query}`)).status).to.equal(401)
  })

  it('a verify function that finds nobody, or fails, is heard', async () => {
    const nobody = await start(
      (client) =>
        new Strategy({ client }, (_tokenset: TokenSet, done: (error: unknown, user?: unknown) => void) =>
          done(null, false),
        ),
    )
    expect((await logIn(nobody)).answer.status).to.equal(401)
    const failing = await start(
      (client) =>
        new Strategy({ client }, (_tokenset: TokenSet, _done: (error: unknown) => void) => {
          throw new Error('database is down')
        }),
    )
    const { answer } = await logIn(failing)
    expect([answer.status, await answer.json()]).to.deep.equal([
      500,
      { name: 'Error', message: 'database is down' },
    ])
  })

  it('what the session does not keep as it was is nothing to compare with (RFC 6749 §10.12)', async () => {
    const damage = { isOn: false }
    const app = await start((client) => new Strategy({ client, sessionKey: 'own' }, claims), {
      use: (req, _res, next) => {
        if (damage.isOn && req.session !== undefined) req.session['own'] = { nonce: 'n' }
        next()
      },
    })
    const { back, browser } = await logIn(app)
    await browser.get(`${app.origin}/login`)
    damage.isOn = true

    expect((await browser.get(back)).status).to.equal(401)
  })

  it('without a session there is nothing to compare with, and the host is told', async () => {
    const app = await start((client) => new Strategy({ client }, claims), { withSession: false })
    const answer = await new UserAgent(app.origin).get(`${app.origin}/login`)
    expect(await answer.json()).to.deep.equal({
      name: 'TypeError',
      message: 'authentication requires session support',
    })
  })

  it('what it is given has to be a client and a function', async () => {
    const refuse = async (options: unknown, verify: unknown) => Reflect.construct(Strategy, [options, verify])
    const issuer = new Issuer({ issuer: 'https://op.example.com' })
    const client = new issuer.Client({ client_id: 'rp' })
    for (const [options, verify, message] of [
      [undefined, claims, 'client must be an instance of issuer.Client'],
      [{}, claims, 'client must be an instance of issuer.Client'],
      [{ client: {} }, claims, 'client must be an instance of issuer.Client'],
      [{ client }, undefined, 'verify callback must be a function'],
      [{ client, usePKCE: 'S512' }, claims, 'S512 is not valid/implemented PKCE code_challenge_method'],
    ] as const)
      expect((await failureOf(refuse(options, verify), TypeError)).message).to.equal(message)
    expect(new Strategy({ client }, claims).name).to.equal('op.example.com')
  })
})
