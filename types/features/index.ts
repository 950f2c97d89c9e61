import type { BackchannelLogoutOptions } from './backchannel_logout.ts'
import type { CibaOptions } from './ciba.ts'
import type { ClaimsParameterOptions } from './claims_parameter.ts'
import type { ClientCredentialsOptions } from './client_credentials.ts'
import type { DevInteractionsOptions } from './dev_interactions.ts'
import type { DeviceFlowOptions } from './device_flow.ts'
import type { DPoPOptions } from './dpop.ts'
import type { EncryptionOptions } from './encryption.ts'
import type { FapiOptions } from './fapi.ts'
import type { FrontchannelLogoutOptions } from './frontchannel_logout.ts'
import type { IntrospectionOptions } from './introspection.ts'
import type { JwtBearerOptions } from './jwt_bearer.ts'
import type { JwtIntrospectionOptions } from './jwt_introspection.ts'
import type { JwtResponseModesOptions } from './jwt_response_modes.ts'
import type { JwtUserinfoOptions } from './jwt_userinfo.ts'
import type { MTLSOptions } from './mtls.ts'
import type { PushedAuthorizationRequestsOptions } from './pushed_authorization_requests.ts'
import type { RegistrationOptions } from './registration.ts'
import type { RegistrationManagementOptions } from './registration_management.ts'
import type { RequestObjectsOptions } from './request_objects.ts'
import type { ReservedFeatureOptions } from './reserved.ts'
import type { ResourceIndicatorsOptions } from './resource_indicators.ts'
import type { RevocationOptions } from './revocation.ts'
import type { RpInitiatedLogoutOptions } from './rp_initiated_logout.ts'
import type { SessionManagementOptions } from './session_management.ts'
import type { TokenExchangeOptions } from './token_exchange.ts'
import type { UserinfoOptions } from './userinfo.ts'
import type { WebMessageResponseModeOptions } from './web_message_response_mode.ts'
import type { WebfingerOptions } from './webfinger.ts'

export type {
  BackchannelAuthenticationRequest,
  BackchannelAuthenticationRequestPayload,
  BackchannelAuthenticationResponse,
  BackchannelResultOptions,
  CIBADeliveryMode,
} from './ciba.ts'
export type { ClientCredentials, ClientCredentialsPayload } from './client_credentials.ts'
export type { DeviceAuthorizationResponse, DeviceCode, DeviceCodePayload } from './device_flow.ts'
export type { JwtBearerAssertion, JwtBearerDecision } from './jwt_bearer.ts'
export type { TLSClientAuthProperty } from './mtls.ts'
export type {
  PushedAuthorizationRequest,
  PushedAuthorizationRequestPayload,
} from './pushed_authorization_requests.ts'
export type {
  InitialAccessToken,
  InitialAccessTokenPayload,
  IssueRegistrationAccessTokenFunction,
  PolicyTokenPayload,
  RegistrationAccessToken,
  RegistrationAccessTokenPayload,
  RegistrationPolicy,
} from './registration.ts'
export type { RotateRegistrationAccessTokenFunction } from './registration_management.ts'
export type {
  ExchangedToken,
  PresentedTokenType,
  TokenExchange,
  TokenExchangeDecision,
} from './token_exchange.ts'

/** The optional features by name, each with its options. */
export interface Features {
  backchannelLogout: BackchannelLogoutOptions
  ciba: CibaOptions
  claimsParameter: ClaimsParameterOptions
  clientCredentials: ClientCredentialsOptions
  dPoP: DPoPOptions
  devInteractions: DevInteractionsOptions
  deviceFlow: DeviceFlowOptions
  encryption: EncryptionOptions
  fapi: FapiOptions
  frontchannelLogout: FrontchannelLogoutOptions
  introspection: IntrospectionOptions
  jwtBearer: JwtBearerOptions
  jwtIntrospection: JwtIntrospectionOptions
  jwtResponseModes: JwtResponseModesOptions
  jwtUserinfo: JwtUserinfoOptions
  mTLS: MTLSOptions
  pushedAuthorizationRequests: PushedAuthorizationRequestsOptions
  registration: RegistrationOptions
  registrationManagement: RegistrationManagementOptions
  requestObjects: RequestObjectsOptions
  resourceIndicators: ResourceIndicatorsOptions
  revocation: RevocationOptions
  rpInitiatedLogout: RpInitiatedLogoutOptions
  sessionManagement: SessionManagementOptions
  tokenExchange: TokenExchangeOptions
  userinfo: UserinfoOptions
  webMessageResponseMode: WebMessageResponseModeOptions
  webfinger: WebfingerOptions
  attestClientAuth: ReservedFeatureOptions
  clientIdMetadataDocument: ReservedFeatureOptions
  externalSigningSupport: ReservedFeatureOptions
  openid4vci: ReservedFeatureOptions
  richAuthorizationRequests: ReservedFeatureOptions
  rpMetadataChoices: ReservedFeatureOptions
}

/** Name of an optional feature. */
export type FeatureName = keyof Features

export type { UndeliveredLogout } from './backchannel_logout.ts'
export type { WebfingerResource } from './webfinger.ts'
