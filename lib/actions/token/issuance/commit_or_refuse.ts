import type { Ctx } from '../../../engine/context.ts'
import type { OIDCProviderError } from '../../../helpers/errors.ts'
import { CommitConflict } from '../../../models/transaction.ts'
import { TOKEN_REQUEST } from '../reasons.ts'

/**
 * Writes everything at once, then answers.
 * @param refuse makes the error for a request that lost a race, from what it says in detail
 */
export async function commitOrRefuse(ctx: Ctx, refuse: (detail: string) => OIDCProviderError): Promise<void> {
  try {
    await ctx.oidc.transaction.commit()
  } catch (thrown) {
    if (!(thrown instanceof CommitConflict)) throw thrown
    const { op, model } = thrown.operation
    const found = { seen: [model] }
    if (op === 'consume')
      throw refuse(`${model} was used by a concurrent request`).because(
        TOKEN_REQUEST.used_concurrently,
        found,
      )
    throw refuse(`${model} expired or was revoked meanwhile`).because(TOKEN_REQUEST.expired_meanwhile, found)
  }
}
