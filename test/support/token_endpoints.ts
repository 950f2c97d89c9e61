import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { type RunningProvider, startProvider, type TokenAnswer, WEB_CLIENT } from './start_provider.ts'

export const SECRET = WEB_CLIENT.client_secret ?? ''

/** The client that tokens are issued to. */
export const APPLICATION: ClientMetadata = {
  ...WEB_CLIENT,
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
}

/** It gets no tokens and asks about those it is given. */
export const RESOURCE_SERVER: ClientMetadata = {
  client_id: 'rs',
  client_secret: SECRET,
  redirect_uris: [],
  response_types: [],
  grant_types: [],
  token_endpoint_auth_method: 'client_secret_post',
}

/** It has no secret. */
export const PUBLIC_CLIENT: ClientMetadata = {
  client_id: 'spa',
  redirect_uris: ['https://rp.example.com/cb'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
}

/** Both endpoints, and clients for either side. */
export const TOKEN_ENDPOINTS = {
  clients: [APPLICATION, RESOURCE_SERVER, PUBLIC_CLIENT],
  issueRefreshToken: () => true,
  rotateRefreshToken: false,
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    jwtIntrospection: { enabled: true },
    revocation: { enabled: true },
  },
} satisfies Configuration

/** Turns options into those of a provider that has both endpoints. */
export const withTokenEndpoints = (configuration: Configuration = {}): Configuration => ({
  ...TOKEN_ENDPOINTS,
  ...configuration,
  features: { ...TOKEN_ENDPOINTS.features, ...configuration.features },
})

export const startTokenEndpoints = (configuration: Configuration = {}): Promise<RunningProvider> =>
  startProvider(withTokenEndpoints(configuration))

/** How a client says who it is, in the form. */
export const credentials = (clientId: string): Record<string, string> =>
  clientId === 'spa' ? { client_id: clientId } : { client_id: clientId, client_secret: SECRET }

/** Asks about a token. @param clientId who asks */
export const introspect = (
  op: RunningProvider,
  token: unknown,
  params: Record<string, string> = {},
  clientId = 'rs',
): Promise<TokenAnswer> =>
  op.post('introspection', { ...credentials(clientId), token: String(token), ...params })

/** Gives a token back. @param clientId who does */
export const revoke = (
  op: RunningProvider,
  token: unknown,
  params: Record<string, string> = {},
  clientId = 'web',
): Promise<TokenAnswer> =>
  op.post('revocation', { ...credentials(clientId), token: String(token), ...params })

/** The tokens of an end-user's login, and the browser. */
export async function userTokens(op: RunningProvider, params: Record<string, string> = {}) {
  const { body, agent } = await op.login(params)
  return {
    accessToken: String(body['access_token']),
    refreshToken: String(body['refresh_token']),
    agent,
  }
}

/** A token of the client itself. */
export async function clientToken(op: RunningProvider): Promise<string> {
  const { body } = await op.token({ grant_type: 'client_credentials' })
  return String(body['access_token'])
}

/** The discovery document. */
export async function discoveryOf(op: RunningProvider): Promise<Readonly<Record<string, unknown>>> {
  const document: unknown = await (await op.agent().get(op.provider.urlFor('discovery'))).json()
  return { ...Object(document) }
}
