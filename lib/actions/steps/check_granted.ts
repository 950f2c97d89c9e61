import { AccessDenied } from '../../helpers/errors.ts'
import type { Step } from '../../runtime.ts'
import { grantedScope } from '../granted_scope.ts'

const UNRESOLVED = 'authorization request resolved without requested interactions'

/** A policy that is content does not make a grant: somebody has to be there, and has to have allowed something. */
export const checkGranted: Step = (ctx) => {
  if (ctx.oidc.account === undefined) throw new AccessDenied(undefined, `${UNRESOLVED}: no account`)
  if (grantedScope(ctx) === '') throw new AccessDenied(undefined, `${UNRESOLVED}: no scope was granted`)
}
