import { createHash } from 'node:crypto'
import { API_SCOPE, HOST, REDIRECT_URI, SCOPE, SECRET } from '../server/setup.ts'

const VERIFIER = 'v'.repeat(43)
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

const AUTHORIZATION = (client: string) => ({
  client_id: client,
  response_type: 'code',
  scope: SCOPE,
  redirect_uri: REDIRECT_URI,
  state: 'a-state-of-usual-length',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
})

export const get = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n${headers}\r\n`

export function post(path: string, form: Record<string, string>, headers = ''): string {
  const body = new URLSearchParams(form).toString()
  const type = 'Content-Type: application/x-www-form-urlencoded'
  return `POST ${path} HTTP/1.1\r\nHost: ${HOST}\r\n${type}\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`
}

const basic = (client: string) =>
  `Authorization: Basic ${Buffer.from(`${client}:${SECRET}`).toString('base64')}\r\n`

/** A form that a client posts with its secret. */
const postAs = (client: string, path: string, form: Record<string, string>) => post(path, form, basic(client))

export const authorization = (client: string, cookie = ''): string =>
  get(`/auth?${new URLSearchParams(AUTHORIZATION(client))}`, cookie === '' ? '' : `Cookie: ${cookie}\r\n`)

export const pushedRequest = (client: string): string => postAs(client, '/request', AUTHORIZATION(client))

export const codeExchange = (client: string, code: string): string =>
  postAs(client, '/token', {
    grant_type: 'authorization_code',
    code,
    code_verifier: VERIFIER,
    redirect_uri: REDIRECT_URI,
  })

export const refresh = (client: string, token: string): string =>
  postAs(client, '/token', { grant_type: 'refresh_token', refresh_token: token })

export const clientCredentials = (resource: string): string =>
  postAs('machine', '/token', { grant_type: 'client_credentials', scope: API_SCOPE, resource })

export const assertedCredentials = (resource: string, assertion: string): string =>
  post('/token', {
    grant_type: 'client_credentials',
    scope: API_SCOPE,
    resource,
    client_id: 'signing-machine',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })

export const introspection = (token: string): string => postAs('machine', '/token/introspection', { token })

export const revocation = (token: string): string => postAs('machine', '/token/revocation', { token })

export const userinfo = (token: string): string => get('/me', `Authorization: Bearer ${token}\r\n`)
