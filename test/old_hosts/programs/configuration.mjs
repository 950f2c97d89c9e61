/** What a host of version 8 configures. */
import { Account } from './account.mjs'

export const configuration = {
  clients: [
    {
      client_id: 'app',
      client_secret: 'a-secret-of-the-application',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      redirect_uris: ['https://rp.example.com/cb'],
      post_logout_redirect_uris: ['https://rp.example.com/bye'],
      scope: 'openid offline_access profile email api:read',
    },
    {
      client_id: 'tv',
      application_type: 'native',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'none',
    },
  ],
  interactions: {
    url(_ctx, interaction) {
      return `/interaction/${interaction.uid}`
    },
  },
  cookies: {
    keys: ['some secret key', 'and also the old rotated away some time ago'],
  },
  scopes: ['openid', 'offline_access', 'api:read'],
  claims: {
    email: ['email', 'email_verified'],
    profile: ['name'],
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 600,
    IdToken: 3600,
    DeviceCode: 600,
    RefreshToken: 24 * 3600,
    Interaction: 3600,
    Session: 14 * 24 * 3600,
    Grant: 14 * 24 * 3600,
  },
  pkce: { required: () => true },
  async findAccount(ctx, id, token) {
    return Account.findAccount(ctx, id, token)
  },
}
