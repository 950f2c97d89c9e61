import type { FeatureMetadata } from '../clients/metadata/descriptor.ts'
import { backchannelLogoutMetadata } from './backchannel_logout/client_metadata.ts'
import { cibaMetadata } from './ciba/client_metadata.ts'
import { clientCredentialsMetadata } from './client_credentials/client_metadata.ts'
import { dpopMetadata } from './dpop/client_metadata.ts'
import { encryptionMetadata } from './encryption/client_metadata.ts'
import { frontchannelLogoutMetadata } from './frontchannel_logout/client_metadata.ts'
import { jwtIntrospectionMetadata } from './introspection/client_metadata.ts'
import { jwtResponseModesMetadata } from './jwt_response_modes/client_metadata.ts'
import { mtlsMetadata } from './mtls/client_metadata.ts'
import { pushedAuthorizationRequestsMetadata } from './pushed_authorization_requests/client_metadata.ts'
import { requestObjectsMetadata } from './request_objects/client_metadata.ts'
import { rpInitiatedLogoutMetadata } from './rp_initiated_logout/client_metadata.ts'
import { userinfoMetadata } from './userinfo/client_metadata.ts'
import { webMessageResponseModeMetadata } from './web_message_response_mode/client_metadata.ts'

/** What clients may say about themselves while a feature is on; known also while it is off, or not built yet. */
export const CLIENT_METADATA: readonly FeatureMetadata[] = [
  encryptionMetadata,
  userinfoMetadata,
  jwtIntrospectionMetadata,
  jwtResponseModesMetadata,
  requestObjectsMetadata,
  pushedAuthorizationRequestsMetadata,
  rpInitiatedLogoutMetadata,
  backchannelLogoutMetadata,
  frontchannelLogoutMetadata,
  cibaMetadata,
  mtlsMetadata,
  dpopMetadata,
  webMessageResponseModeMetadata,
  clientCredentialsMetadata,
]
