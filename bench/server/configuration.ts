import type { AdapterFactory } from '../../types/adapter.ts'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import type { ResourceServerInfo } from '../../types/resource_server.ts'
import { API_SCOPE, CLAIMS, REDIRECT_URI, RESOURCES, SECRET, type Setup } from './setup.ts'

const CONFIDENTIAL = { client_secret: SECRET, token_endpoint_auth_method: 'client_secret_basic' } as const
const WEB = {
  ...CONFIDENTIAL,
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token'],
}
const MACHINE = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] }

const clients = ({ clientKey }: Setup): ClientMetadata[] => [
  { client_id: 'web', ...WEB },
  { client_id: 'web-es256', ...WEB, id_token_signed_response_alg: 'ES256' },
  { client_id: 'machine', ...CONFIDENTIAL, ...MACHINE },
  {
    client_id: 'signing-machine',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [clientKey] },
    ...MACHINE,
  },
]

function describeResource(resource: string): ResourceServerInfo {
  const common = { scope: API_SCOPE, audience: 'urn:bench:api', accessTokenTTL: 3600 }
  if (resource === RESOURCES.opaque) return { ...common, accessTokenFormat: 'opaque' }
  const alg = resource === RESOURCES.es256 ? 'ES256' : 'RS256'
  return { ...common, accessTokenFormat: 'jwt', jwt: { sign: { alg } } }
}

const features = {
  devInteractions: { enabled: false },
  clientCredentials: { enabled: true },
  introspection: { enabled: true, allowedPolicy: async () => true },
  revocation: { enabled: true },
  pushedAuthorizationRequests: { enabled: true },
  resourceIndicators: {
    enabled: true,
    getResourceServerInfo: async (_ctx: unknown, resource: string) => describeResource(resource),
  },
} satisfies Configuration['features']

/** What every provider is given; its common ground is the documentation of `oidc-provider` 8. */
export const configuration = (setup: Setup, adapter?: AdapterFactory): Configuration => ({
  ...(adapter === undefined ? {} : { adapter }),
  clients: clients(setup),
  jwks: { keys: setup.keys },
  cookies: { keys: ['a key for cookies', 'and one that was used before'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'locale'] },
  features,
  findAccount: async (_ctx, accountId) => ({
    accountId,
    claims: async () => ({ sub: accountId, ...CLAIMS }),
  }),
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 600,
    ClientCredentials: 3600,
    Grant: 86_400,
    IdToken: 3600,
    Interaction: 3600,
    RefreshToken: 86_400,
    Session: 86_400,
  },
})
