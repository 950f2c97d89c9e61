import type { Ctx } from '../../../engine/context.ts'
import { CommitConflict } from '../../../models/transaction.ts'

/**
 * Writes everything at once, then answers.
 * @param refuse makes the error for a request that lost a race, from what it says in detail
 */
export async function commitOrRefuse(ctx: Ctx, refuse: (detail: string) => Error): Promise<void> {
  try {
    await ctx.oidc.transaction.commit()
  } catch (thrown) {
    if (!(thrown instanceof CommitConflict)) throw thrown
    const { op, model } = thrown.operation
    const what = op === 'consume' ? 'was used by a concurrent request' : 'expired or was revoked meanwhile'
    throw refuse(`${model} ${what}`)
  }
}
