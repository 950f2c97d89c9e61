/** Reads and writes every member of the models that version 8 declares, as it declares them. */
import type {
  AccessToken,
  AdapterPayload,
  AuthorizationCode,
  BackchannelAuthenticationRequest,
  Client,
  ClientCredentials,
  ClientMetadata,
  DeviceCode,
  Grant,
  IdToken,
  InitialAccessToken,
  Interaction,
  Provider,
  PushedAuthorizationRequest,
  RefreshToken,
  RegistrationAccessToken,
  ReplayDetection,
  Session,
} from 'oidc-provider'

export function readAccessToken(token: AccessToken): unknown[] {
  const kind: 'AccessToken' = token.kind
  const accountId: string = token.accountId
  const grantId: string = token.grantId
  const gty: string = token.gty
  const scopes: string[] = [...token.scopes]
  const issued: number = token.iat
  const expires: number | undefined = token.exp
  const id: string = token.jti
  const clientId: string | undefined = token.clientId
  const client: Client | undefined = token.client
  const audience: string[] = ([] as string[]).concat(token.aud ?? [])
  const extra: unknown = token.extra?.['tenant']
  const scope: string | undefined = token.scope
  const session: string | undefined = token.sessionUid ?? token.sid
  const bound: boolean = token.isSenderConstrained()
  const thumbprint: string | undefined = token['x5t#S256'] ?? token.jkt
  const type: string = token.tokenType
  const left: number = token.remainingTTL
  const lifetime: number = token.expiration
  const state: boolean[] = [token.isExpired, token.isValid]
  const format: string | undefined = token.format
  const server: string | undefined = token.resourceServer?.audience ?? token.resourceServer?.scope
  token.extra = { tenant: 'one' }
  token.expiresWithSession = false
  return [
    kind,
    accountId,
    grantId,
    gty,
    scopes,
    issued,
    expires,
    id,
    clientId,
    client,
    audience,
    extra,
    scope,
    session,
    bound,
    thumbprint,
    type,
    left,
    lifetime,
    state,
    format,
    server,
    token.ttlPercentagePassed(),
    Object.keys(token.claims?.id_token ?? {}),
  ]
}

/** Tokens are told apart by their kind. */
export function holderOf(token: AccessToken | ClientCredentials): string | undefined {
  return token.kind === 'AccessToken' ? token.accountId : token.clientId
}

export function readsByKind(
  model: AuthorizationCode | DeviceCode | RefreshToken | BackchannelAuthenticationRequest | AccessToken,
): string | undefined {
  switch (model.kind) {
    case 'AuthorizationCode':
      return model.redirectUri ?? model.codeChallenge ?? model.codeChallengeMethod
    case 'DeviceCode':
      return model.userCode
    case 'RefreshToken':
      return `${model.accountId} ${model.totalLifetime()} ${model.rotations} ${model.iiat}`
    case 'BackchannelAuthenticationRequest':
      return model.error ?? model.errorDescription
    default:
      return model.tokenType
  }
}

export async function readRefreshToken(token: RefreshToken): Promise<unknown[]> {
  const accountId: string = token.accountId
  const used: unknown = token.consumed
  await token.consume()
  await token.destroy()
  token.emit('looked_at')
  return [accountId, used, token.nonce, token.resource, token.amr, token.acr, token.authTime, token.gty]
}

export async function readAuthorizationCode(code: AuthorizationCode): Promise<unknown[]> {
  await code.consume()
  return [code.accountId, code.nonce, code.sid, code.grantId, code.resource, code.authTime, code.sessionUid]
}

export function readDeviceCode(code: DeviceCode): unknown[] {
  return [code.params?.['scope'], code.deviceInfo?.['ip'], code.inFlight, code.accountId, code.consumed]
}

export function readClientCredentials(token: ClientCredentials): unknown[] {
  return [token.kind, token.scope, token.extra, token.tokenType, token.jkt, token.isSenderConstrained()]
}

export function readOthers(
  initial: InitialAccessToken,
  registration: RegistrationAccessToken,
  pushed: PushedAuthorizationRequest,
  replay: ReplayDetection,
): unknown[] {
  const kinds: [
    'InitialAccessToken',
    'RegistrationAccessToken',
    'PushedAuthorizationRequest',
    'ReplayDetection',
  ] = [initial.kind, registration.kind, pushed.kind, replay.kind]
  const policies: string[] = [...(initial.policies ?? []), ...(registration.policies ?? [])]
  const request: string = pushed.request
  return [kinds, policies, request, pushed.dpopJkt, replay.unique('https://rp.example.com', 'jti', 1)]
}

