import type { Ctx } from '../../engine/context.ts'
import { whenKnown } from '../../helpers/promises/when_known.ts'
import type { BearerToken } from '../../models/bearer_token.ts'
import type { IssuedToken } from '../../models/issued_token.ts'
import { bindAccessToken } from './sender.ts'

/** Makes an access token ready: it is written with everything else, and the answer tells of it. @see RFC 6749 §5.1 */
export function answerWithToken(ctx: Ctx, token: BearerToken): void | Promise<void> {
  bindAccessToken(ctx, token)
  return whenKnown(token.issue(ctx), (issued) => answerWith(ctx, token, issued))
}

function answerWith(ctx: Ctx, token: BearerToken, { value, operations, announce }: IssuedToken): void {
  ctx.oidc.transaction.add(operations, announce)
  Object.assign(ctx.oidc.answer, {
    access_token: value,
    token_type: token.tokenType,
    ...(token.exp === undefined ? {} : { expires_in: token.expiration }),
    // Empty where a resource server knows none of what was asked for: absent would mean that it got all of it.
    scope: token.scope,
  })
}
