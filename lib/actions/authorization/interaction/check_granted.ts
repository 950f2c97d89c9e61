import type { Step } from '../../../engine/runtime.ts'
import { AccessDenied } from '../../../helpers/errors.ts'
import { grantedScope } from '../issuing/granted_scope.ts'
import { INTERACTION } from '../reasons.ts'

const UNRESOLVED = 'authorization request resolved without requested interactions'

/** A policy that is content does not make a grant: somebody has to be there, and has to have allowed something. */
export const checkGranted: Step = (ctx) => {
  if (ctx.oidc.account === undefined)
    throw new AccessDenied(undefined, `${UNRESOLVED}: no account`).because(INTERACTION.nothing_granted)
  if (grantedScope(ctx) === '')
    throw new AccessDenied(undefined, `${UNRESOLVED}: no scope was granted`).because(
      INTERACTION.nothing_granted,
    )
}
