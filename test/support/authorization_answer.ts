import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { ClientMetadata, ResponseType } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { pkce, type RunningProvider, WEB_CLIENT } from './start_provider.ts'
import type { UserAgent } from './user_agent.ts'

/** Every response type there is. */
export const RESPONSE_TYPES: readonly ResponseType[] = [
  'code',
  'id_token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
  'none',
]

/** May use every response type. */
export const HYBRID_CLIENT: ClientMetadata = {
  ...WEB_CLIENT,
  grant_types: ['authorization_code', 'refresh_token', 'implicit'],
  response_types: [...RESPONSE_TYPES],
}

/** A provider that serves every response type, and claims to see them by. */
export const EVERYTHING: Configuration = {
  clients: [HYBRID_CLIENT],
  responseTypes: [...RESPONSE_TYPES],
  claims: { email: ['email'], profile: ['name'] },
}

/** How an authorization response travelled, and what it held. */
export interface Answer {
  way: 'query' | 'fragment' | 'form' | 'message' | 'page'
  status: number
  /** Where it goes; empty for a page. */
  to: string
  members: Record<string, string>
  response: Response
  html: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
  '&#13;': '\r',
}

/** What a browser reads in an attribute. */
const decoded = (text = ''): string => text.replace(/&#?\w+;/g, (entity) => ENTITIES[entity] ?? entity)

function redirected(location: string): Pick<Answer, 'way' | 'to' | 'members'> {
  const [beforeHash = '', hash] = location.split('#')
  if (hash !== undefined) {
    return { way: 'fragment', to: beforeHash, members: Object.fromEntries(new URLSearchParams(hash)) }
  }
  const { searchParams } = new URL(location)
  return { way: 'query', to: location.split('?')[0] ?? '', members: Object.fromEntries(searchParams) }
}

function rendered(html: string): Pick<Answer, 'way' | 'to' | 'members'> {
  const [, action] = /<form method="post" action="([^"]*)"/.exec(html) ?? []
  if (action !== undefined) {
    const inputs = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
    const members = inputs.map(([, name, value]) => [decoded(name), decoded(value)] as const)
    return { way: 'form', to: decoded(action), members: Object.fromEntries(members) }
  }
  const [, target, message] = /data-target="([^"]*)" data-message="([^"]*)"/.exec(html) ?? []
  if (target === undefined) return { way: 'page', to: '', members: {} }
  const sent: { response: Record<string, string> } = JSON.parse(decoded(message))
  return { way: 'message', to: decoded(target), members: sent.response }
}

export async function readAnswer(response: Response): Promise<Answer> {
  const location = response.headers.get('location')
  const html = await response.text()
  const read = location === null ? rendered(html) : redirected(location)
  return { ...read, status: response.status, response, html }
}

/** Sends an authorization request and answers every prompt. */
export async function request(
  op: RunningProvider,
  params: Record<string, string> = {},
  agent: UserAgent = op.agent(),
): Promise<Answer & { verifier: string; agent: UserAgent }> {
  const { verifier, challenge } = pkce()
  const proof = params['response_type'] === 'none' ? {} : proofOf(challenge)
  const first = await agent.get(op.authorizationUrl({ ...proof, ...params }), { accept: 'text/html' })
  const last = await agent.follow(first)
  return { ...(await readAnswer(last)), verifier, agent }
}

const proofOf = (challenge: string) => ({ code_challenge: challenge, code_challenge_method: 'S256' })

/** Checks an ID Token the way a client does. @returns its claims */
export async function verifyIdToken(op: RunningProvider, idToken: unknown): Promise<Record<string, unknown>> {
  const keys = createRemoteJWKSet(new URL(op.provider.urlFor('jwks')))
  const { payload } = await jwtVerify(String(idToken), keys, {
    issuer: op.issuer,
    audience: op.client.client_id,
  })
  expect(payload.exp).to.be.greaterThan(Date.now() / 1000)
  return payload
}

/** The left half of a SHA-256 hash. @see OpenID Connect Core 1.0 §3.1.3.6 */
export function halfHash(value: unknown): string {
  return createHash('sha256').update(String(value)).digest().subarray(0, 16).toString('base64url')
}
