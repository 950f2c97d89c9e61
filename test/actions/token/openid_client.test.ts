import { expect } from 'chai'
import * as client from 'openid-client'
import type { ClientMetadata } from '../../../types/client.ts'
import {
  ACCOUNT,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
} from '../../support/start_provider.ts'
import type { UserAgent } from '../../support/user_agent.ts'

/** Characters that Basic credentials have to encode. @see RFC 6749 §2.3.1 */
const SECRET = 'a secret: with % and + and more, 32 characters'
const METHODS = [
  ['client_secret_basic', client.ClientSecretBasic(SECRET)],
  ['client_secret_post', client.ClientSecretPost(SECRET)],
  ['none', client.None()],
] as const
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const
const features = { clientCredentials: { enabled: true } }
const PATHS = ['', '/oidc'] as const

function metadata(method: (typeof METHODS)[number][0], alg: (typeof ALGORITHMS)[number]): ClientMetadata {
  const isPublic = method === 'none'
  return {
    client_id: 'rp:1',
    ...(isPublic ? {} : { client_secret: SECRET }),
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token', ...(isPublic ? [] : ['client_credentials'])],
    token_endpoint_auth_method: method,
    id_token_signed_response_alg: alg,
  }
}

/** The configuration a relying party finds; the only relaxation is http, on loopback. */
async function discover(op: RunningProvider, auth: client.ClientAuth): Promise<client.Configuration> {
  const { client_id, id_token_signed_response_alg: alg = 'RS256' } = op.client
  const found = await client.discovery(
    new URL(op.issuer),
    client_id,
    { id_token_signed_response_alg: alg },
    auth,
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  )
  return found
}

/** Sends the browser on its way. @returns the URL it comes back with, and what was remembered for it */
async function authorize(config: client.Configuration, agent: UserAgent) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    maxAge: 600,
  }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid offline_access',
    prompt: 'consent',
    max_age: String(checks.maxAge),
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  })
  const response = await agent.follow(await agent.get(url.href))
  return { checks, location: new URL(response.headers.get('location') ?? '') }
}

describe('openid-client as the relying party (OpenID Connect Core 1.0 §3.1)', () => {
  afterEach(stopProviders)

  for (const [method, auth] of METHODS) {
    for (const [position, alg] of ALGORITHMS.entries()) {
      const mountPath = PATHS[position % PATHS.length] ?? ''

      it(`${method}, ${alg}, ${mountPath || 'no path'}: discovery, code with PKCE, refresh and userinfo`, async () => {
        const op = await startProvider({ features, clients: [metadata(method, alg)] }, { mountPath })
        const config = await discover(op, auth)

        const { checks, location } = await authorize(config, op.agent())
        const tokens = await client.authorizationCodeGrant(config, location, {
          ...checks,
          idTokenExpected: true,
        })
        const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
        const userinfo = await client.fetchUserInfo(
          config,
          refreshed.access_token,
          tokens.claims()?.sub ?? '',
        )

        expect(tokens.claims()).to.include({ iss: op.issuer, sub: ACCOUNT, aud: 'rp:1' })
        expect(refreshed.claims()).to.include({ sub: ACCOUNT, auth_time: tokens.claims()?.auth_time })
        expect(userinfo).to.deep.equal({ sub: ACCOUNT })
        expect(op.serverErrors).to.deep.equal([])
      })
    }
  }

  for (const [method, auth] of METHODS.slice(0, 2)) {
    it(`${method}: client credentials (RFC 6749 §4.4)`, async () => {
      const op = await startProvider({
        features,
        clients: [metadata(method, 'RS256')],
      })

      const tokens = await client.clientCredentialsGrant(await discover(op, auth))

      expect(tokens.token_type).to.equal('bearer')
      expect(tokens.expires_in).to.equal(600)
      expect(tokens.refresh_token).to.equal(undefined)
    })
  }

  it('hears of a refused end-user by redirect, with iss (RFC 9207 §2)', async () => {
    const op = await startProvider(
      { features, clients: [metadata('none', 'RS256')] },
      { interact: () => ({ error: 'access_denied', error_description: 'not today' }) },
    )
    const config = await discover(op, client.None())
    const { checks, location } = await authorize(config, op.agent())

    const refused: unknown = await client
      .authorizationCodeGrant(config, location, checks)
      .catch((error) => error)

    expect(refused).to.be.instanceOf(client.AuthorizationResponseError)
    expect(refused).to.include({ error: 'access_denied', error_description: 'not today' })
  })

  it('A74: refuses an answer with the issuer of somebody else (RFC 9207 §2.4)', async () => {
    const op = await startProvider({ features, clients: [metadata('none', 'RS256')] })
    const config = await discover(op, client.None())
    const { checks, location } = await authorize(config, op.agent())
    location.searchParams.set('iss', 'https://evil.example')

    const refused: unknown = await client
      .authorizationCodeGrant(config, location, checks)
      .catch((error) => error)

    expect(refused).to.be.instanceOf(Error)
  })

  it('a wrong secret is told as invalid_client, with a challenge (RFC 6749 §5.2)', async () => {
    const op = await startProvider({ features, clients: [metadata('client_secret_basic', 'RS256')] })
    const config = await discover(op, client.ClientSecretBasic('another secret'))
    const { checks, location } = await authorize(config, op.agent())

    const refused: unknown = await client
      .authorizationCodeGrant(config, location, checks)
      .catch((error) => error)

    expect(refused).to.be.instanceOf(client.WWWAuthenticateChallengeError)
  })
})
