import type { ClientAuthMethod } from '../../../types/client.ts'
import {
  checkAnswerIsSigned,
  checkAuthorizationContext,
  checkBackchannelIsSigned,
  checkClientAuthentication,
  checkCodeChallenge,
  checkCodeFlow,
  checkEncryptedRedirect,
  checkIsPushed,
  checkIsSigned,
  checkNamesRedirectUri,
  checkNonceOrState,
} from './checks.ts'
import { ALL_PROFILES, FAPI_1, FAPI_2, MESSAGE_SIGNING } from './profiles.ts'
import type { CheckedRule, ConfiguredRule, DemandedRule } from './rule.ts'

const PUSHED = ['pushed_authorization_request']
const BROWSER = ['authorization', 'resume']
const EITHER = [...BROWSER, ...PUSHED]
const BACKCHANNEL = ['backchannel_authentication']

/** Every rule that is checked for its own sake. */
export const CHECKED_RULES: readonly CheckedRule[] = [
  {
    profiles: FAPI_1,
    clause: 'FAPI 1.0 Part 1: Baseline §5.2.2 (9)',
    demand: 'A request names its `redirect_uri`, also where the client has one only.',
    slot: 'redirect_uri',
    routes: BROWSER,
    error: 'invalid_request',
    check: checkNamesRedirectUri,
  },
  {
    profiles: FAPI_1,
    clause: 'FAPI 1.0 Part 1: Baseline §5.2.2.2, §5.2.2.3',
    demand: 'A request has a `nonce` when it asks for `openid`, and a `state` otherwise.',
    slot: 'request_rules',
    routes: EITHER,
    error: 'invalid_request',
    check: checkNonceOrState,
  },
  {
    profiles: FAPI_1,
    clause: 'FAPI 1.0 Part 2: Advanced §5.2.2 (18)',
    demand: 'A request that is pushed uses PKCE with S256.',
    slot: 'request_rules',
    routes: PUSHED,
    error: 'invalid_request',
    check: checkCodeChallenge,
  },
  {
    profiles: FAPI_1,
    clause: 'FAPI 1.0 Part 1: Baseline §5.2.2 (20)',
    demand: 'Answers do not travel by http, but to the loopback interface of a native application.',
    slot: 'request_rules',
    routes: EITHER,
    error: 'invalid_request',
    check: checkEncryptedRedirect,
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.1',
    demand: 'Clients are confidential, and authenticate by mutual TLS or `private_key_jwt`.',
    slot: 'client_authenticated',
    error: 'invalid_client',
    check: checkClientAuthentication,
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.2',
    demand: 'The response type is `code`.',
    slot: 'request_rules',
    routes: EITHER,
    error: 'unsupported_response_type',
    check: checkCodeFlow,
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.2',
    demand: 'A request is pushed before a browser brings it.',
    slot: 'front_channel_rules',
    routes: BROWSER,
    error: 'invalid_request',
    check: checkIsPushed,
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.2',
    demand: 'A request uses PKCE with S256.',
    slot: 'request_rules',
    routes: EITHER,
    error: 'invalid_request',
    check: checkCodeChallenge,
  },
  {
    profiles: ALL_PROFILES,
    clause: 'FAPI 1.0 Part 1: Baseline §5.2.2 (9); FAPI 2.0 Security Profile §5.3.2.2',
    demand: 'A pushed request names its `redirect_uri`.',
    slot: 'request_rules',
    routes: PUSHED,
    error: 'invalid_request',
    check: checkNamesRedirectUri,
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.2',
    demand: 'Answers do not travel by http, but to the loopback interface of a native application.',
    slot: 'request_rules',
    routes: EITHER,
    error: 'invalid_request',
    check: checkEncryptedRedirect,
  },
  {
    profiles: MESSAGE_SIGNING,
    clause: 'FAPI 2.0 Message Signing §5.3.1',
    demand: 'A pushed request is a signed request object.',
    slot: 'request_rules',
    routes: PUSHED,
    error: 'invalid_request',
    check: checkIsSigned,
  },
  {
    profiles: MESSAGE_SIGNING,
    clause: 'FAPI 2.0 Message Signing §5.4.1',
    demand: 'The answer is signed: the response mode is one of JARM.',
    slot: 'request_rules',
    routes: EITHER,
    error: 'invalid_request',
    check: checkAnswerIsSigned,
  },
  {
    profiles: ALL_PROFILES,
    clause: 'FAPI: CIBA Profile §5.2.2',
    demand: 'A backchannel authentication request is signed, where request objects are taken by value.',
    slot: 'request_rules',
    routes: BACKCHANNEL,
    error: 'invalid_request',
    check: checkBackchannelIsSigned,
  },
  {
    profiles: ALL_PROFILES,
    clause: 'FAPI: CIBA Profile §5.2.2',
    demand: 'A backchannel authentication request has a `binding_message` or a `request_context`.',
    slot: 'request_rules',
    routes: BACKCHANNEL,
    error: 'invalid_request',
    check: checkAuthorizationContext,
  },
]

