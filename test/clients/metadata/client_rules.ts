import { buildClientRules } from '../../../lib/clients/metadata/build_client_rules.ts'
import type {
  ClientRules,
  ClientSettings,
  ContributedRules,
} from '../../../lib/clients/metadata/descriptor.ts'
import { validateClientMetadata } from '../../../lib/clients/metadata/validate_client_metadata.ts'
import type { ResolvedConfiguration } from '../../../lib/configuration/resolved_configuration.ts'
import { CLIENT_METADATA } from '../../../lib/features/client_metadata.ts'
import { OIDCProviderError } from '../../../lib/helpers/errors.ts'
import type { ClientMetadata } from '../../../types/client.ts'

const SIGNING = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA', 'none']
const ENCRYPTION = ['A128KW', 'A256KW', 'ECDH-ES', 'RSA-OAEP', 'dir']
const CONTENT = ['A128CBC-HS256', 'A256GCM']

export const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
export const CIBA = 'urn:openid:params:grant-type:ciba'

const GRANT_TYPES = new Set([
  'authorization_code',
  'implicit',
  'refresh_token',
  'client_credentials',
  DEVICE,
  CIBA,
])

/** Every optional feature that brings client metadata, on. */
const ALL_FEATURES: Readonly<Record<string, object>> = {
  backchannelLogout: { enabled: true },
  ciba: { enabled: true, deliveryModes: new Set(['poll', 'ping']) },
  dPoP: { enabled: true },
  encryption: { enabled: true },
  frontchannelLogout: { enabled: true },
  jwtIntrospection: { enabled: true },
  jwtResponseModes: { enabled: true },
  jwtUserinfo: { enabled: true },
  mTLS: { enabled: true, tlsClientAuth: true, certificateBoundAccessTokens: true },
  pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: false },
  requestObjects: { enabled: true, request: true, requestUri: true },
  rpInitiatedLogout: { enabled: true },
  webMessageResponseMode: { enabled: true },
}

const SETTINGS: ClientSettings = {
  acrValues: new Set(['bronze', 'gold']),
  clientAuthMethods: new Set([
    'none',
    'client_secret_basic',
    'client_secret_post',
    'client_secret_jwt',
    'private_key_jwt',
    'tls_client_auth',
    'self_signed_tls_client_auth',
  ]),
  clientDefaults: {},
  enabledJWA: {
    authorizationEncryptionAlgValues: ENCRYPTION,
    authorizationEncryptionEncValues: CONTENT,
    authorizationSigningAlgValues: SIGNING,
    clientAuthSigningAlgValues: SIGNING,
    idTokenEncryptionAlgValues: ENCRYPTION,
    idTokenEncryptionEncValues: CONTENT,
    idTokenSigningAlgValues: SIGNING,
    introspectionEncryptionAlgValues: ENCRYPTION,
    introspectionEncryptionEncValues: CONTENT,
    introspectionSigningAlgValues: SIGNING,
    requestObjectEncryptionAlgValues: ENCRYPTION,
    requestObjectEncryptionEncValues: CONTENT,
    requestObjectSigningAlgValues: SIGNING,
    userinfoEncryptionAlgValues: ENCRYPTION,
    userinfoEncryptionEncValues: CONTENT,
    userinfoSigningAlgValues: SIGNING,
  },
  extraClientMetadata: { properties: [] },
  features: ALL_FEATURES,
  responseTypes: ['code', 'code id_token', 'code id_token token', 'id_token', 'id_token token', 'none'],
  scopes: new Set(['openid', 'offline_access', 'email']),
  subjectTypes: new Set(['public', 'pairwise']),
}

/** The rules of a provider in which everything is on, but for what is given. */
export function rulesFor(
  settings: Partial<ClientSettings> = {},
  contributed: ContributedRules = {},
): ClientRules {
  return buildClientRules(
    { ...SETTINGS, ...settings },
    {
      grantTypes: GRANT_TYPES,
      features: CLIENT_METADATA,
      ...contributed,
    },
  )
}

/** The same with other options of some features. */
export function rulesWith(features: Readonly<Record<string, object>>): ClientRules {
  return rulesFor({ features: { ...ALL_FEATURES, ...features } })
}

/** Compiles only while a resolved configuration has every setting that the rules need. */
export function rulesOf(configuration: ResolvedConfiguration): ClientRules {
  return buildClientRules(configuration, { features: CLIENT_METADATA })
}

const everything = rulesFor()

/** The smallest web client, and what is given. */
export function webClient(properties: object = {}): Record<string, unknown> {
  return {
    client_id: 'web',
    client_secret: 'secret',
    redirect_uris: ['https://rp.example.com/cb'],
    ...properties,
  }
}

export function accepted(properties: unknown, rules: ClientRules = everything): ClientMetadata {
  return validateClientMetadata(properties, rules)
}

/** The error that refuses the metadata; fails when nothing does. */
export function refused(properties: unknown, rules: ClientRules = everything): OIDCProviderError {
  try {
    validateClientMetadata(properties, rules)
  } catch (error) {
    if (error instanceof OIDCProviderError) return error
    throw error
  }
  throw new Error('the metadata was accepted')
}
