import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import Koa from 'koa'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import Provider, { errors, interactionPolicy, Provider as Named } from '../../lib/index.ts'
import { startClock, stopClock } from '../support/clock.ts'
import { register } from '../support/registering.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

const SILENT = { info() {}, warn() {}, error() {} }
const ISSUER = 'https://op.example.com'

/** Rows of the documented surface, routes, and where they are by default. */
const ROUTES: readonly (readonly [id: string, route: string, methods: readonly string[], path: string])[] = [
  ['F236', 'discovery', ['GET'], '/.well-known/openid-configuration'],
  ['F237', 'jwks', ['GET'], '/jwks'],
  ['F238', 'authorization', ['GET', 'POST'], '/auth'],
  ['F239', 'resume', ['GET'], '/auth/x'],
  ['F240', 'token', ['POST'], '/token'],
  ['F241', 'userinfo', ['GET', 'POST'], '/me'],
  ['F244', 'pushed_authorization_request', ['POST'], '/request'],
  ['F245', 'registration', ['POST'], '/reg'],
  ['F246', 'client', ['GET'], '/reg/x'],
  ['F247', 'client_update', ['PUT'], '/reg/x'],
  ['F248', 'client_delete', ['DELETE'], '/reg/x'],
  ['F252', 'backchannel_authentication', ['POST'], '/backchannel'],
]

const FEATURES_ON = {
  ciba: { enabled: true },
  registration: { enabled: true },
  registrationManagement: { enabled: true },
}

describe('the documented surface', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  for (const [id, route, methods, path] of ROUTES) {
    it(`${id} ${route} answers ${methods.join(' and ')} at ${path}`, async () => {
      const seen: string[] = []
      const op = await startProvider(
        { features: FEATURES_ON },
        {
          mountPath: '',
          screens: false,
          use: [
            async (ctx, next) => {
              await next()
              seen.push(ctx.oidc?.route)
            },
          ],
        },
      )
      const params = { uid: 'x', clientId: 'x' }
      for (const method of methods) await op.agent().request(path, { method })

      expect(op.provider.pathFor(route, { params })).to.equal(path)
      expect(seen).to.deep.equal(methods.map(() => route))
    })
  }

  it('F258 the module has Provider as default and by name, errors and interactionPolicy', () => {
    expect(Named).to.equal(Provider)
    expect(errors.OIDCProviderError.prototype).to.be.instanceOf(Error)
    expect(interactionPolicy).to.include.keys('base', 'Check', 'Prompt')
  })

  it('F259 F265 a provider is made of an issuer and a configuration, and tells its issuer', () => {
    const provider = new Provider(`${ISSUER}/path`, { logger: SILENT })

    expect(provider.issuer).to.equal(`${ISSUER}/path`)
    for (const issuer of [`${ISSUER}?x`, `${ISSUER}#x`, 'op.example.com', 'ftp://op.example.com'])
      expect(() => new Provider(issuer, { logger: SILENT }), issuer).to.throw(TypeError)
  })

  it('F261 F264 F274 a provider is an EventEmitter that owns a Koa application, whose proxy it sets', () => {
    const provider = new Provider(ISSUER, { logger: SILENT })
    provider.proxy = true

    expect(provider).to.be.instanceOf(EventEmitter)
    expect(provider.app).to.be.instanceOf(Koa)
    expect([provider.app.proxy, provider.proxy]).to.deep.equal([true, true])
  })

  it('F262 listen() serves the provider alone', async () => {
    const provider = new Provider(ISSUER, { logger: SILENT })
    const server = provider.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address: AddressInfo | string | null = server.address()
    const port = typeof address === 'object' ? address?.port : ''
    const { status } = await fetch(`http://127.0.0.1:${port}/jwks`)
    server.closeAllConnections()
    server.close()

    expect(status).to.equal(200)
  })

  it('F287 F293 F300 F302 F304 model classes are there without asking which features are on', () => {
    const provider = new Provider(ISSUER, { logger: SILENT })
    const { ClientCredentials, PushedAuthorizationRequest, RegistrationAccessToken } = provider

    for (const Model of [ClientCredentials, PushedAuthorizationRequest, RegistrationAccessToken])
      expect(Model.prototype).to.be.instanceOf(provider.BaseToken)
    expect(new provider.ResourceServer('https://api.example.com', { scope: 'read' }).scopes).to.deep.equal(
      new Set(['read']),
    )
  })

  it('A196 a client that storage answers falsely for does not exist', async () => {
    for (const nothing of [undefined, null, false, 0, '']) {
      const adapter = Object.assign(memoryAdapter()('Client'), { find: async () => nothing })
      const op = await startProvider({ adapter: () => adapter })

      expect(await op.provider.Client.find('unknown')).to.equal(undefined)
      expect((await op.provider.Client.find('web'))?.clientId).to.equal('web')
    }
  })

  it('A186 functions of ttl are given the request, the token and the client', async () => {
    stopClock()
    const given: unknown[][] = []
    const op = await startProvider({
      ttl: {
        AccessToken: (ctx, token, client) => {
          given.push([ctx.oidc.route, token.kind, client.clientId])
          return 60
        },
      },
    })
    const { status, body } = await op.login()

    expect([status, body['expires_in']]).to.deep.equal([200, 60])
    expect(given[0]).to.deep.equal(['token', 'AccessToken', 'web'])
  })

  it('F086 F116 F122 features that are off have no endpoint and no grant', async () => {
    const op = await startProvider()
    const { body } = await op.token({ grant_type: 'client_credentials' })
    const { provider } = op

    expect(body['error']).to.equal('unsupported_grant_type')
    expect(() => provider.pathFor('registration')).to.throw(TypeError)
    expect(() => provider.pathFor('client_update', { params: { clientId: 'x' } })).to.throw(TypeError)
  })

  it('F117 F121 idFactory and secretFactory of registrations are given the request', async () => {
    const op = await startProvider({
      clients: [],
      features: {
        registration: {
          enabled: true,
          idFactory: ({ oidc }) => `from-${oidc.route}`,
          secretFactory: async ({ oidc }) => `a secret of the ${oidc.route} endpoint, long`,
        },
      },
    })
    const { status, body } = await register(op)

    expect(status).to.equal(201)
    expect(body['client_id']).to.equal('from-registration')
    expect(body['client_secret']).to.equal('a secret of the registration endpoint, long')
  })
})
