import { randomBytes } from 'node:crypto'
import type { Client } from '../../../types/models.ts'
import { parseJsonObject } from '../../helpers/parse_json_object.ts'
import { codeChallengeOf } from '../../helpers/pkce.ts'
import type { Provider } from '../../index.ts'
import { authorize, type Reach } from './browserless.ts'

/** What a login asks for; further members are sent as parameters of the authorization request. */
export interface LogInOptions {
  /** @default 'openid' */
  readonly scope?: string | undefined
  readonly nonce?: string | undefined
  /** @default the first that is registered */
  readonly redirect_uri?: string | undefined
  readonly [parameter: string]: string | undefined
}

/** What the token endpoint answered. @see RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3 */
export interface Tokens {
  readonly access_token: string
  readonly token_type: string
  readonly id_token?: string | undefined
  readonly refresh_token?: string | undefined
  readonly expires_in?: number | undefined
  readonly scope?: string | undefined
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function tokensOf(answer: Readonly<Record<string, unknown>>): Tokens {
  const { access_token: accessToken, token_type: type, expires_in: expiresIn } = answer
  return {
    access_token: text(accessToken) ?? '',
    token_type: text(type) ?? '',
    id_token: text(answer['id_token']),
    refresh_token: text(answer['refresh_token']),
    expires_in: typeof expiresIn === 'number' ? expiresIn : undefined,
    scope: text(answer['scope']),
  }
}

/** How the client proves who it is. @see RFC 6749 §2.3.1 */
function authentication({ clientId, clientSecret = '', clientAuthMethod }: Client) {
  const [id, secret] = [clientId, clientSecret].map(encodeURIComponent)
  if (clientAuthMethod === 'none') return { body: { client_id: clientId }, headers: {} }
  if (clientAuthMethod === 'client_secret_post')
    return { body: { client_id: clientId, client_secret: clientSecret }, headers: {} }
  if (clientAuthMethod === 'client_secret_basic')
    return { body: {}, headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` } }
  throw new TypeError(`logIn cannot authenticate by ${clientAuthMethod}: use authorize() and your own client`)
}

/** Runs the authorization code flow with PKCE, without a browser. @see RFC 6749 §4.1, RFC 7636 */
export async function logIn(
  provider: Provider,
  reach: Reach,
  user: string,
  clientId: string,
  options: LogInOptions = {},
): Promise<Tokens> {
  const client = await provider.Client.find(clientId)
  if (client === undefined) throw new TypeError(`there is no client ${clientId}`)
  const verifier = randomBytes(32).toString('base64url')
  const redirectUri = options.redirect_uri ?? client.redirectUris[0] ?? ''
  const params = {
    client_id: clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
    code_challenge: codeChallengeOf(verifier),
    code_challenge_method: 'S256',
    ...options,
  }
  const sent = Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const url = `${provider.urlFor('authorization')}?${new URLSearchParams(Object.fromEntries(sent))}`
  const { searchParams } = await authorize(reach, url, user)
  const code = searchParams.get('code')
  if (code === null) throw new Error(`refused: ${searchParams}`)
  const proof = { code, redirect_uri: redirectUri, code_verifier: verifier }
  // RFC 8707 §2.2: the access token is for the API that was asked for, and not for UserInfo.
  const { resource } = options
  return exchange(provider, reach, client, resource === undefined ? proof : { ...proof, resource })
}

async function exchange(
  provider: Provider,
  { origin, issuer }: Reach,
  client: Client,
  proof: Readonly<Record<string, string>>,
): Promise<Tokens> {
  const { body, headers } = authentication(client)
  const response = await fetch(new URL(new URL(provider.urlFor('token')).pathname, origin), {
    method: 'POST',
    headers: { ...headers, 'x-forwarded-proto': new URL(issuer).protocol.slice(0, -1) },
    body: new URLSearchParams({ grant_type: 'authorization_code', ...proof, ...body }),
  })
  const answer = await response.text()
  if (!response.ok) throw new Error(`refused: ${answer}`)
  return tokensOf(parseJsonObject(answer))
}
