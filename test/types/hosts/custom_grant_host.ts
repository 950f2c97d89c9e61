/** A host with grant types of its own: a password grant, and an exchange of one token for another. */
import Provider, {
  type AccessToken,
  type ClientCredentials,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
  type RefreshToken,
} from 'oidc-provider'

const { InvalidGrant, InvalidRequest, InvalidTarget } = errors

const configuration: Configuration = {
  extraTokenClaims(_ctx, token) {
    return { act: token.kind === 'AccessToken' ? { sub: token.accountId } : { client: token.clientId } }
  },
  features: {
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx) => (ctx.oidc.params?.['resource'] as string | undefined) ?? [],
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, indicator) => {
        if (!indicator.startsWith('https://')) throw new InvalidTarget()
        return { scope: 'api:read api:write', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }
      },
    },
  },
}

export function register(provider: Provider): void {
  const parameters = ['username', 'password', 'scope', 'resource']

  provider.registerGrantType(
    'password',
    async (ctx: KoaContextWithOIDC, next: () => Promise<void>) => {
      const { params, client, provider: op } = ctx.oidc
      if (typeof params?.['username'] !== 'string') throw new InvalidRequest('username is missing')
      const account = await op.Account.findAccount(ctx, params['username'])
      if (!account) throw new InvalidGrant('invalid credentials provided')

      const { AccessToken, RefreshToken, Grant, IdToken } = op
      const grant = new Grant({ accountId: account.accountId, clientId: client!.clientId })
      grant.addOIDCScope('openid profile')
      const grantId = await grant.save()
      const at: AccessToken = new AccessToken({
        accountId: account.accountId,
        client: client!,
        grantId,
        gty: 'password',
        scope: grant.getOIDCScope(),
        claims: {},
        sessionUid: undefined,
        expiresWithSession: false,
      })
      ctx.oidc.entity('Account', account)
      ctx.oidc.entity('AccessToken', at)
      at.resourceServer = ctx.oidc.resourceServers?.['https://api.example.com']
      const rt: RefreshToken = new RefreshToken({
        accountId: account.accountId,
        client: client!,
        grantId,
        gty: 'password',
        scope: 'openid offline_access',
        resource: params['resource'] as string | undefined,
        rotations: 0,
      })
      const idToken = new IdToken({ ...(await account.claims('id_token', 'openid', {}, [])) }, { ctx })
      idToken.set('at_hash', 'x')
      ctx.body = {
        access_token: await at.save(),
        expires_in: at.expiration,
        token_type: at.tokenType,
        refresh_token: await rt.save(),
        id_token: await idToken.issue({ use: 'idtoken' }),
        scope: at.scope,
      }
      await next()
    },
    parameters,
    ['resource'],
  )

  provider.registerGrantType(
    'urn:ietf:params:oauth:grant-type:token-exchange',
    async (ctx) => {
      const presented = await ctx.oidc.provider.AccessToken.find(String(ctx.oidc.params?.['subject_token']))
      if (!presented || presented.isExpired) throw new InvalidGrant('subject_token is not valid')
      const own: ClientCredentials = new ctx.oidc.provider.ClientCredentials({
        client: ctx.oidc.client!,
        scope: [...presented.scopes].filter((scope) => scope !== 'openid').join(' '),
        impersonating: presented.accountId,
      })
      ctx.body = { access_token: await own.save(), expires_in: own.expiration, token_type: own.tokenType }
    },
    new Set(['subject_token', 'subject_token_type']),
  )
}

export const provider = new Provider('https://op.example.com', configuration)
register(provider)
