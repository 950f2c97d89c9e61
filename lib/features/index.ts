import { claimsParameter } from './claims_parameter.ts'
import { clientCredentials } from './client_credentials.ts'
import type { Feature } from './define_feature.ts'
import { devInteractions } from './dev_interactions.ts'
import { encryption } from './encryption.ts'
import { jwtUserinfo } from './jwt_userinfo.ts'
import { pushedAuthorizationRequests } from './pushed_authorization_requests.ts'
import { registration } from './registration.ts'
import { registrationManagement } from './registration_management.ts'
import { requestObjects } from './request_objects.ts'
import { resourceIndicators } from './resource_indicators.ts'
import { userinfo } from './userinfo.ts'
import { webMessageResponseMode } from './web_message_response_mode.ts'

/** Every optional feature there is. */
export const FEATURES: readonly Feature[] = [
  claimsParameter,
  clientCredentials,
  devInteractions,
  encryption,
  jwtUserinfo,
  pushedAuthorizationRequests,
  registration,
  registrationManagement,
  requestObjects,
  resourceIndicators,
  userinfo,
  webMessageResponseMode,
]
