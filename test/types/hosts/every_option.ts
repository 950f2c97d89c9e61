/** Gives every option that version 8 declares, with functions of the types it declares. */
import { X509Certificate } from 'node:crypto'
import { lookup } from 'node:dns'
import { Agent } from 'node:https'
import type {
  AccessToken,
  Account,
  AccountClaims,
  AllClientMetadata,
  AuthorizationCode,
  BackchannelAuthenticationRequest,
  CIBADeliveryMode,
  ClaimsParameter,
  Client,
  ClientAuthMethod,
  ClientCredentials,
  ClientMetadata,
  Configuration,
  CookiesSetOptions,
  DeviceCode,
  ErrorOut,
  errors,
  FapiProfile,
  FindAccount,
  Grant,
  HttpOptions,
  Interaction,
  InteractionResults,
  IssueRegistrationAccessTokenFunction,
  JsonValue,
  JWK,
  JWKS,
  JWTStructured,
  KoaContextWithOIDC,
  PKCEMethods,
  ResourceServer,
  ResponseType,
  RotateRegistrationAccessTokenFunction,
  SigningAlgorithm,
  SubjectTypes,
  TLSClientAuthProperty,
  TokenFormat,
  UnknownObject,
} from 'oidc-provider'

const findAccount: FindAccount = async (ctx, sub, token) => {
  const account: Account = {
    accountId: sub,
    async claims(
      use: string,
      scope: string,
      claims: { [key: string]: null | { essential?: boolean | undefined } },
      rejected: string[],
    ): Promise<AccountClaims> {
      return { sub, use, scope, asked: Object.keys(claims), rejected, session: ctx.oidc?.session?.uid }
    },
    profile: { name: 'x' },
  }
  if (token?.kind === 'AccessToken' && token.accountId !== sub) return undefined
  return account
}

const key: JWK = { kty: 'RSA', use: 'sig', e: 'AQAB', n: 'n', d: 'd', kid: 'one', alg: 'RS256' }
const jwks: JWKS = { keys: [key] }
const cookie: CookiesSetOptions = {
  httpOnly: true,
  sameSite: 'lax',
  secure: true,
  signed: true,
  path: '/',
  domain: 'x',
  overwrite: true,
}
const responseTypes: ResponseType[] = ['code', 'id_token', 'code id_token', 'none']
const methods: PKCEMethods[] = ['S256']
const clientAuthMethods: ClientAuthMethod[] = ['none', 'client_secret_basic', 'private_key_jwt']
const subjectTypes: SubjectTypes[] = ['public', 'pairwise']
const algorithms: SigningAlgorithm[] = ['RS256', 'ES256', 'EdDSA', 'HS256']
const deliveryModes: CIBADeliveryMode[] = ['poll', 'ping']
const format: TokenFormat = 'jwt'
const profile: FapiProfile = '1.0 Final'
const rotateRegistrationAccessToken: RotateRegistrationAccessTokenFunction = async (ctx) =>
  ctx.oidc.client !== undefined
const defaults: AllClientMetadata = {
  grant_types: ['authorization_code'],
  token_endpoint_auth_method: 'none',
}
const clients: ClientMetadata[] = [
  {
    client_id: 'app',
    client_secret: 'secret',
    redirect_uris: ['https://rp.example.com/cb'],
    own: 'value',
    jwks,
  },
]
const server: ResourceServer = {
  scope: 'read write',
  audience: 'https://api.example.com',
  accessTokenTTL: 60,
  accessTokenFormat: format,
  jwt: {
    sign: { alg: 'HS256', key: Buffer.alloc(32), kid: 'k' },
    encrypt: { alg: 'dir', enc: 'A256GCM', key: Buffer.alloc(32) },
  },
}
const results: InteractionResults = {
  login: { accountId: 'a', remember: false, ts: 1, amr: ['pwd'], acr: 'urn:mfa', more: true },
  consent: { grantId: 'g', more: true },
  error: 'access_denied',
}

