import { expect } from 'chai'
import type { Configuration } from '../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import { REGISTRATION, register, startRegistering } from '../support/registering.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

const API = 'https://api.example.com'

/** Writes everything a host could, once the resource servers are known. */
function writeServers({ oidc }: KoaContextWithOIDC): void {
  const server = oidc.resourceServers[API]
  if (server === undefined) throw new Error('not described yet')
  server.scope = 'api:read api:admin'
  server.audience = 'elsewhere'
  server.accessTokenFormat = 'jwt'
  oidc.resourceServers['https://other.example.com'] = server
}

const RESOURCES: Configuration = {
  features: {
    resourceIndicators: {
      enabled: true,
      defaultResource: () => API,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: 'api:read', audience: 'the-api', accessTokenFormat: 'opaque' }),
    },
  },
}

describe('what ctx.oidc shows to hosts is their own copy', () => {
  afterEach(stopProviders)

  it('F307 ctx.oidc.resourceServers: writes reach no decision, and nothing throws (RFC 8707 §2.2)', async () => {
    let written = 0
    const write = (ctx: KoaContextWithOIDC) => {
      writeServers(ctx)
      written += 1
    }
    const op = await startProvider({
      ...RESOURCES,
      loadExistingGrant(ctx) {
        write(ctx)
        const { client, provider, result, session } = ctx.oidc
        const id = result?.consent?.grantId ?? session?.grantIdFor(client?.clientId ?? '')
        return id === undefined ? undefined : provider.Grant.find(id)
      },
      extraTokenClaims(ctx) {
        write(ctx)
        return undefined
      },
    })
    const { status, body } = await op.login({ scope: 'openid api:read api:admin', resource: API })
    const token = await op.provider.AccessToken.find(String(body['access_token']))

    expect(status, JSON.stringify(body)).to.equal(200)
    expect(written).to.be.at.least(2)
    expect([token?.aud, token?.scope]).to.deep.equal(['the-api', 'api:read'])
  })

  it('F307 ctx.oidc.resourceServers says all that the host said of a resource server', async () => {
    const info = {
      scope: 'api:read',
      audience: 'the-api',
      accessTokenTTL: 77,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'ES256' } },
    } as const
    const seen: unknown[] = []
    const op = await startProvider({
      features: {
        resourceIndicators: { ...RESOURCES.features?.resourceIndicators, getResourceServerInfo: () => info },
      },
      extraTokenClaims({ oidc }) {
        const server = oidc.resourceServers[API]
        seen.push(server?.identifier(), { ...server })
        return undefined
      },
    })
    const { status } = await op.login({ scope: 'openid api:read', resource: API })

    expect([status, ...seen]).to.deep.equal([200, API, info])
  })

  it('F307 ctx.oidc.resourceServers keeps what the host wrote, and can be replaced', async () => {
    const seen: unknown[] = []
    const op = await startProvider({
      ...RESOURCES,
      loadExistingGrant: (ctx) => {
        writeServers(ctx)
        seen.push(Object.keys(ctx.oidc.resourceServers), ctx.oidc.resourceServers[API]?.audience)
        ctx.oidc.resourceServers = {}
        seen.push(Object.keys(ctx.oidc.resourceServers))
        return undefined
      },
    })
    await op.authorize({ scope: 'openid api:read', resource: API })

    expect(seen.slice(0, 3)).to.deep.equal([[API, 'https://other.example.com'], 'elsewhere', []])
  })

  it('F307 ctx.oidc.body of a registration: writes reach no decision, and nothing throws (RFC 7591 §3.1)', async () => {
    let seen: unknown
    const op = await startRegistering({
      idFactory: ({ oidc }) => {
        const body = oidc.body ?? {}
        body['redirect_uris'] = ['https://evil.example.com/cb']
        body['added'] = true
        Reflect.set(Object(body['jwks'] ?? {}), 'keys', [])
        seen = oidc.body?.['added']
        oidc.body = { redirect_uris: [] }
        return 'made-by-the-host'
      },
    })
    const { status, body } = await register(op, { ...REGISTRATION })

    expect([status, body['redirect_uris'], seen]).to.deep.equal([201, REGISTRATION.redirect_uris, true])
  })
})
