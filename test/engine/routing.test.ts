import { once } from 'node:events'
import { createServer } from 'node:http'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import Koa from 'koa'
import mount from 'koa-mount'
import { stub } from 'sinon'
import { errors } from '../../lib/index.ts'
import type { ProviderEvents } from '../../types/events.ts'
import { ask, logsIn, startScreens } from '../support/screens.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
} from '../support/start_provider.ts'

const ALL = {
  features: {
    userinfo: { enabled: true },
    clientCredentials: { enabled: true },
    registration: { enabled: true },
  },
}

/** Names every event as it happens. */
function record(op: RunningProvider, names: readonly (keyof ProviderEvents)[]): string[] {
  const told: string[] = []
  for (const name of names) op.provider.on(name, () => told.push(name))
  return told
}

describe('middleware and routes', () => {
  afterEach(stopProviders)

  it('paths count as they are written, letters too (RFC 3986 §6.2.2.1)', async () => {
    const op = await startProvider({
      features: { registration: { enabled: true }, registrationManagement: { enabled: true } },
    })

    for (const path of [
      '/JWKS',
      '/Auth',
      '/REG/abc',
      '/Interaction/abc',
      '/.Well-Known/openid-configuration',
    ])
      expect((await op.agent().get(path)).status, path).to.equal(404)
    expect((await op.agent().get('/jwks')).status).to.equal(200)
    expect((await op.agent().get('/reg/abc')).status).to.not.equal(404)
  })

  it('A033 OPTIONS tells the methods of a page, and allows other origins nothing (RFC 9110 §9.3.7)', async () => {
    const op = await startProvider()
    const { status, headers } = await op.agent().request('/auth', {
      method: 'OPTIONS',
      headers: { origin: 'https://spa.example.com', 'access-control-request-method': 'POST' },
    })

    expect(status).to.equal(200)
    expect(headers.get('allow')).to.match(/GET/).and.match(/POST/)
    expect(headers.get('access-control-allow-origin')).to.equal(null)
  })

  it('what clients do to their connections is not printed, what middleware throws is', async () => {
    const op = await startProvider()
    const print = stub(console, 'error')
    for (const code of ['ECONNRESET', 'EPIPE', 'HPE_INVALID_METHOD', 'ERR_HTTP_REQUEST_TIMEOUT'])
      op.provider.app.onerror(Object.assign(new Error('theirs'), { code }))
    const silent = print.callCount
    op.provider.app.onerror(Object.assign(new Error('ours'), { code: 5 }))
    op.provider.app.onerror(new Error('ours'))
    const printed = print.args.flat().filter((text) => String(text).includes('Error: ours'))
    print.restore()

    expect([silent, printed.length]).to.deep.equal([0, 2])
  })

  it('a failure that nobody listens for is logged, and one of another realm is told as it is', async () => {
    const logged: unknown[] = []
    const thrown: unknown = runInNewContext('new Error("of another realm")')
    const op = await startProvider({
      logger: { info() {}, warn() {}, error: (...args: unknown[]) => logged.push(args) },
      findAccount: () => {
        throw thrown
      },
      features: { userinfo: { enabled: true } },
    })
    const told: unknown[] = []
    op.provider.removeAllListeners('server_error')
    await op.authorize()
    op.provider.on('server_error', (_ctx, error) => told.push(error))
    await op.authorize()

    expect(logged).to.deep.equal([['server_error (listen to this event to handle it)', thrown]])
    expect(told).to.have.length(1)
    expect(told[0]).to.equal(thrown)
  })

  it('F263 A022 middleware of use() runs in front of the provider, in the order it was given', async () => {
    const order: string[] = []
    const op = await startProvider(
      {},
      {
        use: ['first', 'second'].map((name) => async (_ctx, next) => {
          order.push(name)
          await next()
          order.push(`${name} again`)
        }),
      },
    )

    await op.agent().get('/jwks')

    expect(order).to.deep.equal(['first', 'second', 'second again', 'first again'])
  })

  it('A022 middleware that is put there after the callback was handed out counts too', async () => {
    const op = await startProvider()
    await op.agent().get('/jwks')
    op.provider.use(async (ctx, next) => {
      ctx.set('x-late', 'yes')
      await next()
    })

    const { headers } = await op.agent().get('/jwks')

    expect(headers.get('x-late')).to.equal('yes')
  })

  it('A022 use() takes functions only, and can be chained', async () => {
    const op = await startProvider()

    expect(op.provider.use((_ctx, next) => next())).to.equal(op.provider)
    for (const wrong of [undefined, {}, 'x'])
      expect(() => Reflect.apply(op.provider.use, op.provider, [wrong])).to.throw(TypeError)
  })

  it('A022 a middleware in front may answer by itself', async () => {
    const op = await startProvider(
      {},
      {
        use: [
          (ctx, next) => {
            if (ctx.path !== '/jwks') return next()
            ctx.body = 'mine'
            return undefined
          },
        ],
      },
    )

    expect(await (await op.agent().get('/jwks')).text()).to.equal('mine')
  })

  it('A024 ctx.oidc is not there before the provider, and is there after it, for every route', async () => {
    const seen: unknown[] = []
    const op = await startProvider(ALL, {
      use: [
        async (ctx, next) => {
          seen.push(ctx['oidc'])
          await next()
        },
      ],
    })

    await op.agent().get('/jwks')

    expect(seen).to.deep.equal([undefined])
  })

  it('A023 a middleware in front can look at what the provider did, by the name of the route', async () => {
    const routes: string[] = []
    const op = await startProvider(ALL, {
      use: [
        async (ctx, next) => {
          await next()
          const { route } = Object(ctx['oidc'])
          if (typeof route === 'string') routes.push(route)
        },
      ],
    })
    const agent = op.agent()
    const preflight = (path: string) =>
      agent.request(path, {
        method: 'OPTIONS',
        headers: { origin: 'https://rp.example.com', 'access-control-request-method': 'POST' },
      })

    await agent.get('/auth')
    await agent.get('/auth/uid')
    await agent.post('/token', {})
    await agent.get('/me')
    await agent.get('/jwks')
    await agent.get('/.well-known/openid-configuration')
    await agent.post('/reg', {})
    await preflight('/token')
    await preflight('/me')
    await preflight('/jwks')
    await preflight('/.well-known/openid-configuration')
    await agent.get('/nowhere')

    expect(routes).to.deep.equal([
      'authorization',
      'resume',
      'token',
      'userinfo',
      'jwks',
      'discovery',
      'registration',
      'cors.token',
      'cors.userinfo',
      'cors.jwks',
      'cors.discovery',
    ])
  })

  it('F261 A022 middleware of app.use() runs after the provider answered, and not after an error', async () => {
    const routes: string[] = []
    const op = await startProvider({}, {})
    const server = new Koa()
    const { provider } = op
    provider.app.use(async (ctx, next) => {
      routes.push(ctx['oidc']?.route ?? 'none')
      await next()
    })
    server.use(mount('/', provider.app))
    server.use(({ path }) => {
      routes.push(`behind: ${path}`)
    })
    const listening = createServer(server.callback()).listen(0, '127.0.0.1')
    await once(listening, 'listening')
    const address = listening.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0

    await fetch(`http://127.0.0.1:${port}/jwks`)
    await fetch(`http://127.0.0.1:${port}/token`, { method: 'POST' })
    await fetch(`http://127.0.0.1:${port}/of-the-host`)
    listening.closeAllConnections()
    listening.close()

    expect(routes).to.deep.equal(['jwks', 'none', 'behind: /of-the-host'])
  })

  for (const [method, path] of [
    ['GET', '/nowhere'],
    ['POST', '/nowhere'],
    ['GET', '/'],
  ] as const) {
    it(`A030 ${method} ${path} of a provider that runs alone is a JSON 404`, async () => {
      const op = await startProvider()

      const response = await op.agent().request(path, { method })

      expect(response.status).to.equal(404)
      expect(await response.json()).to.deep.equal({
        error: 'invalid_request',
        error_description: `unrecognized route or not allowed method (${method} on ${path})`,
      })
    })
  }

  it('A030 what is not the provider’s goes back to the application it is mounted in', async () => {
    const op = await startProvider({}, { mountPath: '/oidc' })

    const response = await op.agent().get('/oidc/nowhere')

    expect(response.status).to.equal(404)
    expect(await response.text()).to.match(/Cannot GET/)
  })

  it('A025 URLs follow the mount path', async () => {
    const op = await startProvider({}, { mountPath: '/oidc' })

    expect(op.provider.urlFor('token')).to.equal(`${op.origin}/oidc/token`)
    expect(op.provider.pathFor('token')).to.equal('/oidc/token')
    expect(op.provider.pathFor('token', { mountPath: '/other' })).to.equal('/other/token')
    expect(() => op.provider.pathFor('nothing')).to.throw(TypeError)
  })

  it('A071 an error class can be told to stay with the end-user', async () => {
    const op = await startProvider()
    errors.InvalidScope.prototype.allow_redirect = false
    try {
      const response = await op.agent().get(op.authorizationUrl({ scope: '"' }))

      expect(response.status).to.equal(400)
      expect(response.headers.get('location')).to.equal(null)
    } finally {
      Reflect.deleteProperty(errors.InvalidScope.prototype, 'allow_redirect')
    }
  })

  it('A037 errors are pages for those who prefer pages, JSON for everybody else', async () => {
    const op = await startProvider()

    for (const [accept, type] of [
      ['text/html', 'text/html; charset=utf-8'],
      ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8'],
      ['application/json', 'application/json; charset=utf-8'],
      ['*/*', 'application/json; charset=utf-8'],
      ['image/png', 'application/json; charset=utf-8'],
    ] as const) {
      const { headers } = await op.agent().get('/auth', { accept })
      expect(headers.get('content-type'), accept).to.equal(type)
    }
  })

  it('A034 CORS of the host is left alone', async () => {
    const op = await startProvider(
      {},
      {
        use: [
          async (ctx, next) => {
            ctx.set('access-control-allow-origin', 'https://host.example')
            await next()
          },
        ],
      },
    )

    for (const path of ['/jwks', '/me']) {
      const { headers } = await op.agent().get(path, { origin: 'https://rp.example.com' })
      expect(headers.get('access-control-allow-origin')).to.equal('https://host.example')
    }
  })

  it('F156 A033 a client’s own origin may read the answer, and is told what it may read', async () => {
    const op = await startProvider({ clientBasedCORS: (_ctx, origin) => origin === 'https://rp.example.com' })

    const { headers } = await op.token({ grant_type: 'x' }, { origin: 'https://rp.example.com' })

    expect(headers.get('access-control-allow-origin')).to.equal('https://rp.example.com')
    expect(headers.get('access-control-expose-headers')).to.include('WWW-Authenticate')
    expect(headers.get('vary')).to.include('Origin')
  })

  it('A033 a clientBasedCORS that throws lets no origin read the answer, and breaks none (RFC 6749 §5.2)', async () => {
    const op = await startProvider({
      clientBasedCORS: () => {
        throw new Error('the list of origins is gone')
      },
    })
    const origin = { origin: 'https://attacker.example.com' }
    const { code, verifier } = await op.authorize()

    const right = await op.token(
      { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT_URI },
      origin,
    )
    const wrong = await op.token({ grant_type: 'refresh_token', client_secret: 'wrong' }, origin)

    expect([right.status, right.body['error']]).to.deep.equal([500, 'server_error'])
    expect([wrong.status, wrong.body['error']]).to.deep.equal([401, 'invalid_client'])
    for (const { headers } of [right, wrong])
      expect(headers.get('access-control-allow-origin')).to.equal(null)
    expect(op.serverErrors.map(String)).to.deep.equal([
      'Error: the list of origins is gone',
      'Error: the list of origins is gone',
    ])
    expect((await op.exchange(code, verifier)).status).to.equal(200)
  })

  it('A033 an answer of clientBasedCORS that is no boolean is ours', async () => {
    const op = await startProvider({
      clientBasedCORS: () => JSON.parse('"yes"'),
    })

    const { status, headers } = await op.token({ grant_type: 'x' }, { origin: 'https://rp.example.com' })

    expect(status).to.equal(500)
    expect(headers.get('access-control-allow-origin')).to.equal(null)
    expect(op.serverErrors).to.have.length(1)
  })
})

