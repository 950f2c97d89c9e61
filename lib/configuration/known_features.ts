import type { FeatureName } from '../../types/features/index.ts'

/** Every feature there is or will be, with the options that turn it on. */
export const FEATURE_SWITCHES: { readonly [Name in FeatureName]: readonly string[] } = {
  attestClientAuth: ['enabled'],
  backchannelLogout: ['enabled'],
  ciba: ['enabled'],
  claimsParameter: ['enabled'],
  clientCredentials: ['enabled'],
  clientIdMetadataDocument: ['enabled'],
  dPoP: ['enabled'],
  devInteractions: ['enabled'],
  deviceFlow: ['enabled'],
  encryption: ['enabled'],
  externalSigningSupport: ['enabled'],
  fapi: ['enabled'],
  introspection: ['enabled'],
  jwtIntrospection: ['enabled'],
  jwtResponseModes: ['enabled'],
  jwtUserinfo: ['enabled'],
  mTLS: ['enabled'],
  openid4vci: ['enabled'],
  pushedAuthorizationRequests: ['enabled'],
  registration: ['enabled'],
  registrationManagement: ['enabled'],
  requestObjects: ['request', 'requestUri'],
  resourceIndicators: ['enabled'],
  revocation: ['enabled'],
  richAuthorizationRequests: ['enabled'],
  rpInitiatedLogout: ['enabled'],
  rpMetadataChoices: ['enabled'],
  userinfo: ['enabled'],
  webMessageResponseMode: ['enabled'],
}

/** Features that are documented as on unless the host turns them off. */
export const ON_BY_DEFAULT: readonly FeatureName[] = [
  'devInteractions',
  'pushedAuthorizationRequests',
  'resourceIndicators',
  'rpInitiatedLogout',
  'userinfo',
]
