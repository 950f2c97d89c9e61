import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import type { Account } from '../../types/account.ts'
import type { ClientAuthMethod, ResponseType, SubjectType } from '../../types/client.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { BackchannelAuthenticationRequest } from '../../types/features/ciba.ts'
import type { DeviceCode } from '../../types/features/device_flow.ts'
import type { EncryptionAlgorithm } from '../../types/jwa.ts'
import type {
  AuthorizationCode,
  BaseToken,
  Client,
  Grant,
  Interaction,
  RefreshToken,
} from '../../types/models.ts'
import type { ResourceServer } from '../../types/resource_server.ts'
import type { ResolvedConfiguration } from './resolved_configuration.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365.25 * DAY

const ENCRYPTION_ALGORITHMS: readonly EncryptionAlgorithm[] = [
  'A128KW',
  'A256KW',
  'ECDH-ES',
  'RSA-OAEP',
  'RSA-OAEP-256',
  'dir',
]
const CONTENT_ENCRYPTIONS = ['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'] as const
const SIGNED_BY_US = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
const SIGNED_BY_CLIENTS = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'] as const

type Context = KoaContextWithOIDC
type MaybeContext = KoaContextWithOIDC | undefined
type Code = AuthorizationCode | BackchannelAuthenticationRequest | DeviceCode

function findAccount(_ctx: Context, sub: string): Account {
  return { accountId: sub, claims: async () => ({ sub }) }
}

function expiresWithSession(_ctx: Context, code: BaseToken): boolean {
  return !code.scopes.has('offline_access')
}

function issueRefreshToken(_ctx: Context, client: Client, code: Code): boolean {
  return client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access')
}

async function loadExistingGrant(ctx: Context): Promise<Grant | undefined> {
  const { client, provider, result, session } = ctx.oidc
  if (client === undefined) return undefined
  const grantId = result?.consent?.grantId ?? session?.grantIdFor(client.clientId)
  return grantId ? provider.Grant.find(grantId, { ctx }) : undefined
}

/**
 * The host name makes it differ between machines, which a notice at construction says. A client without a sector, which
 * never redirects, is one of its own.
 */
function pairwiseIdentifier(_ctx: Context, accountId: string, client: Client): string {
  return createHash('sha256')
    .update(client.sectorIdentifier ?? client.clientId)
    .update(accountId)
    .update(hostname())
    .digest('hex')
}

/** @see RFC 9700 §4.14.2 */
function rotateRefreshToken(ctx: Context): boolean {
  const { RefreshToken: token, Client: client } = ctx.oidc.entities
  if (token === undefined || client === undefined) return false
  if (token.totalLifetime() >= YEAR) return false
  if (client.clientAuthMethod === 'none' && !token.isSenderConstrained()) return true
  return token.ttlPercentagePassed() >= 70
}

interface ForResourceServer {
  resourceServer?: ResourceServer | undefined
}

function accessTokenTTL(_ctx: MaybeContext, token: ForResourceServer): number {
  return token.resourceServer?.accessTokenTTL || HOUR
}

function clientCredentialsTTL(_ctx: MaybeContext, token: ForResourceServer): number {
  return token.resourceServer?.accessTokenTTL || 10 * MINUTE
}

/** @see OpenID Connect CIBA Core 1.0 §7.1 (`requested_expiry`) */
function backchannelAuthenticationRequestTTL(ctx: MaybeContext): number {
  const requested = Number(ctx?.oidc.params?.['requested_expiry'])
  return requested > 0 ? Math.min(10 * MINUTE, requested) : 10 * MINUTE
}

/** A public web client's unbound token does not live for ever through rotation. @see RFC 9700 §4.14.2 */
function refreshTokenTTL(ctx: MaybeContext, token: RefreshToken, client?: Client): number {
  const rotated = ctx?.oidc.entities.RotatedRefreshToken
  const isUnboundPublicWebClient =
    client?.applicationType === 'web' && client.clientAuthMethod === 'none' && !token.isSenderConstrained()
  return rotated !== undefined && isUnboundPublicWebClient ? rotated.remainingTTL : 14 * DAY
}

const clientAuthMethods: readonly ClientAuthMethod[] = [
  'client_secret_basic',
  'client_secret_jwt',
  'client_secret_post',
  'private_key_jwt',
  'none',
]
const responseTypes: readonly ResponseType[] = ['code id_token', 'code', 'id_token', 'none']
const subjectTypes: readonly SubjectType[] = ['public']

/** Options whose default is given before it is turned into the form the provider uses. */
type Listed =
  | 'acrValues'
  | 'allowSpecialUseAddresses'
  | 'claims'
  | 'clientAuthMethods'
  | 'extraParams'
  | 'scopes'
  | 'subjectTypes'

type Defaults = Omit<ResolvedConfiguration, Listed | 'claimNames' | 'features' | 'logger'> & {
  readonly acrValues: readonly string[]
  readonly allowSpecialUseAddresses: boolean
  readonly claims: { readonly [scopeOrClaim: string]: null | readonly string[] }
  readonly clientAuthMethods: readonly ClientAuthMethod[]
  readonly extraParams: readonly string[]
  readonly scopes: readonly string[]
  readonly subjectTypes: readonly SubjectType[]
}

