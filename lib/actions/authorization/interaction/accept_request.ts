import type { Step } from '../../../engine/runtime.ts'

/** Everything that was asked for is well-formed and allowed; what follows is up to the end-user. */
export const acceptRequest: Step = (ctx, rt) => {
  rt.emit('authorization.accepted', ctx)
}
