import { readSession } from '../../models/session.ts'
import type { Step } from '../../runtime.ts'

/** Loads the session of the browser. */
export const loadSession: Step = async (ctx, rt) => {
  ctx.oidc.entity('Session', await readSession(rt.models.Session, ctx.oidc.cookies))
}
