import { errors } from '../../../lib/index.ts'
import type { AdapterPayload } from '../../../types/adapter.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { TokenExchangeOptions } from '../../../types/features/token_exchange.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import {
  type RunningProvider,
  startProvider,
  type TokenAnswer,
  WEB_CLIENT,
} from '../../support/start_provider.ts'
import { credentials, SECRET } from '../../support/token_endpoints.ts'

export const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
export const REFRESH_TOKEN = 'urn:ietf:params:oauth:token-type:refresh_token'
export const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
export const JWT = 'urn:ietf:params:oauth:token-type:jwt'

/** One resource server gets JWTs, the other one opaque tokens. */
export const API = 'https://api.example.com'
export const PLAIN = 'https://plain.example.com'

export const FRONT: ClientMetadata = {
  ...WEB_CLIENT,
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials', GRANT],
}

/** A service that is handed tokens of others. */
const GATEWAY: ClientMetadata = {
  client_id: 'gateway',
  client_secret: SECRET,
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials', GRANT],
  token_endpoint_auth_method: 'client_secret_post',
}

const SPA: ClientMetadata = {
  client_id: 'spa',
  redirect_uris: WEB_CLIENT.redirect_uris ?? [],
  grant_types: ['authorization_code', GRANT],
  token_endpoint_auth_method: 'none',
}

/** May not exchange anything. */
const OTHER: ClientMetadata = { ...GATEWAY, client_id: 'other', grant_types: ['client_credentials'] }

export interface Started {
  op: RunningProvider
  entries: Map<string, AdapterPayload>
  /** Exchanges as a client; the subject token is taken for an access token. */
  exchange(params: Record<string, string | readonly string[]>, clientId?: string): Promise<TokenAnswer>
  /** Kinds of everything that is stored, with repeats. */
  kinds(): string[]
}

export const EVERYTHING: TokenExchangeOptions = { enabled: true, policy: () => true }

/** Starts a provider with two resource servers on which everything may be exchanged. */
export async function startExchange(
  tokenExchange: TokenExchangeOptions = EVERYTHING,
  configuration: Configuration = {},
): Promise<Started> {
  const entries = new Map<string, AdapterPayload>()
  const op = await startProvider({
    adapter: mapAdapter(entries),
    clients: [FRONT, GATEWAY, SPA, OTHER],
    scopes: ['openid', 'offline_access', 'email'],
    claims: { openid: ['sub'], email: ['email'] },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    ...configuration,
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => {
          if (resource === API) return { scope: 'read write', accessTokenFormat: 'jwt' }
          if (resource === PLAIN) return { scope: 'read write' }
          throw new errors.InvalidTarget()
        },
      },
      ...configuration.features,
      tokenExchange,
    },
  })
  const exchange = (params: Record<string, string | readonly string[]>, clientId = 'web') => {
    const form = new URLSearchParams({ ...credentials(clientId), grant_type: GRANT })
    const given = { subject_token_type: ACCESS_TOKEN, ...params }
    for (const [name, values] of Object.entries(given))
      for (const value of [values].flat()) if (value !== '') form.append(name, value)
    return op.post('token', String(form))
  }
  return { op, entries, exchange, kinds: () => [...entries.keys()].map((key) => key.split(':', 1)[0] ?? '') }
}

export interface Tokens {
  access_token: string
  refresh_token: string
  id_token: string
}

/** Logs in at the front end. */
export async function login(op: RunningProvider, params: Record<string, string> = {}): Promise<Tokens> {
  const { body } = await op.login({ scope: 'openid email', ...params })
  return {
    access_token: String(body['access_token']),
    refresh_token: String(body['refresh_token']),
    id_token: String(body['id_token']),
  }
}

/** A token of a client itself. */
export async function clientToken(op: RunningProvider, clientId = 'gateway'): Promise<string> {
  const { body } = await op.token({ ...credentials(clientId), grant_type: 'client_credentials' })
  return String(body['access_token'])
}
