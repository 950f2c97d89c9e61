import type { Step } from '../../../engine/runtime.ts'

/**
 * Everything that was asked for is well-formed and allowed; what follows is up to the end-user. Said once, with whatever
 * is known of them: a browser that comes back from an interaction goes on with the same request.
 */
export const acceptRequest: Step = (ctx, rt) => {
  if (ctx.oidc.entities.Interaction !== undefined) return
  rt.emit('authorization.accepted', ctx)
}
