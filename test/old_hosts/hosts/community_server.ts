import assert from 'node:assert/strict'
import { join } from 'node:path'
import * as oauth from 'openid-client'
import { freePort } from '../../support/free_port.ts'
import { UserAgent } from '../../support/user_agent.ts'
import type { OldHost } from '../old_host.ts'

const CALLBACK = 'http://localhost:1/cb'
const INSECURE = { execute: [oauth.allowInsecureRequests] }
const CREDENTIALS = { email: 'ada@example.com', password: 'a good password' }

type Answer = Readonly<Record<string, unknown>>
type Ask = (url: string, sent?: object) => Promise<Answer>

/** The account pages of the server, which speak JSON. */
const asking =
  (agent: UserAgent): Ask =>
  async (url, sent) => {
    const headers = { accept: 'application/json', ...(sent && { 'content-type': 'application/json' }) }
    const request = sent === undefined ? {} : { method: 'POST', body: JSON.stringify(sent) }
    const response = await agent.request(url, { headers, ...request })
    const answer: unknown = await response.json()
    assert.equal(response.status, 200, JSON.stringify(answer))
    return { ...Object(answer) }
  }

/** A page by its name, as the index of the account pages lists it. */
async function page(ask: Ask, group: string, name: string): Promise<string> {
  const { controls } = await ask('/.account/')
  const url: unknown = Object(controls)[group]?.[name]
  if (typeof url !== 'string') throw new Error(`there is no page ${group}.${name}`)
  return url
}

/** @returns the WebID and the pod of somebody new */
async function signUp(ask: Ask): Promise<{ webId: string; pod: string }> {
  await ask('/.account/account/', {})
  await ask(await page(ask, 'password', 'create'), CREDENTIALS)
  const { webId, pod } = await ask(await page(ask, 'account', 'pod'), { name: 'ada' })
  return { webId: String(webId), pod: String(pod) }
}

const register = (issuer: URL) =>
  oauth.dynamicClientRegistration(
    issuer,
    {
      client_name: 'App',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
    },
    undefined,
    INSECURE,
  )

async function logIn(config: oauth.Configuration, agent: UserAgent, webId: string) {
  const [pkceCodeVerifier, expectedState] = [oauth.randomPKCECodeVerifier(), oauth.randomState()]
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid webid offline_access',
    prompt: 'consent',
    state: expectedState,
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const ask = asking(agent)
  await agent.follow(await agent.get(url.href, { accept: 'text/html' }))
  const steps = [
    { group: 'password', name: 'login', sent: { ...CREDENTIALS, remember: true } },
    { group: 'oidc', name: 'webId', sent: { webId } },
    { group: 'oidc', name: 'consent', sent: { remember: true } },
  ]
  let answer: Response | undefined
  for (const { group, name, sent } of steps) {
    const { location } = await ask(await page(ask, group, name), sent)
    answer = await agent.follow(await agent.get(String(location)))
  }
  const arrived = new URL(answer?.headers.get('location') ?? '')
  return { arrived, checks: { pkceCodeVerifier, expectedState } }
}

/** @returns the status of the request for somebody's own file */
async function readPod(config: oauth.Configuration, token: string, pod: string, DPoP: oauth.DPoPHandle) {
  const url = new URL('.acl', pod)
  const sent = oauth.fetchProtectedResource(config, token, url, 'GET', undefined, undefined, { DPoP })
  return (await sent).status
}

/** The Community Solid Server 7 as it starts by its command: pods that only their owners may open. */
export const communityServer: OldHost = {
  name: 'community-server',
  isSmall: false,
  dependencies: { '@solid/community-server': '^7.0.0' },
  async visit(installed, told) {
    const port = await freePort()
    const origin = `http://localhost:${port}`
    const command = join('node_modules', '@solid', 'community-server', 'bin', 'server.js')
    await installed.start([command, '-p', String(port), '-b', `${origin}/`, '-l', 'warn'], `${origin}/`)
    const issuer = new URL(`${origin}/`)
    const owner = asking(new UserAgent(origin))
    const { webId, pod } = await signUp(owner)
    told('somebody signs up and gets a pod')

    const config = await register(issuer)
    const { arrived, checks } = await logIn(config, new UserAgent(origin), webId)
    const DPoP = oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256'))
    const tokens = await oauth.authorizationCodeGrant(config, arrived, checks, undefined, { DPoP })
    assert.equal(tokens.claims()?.sub, webId)
    told('an application registers itself, they log in and agree, and it gets tokens bound to its key')

    assert.equal(await readPod(config, tokens.access_token, pod, DPoP), 200)
    const refreshed = await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })
    assert.equal(await readPod(config, refreshed.access_token, pod, DPoP), 200)
    told('the token opens what is theirs alone, and so does a refreshed one')

    const machine = await owner(await page(owner, 'account', 'clientCredentials'), { name: 'script', webId })
    const secret = String(machine['secret'])
    const authentication = oauth.ClientSecretBasic(secret)
    const script = await oauth.discovery(issuer, String(machine['id']), secret, authentication, INSECURE)
    const key = oauth.getDPoPHandle(script, await oauth.randomDPoPKeyPair('ES256'))
    const token = await oauth.clientCredentialsGrant(script, { scope: 'webid' }, { DPoP: key })
    assert.equal(await readPod(script, token.access_token, pod, key), 200)
    told('a script of theirs opens it, too')
  },
}
