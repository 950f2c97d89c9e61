import type { Ctx } from '../../../engine/context.ts'
import type { Runtime, Step } from '../../../engine/runtime.ts'
import { SessionNotFound } from '../../../helpers/errors.ts'
import type { Interaction } from '../../../models/interaction.ts'
import { readSession, type Session } from '../../../models/session.ts'
import { INTERACTION } from '../reasons.ts'
import { describeMissingCookie, INTERACTION_IS_OVER } from './missing_cookie.ts'
import { recallingApplication } from './recall_application.ts'

function uidOfRoute(ctx: Ctx): string {
  const { uid }: { uid?: unknown } = ctx.params
  return typeof uid === 'string' ? uid : ''
}

/** Where `oidc-provider` sent a browser away that nobody was logged in from, it stored no session. */
function checkSession(ctx: Ctx, rt: Runtime, { session: started }: Interaction, session: Session): void {
  if (started === undefined ? session.accountId === undefined : started.uid === session.uid && !session.isNew)
    return
  if (session.isNew)
    throw new SessionNotFound('session not found', 400, describeMissingCookie(rt, ctx, 'session')).because(
      INTERACTION.session_cookie_missing,
    )
  throw new SessionNotFound('interaction session and authentication session mismatch').because(
    INTERACTION.session_mismatch,
  )
}

/** Loads what the browser returns to, or says what is missing. */
async function load(ctx: Ctx, rt: Runtime, uid: string): Promise<void> {
  const cookie = ctx.oidc.jar.get('resume')
  if (cookie === undefined)
    throw new SessionNotFound(
      'authorization request has expired',
      400,
      describeMissingCookie(rt, ctx, 'resume'),
    ).because(INTERACTION.resume_cookie_missing)
  if (cookie !== uid)
    throw new SessionNotFound(
      'authorization request was started elsewhere',
      400,
      'the resume cookie names another interaction',
    ).because(INTERACTION.started_elsewhere)
  const [interaction, session] = await Promise.all([
    rt.models.Interaction.find(uid, { ctx }),
    readSession(rt.models.Session, ctx.oidc.jar, ctx),
  ])
  if (interaction === undefined)
    throw new SessionNotFound('interaction session not found', 400, INTERACTION_IS_OVER).because(
      INTERACTION.not_found,
    )
  checkSession(ctx, rt, interaction, session)
  ctx.oidc.entity('Interaction', interaction)
  ctx.oidc.entity('Session', session)
}

/**
 * Finds the interaction that the browser returns from. It has to be the browser that was sent there, and the
 * session it was sent with: otherwise somebody else's login would be completed.
 */
export const loadInteraction: Step = (ctx, rt) => {
  const uid = uidOfRoute(ctx)
  return recallingApplication(ctx, rt, uid, () => load(ctx, rt, uid))
}
