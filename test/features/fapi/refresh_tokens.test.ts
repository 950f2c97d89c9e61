import { expect } from 'chai'
import { Issuer } from '../../../lib/relying_party/index.ts'
import type { ClientMetadata, SecurityProfileName } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { CLIENT_JWKS, PUBLIC_JWKS } from '../../support/client_keys.ts'
import { ecPair } from '../../support/key_pair.ts'
import { REDIRECT_URI, startProvider, stopProviders } from '../../support/start_provider.ts'

const CLIENT: ClientMetadata = {
  client_id: 'bank',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [REDIRECT_URI],
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
  jwks: PUBLIC_JWKS,
  dpop_bound_access_tokens: true,
}

describe('refresh tokens under a profile (FAPI 2.0 Security Profile §5.3.2.1)', () => {
  afterEach(stopProviders)

  /** Whether one of which four fifths of its life are over is rotated. */
  async function isRotated(profile: SecurityProfileName, configuration: Configuration = {}) {
    const { provider, issuer } = await startProvider({
      clients: [CLIENT],
      features: { dPoP: { enabled: true }, fapi: { enabled: true, profile } },
      ...configuration,
    })
    const grant = new provider.Grant({ accountId: 'alice', clientId: CLIENT.client_id })
    grant.addOIDCScope('openid offline_access')
    const client = await provider.Client.find(CLIENT.client_id)
    const now = Math.floor(Date.now() / 1000)
    const old = await new provider.RefreshToken({
      client,
      accountId: 'alice',
      grantId: await grant.save(),
      scope: 'openid offline_access',
      gty: 'authorization_code',
      iat: now - 8000,
      exp: now + 2000,
    }).save()
    const found = await Issuer.discover(issuer)
    const bank = new found.Client(
      {
        client_id: CLIENT.client_id,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
      },
      CLIENT_JWKS,
    )
    const tokens = await bank.refresh(old, { DPoP: ecPair().privateKey })
    return tokens.refresh_token !== old
  }

  for (const profile of ['2.0', '2.0 Message Signing'] as const) {
    it(`F183 ${profile}: they stay as they are, unless the host wants otherwise`, async () => {
      expect(await isRotated(profile)).to.equal(false)
      expect(await isRotated(profile, { rotateRefreshToken: () => true })).to.equal(true)
    })
  }

  it('F183 1.0 Final: they are rotated as elsewhere', async () => {
    expect(await isRotated('1.0 Final')).to.equal(true)
  })
})
