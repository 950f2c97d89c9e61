import assert from 'node:assert/strict'
import * as oauth from 'openid-client'
import { Browsing, type Page } from '../support/browsing.ts'

const CALLBACK = 'https://rp.example.com/cb'
const GOODBYE = 'https://rp.example.com/bye'
const SECRET = 'a-secret-of-the-application'
const INSECURE = { execute: [oauth.allowInsecureRequests] }

/** Who sits before the browser, and leaves it at the application. */
const somebody = () => new Browsing('https://rp.example.com')

/** Fills in what each page asks for, until none asks any more. */
async function answerAll(browsing: Browsing, opened: Page): Promise<Page> {
  let page = opened
  for (let pages = 0; pages < 10 && page.text.includes('<form'); pages += 1) {
    const values = page.text.includes('name="login"') ? { login: 'ada' } : { logout: 'yes' }
    page = await browsing.submit(page, values)
  }
  return page
}

interface Application {
  readonly config: oauth.Configuration
  readonly browsing: Browsing
}

/** @returns where the browser arrives, and what the application needs to go on */
async function authorize({ config, browsing }: Application, params: Record<string, string>) {
  const pkceCodeVerifier = oauth.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [oauth.randomState(), oauth.randomNonce()]
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...params,
  })
  return { page: await browsing.open(url.href), checks: { pkceCodeVerifier, expectedState, expectedNonce } }
}

async function logIn(application: Application) {
  const params = { scope: 'openid profile email offline_access', prompt: 'consent' }
  const { page, checks } = await authorize(application, params)
  assert.match(page.text, /Sign in to app/)
  const arrived = await answerAll(application.browsing, page)
  const tokens = await oauth.authorizationCodeGrant(application.config, new URL(arrived.url), checks)
  assert.equal(tokens.claims()?.sub, 'ada')
  return tokens
}

async function useTokens({ config }: Application, tokens: oauth.TokenEndpointResponse) {
  const { name, email_verified: isVerified } = await oauth.fetchUserInfo(config, tokens.access_token, 'ada')
  assert.deepEqual([name, isVerified], ['Ada', true])
  const refreshed = await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '')
  const { active, client_id: client } = await oauth.tokenIntrospection(config, refreshed.access_token)
  assert.deepEqual([active, client], [true, 'app'])
  const latest = refreshed.refresh_token ?? ''
  await oauth.tokenRevocation(config, latest)
  await assert.rejects(oauth.refreshTokenGrant(config, latest), { error: 'invalid_grant' })
}

async function comeBack(application: Application): Promise<void> {
  const { page, checks } = await authorize(application, { scope: 'openid profile', prompt: 'none' })
  await oauth.authorizationCodeGrant(application.config, new URL(page.url), checks)
}

async function useAsMachine({ config }: Application): Promise<void> {
  const { scope } = await oauth.clientCredentialsGrant(config, { scope: 'api:read' })
  assert.equal(scope, 'api:read')
}

async function useAsDevice(issuer: URL): Promise<void> {
  const config = await oauth.discovery(issuer, 'tv', undefined, oauth.None(), INSECURE)
  const asked = await oauth.initiateDeviceAuthorization(config, { scope: 'openid profile' })
  const browsing = somebody()
  await answerAll(browsing, await browsing.open(asked.verification_uri_complete ?? ''))
  const tokens = await oauth.pollDeviceAuthorizationGrant(config, { ...asked, interval: 1 })
  assert.equal(tokens.claims()?.sub, 'ada')
}

async function logOut({ config, browsing }: Application, idToken: string): Promise<void> {
  const url = oauth.buildEndSessionUrl(config, {
    id_token_hint: idToken,
    post_logout_redirect_uri: GOODBYE,
    state: 'gone',
  })
  const arrived = await answerAll(browsing, await browsing.open(url.href))
  assert.equal(arrived.url, `${GOODBYE}?state=gone`)
}

async function changeOnesMind(application: Application): Promise<void> {
  const { page, checks } = await authorize(application, { scope: 'openid' })
  const arrived = await application.browsing.open(`${page.url}/abort`)
  const grant = oauth.authorizationCodeGrant(application.config, new URL(arrived.url), checks)
  await assert.rejects(grant, { error: 'access_denied' })
}

/**
 * Does what an application does at a provider, from discovery to logout.
 * @param told hears of each thing that has worked
 */
export async function useAsApplication(address: string, told: (what: string) => void): Promise<void> {
  const issuer = new URL(address)
  const authentication = oauth.ClientSecretBasic(SECRET)
  const config = await oauth.discovery(issuer, 'app', SECRET, authentication, INSECURE)
  const application = { config, browsing: somebody() }
  const tokens = await logIn(application)
  told('somebody logs in and agrees, and the application gets tokens')
  await comeBack(application)
  told('nobody is asked again')
  await useTokens(application, tokens)
  told('UserInfo, a refreshed token, introspection, revocation')
  await useAsMachine(application)
  told('client credentials')
  await useAsDevice(issuer)
  told('a device gets tokens')
  await logOut(application, tokens.id_token ?? '')
  told('the logout comes back to the application')
  await changeOnesMind(application)
  told('who is gone is asked, and may refuse')
}