describe('order of events', () => {
  afterEach(stopProviders)

  it('A096 a login is accepted, interrupted, resumed and answered', async () => {
    const { op } = await startScreens({}, logsIn())
    const told = record(op, [
      'authorization.accepted',
      'interaction.started',
      'interaction.ended',
      'interaction.saved',
      'interaction.destroyed',
      'session.saved',
      'authorization_code.saved',
      'authorization.success',
    ])

    await op.authorize()

    const important = told.filter((name) => !/session|interaction\.(saved|destroyed)/.test(name))
    expect(important).to.deep.equal([
      'authorization.accepted',
      'interaction.started',
      'interaction.ended',
      'interaction.started',
      'interaction.ended',
      'authorization_code.saved',
      'authorization.success',
    ])
    expect(told.indexOf('interaction.saved')).to.be.below(told.indexOf('interaction.started'))
    expect(told.filter((name) => name === 'interaction.destroyed')).to.have.length(2)
  })

  it('F007 A096 authorization.accepted tells of the request once, with session, account and grant where there are any', async () => {
    const { op } = await startScreens({}, logsIn())
    const told: unknown[] = []
    op.provider.on('authorization.accepted', ({ oidc: { session, account, grant, client } }) => {
      told.push([client?.clientId, session?.accountId, account?.accountId, typeof grant?.jti])
    })

    const { agent } = await op.authorize()
    await op.authorize({}, agent)

    expect(told).to.deep.equal([
      ['web', undefined, undefined, 'undefined'],
      ['web', 'alice', 'alice', 'string'],
    ])
  })

  it('A125 an exchange tells what was stored before it tells of success', async () => {
    const { op } = await startScreens({}, logsIn())
    const { code, verifier } = await op.authorize({ scope: 'openid offline_access', prompt: 'consent' })
    const told = record(op, [
      'authorization_code.consumed',
      'access_token.saved',
      'refresh_token.saved',
      'grant.success',
      'grant.revoked',
      'grant.error',
    ])

    await op.exchange(code, verifier)
    expect([...told].sort()).to.deep.equal([
      'access_token.saved',
      'authorization_code.consumed',
      'grant.success',
      'refresh_token.saved',
    ])
    expect(told.at(-1)).to.equal('grant.success')
    told.length = 0

    await op.exchange(code, verifier)
    expect(told).to.deep.equal(['grant.revoked', 'grant.error'])
  })

  it('A099 a refused request tells of the error only', async () => {
    const { op } = await startScreens({}, logsIn())
    const told = record(op, ['authorization.accepted', 'authorization.error', 'interaction.started'])

    await ask(op, op.agent(), { prompt: 'none' })
    await ask(op, op.agent(), { scope: '"' })

    expect(told).to.deep.equal(['authorization.accepted', 'authorization.error', 'authorization.error'])
  })

  it('A096 a listener that throws changes no answer', async () => {
    const { op } = await startScreens({}, logsIn())
    for (const name of [
      'authorization.accepted',
      'authorization_code.saved',
      'authorization.success',
    ] as const) {
      op.provider.on(name, () => {
        throw new Error('a listener')
      })
    }

    const { code } = await op.authorize()

    expect(code).to.not.equal('')
  })
})
