import { yieldsToken } from '../../helpers/response_type.ts'
import type { Step } from '../../runtime.ts'
import { accessTokenScope } from '../access_token_scope.ts'
import { authenticationOf } from '../authentication_of.ts'
import { bindToSession } from '../bind_to_session.ts'

/** Makes the access token that the browser carries. @see RFC 6749 §4.2.2, OpenID Connect Core 1.0 §3.2.2.5 */
export const issueFrontChannelToken: Step = async (ctx, rt) => {
  if (!yieldsToken(ctx.oidc.understood('responseType'))) return
  const { accountId, claims, grantId, sid, sessionUid } = authenticationOf(ctx)
  const accessToken = new rt.models.AccessToken({
    client: ctx.oidc.loaded('Client'),
    accountId,
    claims,
    grantId,
    gty: 'implicit',
    resourceServer: ctx.oidc.request.resourceServer,
    scope: accessTokenScope(ctx, ctx.oidc.requestParamScopes),
    sessionUid,
    sid,
  })
  await bindToSession(ctx, rt, accessToken)
  const issued = await accessToken.issue(ctx)
  ctx.oidc.entity('AccessToken', accessToken)
  ctx.oidc.transaction.add(issued.operations, issued.announce)
  Object.assign(ctx.oidc.answer, {
    access_token: issued.value,
    token_type: accessToken.tokenType,
    ...(accessToken.exp === undefined ? {} : { expires_in: accessToken.exp - accessToken.iat }),
    scope: accessToken.scope || undefined,
  })
}
