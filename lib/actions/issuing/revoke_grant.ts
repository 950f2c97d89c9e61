import type { ModelName } from '../../../types/adapter.ts'
import { GRANT_BOUND_KINDS } from '../../adapters/operations.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'

/**
 * Removes everything that was issued under a grant.
 * @param evidence the kind whose entry proves that this has to happen: it goes last, so that after a failure a second
 * try still finds it
 */
export async function sweepGrant(rt: Runtime, grantId: string, evidence?: ModelName): Promise<void> {
  const kinds = GRANT_BOUND_KINDS.filter((kind) => kind !== evidence)
  await Promise.all(kinds.map((kind) => rt.store.revokeByGrantId(kind, grantId)))
  if (evidence !== undefined) await rt.store.revokeByGrantId(evidence, grantId)
}

/**
 * Ends a grant where the policy of the host wants that: nothing can be issued or used under it from that moment on.
 * @returns whether it did
 */
export async function endGrant(ctx: Ctx, rt: Runtime, grantId: string): Promise<boolean> {
  const { revokeGrantPolicy } = rt.configuration
  const ends = Boolean(await revokeGrantPolicy(ctx))
  if (ends) await rt.store.destroy('Grant', grantId)
  rt.emit('grant.revoked', ctx, grantId)
  return ends
}

/**
 * Removes everything that was issued under a grant which goes on. When no refresh token is left, what was issued while
 * they were being removed goes too.
 * @param removeEvidence what is to be done last besides
 */
export async function sweepLivingGrant(
  rt: Runtime,
  grantId: string,
  evidence: ModelName,
  removeEvidence?: () => Promise<void>,
): Promise<void> {
  await rt.store.withoutCommits('Grant', grantId, () => sweepGrant(rt, grantId, evidence))
  await Promise.all([sweepGrant(rt, grantId), removeEvidence?.()])
}

/**
 * Makes everything issued under a grant worthless: the grant first, so that nothing can be issued or used from
 * that moment on, then what is left of it.
 * @param evidence the kind that was used again
 * @see RFC 6749 §4.1.2, RFC 9700 §4.14.2
 */
export async function revokeGrant(
  ctx: Ctx,
  rt: Runtime,
  grantId: string,
  evidence: ModelName,
): Promise<void> {
  if (await endGrant(ctx, rt, grantId)) await sweepGrant(rt, grantId, evidence)
  else await sweepLivingGrant(rt, grantId, evidence)
}
