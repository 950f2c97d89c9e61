import { randomUUID } from 'node:crypto'
import { CompactSign, exportJWK, generateKeyPair, type JWK, type KeyInput } from 'jose'
import type { ClientMetadata } from '../../../types/client.ts'
import type { RunningProvider, TokenAnswer } from '../../support/start_provider.ts'

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
export const SECRET = 'a secret with 32 characters or so'

export interface KeyPair {
  privateKey: KeyInput
  publicJwk: JWK
}

export async function keyPair(alg: string, kid?: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), ...(kid === undefined ? {} : { kid }) } }
}

export const now = () => Math.floor(Date.now() / 1000)

export const secretClient = (more: Partial<ClientMetadata> = {}): ClientMetadata => ({
  client_id: 'by-secret',
  client_secret: SECRET,
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_jwt',
  ...more,
})

export const keyClient = (keys: JWK[], more: Partial<ClientMetadata> = {}): ClientMetadata => ({
  client_id: 'by-key',
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys },
  ...more,
})

/** The same, with its keys where they are fetched. */
export function keyClientAt(uri: string, more: Partial<ClientMetadata> = {}): ClientMetadata {
  const { jwks: _, ...metadata } = keyClient([], more)
  return { ...metadata, jwks_uri: uri }
}

export type Claims = Record<string, unknown>

export const claimsFor = (clientId: string, op: RunningProvider, more: Claims = {}): Claims => ({
  iss: clientId,
  sub: clientId,
  aud: op.issuer,
  jti: randomUUID(),
  exp: now() + 60,
  iat: now(),
  ...more,
})

/** Signs whatever it is given. */
export function sign(claims: unknown, header: { alg: string } & Claims, key: KeyInput): Promise<string> {
  const payload = typeof claims === 'string' ? claims : JSON.stringify(claims)
  return new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader(header).sign(key)
}

export const hmacKey = (secret = SECRET) => new TextEncoder().encode(secret)

/** Asks for a token of the client's own. */
export const requestToken = (
  op: RunningProvider,
  assertion: string,
  params: Record<string, string> = {},
): Promise<TokenAnswer> =>
  op.post('token', {
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
    ...params,
  })

/** The discovery document. */
export async function documentOf(op: RunningProvider): Promise<Record<string, unknown>> {
  const value: unknown = await (await op.agent().get(op.provider.urlFor('discovery'))).json()
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
