import { expect } from 'chai'
import { decodeJwt } from 'jose'
import type { Configuration } from '../../../types/configuration.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

const API = 'https://api.example.com'

const start = (configuration: Configuration) =>
  startProvider({
    claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
    issueRefreshToken: () => true,
    ...configuration,
    features: {
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({ scope: 'read' }),
        useGrantedResource: () => true,
      },
      ...configuration.features,
    },
  })

const claimsOf = ({ body }: { body: Record<string, unknown> }) => decodeJwt(String(body['id_token']))

describe('claims of scopes in an ID Token from the token endpoint (OpenID Connect Core 1.0 §5.4)', () => {
  afterEach(stopProviders)

  it('are left to the userinfo endpoint where the access token opens that', async () => {
    const op = await start({})

    expect(claimsOf(await op.login({ scope: 'openid email' }))).to.not.have.property('email')
  })

  it('are in it where the access token is for a resource, and opens none', async () => {
    const op = await start({})
    const tokens = await op.login({ scope: 'openid email read', resource: API })

    expect(claimsOf(tokens)).to.include({ email: 'alice@example.com' })
    expect((await op.userinfo(tokens.body['access_token'])).status).to.equal(401)
  })

  it('are in it where there is no userinfo endpoint', async () => {
    const op = await start({ features: { userinfo: { enabled: false } } })

    expect(claimsOf(await op.login({ scope: 'openid email' }))).to.include({ email: 'alice@example.com' })
  })

  it('are in it where the host wants that: those of a refresh that asked for less (RFC 6749 §6)', async () => {
    const op = await start({ conformIdTokenClaims: false })
    const tokens = await op.login({ scope: 'openid email profile' })
    const { refresh_token } = tokens.body

    expect(claimsOf(tokens)).to.include({ email: 'alice@example.com', name: 'Alice' })
    const less = claimsOf(await op.refresh(refresh_token, { scope: 'openid profile' }))
    expect(less).to.include({ name: 'Alice' }).and.to.not.have.property('email')
  })
})
