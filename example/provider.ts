import Provider from '../lib/index.ts'
import type { AdapterFactory } from '../types/adapter.ts'
import type { Logger } from '../types/configuration.ts'
import { findAccount } from './accounts.ts'
import type { DemoSecrets } from './kept_secrets.ts'

/** What provider and relying party agree on. */
export interface DemoClient {
  client_id: string
  client_secret: string
  redirect_uri: string
  /** Where the browser goes after signing out. */
  post_logout_redirect_uri: string
}

export interface DemoProviderOptions {
  client: DemoClient
  secrets: DemoSecrets
  /** @default keeps everything in memory */
  adapter?: AdapterFactory | undefined
  logger?: Logger | undefined
}

/** The provider of the demo: one client, accounts in memory, and the built-in screens for development. */
export function makeProvider(issuer: string, options: DemoProviderOptions): Provider {
  const { client, secrets, adapter, logger } = options
  return new Provider(issuer, {
    adapter,
    jwks: secrets.jwks,
    clients: [
      {
        client_id: client.client_id,
        client_secret: client.client_secret,
        client_name: 'Demo application',
        redirect_uris: [client.redirect_uri],
        post_logout_redirect_uris: [client.post_logout_redirect_uri],
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
        scope: 'openid profile email offline_access',
      },
    ],
    findAccount,
    claims: {
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale'],
    },
    features: { deviceFlow: { enabled: true, interval: 2 } },
    cookies: { keys: secrets.cookieKeys },
    logger,
  })
}
