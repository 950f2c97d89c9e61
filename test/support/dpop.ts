import { createHash, type KeyObject, randomUUID } from 'node:crypto'
import { epochTime } from '../../lib/helpers/epoch_time.ts'
import { signJwt } from '../../lib/helpers/jose/jwt.ts'
import { thumbprint } from '../../lib/helpers/jose/keystore.ts'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { CUSTOM, customGrant, EVERY_GRANT, GRANTING } from './granting.ts'
import { ecPair, ed25519Pair, jwkOf, type KeyPair, rsaPair } from './key_pair.ts'
import {
  type RunningProvider,
  type StartOptions,
  startProvider,
  type TokenAnswer,
  WEB_CLIENT,
} from './start_provider.ts'

/** A key that a client proves to have. */
export interface HeldKey {
  readonly alg: string
  readonly privateKey: KeyObject
  readonly jwk: Record<string, unknown>
  /** @see RFC 7638 */
  readonly jkt: string
}

const held = (alg: string, pair: KeyPair): HeldKey => {
  const jwk = jwkOf(pair.publicKey)
  return { alg, privateKey: pair.privateKey, jwk, jkt: thumbprint(jwk) }
}

export const newKey = (alg: 'ES256' | 'EdDSA' = 'ES256'): HeldKey =>
  held(alg, alg === 'ES256' ? ecPair() : ed25519Pair())

export const rsaKey = (alg: string, bits: number): HeldKey => held(alg, rsaPair(bits))

/** Makes a proof; claims and header members that are `undefined` are left out. @see RFC 9449 §4.2 */
export function prove(
  { alg, privateKey, jwk }: HeldKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  const members = { typ: 'dpop+jwt', jwk, ...header }
  return signJwt(
    { jti: randomUUID(), iat: epochTime(), ...claims },
    { alg, key: privateKey, header: members },
  )
}

export const hashOf = (token: unknown): string =>
  createHash('sha256').update(String(token)).digest('base64url')

/** It may have everything, with and without proofs. */
export const CONFIDENTIAL: ClientMetadata = {
  ...WEB_CLIENT,
  grant_types: EVERY_GRANT,
  backchannel_token_delivery_mode: 'poll',
}
/** All it gets is bound to a key. @see RFC 9449 §5.2 */
export const BOUND: ClientMetadata = { ...CONFIDENTIAL, client_id: 'bound', dpop_bound_access_tokens: true }
/** It has no secret. */
export const PUBLIC: ClientMetadata = {
  client_id: 'spa',
  redirect_uris: WEB_CLIENT.redirect_uris ?? [],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
}

export type DPoPOptions = NonNullable<NonNullable<Configuration['features']>['dPoP']>

/** A provider that takes proofs, and has every grant there is. */
export const takingProofs = ({
  dPoP,
  ...configuration
}: Configuration & { dPoP?: DPoPOptions } = {}): Configuration => ({
  clients: [CONFIDENTIAL, BOUND, PUBLIC],
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  ...configuration,
  features: {
    ...GRANTING,
    ciba: { enabled: true, processLoginHint: (_ctx, hint) => hint, triggerAuthenticationDevice: () => {} },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    ...configuration.features,
    dPoP: { enabled: true, ...dPoP },
  },
})

/** Lets clients have the grant type of the host. */
export function withCustomGrant(op: RunningProvider): RunningProvider {
  op.provider.registerGrantType(CUSTOM, customGrant, ['once'])
  return op
}

export async function startForDPoP(
  configuration: Configuration & { dPoP?: DPoPOptions } = {},
  options: StartOptions = {},
): Promise<RunningProvider> {
  return withCustomGrant(await startProvider(takingProofs(configuration), options))
}

const SECRET = WEB_CLIENT.client_secret ?? ''

/** How a client of these says who it is. */
export const credentialsOf = (clientId: string): Record<string, string> =>
  clientId === 'spa' ? { client_id: clientId } : { client_id: clientId, client_secret: SECRET }

/** The claims of a proof for the token endpoint. */
export const forToken = (op: RunningProvider) => ({ htm: 'POST', htu: op.provider.urlFor('token') })

/** Asks for client credentials with this in the header. */
export const ask = (op: RunningProvider, dpop: string | undefined, clientId = 'web'): Promise<TokenAnswer> =>
  op.post(
    'token',
    { ...credentialsOf(clientId), grant_type: 'client_credentials' },
    dpop === undefined ? {} : { dpop },
  )

/** Sends a token request with a proof by this key. */
export async function tokenWith(
  op: RunningProvider,
  key: HeldKey,
  form: Record<string, string>,
  clientId = 'web',
): Promise<TokenAnswer> {
  const dpop = await prove(key, forToken(op))
  return op.post('token', { ...credentialsOf(clientId), ...form }, { dpop })
}

/** Presents a token at the userinfo endpoint. */
export async function userinfoWith(
  op: RunningProvider,
  token: unknown,
  headers: Record<string, string>,
): Promise<TokenAnswer> {
  const response = await op.agent().get(op.provider.urlFor('userinfo'), {
    authorization: `DPoP ${token}`,
    ...headers,
  })
  const text = await response.text()
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  return {
    status: response.status,
    headers: response.headers,
    body: typeof body === 'object' && body !== null ? { ...body } : {},
  }
}

/** A proof for the userinfo endpoint. */
export const proveUserinfo = (
  op: RunningProvider,
  key: HeldKey,
  token: unknown,
  claims: Record<string, unknown> = {},
): Promise<string> =>
  prove(key, { htm: 'GET', htu: op.provider.urlFor('userinfo'), ath: hashOf(token), ...claims })

/** Logs in and exchanges the code with a proof. */
export async function loginWith(op: RunningProvider, key: HeldKey, clientId = 'web'): Promise<TokenAnswer> {
  const { code, verifier } = await op.authorize({ client_id: clientId })
  return tokenWith(op, key, codeForm(code, verifier), clientId)
}

export const codeForm = (code: string, verifier: string): Record<string, string> => ({
  grant_type: 'authorization_code',
  code,
  code_verifier: verifier,
  redirect_uri: WEB_CLIENT.redirect_uris?.[0] ?? '',
})
