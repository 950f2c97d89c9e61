import type { Ctx } from '../context.ts'
import { GRANT_BOUND_KINDS } from '../models/traits/grant_bound.ts'
import type { Runtime } from '../runtime.ts'

/** Removes everything that was issued under a grant. */
export async function sweepGrant(rt: Runtime, grantId: string): Promise<void> {
  await Promise.all(GRANT_BOUND_KINDS.map((kind) => rt.store.revokeByGrantId(kind, grantId)))
}

/**
 * Makes everything issued under a grant worthless: the grant first, so that nothing can be issued or used from
 * that moment on, then what is left of it.
 * @see RFC 6749 §4.1.2, RFC 9700 §4.14.2
 */
export async function revokeGrant(ctx: Ctx, rt: Runtime, grantId: string): Promise<void> {
  const { revokeGrantPolicy } = rt.configuration
  if (await revokeGrantPolicy(ctx)) await rt.store.destroy('Grant', grantId)
  rt.emit('grant.revoked', ctx, grantId)
  await sweepGrant(rt, grantId)
}
