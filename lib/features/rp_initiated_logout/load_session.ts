import type { Step } from '../../engine/runtime.ts'
import { readSession } from '../../models/session.ts'

/** Loads the session of the browser. */
export const loadSession: Step = async (ctx, rt) => {
  ctx.oidc.entity('Session', await readSession(rt.models.Session, ctx.oidc.jar))
}
