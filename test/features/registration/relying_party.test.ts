import { expect } from 'chai'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  dynamicClientRegistration,
  fetchUserInfo,
  randomPKCECodeVerifier,
  refreshTokenGrant,
} from 'openid-client'
import { asUpdate, bearer, manage, send, startRegistering } from '../../support/registering.ts'
import { ACCOUNT, REDIRECT_URI, stopProviders } from '../../support/start_provider.ts'

const MOVED = 'https://rp.example.com/moved'

describe('a relying party that registers itself (RFC 7591, RFC 7592)', () => {
  afterEach(stopProviders)

  it('registers, logs somebody in, updates its registration, uses it again and deletes it', async () => {
    const op = await startRegistering({ initialAccessToken: true })
    const initialAccessToken = await new op.provider.InitialAccessToken().save()

    const rp = await dynamicClientRegistration(
      new URL(op.issuer),
      {
        client_name: 'RP',
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
      },
      ClientSecretPost(),
      { initialAccessToken, execute: [allowInsecureRequests] },
    )
    const logIn = async (redirectUri: string) => {
      const verifier = randomPKCECodeVerifier()
      const url = buildAuthorizationUrl(rp, {
        redirect_uri: redirectUri,
        scope: 'openid offline_access',
        prompt: 'consent',
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      const agent = op.agent()
      const { headers } = await agent.follow(await agent.get(url.href))
      const location = headers.get('location') ?? 'nowhere:'
      return authorizationCodeGrant(rp, new URL(location), {
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
    }
    const registered: Record<string, unknown> = { ...rp.clientMetadata() }

    const first = await logIn(REDIRECT_URI)
    const userinfo = await fetchUserInfo(rp, first.access_token, ACCOUNT)
    const updated = await manage('PUT', registered, asUpdate(registered, { redirect_uris: [MOVED] }))
    const second = await logIn(MOVED)
    const refreshed = await refreshTokenGrant(rp, String(second.refresh_token))
    const deleted = await manage('DELETE', updated.body)
    const outcome = await refreshTokenGrant(rp, String(refreshed.refresh_token)).catch(({ error }) => error)

    expect(op.serverErrors).to.deep.equal([])
    expect(registered).to.include({ client_name: 'RP', client_secret_expires_at: 0 })
    expect(first.claims()).to.include({ sub: ACCOUNT, aud: registered['client_id'] })
    expect(userinfo.sub).to.equal(ACCOUNT)
    expect(updated.status).to.equal(200)
    expect(second.claims()?.sub).to.equal(ACCOUNT)
    expect(deleted.status).to.equal(204)
    expect(outcome).to.equal('invalid_client')
  })

  it('finds everything under the path that the provider is mounted at', async () => {
    const op = await startRegistering({}, {}, {}, { mountPath: '/oidc' })

    const rp = await dynamicClientRegistration(
      new URL(op.issuer),
      { redirect_uris: [REDIRECT_URI] },
      undefined,
      {
        execute: [allowInsecureRequests],
      },
    )

    const { registration_client_uri: uri, registration_access_token: token } = rp.clientMetadata()
    expect(uri).to.match(new RegExp(`^${op.issuer}/reg/`))
    expect((await send(String(uri), 'GET', undefined, bearer(token))).status).to.equal(200)
  })
})
