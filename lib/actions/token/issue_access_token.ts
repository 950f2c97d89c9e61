import type { Step } from '../../engine/runtime.ts'
import { accessTokenScope } from '../issuing/access_token_scope.ts'
import { answerWithToken } from '../issuing/answer_with_token.ts'

/** @see RFC 6749 §5.1 */
export const issueAccessToken: Step = async (ctx, rt) => {
  const { source } = ctx.oidc
  const requested = ctx.oidc.request.scopes ?? source.scopes
  const accessToken = new rt.models.AccessToken({
    client: ctx.oidc.loaded('Client'),
    accountId: source.accountId,
    claims: source.claims,
    expiresWithSession: source.expiresWithSession,
    grantId: source.grantId,
    gty: source.gty,
    resourceServer: ctx.oidc.request.resourceServer,
    scope: accessTokenScope(ctx, requested),
    sessionUid: source.sessionUid,
    sid: source.sid,
  })
  await answerWithToken(ctx, accessToken)
  ctx.oidc.entity('AccessToken', accessToken)
}
