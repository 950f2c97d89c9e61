import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import type { Session } from '../../../models/session.ts'
import { sweepGrant } from '../../issuing/revoke_grant.ts'

/**
 * Ends a session, and every grant that was to end with it, in the request's own commit; what was issued under
 * those grants is swept after it.
 */
export async function endSession(ctx: Ctx, rt: Runtime, session: Session): Promise<void> {
  ctx.oidc.transaction.add([{ op: 'destroy', model: 'Session', id: session.jti }], () =>
    session.announce('destroyed'),
  )
  for (const { grantId, persistsLogout } of Object.values(session.authorizations ?? {})) {
    if (grantId === undefined || persistsLogout === true) continue
    const { revokeGrantPolicy } = rt.configuration
    if (!(await revokeGrantPolicy(ctx))) continue
    ctx.oidc.transaction.add([{ op: 'destroy', model: 'Grant', id: grantId }], () => {
      rt.emit('grant.revoked', ctx, grantId)
      sweepGrant(rt, grantId).catch((cause: unknown) => rt.serverError(ctx, cause))
    })
  }
}
