import type { Step } from '../../../engine/runtime.ts'
import { readSession } from '../../../models/session.ts'

/** Loads the session of the browser; a step that had something else to read may have read it at the same time. */
export const loadSession: Step = async (ctx, rt) => {
  if (ctx.oidc.entities.Session !== undefined) return
  ctx.oidc.entity('Session', await readSession(rt.models.Session, ctx.oidc.jar, ctx))
}
