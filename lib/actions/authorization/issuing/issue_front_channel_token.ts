import type { Step } from '../../../engine/runtime.ts'
import { yieldsToken } from '../../../helpers/response_type.ts'
import { accessTokenScope } from '../../issuing/access_token_scope.ts'
import { answerWithToken } from '../../issuing/answer_with_token.ts'
import { authenticationOf } from './authentication_of.ts'
import { bindToSession } from './bind_to_session.ts'

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
  await answerWithToken(ctx, accessToken)
  ctx.oidc.entity('AccessToken', accessToken)
}
