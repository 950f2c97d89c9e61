import { backchannelLogout } from './backchannel_logout/feature.ts'
import { ciba } from './ciba/feature.ts'
import { claimsParameter } from './claims_parameter/feature.ts'
import { clientCredentials } from './client_credentials/feature.ts'
import type { Feature } from './define_feature.ts'
import { devInteractions } from './dev_interactions/feature.ts'
import { deviceFlow } from './device_flow/feature.ts'
import { dPoP } from './dpop/feature.ts'
import { encryption } from './encryption/feature.ts'
import { fapi } from './fapi/feature.ts'
import { frontchannelLogout } from './frontchannel_logout/feature.ts'
import { introspection } from './introspection/feature.ts'
import { jwtIntrospection } from './introspection/jwt_feature.ts'
import { jwtBearer } from './jwt_bearer/feature.ts'
import { jwtResponseModes } from './jwt_response_modes/feature.ts'
import { mTLS } from './mtls/feature.ts'
import { pushedAuthorizationRequests } from './pushed_authorization_requests/feature.ts'
import { registration } from './registration/feature.ts'
import { registrationManagement } from './registration/management_feature.ts'
import { requestObjects } from './request_objects/feature.ts'
import { resourceIndicators } from './resource_indicators/feature.ts'
import { revocation } from './revocation/feature.ts'
import { rpInitiatedLogout } from './rp_initiated_logout/feature.ts'
import { sessionManagement } from './session_management/feature.ts'
import { tokenExchange } from './token_exchange/feature.ts'
import { userinfo } from './userinfo/feature.ts'
import { jwtUserinfo } from './userinfo/jwt_feature.ts'
import { webMessageResponseMode } from './web_message_response_mode/feature.ts'
import { webfinger } from './webfinger/feature.ts'

/** Every optional feature there is. */
export const FEATURES: readonly Feature[] = [
  backchannelLogout,
  ciba,
  claimsParameter,
  clientCredentials,
  devInteractions,
  deviceFlow,
  dPoP,
  encryption,
  fapi,
  frontchannelLogout,
  introspection,
  jwtBearer,
  jwtIntrospection,
  jwtResponseModes,
  jwtUserinfo,
  mTLS,
  pushedAuthorizationRequests,
  registration,
  registrationManagement,
  requestObjects,
  resourceIndicators,
  revocation,
  rpInitiatedLogout,
  sessionManagement,
  tokenExchange,
  userinfo,
  webMessageResponseMode,
  webfinger,
]