/** Rules that the core keeps, for the profile in force says so: see `profiles.ts`. */
export const DEMANDED_RULES: readonly DemandedRule[] = [
  {
    profiles: FAPI_1,
    clause: 'FAPI 1.0 Part 2: Advanced §5.2.2 (2)',
    demand: 'The response type is one with an ID Token, or the response mode one of JARM.',
    error: 'invalid_request',
  },
  {
    profiles: ['1.0 ID2'],
    clause: 'FAPI 1.0 Part 2: Advanced §5.2.2 (13)',
    demand: 'A request object has an `exp`, an hour ahead at most, and `iss` and `aud`.',
    error: 'invalid_request_object',
  },
  {
    profiles: ['1.0 Final', ...FAPI_2],
    clause: 'FAPI 1.0 Part 2: Advanced §5.2.2 (13), (15), (17); FAPI 2.0 Message Signing §5.3.1',
    demand: 'A request object has `exp` and `nbf`, an hour apart at most, and `iss` and `aud`.',
    error: 'invalid_request_object',
  },
  {
    profiles: ALL_PROFILES,
    clause: 'FAPI 1.0 Part 2: Advanced §5.2.2 (10)',
    demand: 'Only what stands in the request object counts; `requestObjects.mode` is strict.',
    error: 'the parameter is ignored',
  },
  {
    profiles: FAPI_1,
    clause: 'FAPI 1.0 Part 2: Advanced §8.6',
    demand: 'Clients sign with PS256 or ES256.',
    error: 'invalid_request_object, invalid_client',
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.4.1',
    demand: 'Clients sign with PS256, ES256 or EdDSA (Ed25519).',
    error: 'invalid_request_object, invalid_client',
  },
  {
    profiles: ALL_PROFILES,
    clause: 'RFC 7523 §3',
    demand: 'Client assertions live for five minutes at most.',
    error: 'invalid_client',
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.1',
    demand: 'The `aud` of a client assertion is the issuer, as text.',
    error: 'invalid_client',
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.1',
    demand: 'Access tokens are bound to their sender, by DPoP or mutual TLS.',
    error: 'invalid_request',
  },
  {
    profiles: ALL_PROFILES,
    clause: 'FAPI 1.0 Part 1: Baseline §6.2.1; FAPI 2.0 Security Profile §5.3.4',
    demand: 'Access tokens are not taken from a query.',
    error: 'invalid_request',
  },
  {
    profiles: ALL_PROFILES,
    clause: 'RFC 7517 §5',
    demand: 'Key sets of clients are not used beyond their freshness.',
    error: 'invalid_client_metadata',
  },
]

const within = (ttl: unknown, most: number) => typeof ttl !== 'number' || ttl <= most
const BY_SECRET: readonly ClientAuthMethod[] = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'none',
]

/** Rules that options keep. */
export const CONFIGURED_RULES: readonly ConfiguredRule[] = [
  {
    profiles: FAPI_1,
    clause: 'FAPI 1.0 Part 2: Advanced §5.2.2 (1)',
    demand: 'Requests are signed request objects.',
    option: 'features.requestObjects.requireSignedRequestObject',
    isKept: ({ features }) => features.requestObjects.requireSignedRequestObject === true,
  },
  {
    profiles: FAPI_1,
    clause: 'FAPI 1.0 Part 2: Advanced §5.2.2 (14)',
    demand: 'Clients authenticate by mutual TLS or `private_key_jwt`.',
    option: 'clientAuthMethods',
    isKept: ({ clientAuthMethods }) => !BY_SECRET.some((method) => clientAuthMethods.has(method)),
  },
  {
    profiles: FAPI_1,
    clause: 'FAPI 1.0 Part 2: Advanced §5.2.2 (5)',
    demand: 'Access tokens are bound to a certificate (`tls_client_certificate_bound_access_tokens`).',
    option: 'features.mTLS.certificateBoundAccessTokens',
    isKept: ({ features }) => features.mTLS.certificateBoundAccessTokens === true,
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.2',
    demand: 'Requests can be pushed.',
    option: 'features.pushedAuthorizationRequests.enabled',
    isKept: ({ features }) => features.pushedAuthorizationRequests.enabled,
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.1',
    demand: 'Codes live for a minute at most.',
    option: 'ttl.AuthorizationCode',
    isKept: ({ ttl }) => within(ttl.AuthorizationCode, 60),
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.2',
    demand: 'Pushed requests live for less than ten minutes.',
    option: 'ttl.PushedAuthorizationRequest',
    isKept: ({ ttl }) => within(ttl.PushedAuthorizationRequest, 599),
  },
  {
    profiles: FAPI_2,
    clause: 'FAPI 2.0 Security Profile §5.3.2.1',
    demand: 'Refresh tokens are not rotated, which is the default under the profile.',
    option: 'rotateRefreshToken',
    isKept: ({ rotateRefreshToken }) => rotateRefreshToken !== true,
  },
  {
    profiles: MESSAGE_SIGNING,
    clause: 'FAPI 2.0 Message Signing §5.3.1, §5.4.1',
    demand: 'Requests and answers can be signed.',
    option: 'features.requestObjects.request and features.jwtResponseModes.enabled',
    isKept: ({ features }) => features.requestObjects.request && features.jwtResponseModes.enabled,
  },
]