/** The value of every top-level option that is not set. Features bring their own defaults. */
export const DEFAULTS: Defaults = {
  acceptQueryParamAccessTokens: false,
  acrValues: [],
  adapter: undefined,
  allowOmittingSingleRegisteredRedirectUri: true,
  allowSpecialUseAddresses: false,
  assertJwtClientAuthClaimsAndHeader: () => undefined,
  claims: { acr: null, auth_time: null, iss: null, openid: ['sub'], sid: null },
  clientAuthMethods,
  clientBasedCORS: () => false,
  clientAssertionLifetime: 3600,
  clientDefaults: {
    grant_types: ['authorization_code'],
    id_token_signed_response_alg: 'RS256',
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  },
  clients: [],
  clientSecretThrottle: { attempts: 10, longestWait: 0.5, failed: () => {} },
  clockTolerance: 15,
  conformIdTokenClaims: true,
  cookies: {
    keys: [],
    long: { httpOnly: true, overwrite: true, sameSite: 'none' },
    names: { interaction: '_interaction', resume: '_interaction_resume', session: '_session' },
    short: { httpOnly: true, overwrite: true, sameSite: 'lax' },
  },
  discovery: {
    claim_types_supported: ['normal'],
    claims_locales_supported: undefined,
    display_values_supported: undefined,
    op_policy_uri: undefined,
    op_tos_uri: undefined,
    service_documentation: undefined,
    ui_locales_supported: undefined,
  },
  enabledJWA: {
    authorizationEncryptionAlgValues: ENCRYPTION_ALGORITHMS,
    authorizationEncryptionEncValues: CONTENT_ENCRYPTIONS,
    authorizationSigningAlgValues: SIGNED_BY_US,
    clientAuthSigningAlgValues: SIGNED_BY_CLIENTS,
    dPoPSigningAlgValues: ['ES256', 'EdDSA'],
    idTokenEncryptionAlgValues: ENCRYPTION_ALGORITHMS,
    idTokenEncryptionEncValues: CONTENT_ENCRYPTIONS,
    idTokenSigningAlgValues: SIGNED_BY_US,
    introspectionEncryptionAlgValues: ENCRYPTION_ALGORITHMS,
    introspectionEncryptionEncValues: CONTENT_ENCRYPTIONS,
    introspectionSigningAlgValues: SIGNED_BY_US,
    requestObjectEncryptionAlgValues: ENCRYPTION_ALGORITHMS,
    requestObjectEncryptionEncValues: CONTENT_ENCRYPTIONS,
    requestObjectSigningAlgValues: SIGNED_BY_CLIENTS,
    userinfoEncryptionAlgValues: ENCRYPTION_ALGORITHMS,
    userinfoEncryptionEncValues: CONTENT_ENCRYPTIONS,
    userinfoSigningAlgValues: SIGNED_BY_US,
  },
  enableHttpPostMethods: true,
  expiresWithSession,
  extraClientMetadata: { properties: [], validator: () => undefined },
  extraParams: [],
  extraTokenClaims: () => undefined,
  fetch: undefined,
  fetchResponseBodyLimits: { jwks_uri: 65536, request_uri: 65536, sector_identifier_uri: 65536 },
  findAccount,
  formats: { bitsOfOpaqueRandomness: 256, customizers: { jwt: undefined } },
  httpOptions: () => ({}),
  interactions: {
    policy: undefined,
    url: (_ctx: Context, interaction: Interaction) => `/interaction/${interaction.uid}`,
  },
  issueRefreshToken,
  jwks: undefined,
  loadExistingGrant,
  pairwiseIdentifier,
  pkce: { methods: ['S256'], required: () => true },
  refreshTokenReuseWindow: 0,
  renderError: undefined,
  responseTypes,
  revokeGrantPolicy: () => true,
  rotateRefreshToken,
  routes: {
    authorization: '/auth',
    backchannel_authentication: '/backchannel',
    check_session: '/session/check',
    code_verification: '/device',
    device_authorization: '/device/auth',
    end_session: '/session/end',
    introspection: '/token/introspection',
    jwks: '/jwks',
    pushed_authorization_request: '/request',
    registration: '/reg',
    revocation: '/token/revocation',
    token: '/token',
    userinfo: '/me',
  },
  scopes: ['openid', 'offline_access'],
  screens: undefined,
  sectorIdentifierUriValidate: () => true,
  storageTimeout: 5,
  subjectTypes,
  ttl: {
    AccessToken: accessTokenTTL,
    AuthorizationCode: MINUTE,
    BackchannelAuthenticationRequest: backchannelAuthenticationRequestTTL,
    ClientCredentials: clientCredentialsTTL,
    DeviceCode: 10 * MINUTE,
    Grant: 14 * DAY,
    IdToken: HOUR,
    InitialAccessToken: undefined,
    Interaction: HOUR,
    PushedAuthorizationRequest: MINUTE,
    RefreshToken: refreshTokenTTL,
    RegistrationAccessToken: undefined,
    Session: 14 * DAY,
  },
}
