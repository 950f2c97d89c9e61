import { expect } from 'chai'
import * as client from 'openid-client'
import { EVERYTHING, request } from '../../support/authorization_answer.ts'
import {
  ACCOUNT,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
} from '../../support/start_provider.ts'

/** The relying party's side: discovers the provider and knows its client. */
async function discover(op: RunningProvider): Promise<client.Configuration> {
  const { client_id, client_secret } = op.client
  const options = { execute: [client.allowInsecureRequests] }
  const authentication = client.ClientSecretPost(client_secret)
  return client.discovery(new URL(op.issuer), client_id, undefined, authentication, options)
}

/** Sends the browser where the relying party wants it. @returns what comes back to the relying party */
async function visit(
  op: RunningProvider,
  rp: client.Configuration,
  params: Record<string, string>,
): Promise<URL | Request> {
  const url = client.buildAuthorizationUrl(rp, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid email',
    ...params,
  })
  const { way, to, members, response } = await request(op, Object.fromEntries(url.searchParams))
  if (way !== 'form') return new URL(response.headers.get('location') ?? '')
  return new Request(to, { method: 'POST', body: new URLSearchParams(members) })
}

async function secrets() {
  const verifier = client.randomPKCECodeVerifier()
  const challenge = await client.calculatePKCECodeChallenge(verifier)
  return {
    checks: {
      pkceCodeVerifier: verifier,
      expectedNonce: client.randomNonce(),
      expectedState: client.randomState(),
    },
    proof: { code_challenge: challenge, code_challenge_method: 'S256' },
  }
}

describe('openid-client as the relying party', () => {
  afterEach(stopProviders)

  for (const mode of ['query', 'fragment', 'form_post']) {
    it(`gets through the code flow by ${mode} (OpenID Connect Core 1.0 §3.1, RFC 9207)`, async () => {
      const op = await startProvider(EVERYTHING)
      const rp = await discover(op)
      const { checks, proof } = await secrets()
      const { expectedNonce: nonce, expectedState: state } = checks

      const returned = await visit(op, rp, { ...proof, nonce, state, response_mode: mode })
      const url = mode === 'fragment' && returned instanceof URL ? asQuery(returned) : returned
      const tokens = await client.authorizationCodeGrant(rp, url, checks)
      const userinfo = await client.fetchUserInfo(rp, tokens.access_token, ACCOUNT)

      expect(tokens.claims()).to.include({ sub: ACCOUNT, nonce })
      expect(userinfo).to.deep.equal({ sub: ACCOUNT, email: 'alice@example.com' })
    })
  }

  for (const mode of ['fragment', 'form_post']) {
    it(`gets through the implicit flow with an ID Token by ${mode} (§3.2)`, async () => {
      const op = await startProvider(EVERYTHING)
      const rp = await discover(op)
      client.useIdTokenResponseType(rp)
      const nonce = client.randomNonce()
      const state = client.randomState()

      const returned = await visit(op, rp, { nonce, state, response_mode: mode })
      const claims = await client.implicitAuthentication(rp, returned, nonce, { expectedState: state })

      expect(claims).to.include({ sub: ACCOUNT, nonce, email: 'alice@example.com' })
    })

    it(`gets through the hybrid flow with c_hash and s_hash checked by ${mode} (§3.3, FAPI 1.0 Advanced §5.2.2)`, async () => {
      const op = await startProvider(EVERYTHING)
      const rp = await discover(op)
      client.useCodeIdTokenResponseType(rp)
      client.enableDetachedSignatureResponseChecks(rp)
      const { checks, proof } = await secrets()
      const { expectedNonce: nonce, expectedState: state } = checks

      const returned = await visit(op, rp, { ...proof, nonce, state, response_mode: mode })
      const tokens = await client.authorizationCodeGrant(rp, returned, checks)

      expect(tokens.claims()).to.include({ sub: ACCOUNT, nonce })
    })
  }

  it('understands an error that goes back to it (§3.1.2.6)', async () => {
    const op = await startProvider(EVERYTHING)
    const rp = await discover(op)
    const { checks, proof } = await secrets()
    const { expectedNonce: nonce, expectedState: state } = checks

    const returned = await visit(op, rp, { ...proof, nonce, state, prompt: 'none' })
    const failure = await client.authorizationCodeGrant(rp, returned, checks).catch((error: unknown) => error)

    expect(failure).to.be.instanceOf(client.AuthorizationResponseError)
    expect(failure).to.include({ error: 'login_required' })
  })
})

/** A page's script hands a fragment to its server as parameters. */
function asQuery({ href }: URL): URL {
  return new URL(href.replace('#', '?'))
}
