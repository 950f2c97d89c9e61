import type { CallbackParamsType, Client } from '../../lib/relying_party/index.ts'
import { type ClientMetadata, custom, generators, Issuer, type JWKS } from '../../lib/relying_party/index.ts'
import type { ClientMetadata as Registered } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  type StartOptions,
  startProvider,
  WEB_CLIENT,
} from './start_provider.ts'
import type { UserAgent } from './user_agent.ts'

/** What the client keeps between the request and its response. */
export interface Remembered {
  state: string
  nonce: string
  code_verifier: string
  response_type: string
}

export const remembered = (responseType = 'code'): Remembered => ({
  state: generators.state(),
  nonce: generators.nonce(),
  code_verifier: generators.codeVerifier(),
  response_type: responseType,
})

/** The parameters that go with what is remembered. */
export const sent = ({ state, nonce, code_verifier, response_type }: Remembered) => ({
  state,
  nonce,
  response_type,
  code_challenge: generators.codeChallenge(code_verifier),
  code_challenge_method: 'S256',
})

/** A provider of ours, and a client of ours at it. */
export async function startBoth(
  registered: Partial<Registered> = {},
  {
    configuration = {},
    metadata = {},
    jwks,
    options,
  }: {
    configuration?: Configuration
    metadata?: Partial<ClientMetadata>
    jwks?: JWKS
    options?: StartOptions
  } = {},
): Promise<{ op: RunningProvider; issuer: Issuer; client: Client }> {
  const client: Registered = { ...WEB_CLIENT, ...registered }
  const op = await startProvider({ clients: [client], ...configuration }, options)
  const issuer = await Issuer.discover(op.issuer)
  const known = Object.fromEntries(Object.entries(client).filter(([name]) => name !== 'jwks'))
  return {
    op,
    issuer,
    client: new issuer.Client({ client_id: client.client_id, ...known, ...metadata }, jwks),
  }
}

/** The fields of a page's form. */
export async function fieldsOf(page: Response): Promise<Record<string, string>> {
  const fields = (await page.text()).matchAll(/name="([^"]+)" value="([^"]*)"/g)
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]))
}

/** Logs in with a browser. @returns what the browser brings to the redirect URI, read by the client */
export async function visit(agent: UserAgent, client: Client, url: string): Promise<CallbackParamsType> {
  const response = await agent.follow(await agent.get(url))
  const location = response.headers.get('location')
  if (location !== null) return client.callbackParams(location.replace('#', '?'))
  const body = await fieldsOf(response)
  return client.callbackParams({ method: 'POST', url: '/cb', body })
}

/** The whole of a login. */
export async function login(
  op: RunningProvider,
  client: Client,
  parameters: Record<string, unknown> = {},
  responseType = 'code',
) {
  const checks = remembered(responseType)
  const url = client.authorizationUrl({ redirect_uri: REDIRECT_URI, ...sent(checks), ...parameters })
  const params = await visit(op.agent(), client, url)
  return { tokens: await client.callback(REDIRECT_URI, params, checks), params, checks }
}

export { custom, REDIRECT_URI }
