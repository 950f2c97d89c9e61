import { format } from 'node:util'
import type { AdapterFactory } from '../../types/adapter.ts'
import type { Configuration, Logger } from '../../types/configuration.ts'
import { errors } from '../index.ts'
import type { SigningKeys } from './keys/signing_keys.ts'
import { isOnThisDevice } from './open_clients.ts'
import type { TestProviderOptions } from './options.ts'
import type { Users } from './users.ts'

/** What a configuration is made from. */
export interface Parts {
  readonly options: TestProviderOptions
  readonly adapter: AdapterFactory
  readonly keys: SigningKeys
  readonly users: Users
  /** Where screens are, before the name of the interaction. */
  readonly screens: string
}

function resources({ resourceServers = {} }: TestProviderOptions): Configuration['features'] {
  return {
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo(_ctx, resource) {
        const info = resourceServers[resource]
        if (info === undefined) throw new errors.InvalidTarget('this resource server is not configured')
        return info
      },
    },
  }
}

/** Only what failed here is worth a line. */
const logger: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: (message, cause) => void process.stderr.write(`${format(message, cause ?? '')}\n`),
}

/** The configuration of a provider for development. */
export function makeConfiguration({ options, adapter, keys, users, screens }: Parts): Configuration {
  const { clients = [], features, ttl, configuration = {} } = options
  return {
    adapter,
    clients: [...clients],
    jwks: keys.jwks(),
    cookies: { keys: keys.cookieKeys() },
    claims: users.claimsByScope(),
    findAccount: (_ctx, sub) => users.account(sub),
    clientBasedCORS: (_ctx, origin) => isOnThisDevice(origin),
    interactions: { url: (_ctx, { uid }) => `${screens}${uid}` },
    logger,
    ...configuration,
    ttl: { ...configuration.ttl, ...ttl },
    features: {
      introspection: { enabled: true },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      ...resources(options),
      ...configuration.features,
      ...features,
      devInteractions: { enabled: false },
    },
  }
}