export const everything: Configuration = {
  acrValues: ['urn:mfa'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], acr: null },
  clientBasedCORS: (ctx: KoaContextWithOIDC, origin: string, client: Client) =>
    client.redirectUris?.some((uri) => uri.startsWith(origin)) ?? ctx.oidc.route === 'userinfo',
  clients,
  clientDefaults: defaults,
  clockTolerance: 5,
  conformIdTokenClaims: false,
  cookies: {
    keys: ['one', Buffer.from('two')],
    names: { session: '_s', interaction: '_i', resume: '_r', state: '_st' },
    long: cookie,
    short: cookie,
  },
  discovery: { service_documentation: 'https://op.example.com', own: 1 },
  extraParams: {
    tenant: null,
    origin: async (ctx: KoaContextWithOIDC, value: string | undefined, client: Client): Promise<void> => {
      ctx.oidc.params!['tenant'] ??= value ?? client.clientId
    },
  },
  assertJwtClientAuthClaimsAndHeader: async (
    ctx: KoaContextWithOIDC,
    claims: Record<string, JsonValue>,
    header: Record<string, JsonValue>,
    client: Client,
  ): Promise<void> => void [ctx, claims['iss'], header['alg'], client],
  formats: {
    bitsOfOpaqueRandomness: (ctx, model) => (model.kind === 'AccessToken' ? 256 : 384),
    customizers: {
      jwt: async (ctx: KoaContextWithOIDC, token: AccessToken | ClientCredentials, parts: JWTStructured) => {
        parts.header = { ...parts.header, typ: 'at+jwt' }
        parts.payload['tenant'] = token.kind === 'AccessToken' ? token.accountId : token.clientId
        return parts
      },
    },
  },
  features: {
    devInteractions: { enabled: false },
    claimsParameter: {
      enabled: true,
      assertClaimsParameter: async (ctx: KoaContextWithOIDC, claims: ClaimsParameter, client: Client) =>
        void [ctx, claims.id_token?.['acr']?.essential, client],
    },
    clientCredentials: { enabled: true },
    introspection: {
      enabled: true,
      allowedPolicy: async (ctx, client, token) =>
        client.clientAuthMethod !== 'none' || token.clientId === ctx.oidc.client?.clientId,
    },
    revocation: { enabled: true },
    userinfo: { enabled: true },
    jwtUserinfo: { enabled: true },
    encryption: { enabled: true },
    registration: {
      enabled: true,
      initialAccessToken: true,
      policies: {
        web: (ctx: KoaContextWithOIDC, metadata: ClientMetadata) => {
          metadata.application_type ??= 'web'
        },
        slow: async (ctx, metadata) => {
          if (!metadata.redirect_uris?.length) throw new Error(ctx.path)
        },
      },
      idFactory: (ctx: KoaContextWithOIDC) => `client-${ctx.ip}`,
      secretFactory: (ctx: KoaContextWithOIDC) => ctx.ip.repeat(8),
    },
    registrationManagement: {
      enabled: true,
      rotateRegistrationAccessToken,
      issueRegistrationAccessToken: (ctx: KoaContextWithOIDC) => ctx.ip !== '127.0.0.1',
    },
    deviceFlow: {
      enabled: true,
      charset: 'digits',
      mask: '***-***',
      deviceInfo: (ctx: KoaContextWithOIDC): UnknownObject => ({ ip: ctx.ip, ua: ctx.get('user-agent') }),
      userCodeInputSource: async (
        ctx: KoaContextWithOIDC,
        form: string,
        out?: ErrorOut,
        err?: errors.OIDCProviderError | Error,
      ) => {
        ctx.body = `${form} ${out?.error} ${err?.message}`
      },
      userCodeConfirmSource: async (
        ctx: KoaContextWithOIDC,
        form: string,
        client: Client,
        deviceInfo: UnknownObject,
        userCode: string,
      ) => {
        ctx.body = `${form} ${client.clientName} ${deviceInfo['ip']} ${userCode}`
      },
      successSource: async (ctx: KoaContextWithOIDC) => {
        ctx.body = 'done'
      },
    },
    requestObjects: {
      request: true,
      requestUri: false,
      requireUriRegistration: true,
      requireSignedRequestObject: false,
      mode: 'strict',
    },
    dPoP: {
      enabled: true,
      nonceSecret: Buffer.alloc(32),
      requireNonce: (ctx) => ctx.oidc.route === 'token',
      allowReplay: false,
    },
    backchannelLogout: { enabled: true },
    fapi: {
      enabled: true,
      profile: (ctx: KoaContextWithOIDC, client: Client) => (client.scope ? profile : '2.0'),
    },
    ciba: {
      enabled: true,
      deliveryModes,
      triggerAuthenticationDevice: async (
        ctx: KoaContextWithOIDC,
        request: BackchannelAuthenticationRequest,
        account: Account,
        client: Client,
      ): Promise<void> => void [ctx, request.accountId, account.accountId, client.clientId],
      validateBindingMessage: async (ctx: KoaContextWithOIDC, bindingMessage?: string) =>
        void [ctx, bindingMessage],
      validateRequestContext: async (ctx: KoaContextWithOIDC, requestContext?: string) =>
        void [ctx, requestContext],
      processLoginHintToken: async (ctx: KoaContextWithOIDC, loginHintToken?: string) => loginHintToken,
      processLoginHint: async (ctx: KoaContextWithOIDC, loginHint?: string) => loginHint,
    },
    webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' },
    jwtIntrospection: { enabled: true },
    jwtResponseModes: { enabled: true },
    pushedAuthorizationRequests: {
      enabled: true,
      requirePushedAuthorizationRequests: false,
      allowUnregisteredRedirectUris: false,
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: async (ctx: KoaContextWithOIDC, form: string) => {
        ctx.body = `<html>${form}</html>`
      },
      postLogoutSuccessSource: async (ctx: KoaContextWithOIDC) => {
        const { clientId, clientName, clientUri, initiateLoginUri, logoUri, policyUri, tosUri } =
          ctx.oidc.client || {}
        ctx.body = [clientId, clientName, clientUri, initiateLoginUri, logoUri, policyUri, tosUri].join()
      },
    },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: true,
      getCertificate: (ctx: KoaContextWithOIDC) => new X509Certificate(ctx.get('x-cert')),
      certificateAuthorized: (ctx: KoaContextWithOIDC) => ctx.get('x-verify') === 'SUCCESS',
      certificateSubjectMatches: (
        ctx: KoaContextWithOIDC,
        property: TLSClientAuthProperty,
        expected: string,
      ) => property === 'tls_client_auth_subject_dn' && ctx.get('x-dn') === expected,
    },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: async (ctx: KoaContextWithOIDC, resourceIndicator: string, client: Client) =>
        client.scope === undefined ? server : { scope: 'read', audience: resourceIndicator },
      defaultResource: (ctx: KoaContextWithOIDC, client: Client, oneOf?: string[] | undefined) =>
        oneOf?.[0] ?? 'https://api.example.com',
      useGrantedResource: async (
        ctx: KoaContextWithOIDC,
        model:
          | AuthorizationCode
          | import('oidc-provider').RefreshToken
          | DeviceCode
          | BackchannelAuthenticationRequest,
      ) => model.scopes.has('api'),
    },
  },
  extraTokenClaims: async (
    ctx: KoaContextWithOIDC,
    token: AccessToken | ClientCredentials,
  ): Promise<UnknownObject | undefined> => {
    if (token.kind === 'ClientCredentials') return undefined
    const account = await ctx.oidc.provider.Account.findAccount(ctx, token.accountId, token)
    const claims = await account?.claims('access_token', token.scope ?? '', token.claims?.userinfo ?? {}, [])
    return { email: claims?.['email'], sub2: claims?.sub }
  },
  httpOptions: (url: URL): HttpOptions => ({
    signal: AbortSignal.timeout(url.protocol === 'https:' ? 1000 : 1),
    agent: new Agent(),
    dnsLookup: lookup,
    'user-agent': 'my provider',
  }),
  expiresWithSession: async (ctx: KoaContextWithOIDC, token: AccessToken | AuthorizationCode | DeviceCode) =>
    !token.scopes.has('offline_access'),
  issueRefreshToken: async (
    ctx: KoaContextWithOIDC,
    client: Client,
    code: AuthorizationCode | DeviceCode | BackchannelAuthenticationRequest,
  ) => client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
  jwks,
  responseTypes,
  revokeGrantPolicy: (ctx: KoaContextWithOIDC) => ctx.oidc.route !== 'revocation',
  pkce: {
    methods,
    required: (ctx: KoaContextWithOIDC, client: Client) => client.applicationType === 'native',
  },
  routes: {
    authorization: '/auth',
    backchannel_authentication: '/backchannel',
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
  subjectTypes,
  pairwiseIdentifier: async (ctx: KoaContextWithOIDC, accountId: string, client: Client) =>
    `${accountId}.${client.sectorIdentifierUri}`,
  clientAuthMethods,
  ttl: {
    AccessToken: (ctx: KoaContextWithOIDC, token: AccessToken, client: Client) =>
      token.resourceServer?.accessTokenTTL || (client.applicationType === 'native' ? 60 : 3600),
    AuthorizationCode: 60,
    BackchannelAuthenticationRequest: (ctx, request, client) => (request.error || client.scope ? 1 : 2),
    ClientCredentials: (ctx, token, client) =>
      token.resourceServer?.accessTokenTTL || Number(client.defaultMaxAge),
    DeviceCode: 600,
    Grant: 1209600,
    IdToken: (ctx, token, client) => (token.client === client ? 3600 : 60),
    Interaction: 3600,
    RefreshToken: (ctx, token, client) =>
      ctx?.oidc.entities.RotatedRefreshToken &&
      token.totalLifetime() > 60 &&
      client.clientAuthMethod === 'none'
        ? ctx.oidc.entities.RotatedRefreshToken.remainingTTL
        : 1209600,
    Session: (ctx, session) => (session.transient ? 60 : 1209600),
    Invitation: 60,
  },
  loadExistingGrant: async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { client, session, provider } = ctx.oidc
    const grantId = ctx.oidc.result?.consent?.grantId || session!.grantIdFor(client!.clientId)
    if (grantId) return provider.Grant.find(grantId)
    const found = await ctx.oidc.provider.Grant.find(ctx.oidc.session!.grantIdFor(ctx.oidc.client!.clientId))
    if (found) return found
    const grant = new provider.Grant({ clientId: client!.clientId, accountId: session!.accountId })
    grant.addOIDCScope('openid email profile')
    grant.addOIDCClaims(['email'])
    grant.addResourceScope('urn:api', 'read')
    await grant.save()
    return grant
  },
  extraClientMetadata: {
    properties: ['own'],
    validator: (
      ctx: KoaContextWithOIDC,
      property: string,
      value: unknown,
      metadata: ClientMetadata,
    ): void => {
      if (property === 'own' && typeof value !== 'string')
        metadata['own'] = String(ctx?.oidc?.client?.clientId)
    },
  },
  rotateRefreshToken: (ctx: KoaContextWithOIDC) => {
    const { RefreshToken: refreshToken, Client: client } = ctx.oidc.entities
    if (!refreshToken || !client) return false
    if (refreshToken.totalLifetime() >= 365.25 * 24 * 60 * 60) return false
    if (client.clientAuthMethod === 'none' && !refreshToken.isSenderConstrained()) return true
    return refreshToken.ttlPercentagePassed() >= 70
  },
  renderError: async (ctx: KoaContextWithOIDC, out: ErrorOut, error: errors.OIDCProviderError | Error) => {
    ctx.type = 'html'
    ctx.body = `${Object.entries(out).map(([name, value]) => `${name}: ${value}`)} ${error.message}`
  },
  allowOmittingSingleRegisteredRedirectUri: true,
  acceptQueryParamAccessTokens: false,
  interactions: {
    url: async (ctx: KoaContextWithOIDC, interaction: Interaction) =>
      `/interaction/${interaction.uid}?${ctx.oidc.params?.['ui_locales']}`,
  },
  findAccount,
  enabledJWA: {
    authorizationEncryptionAlgValues: ['RSA-OAEP', 'dir'],
    authorizationEncryptionEncValues: ['A128GCM'],
    authorizationSigningAlgValues: algorithms,
    dPoPSigningAlgValues: ['ES256', 'EdDSA'],
    idTokenEncryptionAlgValues: ['ECDH-ES'],
    idTokenEncryptionEncValues: ['A256GCM'],
    idTokenSigningAlgValues: algorithms,
    introspectionEncryptionAlgValues: ['A128KW'],
    introspectionEncryptionEncValues: ['A128CBC-HS256'],
    introspectionSigningAlgValues: algorithms,
    requestObjectEncryptionAlgValues: ['RSA-OAEP-256'],
    requestObjectEncryptionEncValues: ['A192GCM'],
    requestObjectSigningAlgValues: algorithms,
    clientAuthSigningAlgValues: algorithms,
    userinfoEncryptionAlgValues: ['RSA-OAEP'],
    userinfoEncryptionEncValues: ['A256CBC-HS512'],
    userinfoSigningAlgValues: algorithms,
  },
}

export const issues: IssueRegistrationAccessTokenFunction = (ctx: KoaContextWithOIDC) =>
  ctx.oidc.route === 'registration'
export const withFunctions: Configuration = {
  features: { registration: { enabled: true, initialAccessToken: 'a token' } },
  extraParams: ['one', 'two'],
  acrValues: new Set(['one']),
  rotateRefreshToken: false,
}
export const submitted = results
