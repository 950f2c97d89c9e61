import type { Configuration } from '../types/configuration.ts'

export const REDIRECT_URI = 'https://rp.example.com/cb'
export const CLIENT = { client_id: 'web', client_secret: 'a secret with 32 characters or so' }

/** What both providers are given. Storage is the memory each has by default. */
export const configuration = (redirectUri: string): Configuration => ({
  clients: [
    {
      ...CLIENT,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  cookies: { keys: ['a key for cookies'] },
  features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: () => true,
  rotateRefreshToken: false,
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 600,
    Grant: 3600,
    IdToken: 3600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
})
