import { expect } from 'chai'
import { importPKCS8 } from 'jose'
import * as client from 'openid-client'
import type { SecurityProfileName } from '../../../types/client.ts'
import { ecPair } from '../../support/key_pair.ts'
import { ACCOUNT, REDIRECT_URI, type RunningProvider, stopProviders } from '../../support/start_provider.ts'
import { PARTNER, startFapi } from './fapi_host.ts'

const es256 = ecPair()
const JWKS = { keys: [{ kty: 'EC', ...es256.publicKey.export({ format: 'jwk' }), kid: 'partner' }] }
const signingKey = async () => ({
  key: await importPKCS8(es256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'ES256'),
  kid: 'partner',
})

const CLIENT = {
  ...PARTNER,
  jwks: JWKS,
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code' as const],
  dpop_bound_access_tokens: true,
  authorization_signed_response_alg: 'PS256' as const,
  id_token_signed_response_alg: 'PS256' as const,
}

const start = (profile: SecurityProfileName) => startFapi(profile, { clients: [CLIENT] })

const discover = async (op: RunningProvider) =>
  client.discovery(
    new URL(op.issuer),
    'partner',
    { id_token_signed_response_alg: 'PS256', authorization_signed_response_alg: 'PS256' },
    client.PrivateKeyJwt(await signingKey()),
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  )

/** Pushes a request, logs in, exchanges the code, refreshes and reads userinfo, with proofs all the way. */
async function logIn(op: RunningProvider, config: client.Configuration, isSigned: boolean) {
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedNonce = client.randomNonce()
  const parameters = {
    redirect_uri: REDIRECT_URI,
    scope: 'openid offline_access',
    prompt: 'consent',
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  }
  const request = isSigned
    ? (await client.buildAuthorizationUrlWithJAR(config, parameters, await signingKey())).searchParams
    : parameters
  const url = await client.buildAuthorizationUrlWithPAR(config, request, { DPoP })
  const agent = op.agent()
  const response = await agent.follow(await agent.get(url.href))
  const location = new URL(response.headers.get('location') ?? '')
  const checks = { pkceCodeVerifier, expectedNonce, idTokenExpected: true }
  const tokens = await client.authorizationCodeGrant(config, location, checks, undefined, { DPoP })
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })
  const userinfo = await client.fetchUserInfo(config, refreshed.access_token, ACCOUNT, { DPoP })
  return { location, tokens, userinfo }
}

describe('openid-client under FAPI', () => {
  afterEach(stopProviders)

  it('2.0: private_key_jwt, a pushed request, PKCE and DPoP (FAPI 2.0 Security Profile §5.3.2)', async () => {
    const { op } = await start('2.0')

    const { location, tokens, userinfo } = await logIn(op, await discover(op), false)

    expect(location.searchParams.get('iss')).to.equal(op.issuer)
    expect(tokens.token_type).to.equal('dpop')
    expect(userinfo.sub).to.equal(ACCOUNT)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('2.0 Message Signing: the pushed request and the answer are signed (FAPI 2.0 Message Signing §5.3, §5.4)', async () => {
    const { op } = await start('2.0 Message Signing')
    const config = await discover(op)
    client.useJwtResponseMode(config)

    const { location, tokens } = await logIn(op, config, true)

    expect([...location.searchParams.keys()]).to.deep.equal(['response'])
    expect(tokens.claims()?.sub).to.equal(ACCOUNT)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('1.0 Final: a signed request, and a signed answer with the code (FAPI 1.0 Part 2: Advanced §5.2.2, §5.2.3)', async () => {
    const { op } = await start('1.0 Final')
    const config = await discover(op)
    client.useJwtResponseMode(config)

    const { location, tokens } = await logIn(op, config, true)

    expect([...location.searchParams.keys()]).to.deep.equal(['response'])
    expect(tokens.claims()?.sub).to.equal(ACCOUNT)
    expect(op.serverErrors).to.deep.equal([])
  })
})
