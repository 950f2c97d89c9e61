import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'

/**
 * Everything that was asked for is well-formed and allowed, or the end-user came back and it goes on. Said once the
 * checks are through, with whatever is known of the end-user: what is asked for is settled by then, and a listener that
 * goes on after an `await` finds nothing left to change.
 */
export function tellAccepted(ctx: Ctx, rt: Runtime): void {
  rt.emit(ctx.oidc.entities.Interaction === undefined ? 'authorization.accepted' : 'interaction.ended', ctx)
}