export async function readSession(session: Session): Promise<unknown[]> {
  const kind: 'Session' = session.kind
  const end: Date = new Date(session.exp * 1000)
  const begin: Date = new Date(session.iat * 1000)
  const uid: string = session.uid
  const grantId: string = session.grantIdFor('app')
  const sid: string = session.sidFor('app')
  session.grantIdFor('app', 'a grant')
  session.sidFor('app', 'a session')
  session.ensureClientContainer('app')
  session.loginAccount({ accountId: 'a', acr: 'urn:mfa', amr: ['otp'], loginTs: 1, transient: true })
  session.resetIdentifier()
  session.state = { secret: 'x' }
  session.authorizations = { app: { sid: 's', grantId: 'g', persistsLogout: true } }
  const saved: string[] = [await session.save(60), await session.persist()]
  await session.destroy()
  const isOld: boolean = session.past(60)
  return [
    kind,
    end,
    begin,
    uid,
    grantId,
    sid,
    saved,
    isOld,
    session.accountId,
    session.loginTs,
    session.amr,
    session.transient,
    session.authTime(),
    session.authorizationFor('app')?.grantId,
    session.jti,
  ]
}

export async function readInteraction(interaction: Interaction): Promise<unknown[]> {
  const kind: 'Interaction' = interaction.kind
  const end: Date = new Date(interaction.exp * 1000)
  const accountId: string | undefined = interaction.session?.accountId
  if (interaction.session) {
    const {
      accountId: known,
      uid,
      cookie,
      acr,
      amr,
    }: {
      accountId: string
      uid: string
      cookie: string
      acr?: string | undefined
      amr?: string[] | undefined
    } = interaction.session
    interaction.result = { login: { accountId: known, acr, amr }, custom: { uid, cookie } }
  }
  interaction.lastSubmission = interaction.result
  interaction.returnTo = `${interaction.returnTo}?x=1`
  interaction.prompt = { name: 'login', reasons: ['why'], details: {} }
  interaction.params = { ...interaction.params, scope: 'openid' }
  const saved: string[] = [await interaction.save(60), await interaction.persist()]
  return [
    kind,
    end,
    accountId,
    saved,
    interaction.uid,
    interaction.cid,
    interaction.jti,
    interaction.trusted,
    interaction.deviceCode,
    interaction.grantId,
    interaction.prompt.details['missingOIDCScope'],
  ]
}

export async function readGrant(grant: Grant): Promise<unknown[]> {
  const nothing: undefined[] = [
    grant.addOIDCScope('openid email'),
    grant.rejectOIDCScope('phone'),
    grant.addOIDCClaims(['email']),
    grant.rejectOIDCClaims(['phone_number']),
    grant.addResourceScope('https://api.example.com', 'read'),
    grant.rejectResourceScope('https://api.example.com', 'write'),
  ]
  const scopes: string[] = [
    grant.getOIDCScope(),
    grant.getOIDCScopeEncountered(),
    grant.getOIDCScopeFiltered(new Set(['openid'])),
    grant.getResourceScope('https://api.example.com'),
    grant.getResourceScopeEncountered('https://api.example.com'),
    grant.getResourceScopeFiltered('https://api.example.com', new Set(['read'])),
  ]
  const claims: string[][] = [
    grant.getOIDCClaims(),
    grant.getOIDCClaimsEncountered(),
    grant.getOIDCClaimsFiltered(new Set(['email'])),
  ]
  return [
    nothing,
    scopes,
    claims,
    await grant.save(),
    grant.accountId,
    grant.clientId,
    grant.openid?.scope,
    grant.openid?.claims,
    grant.resources?.['https://api.example.com'],
    grant.rejected?.openid?.scope,
    grant.jti,
    grant.exp,
    grant.isExpired,
    grant.isValid,
    grant.remainingTTL,
    grant.ttlPercentagePassed(),
  ]
}

export async function readIdToken(token: IdToken): Promise<unknown[]> {
  token.set('at_hash', 'x')
  const client: Client = token.client
  const params: unknown = token.ctx?.oidc.params
  const subject: unknown = token.available['sub'] ?? token.extra['sub']
  const value: string = await token.issue({ use: 'idtoken', expiresAt: 1 })
  return [client, params, subject, value, (await token.payload())['sub']]
}

