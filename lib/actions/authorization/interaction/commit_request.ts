import type { Ctx } from '../../../engine/context.ts'
import { AccessDenied, SessionNotFound } from '../../../helpers/errors.ts'
import { CommitConflict } from '../../../models/transaction.ts'
import { INTERACTION } from '../reasons.ts'

/** There is nobody to redirect: another answer is on its way to the client. */
export class InteractionSpent extends SessionNotFound {
  constructor(description: string, cause?: unknown) {
    super(description, 400, undefined, cause)
  }
}
InteractionSpent.prototype.allow_redirect = false

/** Losing the race for one of these means that the request is over, or that what it stands on is gone. */
function explain(thrown: unknown): unknown {
  if (!(thrown instanceof CommitConflict)) return thrown
  const { model } = thrown.operation
  if (model === 'Grant')
    return new AccessDenied(undefined, 'the grant was revoked meanwhile', thrown).because(
      INTERACTION.grant_revoked,
    )
  if (model === 'Interaction')
    return new InteractionSpent('authorization request has been answered already', thrown).because(
      INTERACTION.answered_already,
    )
  if (model === 'Session')
    return new InteractionSpent('session was changed or ended meanwhile', thrown).because(
      INTERACTION.session_changed,
    )
  return thrown
}

/**
 * Writes everything an authorization request led to, at once.
 * @throws AccessDenied, SessionNotFound when somebody else was faster
 */
export async function commitRequest(ctx: Ctx): Promise<void> {
  try {
    await ctx.oidc.transaction.commit()
  } catch (thrown) {
    throw explain(thrown)
  }
}
