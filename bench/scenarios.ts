import { createHash } from 'node:crypto'
import { CLIENT, REDIRECT_URI } from './setup.ts'
import type { Answer, Call, Target } from './targets.ts'

const VERIFIER = 'v'.repeat(43)
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
const AUTHORIZATION = `/auth?${new URLSearchParams({
  client_id: CLIENT.client_id,
  response_type: 'code',
  scope: 'openid',
  redirect_uri: REDIRECT_URI,
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
})}`

/** What a logged-in browser and its client hold. */
export interface Holdings {
  cookie: string
  accessToken: string
  refreshToken: string
}

const tokenRequest = (form: Record<string, string>): Call => ({
  path: '/token',
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ ...CLIENT, ...form }).toString(),
})

const exchange = (code: string): Call =>
  tokenRequest({
    grant_type: 'authorization_code',
    code,
    code_verifier: VERIFIER,
    redirect_uri: REDIRECT_URI,
  })

function codeIn({ location = '', text }: Answer): string {
  const code = location.startsWith(REDIRECT_URI) ? new URL(location).searchParams.get('code') : null
  if (code === null) throw new Error(`no code: ${location} ${text}`)
  return code
}

/** Goes through a whole login. */
export async function logIn(target: Target): Promise<Holdings> {
  const cookies = new Map<string, string>()
  const visit = async (path: string): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await target.call({ path, headers: { cookie } })
    for (const line of answer.cookies) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (/expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return answer
  }
  let answer = await visit(AUTHORIZATION)
  while (answer.location !== undefined && !answer.location.startsWith(REDIRECT_URI)) {
    const { pathname, search } = new URL(answer.location, 'http://127.0.0.1')
    answer = await visit(`${pathname}${search}`)
  }
  const { text } = await target.call(exchange(codeIn(answer)))
  const tokens: Record<string, unknown> = JSON.parse(text)
  return {
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    accessToken: String(tokens['access_token']),
    refreshToken: String(tokens['refresh_token']),
  }
}

export interface Scenario {
  name: string
  expects: number
  /** Makes the requests that are measured. */
  prepare(target: Target, holdings: Holdings, count: number): Promise<Call[]>
}

const repeated = (name: string, make: (holdings: Holdings) => Call, expects = 200): Scenario => ({
  name,
  expects,
  prepare: async (_target, holdings, count) => Array.from({ length: count }, () => make(holdings)),
})

const authorization = ({ cookie }: Holdings): Call => ({ path: AUTHORIZATION, headers: { cookie } })

export const SCENARIOS: readonly Scenario[] = [
  repeated('discovery', () => ({ path: '/.well-known/openid-configuration' })),
  repeated('jwks', () => ({ path: '/jwks' })),
  repeated('authorization (session and grant)', authorization, 303),
  {
    name: 'code exchange',
    expects: 200,
    async prepare(target, holdings, count) {
      const calls: Call[] = []
      for (let made = 0; made < count; made += 1) {
        calls.push(exchange(codeIn(await target.call(authorization(holdings)))))
      }
      return calls
    },
  },
  repeated('refresh', ({ refreshToken }) =>
    tokenRequest({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  ),
  repeated('userinfo', ({ accessToken }) => ({
    path: '/me',
    headers: { authorization: `Bearer ${accessToken}` },
  })),
  repeated('client credentials', () => tokenRequest({ grant_type: 'client_credentials' })),
]
