import { expect } from 'chai'
import type { Configuration } from '../../../types/configuration.ts'
import { EVERYTHING } from '../../support/authorization_answer.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

/** What discovery says, the algorithms of ID Tokens aside, which are those of the keys. */
async function said(configuration: Configuration = {}) {
  const op = await startProvider(configuration)
  const response = await op.agent().get(op.provider.urlFor('discovery'))
  const document: unknown = await response.json()
  const { id_token_signing_alg_values_supported, ...rest }: Record<string, unknown> = { ...Object(document) }
  return { op, rest, algorithms: id_token_signing_alg_values_supported }
}

/** Everything optional that can be off is. */
const OFF: Configuration['features'] = {
  pushedAuthorizationRequests: { enabled: false },
  resourceIndicators: { enabled: false },
  rpInitiatedLogout: { enabled: false },
  userinfo: { enabled: false },
}

describe('the discovery document (OpenID Connect Discovery 1.0 §3, RFC 8414 §2)', () => {
  afterEach(stopProviders)

  it('says what the core can do, and nothing else', async () => {
    const { op, rest, algorithms } = await said({ features: OFF })

    expect(rest).to.deep.equal({
      issuer: op.issuer,
      authorization_endpoint: `${op.issuer}/auth`,
      token_endpoint: `${op.issuer}/token`,
      jwks_uri: `${op.issuer}/jwks`,
      scopes_supported: ['openid', 'offline_access'],
      claim_types_supported: ['normal'],
      claims_supported: ['auth_time', 'iss', 'sub', 'sid'],
      response_types_supported: ['code id_token', 'code', 'id_token', 'none'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'implicit'],
      subject_types_supported: ['public'],
      token_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_jwt',
        'client_secret_post',
        'private_key_jwt',
        'none',
      ],
      token_endpoint_auth_signing_alg_values_supported: ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: false,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    })
    expect(algorithms).to.include('RS256')
  })

  it('names the implicit grant only where a response type brings tokens along (Registration 1.0 §2)', async () => {
    const { rest } = await said({ features: OFF, responseTypes: ['code', 'none'] })

    expect(rest['grant_types_supported']).to.deep.equal(['authorization_code', 'refresh_token'])
  })

  it('offers no algorithm for ID Tokens that there is no key for (§3)', async () => {
    const { algorithms } = await said({
      enabledJWA: { idTokenSigningAlgValues: ['HS256', 'RS256', 'ES512'] },
    })

    expect(algorithms).to.deep.equal(['HS256', 'RS256'])
  })

  it('names algorithms for assertions where one way to use them is on (RFC 8414 §2)', async () => {
    for (const method of ['client_secret_jwt', 'private_key_jwt'] as const) {
      const { rest } = await said({ clientAuthMethods: [method], clients: [] })

      expect(
        rest['token_endpoint_auth_signing_alg_values_supported'],
        method,
      ).to.not.be.empty.and.not.include('none')
    }
  })

  it('follows the configuration', async () => {
    const { rest } = await said({
      ...EVERYTHING,
      features: OFF,
      acrValues: ['gold'],
      clientAuthMethods: ['none', 'client_secret_post'],
      pkce: { methods: ['S256'] },
      scopes: ['openid', 'api'],
    })

    expect(rest).to.deep.include({
      acr_values_supported: ['gold'],
      claims_supported: ['acr', 'auth_time', 'iss', 'sub', 'sid', 'email', 'name'],
      grant_types_supported: ['authorization_code', 'implicit'],
      response_types_supported: [...(EVERYTHING.responseTypes ?? [])],
      scopes_supported: ['openid', 'api', 'email', 'profile'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_post'],
    })
    expect(rest).not.to.have.property('token_endpoint_auth_signing_alg_values_supported')
  })

  for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
    it(`tells the host why ${path} cannot be made, and the client that it is no fault of its own (RFC 9110 §15.6.1)`, async () => {
      const op = await startProvider({ discovery: { too_large: 2n ** 64n } })

      const response = await op.agent().get(`${op.issuer}${path}`)

      expect(response.status).to.equal(500)
      expect(await response.json()).to.include({ error: 'server_error' })
      expect(op.serverErrors.map(String).join()).to.match(/BigInt/)
    })
  }

  for (const path of [
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/jwks',
  ]) {
    it(`answers HEAD at ${path} like GET, without the document (RFC 9110 §9.3.2)`, async () => {
      const op = await startProvider()

      const response = await op.agent().request(`${op.issuer}${path}`, { method: 'HEAD' })

      expect(response.status).to.equal(200)
      expect(response.headers.get('content-type')).to.match(/^application\/(?:json|jwk-set\+json)/)
      expect(await response.text()).to.equal('')
    })

    it(`lets every origin read ${path}, and ask whether it may (Fetch standard, CORS protocol)`, async () => {
      const op = await startProvider()
      const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'GET' }

      const asked = await op.agent().request(`${op.issuer}${path}`, { method: 'OPTIONS', headers })
      const answered = await op.agent().get(`${op.issuer}${path}`, headers)

      expect(asked.status).to.equal(204)
      expect(asked.headers.get('access-control-allow-methods')).to.equal('GET')
      for (const { headers } of [asked, answered])
        expect(headers.get('access-control-allow-origin')).to.equal('*')
    })
  }
})
