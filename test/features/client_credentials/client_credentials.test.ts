import { expect } from 'chai'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { register } from '../../support/registering.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const MACHINE: ClientMetadata = {
  ...WEB_CLIENT,
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
}

async function start(client: Partial<ClientMetadata> = {}, configuration: Configuration = {}) {
  const op = await startProvider({
    scopes: ['api:read', 'api:write'],
    clients: [{ ...MACHINE, ...client }],
    ...configuration,
    features: { clientCredentials: { enabled: true }, ...configuration.features },
  })
  const ask = (scope: string, params = {}) => op.token({ grant_type: 'client_credentials', scope, ...params })
  return { op, ask }
}

describe('scopes of the client credentials grant (RFC 6749 §3.3, §4.4.2)', () => {
  afterEach(stopProviders)

  for (const [what, scope, client, told] of [
    ['of which nobody knows one', 'unknown other', {}, 'unknown other'],
    ['for an end-user', 'openid api:read', {}, 'openid'],
    ['for refresh tokens', 'api:read offline_access', {}, 'offline_access'],
    ['that the client may not have', 'api:read api:write', { scope: 'api:read' }, 'api:write'],
  ] as const) {
    it(`A128 a scope ${what} is refused (RFC 6749 §5.2)`, async () => {
      const { ask } = await start(client)

      const { status, body } = await ask(scope)

      expect([status, body['error'], body['scope']]).to.deep.equal([400, 'invalid_scope', told])
    })
  }

  it('A128 unknown scopes are dropped, and the answer says what is left (RFC 6749 §3.3)', async () => {
    const { op, ask } = await start()

    const { status, body } = await ask('unknown api:read')

    const token = await op.provider.ClientCredentials.find(String(body['access_token']))
    expect([status, body['scope'], token?.scope]).to.deep.equal([200, 'api:read', 'api:read'])
  })

  it('A128 without any scope there is a token without any (RFC 6749 §3.3)', async () => {
    const { ask } = await start()

    const { status, body } = await ask('')

    expect(status).to.equal(200)
    expect(body).not.to.have.property('scope')
  })

  it('A128 what is about people is another thing where a resource server has a scope of that name (RFC 8707 §2)', async () => {
    const { op, ask } = await start(
      {},
      {
        features: {
          resourceIndicators: { enabled: true, getResourceServerInfo: () => ({ scope: 'openid read' }) },
        },
      },
    )

    const { status, body } = await ask('openid read', { resource: 'https://api.example.com' })

    const token = await op.provider.ClientCredentials.find(String(body['access_token']))
    expect([status, token?.scope]).to.deep.equal([200, 'openid read'])
  })

  it('A128 a resource server may have no scopes at all (RFC 8707 §2)', async () => {
    const { op, ask } = await start(
      {},
      {
        features: {
          resourceIndicators: { enabled: true, getResourceServerInfo: () => ({ audience: 'api' }) },
        },
      },
    )

    const { status, body } = await ask('', { resource: 'https://api.example.com' })

    const token = await op.provider.ClientCredentials.find(String(body['access_token']))
    expect([status, token?.aud, token?.scope]).to.deep.equal([200, 'api', undefined])
  })
})

describe('scopes of the provider at a resource server of none (RFC 6749 §3.3, RFC 8707 §2.2)', () => {
  afterEach(stopProviders)

  it('A128 are dropped though nothing is left, and the answer says so: hosts of version 8 rely on it', async () => {
    const { op, ask } = await start(
      {},
      {
        features: {
          resourceIndicators: {
            enabled: true,
            defaultResource: () => 'https://api.example.com',
            getResourceServerInfo: () => ({ audience: 'api', scope: '' }),
          },
        },
      },
    )

    const known = await ask('api:read')
    const unknown = await ask('nobody:knows')

    const token = await op.provider.ClientCredentials.find(String(known.body['access_token']))
    expect([known.status, known.body['scope'], token?.aud]).to.deep.equal([200, '', 'api'])
    expect([unknown.status, unknown.body['error']]).to.deep.equal([400, 'invalid_scope'])
  })
})

describe('clients without authentication and the client credentials grant (RFC 6749 §4.4)', () => {
  afterEach(stopProviders)

  const PUBLIC = { token_endpoint_auth_method: 'none' } as const

  it('J21 one of the configuration starts, and is refused at the token endpoint', async () => {
    const { ask } = await start(PUBLIC)

    const { status, body } = await ask('api:read')

    expect([status, body['error']]).to.deep.equal([400, 'unauthorized_client'])
  })

  it('J21 one that registers itself is refused there (RFC 7591 §3.2.2)', async () => {
    const { op } = await start({}, { features: { registration: { enabled: true } } })

    const { status, body } = await register(op, {
      ...PUBLIC,
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    })

    expect([status, body['error']]).to.deep.equal([400, 'invalid_client_metadata'])
  })
})
