import { expect } from 'chai'
import { unknownOptions } from '../../lib/configuration/unknown_options.ts'
import type { Configuration } from '../../types/configuration.ts'
import type {} from '../../types/features/index.ts'

/** Every name that the types of an option have, so that none is forgotten. */
type Names<Option> = Record<keyof Exclude<Option, undefined>, true>

const OPTIONS: Names<Configuration> = {
  acceptQueryParamAccessTokens: true,
  acrValues: true,
  adapter: true,
  allowOmittingSingleRegisteredRedirectUri: true,
  allowSpecialUseAddresses: true,
  assertJwtClientAuthClaimsAndHeader: true,
  claims: true,
  clientAuthMethods: true,
  clientBasedCORS: true,
  clientAssertionLifetime: true,
  clientDefaults: true,
  clients: true,
  clientSecretThrottle: true,
  clockTolerance: true,
  conformIdTokenClaims: true,
  cookies: true,
  discovery: true,
  enabledJWA: true,
  enableHttpPostMethods: true,
  expiresWithSession: true,
  extraClientMetadata: true,
  extraParams: true,
  extraTokenClaims: true,
  fetch: true,
  fetchResponseBodyLimits: true,
  findAccount: true,
  formats: true,
  httpOptions: true,
  interactions: true,
  issueRefreshToken: true,
  jwks: true,
  loadExistingGrant: true,
  pairwiseIdentifier: true,
  pkce: true,
  refreshTokenReuseWindow: true,
  renderError: true,
  responseTypes: true,
  revokeGrantPolicy: true,
  rotateRefreshToken: true,
  routes: true,
  scopes: true,
  screens: true,
  sectorIdentifierUriValidate: true,
  storageTimeout: true,
  subjectTypes: true,
  ttl: true,
  features: true,
  logger: true,
}

const GROUPS = {
  clientSecretThrottle: { attempts: true, longestWait: true, failed: true } satisfies Names<
    Configuration['clientSecretThrottle']
  >,
  cookies: { keys: true, long: true, names: true, short: true } satisfies Names<Configuration['cookies']>,
  extraClientMetadata: { properties: true, validator: true } satisfies Names<
    Configuration['extraClientMetadata']
  >,
  fetchResponseBodyLimits: { jwks_uri: true, request_uri: true, sector_identifier_uri: true } satisfies Names<
    Configuration['fetchResponseBodyLimits']
  >,
  formats: { bitsOfOpaqueRandomness: true, customizers: true } satisfies Names<Configuration['formats']>,
  interactions: { policy: true, url: true } satisfies Names<Configuration['interactions']>,
  pkce: { methods: true, required: true } satisfies Names<Configuration['pkce']>,
  routes: {
    authorization: true,
    backchannel_authentication: true,
    check_session: true,
    code_verification: true,
    device_authorization: true,
    end_session: true,
    introspection: true,
    jwks: true,
    pushed_authorization_request: true,
    registration: true,
    revocation: true,
    token: true,
    userinfo: true,
  } satisfies Names<Configuration['routes']>,
  ttl: {
    AccessToken: true,
    AuthorizationCode: true,
    BackchannelAuthenticationRequest: true,
    ClientCredentials: true,
    DeviceCode: true,
    Grant: true,
    IdToken: true,
    InitialAccessToken: true,
    Interaction: true,
    PushedAuthorizationRequest: true,
    RefreshToken: true,
    RegistrationAccessToken: true,
    Session: true,
  } satisfies Names<Configuration['ttl']>,
}

describe('options that are known', () => {
  it('are all that the types have: nobody is told that one of them does nothing', () => {
    expect([...unknownOptions(OPTIONS)]).to.deep.equal([])
  })

  for (const [group, members] of Object.entries(GROUPS)) {
    it(`are all that the types have in ${group}`, () => {
      expect([...unknownOptions({ [group]: members })]).to.deep.equal([])
    })
  }
})
