import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { CALL_CENTRE } from '../ciba.ts'
import { TV } from '../device.ts'
import { WEB_CLIENT } from '../start_provider.ts'
import { withTokenEndpoints } from '../token_endpoints.ts'
import { openStorage } from './open_storage.ts'

export interface HostOptions {
  readonly issuer: string
  /** The address of what all processes share. */
  readonly storage: string
  /** The same for all processes. */
  readonly jwks: NonNullable<Configuration['jwks']>
  readonly reuseWindow: number
  /** Seconds that a call to storage may take. */
  readonly storageTimeout?: number | undefined
}

/** It proves who it is by assertions, which work once. @see RFC 7523 §3 */
export const ASSERTING_CLIENT: ClientMetadata = {
  client_id: 'asserting',
  client_secret: WEB_CLIENT.client_secret,
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_jwt',
}

/** It acts for itself. */
export const MACHINE: ClientMetadata = {
  ...WEB_CLIENT,
  client_id: 'machine',
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
}

/** What every process of one deployment is configured with. */
export async function configurationFor(options: HostOptions): Promise<Configuration> {
  const { storage, jwks, reuseWindow, storageTimeout } = options
  return withTokenEndpoints({
    adapter: await openStorage(storage),
    jwks,
    clients: [WEB_CLIENT, ASSERTING_CLIENT, MACHINE, TV, CALL_CENTRE],
    rotateRefreshToken: true,
    refreshTokenReuseWindow: reuseWindow,
    ...(storageTimeout === undefined ? {} : { storageTimeout }),
    features: {
      pushedAuthorizationRequests: { enabled: true },
      deviceFlow: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 5) },
      ciba: {
        enabled: true,
        deliveryModes: ['poll'],
        processLoginHint: (_ctx, hint) => hint,
        triggerAuthenticationDevice: () => {},
      },
    },
  })
}
