import type { Ctx } from '../../context.ts'
import type { Session } from '../../models/session.ts'
import type { Runtime, Step } from '../../runtime.ts'

/** The session the browser's cookie names, or a new one that is not stored yet. */
export async function readSession(ctx: Ctx, rt: Runtime): Promise<Session> {
  const id = ctx.oidc.cookies.get('session')
  const session = id === undefined ? undefined : await rt.models.Session.find(id)
  return session ?? new rt.models.Session()
}

/** A step that had something else to read may have read the session with it. */
export const loadSession: Step = async (ctx, rt) => {
  if (ctx.oidc.entities.Session !== undefined) return
  ctx.oidc.entity('Session', await readSession(ctx, rt))
}
