import type { SourceToken } from '../../engine/context.ts'
import type { Step } from '../../engine/runtime.ts'
import { whenKnown } from '../../helpers/promises/when_known.ts'
import { addWords } from '../../helpers/words.ts'
import { accessTokenScope } from '../issuing/access_token_scope.ts'
import { answerWithToken } from '../issuing/answer_with_token.ts'

/** How the token came about: one that was refreshed says so, however its refresh token did. */
const grantTypeOf = ({ kind, gty }: SourceToken) =>
  kind === 'RefreshToken' ? addWords(gty, 'refresh_token') : gty

/** @see RFC 6749 §5.1 */
export const issueAccessToken: Step = (ctx, rt) => {
  const { source } = ctx.oidc
  const requested = ctx.oidc.request.scopes ?? source.scopes
  const accessToken = new rt.models.AccessToken({
    client: ctx.oidc.loaded('Client'),
    accountId: source.accountId,
    claims: source.claims,
    expiresWithSession: source.expiresWithSession,
    grantId: source.grantId,
    gty: grantTypeOf(source),
    resourceServer: ctx.oidc.request.resourceServer,
    scope: accessTokenScope(ctx, requested),
    sessionUid: source.sessionUid,
    sid: source.sid,
  })
  return whenKnown(answerWithToken(ctx, accessToken), () => ctx.oidc.entity('AccessToken', accessToken))
}
