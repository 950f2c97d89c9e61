import { clientCredentials } from './client_credentials.ts'
import type { Feature } from './define_feature.ts'
import { devInteractions } from './dev_interactions.ts'
import { pushedAuthorizationRequests } from './pushed_authorization_requests.ts'
import { registration } from './registration.ts'
import { registrationManagement } from './registration_management.ts'
import { resourceIndicators } from './resource_indicators.ts'
import { userinfo } from './userinfo.ts'

/** Every optional feature there is. */
export const FEATURES: readonly Feature[] = [
  clientCredentials,
  devInteractions,
  pushedAuthorizationRequests,
  registration,
  registrationManagement,
  resourceIndicators,
  userinfo,
]
