/** Listens to every event that version 8 declares, with the arguments it declares. */
import type { EventEmitter } from 'node:events'
import type {
  AccessToken,
  AuthorizationCode,
  Client,
  ClientCredentials,
  DeviceCode,
  errors,
  Grant,
  Interaction,
  KoaContextWithOIDC,
  PromptDetail,
  Provider,
  PushedAuthorizationRequest,
  RefreshToken,
  RegistrationAccessToken,
  ReplayDetection,
  Session,
} from 'oidc-provider'

const log: (...values: unknown[]) => void = () => undefined

export function listen(provider: Provider): EventEmitter {
  provider.on('access_token.destroyed', (token: AccessToken) => log(token.accountId))
  provider.on('access_token.saved', (token) => log(token.accountId.length, token.kind))
  provider.on('access_token.issued', (token) => log(token.grantId.length))
  provider.on('authorization_code.saved', (code: AuthorizationCode) => log(code.accountId))
  provider.on('authorization_code.destroyed', (code) => log(code.redirectUri))
  provider.on('authorization_code.consumed', (code) => log(code.nonce))
  provider.on('device_code.saved', (code: DeviceCode) => log(code.userCode))
  provider.on('device_code.destroyed', (code) => log(code.deviceInfo))
  provider.on('device_code.consumed', (code) => log(code.params))
  provider.on('client_credentials.destroyed', (token: ClientCredentials) => log(token.scope))
  provider.on('client_credentials.saved', (token) => log(token.clientId))
  provider.on('client_credentials.issued', (token) => log(token.aud))
  provider.on('interaction.destroyed', (interaction: Interaction) => log(interaction.uid))
  provider.on('interaction.saved', (interaction) => log(interaction.session?.accountId.length))
  provider.on('session.destroyed', (session: Session) => log(session.uid))
  provider.on('session.saved', (session) => log(session.exp - session.iat))
  provider.on('grant.destroyed', (grant: Grant) => log(grant.accountId))
  provider.on('grant.saved', (grant) => log(grant.clientId))
  provider.on('replay_detection.destroyed', (replay: ReplayDetection) => log(replay.kind))
  provider.on('replay_detection.saved', (replay) => log(replay.kind))
  provider.on('pushed_authorization_request.destroyed', (request: PushedAuthorizationRequest) =>
    log(request.request.length),
  )
  provider.on('pushed_authorization_request.saved', (request) => log(request.dpopJkt))
  provider.on('registration_access_token.destroyed', (token: RegistrationAccessToken) => log(token.policies))
  provider.on('registration_access_token.saved', (token) => log(token.clientId))
  provider.on('refresh_token.destroyed', (token: RefreshToken) => log(token.accountId))
  provider.on('refresh_token.saved', (token) => log(token.rotations))
  provider.on('refresh_token.consumed', (token) => log(token.consumed))
  provider.on('authorization.accepted', (ctx: KoaContextWithOIDC) => log(ctx.oidc.params?.['client_id']))
  provider.on('authorization.success', (ctx) => log(ctx.oidc.client?.clientId))
  provider.on('authorization.error', (ctx: KoaContextWithOIDC, err: errors.OIDCProviderError) =>
    log(err.error_description),
  )
  provider.on('end_session.success', (ctx) => log(ctx.oidc.session?.accountId))
  provider.on('end_session.error', (ctx, err) => log(ctx.path, err.error_detail))
  provider.on('grant.success', (ctx) => log(ctx.body))
  provider.on('grant.error', (ctx, err: errors.OIDCProviderError) =>
    log(err.statusCode, err.status, err.expose),
  )
  provider.on('grant.revoked', (ctx, grantId: string) => log(grantId.length))
  provider.on('interaction.ended', (ctx) => log(ctx.oidc.route))
  provider.on('interaction.started', (ctx: KoaContextWithOIDC, prompt: PromptDetail) =>
    log(prompt.name, prompt.details['x']),
  )
  provider.on('backchannel.success', (ctx, client: Client, accountId: string, sid: string) =>
    log(client.clientId, accountId, sid),
  )
  provider.on('backchannel.error', (ctx, err: Error, client: Client, accountId: string, sid: string) =>
    log(err, client, accountId, sid),
  )
  provider.on('pushed_authorization_request.success', (ctx) => log(ctx.status))
  provider.on('pushed_authorization_request.error', (ctx, err) => log(err.error))
  provider.on('registration_create.success', (ctx, client) => log(client.clientId))
  provider.on('registration_create.error', (ctx, err) => log(err.message))
  provider.on('registration_update.success', (ctx, client: Client) => log(client.clientId))
  provider.on('registration_update.error', (ctx, err) => log(err.allow_redirect))
  provider.on('registration_delete.success', (ctx, client) => log(client.clientName))
  provider.on('registration_delete.error', (ctx, err) => log(err.name))
  provider.on('registration_read.error', (ctx, err) => log(err.stack))
  provider.on('introspection.error', (ctx, err) => log(err.error))
  provider.on('jwks.error', (ctx, err) => log(err.error))
  provider.on('discovery.error', (ctx, err) => log(err.error))
  provider.on('userinfo.error', (ctx, err) => log(err.error))
  provider.on('revocation.error', (ctx, err) => log(err.error))
  provider.on('server_error', (ctx: KoaContextWithOIDC, err: Error) => log(ctx.method, err.stack))
  const failed = (ctx: KoaContextWithOIDC, err: errors.OIDCProviderError): void => log(ctx.path, err.error)
  provider.addListener('grant.error', failed)
  provider.once('grant.error', failed)
  provider.prependListener('grant.error', failed)
  provider.prependOnceListener('grant.error', failed)
  provider.removeListener('grant.error', failed)
  provider.off('grant.error', failed)
  provider.on('own.event', (value: string) => log(value))
  provider.emit('own.event', 'value')
  for (const name of ['grant.success', 'own.event'].slice()) {
    provider.on(name, (...args: unknown[]) => log(name, args.length))
    provider.on(name, (ctx: KoaContextWithOIDC, err?: Error) => log(ctx.path, err?.message))
  }
  return provider.setMaxListeners(50)
}
