import { expect } from 'chai'
import { errors, Issuer } from '../../../lib/relying_party/index.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import { CLIENT_JWKS, PUBLIC_JWKS } from '../../support/client_keys.ts'
import { failureOf } from '../../support/failure_of.ts'
import { MTLS } from '../../support/mtls.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

const ORIGIN = 'https://mtls.example.com'
const KEY = {
  client_id: 'service',
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
} as const
const SERVICE: ClientMetadata = {
  ...KEY,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  jwks: PUBLIC_JWKS,
}

describe('client assertions at an alias (RFC 8705 §5, RFC 7523 §3)', () => {
  afterEach(stopProviders)

  async function asking(
    audience: (metadata: { issuer: string; token: string; revocation: string }) => string,
  ) {
    const op = await startProvider({
      clients: [SERVICE],
      features: {
        clientCredentials: { enabled: true },
        revocation: { enabled: true },
        mTLS: { ...MTLS, aliasOrigin: ORIGIN },
      },
    })
    const issuer = await Issuer.discover(op.issuer)
    const alias = (route: string) => `${ORIGIN}${new URL(op.provider.urlFor(route)).pathname}`
    const aud = audience({ issuer: op.issuer, token: alias('token'), revocation: alias('revocation') })
    const client = new issuer.Client(KEY, CLIENT_JWKS)
    return client.grant({ grant_type: 'client_credentials' }, { clientAssertionPayload: { aud } })
  }

  it('F107 may be for the issuer, or for the token endpoint under its alias', async () => {
    expect((await asking(({ issuer }) => issuer)).access_token).to.be.a('string')
    expect((await asking(({ token }) => token)).access_token).to.be.a('string')
  })

  it('F107 are not for another endpoint, or another origin', async () => {
    for (const audience of [
      ({ revocation }: { revocation: string }) => revocation,
      () => ORIGIN,
      () => 'https://other.example.com/token',
    ])
      expect((await failureOf(asking(audience), errors.OPError)).error).to.equal('invalid_client')
  })
})
