/** Reads every member of the context that version 8 declares, as middleware of hosts does. */
import type {
  Account,
  Client,
  InteractionResults,
  KoaContextWithOIDC,
  OIDCContext,
  Session,
} from 'oidc-provider'

export async function inspect(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  const { oidc } = ctx
  const texts: string[] = [oidc.route, oidc.issuer, oidc.acr, ...oidc.amr]
  const isAllowed: boolean = ['urn:mfa', 'urn:otp'].includes(oidc.acr)
  const sets: Set<string>[] = [
    oidc.requestParamClaims,
    oidc.requestParamScopes,
    oidc.prompts,
    oidc.clientJwtAuthExpectedAudience(),
  ]
  const account: Account | undefined = oidc.account ?? oidc.entities.Account
  const client: Client | undefined = oidc.client ?? oidc.entities.Client
  const session: Session | undefined = oidc.session ?? oidc.entities.Session
  const result: InteractionResults | undefined = oidc.result
  const claims = await account?.claims('userinfo', 'openid email', { email: { essential: true } }, [])
  const email: unknown = claims?.['email']
  const sub: string | undefined = claims?.sub
  oidc.entity('Custom', { any: 'thing' })
  oidc.cookies.set('theme', 'dark', { httpOnly: true, sameSite: 'strict', signed: true })
  oidc.cookies.set('theme', null)
  const theme: string | undefined = oidc.cookies.get('theme', { signed: true })
  const server: string | undefined = oidc.resourceServers?.['urn:api']?.scope
  const scope = oidc.params?.['scope'] as string | undefined
  const body: unknown = oidc.body?.['grant_type']
  const token: string = oidc.getAccessToken({ acceptDPoP: true, acceptQueryParam: false })
  const hint: unknown = oidc.entities.IdTokenHint?.payload['sub']
  const flags: (boolean | undefined)[] = [
    oidc.redirectUriCheckPerformed,
    oidc.promptPending('login'),
    isAllowed,
  ]
  const trusted: string[] | undefined = oidc.trusted
  const tokens = [
    oidc.accessToken?.accountId,
    oidc.deviceCode?.userCode,
    oidc.registrationAccessToken?.policies,
  ]
  const entities = [
    oidc.entities.AccessToken?.accountId,
    oidc.entities.AuthorizationCode?.redirectUri,
    oidc.entities.Grant?.jti,
    oidc.entities.ClientCredentials?.scope,
    oidc.entities.DeviceCode?.grantId,
    oidc.entities.InitialAccessToken?.policies,
    oidc.entities.Interaction?.uid,
    oidc.entities.PushedAuthorizationRequest?.request,
    oidc.entities.BackchannelAuthenticationRequest?.params,
    oidc.entities.RefreshToken?.iiat,
    oidc.entities.RegistrationAccessToken?.jti,
    oidc.entities.RotatedRefreshToken?.jti,
    oidc.entities.RotatedRegistrationAccessToken?.jti,
    oidc.entities['Custom'],
  ]
  const acr: unknown = oidc.claims.id_token?.['acr']?.values?.[0]
  await next()
  ctx.body = [
    texts,
    sets,
    client?.clientId,
    session?.uid,
    result?.login?.accountId,
    email,
    sub,
    theme,
    server,
    scope,
    body,
    token,
    hint,
    flags,
    trusted,
    tokens,
    entities,
    acr,
    oidc.provider.issuer,
  ]
}

export const routeOf = ({ route }: OIDCContext): string => route
