import type { Step } from '../../runtime.ts'

/** @see RFC 6749 §1.5, OpenID Connect Core 1.0 §11 */
export const issueRefreshToken: Step = async (ctx, rt) => {
  const { source } = ctx.oidc
  const client = ctx.oidc.loaded('Client')
  if (!(await rt.configuration.issueRefreshToken(ctx, client, source))) return
  const refreshToken = new rt.models.RefreshToken({
    client,
    accountId: source.accountId,
    acr: source.acr,
    amr: source.amr,
    authTime: source.authTime,
    claims: source.claims,
    expiresWithSession: source.expiresWithSession,
    grantId: source.grantId,
    gty: source.gty,
    nonce: source.nonce,
    resource: source.resource,
    scope: source.scope,
    sessionUid: source.sessionUid,
    sid: source.sid,
  })
  const issued = await refreshToken.issue(ctx)
  ctx.oidc.entity('RefreshToken', refreshToken)
  ctx.oidc.transaction.add(issued.operations, issued.announce)
  ctx.oidc.answer['refresh_token'] = issued.value
}