export async function readClient(client: Client, metadata: ClientMetadata): Promise<unknown[]> {
  const texts: (string | undefined)[] = [
    client.clientId,
    client.clientName,
    client.clientSecret,
    client.clientUri,
    client.initiateLoginUri,
    client.jwksUri,
    client.logoUri,
    client.policyUri,
    client.scope,
    client.sectorIdentifierUri,
    client.clientAuthMethod,
    client.tokenEndpointAuthMethod,
    client.tosUri,
    client.idTokenSignedResponseAlg,
    client.tokenEndpointAuthSigningAlg,
    client.clientAuthSigningAlg,
    client.userinfoSignedResponseAlg,
    client.introspectionSignedResponseAlg,
    client.introspectionEncryptedResponseAlg,
    client.introspectionEncryptedResponseEnc,
    client.backchannelLogoutUri,
    client.requestObjectSigningAlg,
    client.requestObjectEncryptionAlg,
    client.requestObjectEncryptionEnc,
    client.idTokenEncryptedResponseAlg,
    client.idTokenEncryptedResponseEnc,
    client.userinfoEncryptedResponseAlg,
    client.userinfoEncryptedResponseEnc,
    client.authorizationSignedResponseAlg,
    client.authorizationEncryptedResponseAlg,
    client.authorizationEncryptedResponseEnc,
    client.tlsClientAuthSubjectDn,
    client.tlsClientAuthSanDns,
    client.tlsClientAuthSanUri,
    client.tlsClientAuthSanIp,
    client.tlsClientAuthSanEmail,
    client.applicationType,
    client.subjectType,
    client.backchannelAuthenticationRequestSigningAlg,
    client.backchannelClientNotificationEndpoint,
    client.backchannelTokenDeliveryMode,
  ]
  const lists: (string[] | undefined)[] = [
    client.grantTypes,
    client.redirectUris,
    client.responseTypes,
    client.responseModes,
    client.contacts,
    client.defaultAcrValues,
    client.postLogoutRedirectUris,
    client.requestUris,
  ]
  const flags: (boolean | undefined)[] = [
    client.requireAuthTime,
    client.backchannelLogoutSessionRequired,
    client.tlsClientCertificateBoundAccessTokens,
    client.backchannelUserCodeParameter,
  ]
  const numbers: (number | undefined)[] = [
    client.clientIdIssuedAt,
    client.clientSecretExpiresAt,
    client.defaultMaxAge,
  ]
  const keys: (string | undefined)[] | undefined = client.jwks?.keys.map(({ kid }) => kid)
  const allowed: boolean[] = [
    ...(client.responseTypes ?? []).map((type) => client.responseTypeAllowed(type)),
    client.responseModeAllowed('query', 'code', undefined),
    client.grantTypeAllowed('authorization_code'),
    client.redirectUriAllowed('https://rp.example.com/cb'),
    client.requestUriAllowed('https://rp.example.com/r'),
    client.postLogoutRedirectUriAllowed('https://rp.example.com'),
    client.includeSid(),
    await client.compareClientSecret('secret'),
  ]
  const stored: ClientMetadata = { ...client.metadata(), ...metadata }
  return [texts, lists, flags, numbers, keys, allowed, stored.client_name, client['own'], stored['own']]
}

/** What hosts make themselves, and find. */
export async function makeModels(provider: Provider, client: Client): Promise<unknown[]> {
  const token = {
    client,
    accountId: 'a',
    scope: 'openid',
    grantId: 'g',
    gty: 'custom',
    sessionUid: 's',
    aud: 'https://api.example.com',
  }
  const access: AccessToken = new provider.AccessToken({
    ...token,
    resourceServer: { scope: 'read' },
    claims: {},
  })
  const refresh: RefreshToken = new provider.RefreshToken({
    ...token,
    nonce: 'n',
    resource: ['https://api.example.com'],
  })
  const code: AuthorizationCode = new provider.AuthorizationCode({
    ...token,
    redirectUri: 'https://rp.example.com/cb',
  })
  const own: ClientCredentials = new provider.ClientCredentials({ client, scope: 'read', own: true })
  const grant: Grant = new provider.Grant({ accountId: 'a', clientId: client.clientId })
  const empty: Grant = new provider.Grant()
  const initial: InitialAccessToken = new provider.InitialAccessToken({ expiresIn: 60, policies: ['one'] })
  const pushed: PushedAuthorizationRequest = new provider.PushedAuthorizationRequest({ request: 'jwt' })
  const idToken: IdToken = new provider.IdToken({ sub: 'a' }, { client })
  await provider.Session.adapter.upsert('id', { uid: 'u' }, 60)
  const row: AdapterPayload | undefined = (await provider.Grant.adapter.find('id')) || undefined
  return [
    refresh,
    code,
    own,
    empty,
    pushed,
    idToken,
    row,
    access.adapter.destroy('id'),
    await initial.save(),
    await grant.save(),
    await access.save(),
    (await provider.AccessToken.find('x', { ignoreExpiration: true }))?.accountId,
    (await provider.RefreshToken.find('x'))?.accountId,
    (await provider.AuthorizationCode.find('x'))?.redirectUri,
    (await provider.ClientCredentials.find('x'))?.scope,
    (await provider.InitialAccessToken.find('x'))?.policies,
    (await provider.RegistrationAccessToken.find('x'))?.policies,
    (await provider.Grant.find('x'))?.getOIDCScope(),
    (await provider.Session.find('x'))?.accountId,
    (await provider.Session.findByUid('x'))?.accountId,
    (await provider.Interaction.find('x'))?.prompt.name,
    (await provider.Client.find('x'))?.clientName,
    (await provider.Account.findAccount)?.length,
    provider.AccessToken.IN_PAYLOAD.concat('own'),
    await provider.AccessToken.revokeByGrantId('g'),
    await provider.RefreshToken.revokeByGrantId('g'),
    await provider.AuthorizationCode.revokeByGrantId('g'),
    await provider.IdToken.validate('jwt', client),
    await new provider.ReplayDetection().unique('iss', 'jti'),
    access instanceof provider.BaseToken,
  ]
}
