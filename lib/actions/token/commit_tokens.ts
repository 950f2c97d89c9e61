import { isConsumed } from '../../adapters/operations.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidGrant } from '../../helpers/errors.ts'
import { CommitConflict } from '../../models/transaction.ts'
import { revokeGrant } from '../issuing/revoke_grant.ts'
import { TOKEN_REQUEST } from './reasons.ts'

/** Whether somebody used it; one that expired or was revoked in this very moment is simply gone. */
async function wasUsed(rt: Runtime, { model, id }: CommitConflict['operation']): Promise<boolean> {
  const stored = await rt.store.find(model, id)
  return stored !== undefined && isConsumed(stored) && !rt.store.isUnanswered(stored.attempt)
}

/** The loser of a race gets exactly what a replay gets. @see RFC 6749 §4.1.2, RFC 9700 §4.14.2 */
async function refuse(ctx: Ctx, rt: Runtime, { operation }: CommitConflict): Promise<never> {
  const { source } = ctx.oidc
  const { grantId } = source
  if (grantId !== undefined && (await wasUsed(rt, operation))) {
    await revokeGrant(ctx, rt, grantId, operation.model)
    if (source.kind === 'RefreshToken') await source.destroy()
    throw new InvalidGrant(`${operation.model} already consumed by a concurrent request`).because(
      TOKEN_REQUEST.used_concurrently,
      { seen: [operation.model] },
    )
  }
  throw new InvalidGrant(`${operation.model} expired or was revoked meanwhile`).because(
    TOKEN_REQUEST.expired_meanwhile,
    { seen: [operation.model] },
  )
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
