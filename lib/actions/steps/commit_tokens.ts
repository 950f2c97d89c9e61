import type { Ctx } from '../../context.ts'
import { InvalidGrant } from '../../helpers/errors.ts'
import { CommitConflict } from '../../models/transaction.ts'
import type { Runtime, Step } from '../../runtime.ts'
import { revokeGrant } from '../revoke_grant.ts'

/** The loser of a race gets exactly what a replay gets. @see RFC 6749 §4.1.2, RFC 9700 §4.14.2 */
async function refuse(ctx: Ctx, rt: Runtime, { operation }: CommitConflict): Promise<never> {
  const { grantId } = ctx.oidc.source
  if (operation.op === 'consume' && grantId !== undefined) {
    await revokeGrant(ctx, rt, grantId)
    throw new InvalidGrant(`${operation.model} already consumed by a concurrent request`)
  }
  throw new InvalidGrant(`${operation.model} was revoked meanwhile`)
}

/** Writes everything at once, then answers. */
export const commitTokens: Step = async (ctx, rt) => {
  try {
    await ctx.oidc.transaction.commit()
  } catch (thrown) {
    if (thrown instanceof CommitConflict) await refuse(ctx, rt, thrown)
    throw thrown
  }
  ctx.body = ctx.oidc.answer
}
