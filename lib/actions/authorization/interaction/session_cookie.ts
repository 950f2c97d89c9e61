import type { Ctx } from '../../../engine/context.ts'
import type { Session } from '../../../models/session.ts'

/** Hands the browser the session's present id; a transient one goes with the browser. */
export function setSessionCookie(ctx: Ctx, session: Session): void {
  const lasts = session.transient !== true && session.exp !== undefined
  ctx.oidc.jar.set('session', session.jti, lasts ? { expires: new Date((session.exp ?? 0) * 1000) } : {})
}
