import type { Step } from '../../../engine/runtime.ts'
import { randomId } from '../../../helpers/random_id.ts'
import { words } from '../../../helpers/words.ts'
import { grantedScope } from './granted_scope.ts'

/** Lets the session remember what this client was allowed. */
export const rememberAuthorization: Step = (ctx) => {
  const session = ctx.oidc.loaded('Session')
  const { clientId } = ctx.oidc.loaded('Client')
  session.grantIdFor(clientId, ctx.oidc.loaded('Grant').jti)
  if (session.sidFor(clientId) === undefined) session.sidFor(clientId, randomId())
  if (words(grantedScope(ctx)).includes('offline_access')) session.persistLogout(clientId)
}
