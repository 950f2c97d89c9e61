import type { Ctx } from '../../engine/context.ts'
import type { BearerToken } from '../../models/bearer_token.ts'

/** Makes an access token ready: it is written with everything else, and the answer tells of it. @see RFC 6749 §5.1 */
export async function answerWithToken(ctx: Ctx, token: BearerToken): Promise<void> {
  const { value, operations, announce } = await token.issue(ctx)
  ctx.oidc.transaction.add(operations, announce)
  Object.assign(ctx.oidc.answer, {
    access_token: value,
    token_type: token.tokenType,
    ...(token.exp === undefined ? {} : { expires_in: token.expiration }),
    scope: token.scope || undefined,
  })
}
