import { UnacceptableToken } from '../../actions/trusted_issuers/unacceptable_token.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import type { SentToken } from './members.ts'
import type { Presented } from './presented.ts'
import { presentJwt } from './signed_tokens.ts'
import { presentRefreshToken, presentStoredAccessToken } from './stored_tokens.ts'
import { ACCESS_TOKEN, REFRESH_TOKEN } from './token_types.ts'

function present(ctx: Ctx, rt: Runtime, { value, type }: SentToken): Promise<Presented> {
  if (type === REFRESH_TOKEN) return presentRefreshToken(ctx, rt, value)
  if (type === ACCESS_TOKEN && !value.includes('.')) return presentStoredAccessToken(ctx, rt, value)
  return presentJwt(ctx, rt, value, type)
}

/** One text for every cause, so that nobody learns what a token is worth elsewhere; `error_detail` says which. */
async function presentOrRefuse(ctx: Ctx, rt: Runtime, sent: SentToken): Promise<Presented> {
  try {
    return await present(ctx, rt, sent)
  } catch (cause) {
    if (!(cause instanceof UnacceptableToken)) throw cause
    throw new InvalidRequest(`${sent.name} is not valid`, 400, cause.message, cause).because(cause.why, {
      seen: [sent.name],
    })
  }
}

/** Looks both tokens up at once. @see RFC 8693 §2.1, §2.2.2 */
export const loadPresentedTokens: Step = async (ctx, rt) => {
  const { subject, actor } = ctx.oidc.understood('sentExchange')
  const [presentedSubject, presentedActor] = await Promise.all([
    presentOrRefuse(ctx, rt, subject),
    actor === undefined ? undefined : presentOrRefuse(ctx, rt, actor),
  ])
  ctx.oidc.understand('presentedTokens', { subject: presentedSubject, actor: presentedActor })
}
