import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import { randomId } from '../../../helpers/random_id.ts'
import type { Grant } from '../../../models/grant.ts'
import { endOf } from '../../../models/lifetime.ts'

/** Makes a grant of the client's that is stored as it is when the request commits, together with its tokens. */
export function newGrant(ctx: Ctx, rt: Runtime, accountId: string): Grant {
  const { clientId } = ctx.oidc.loaded('Client')
  const grant = new rt.models.Grant({ jti: randomId(), accountId, clientId })
  grant.exp = endOf(rt, 'Grant', grant)
  ctx.oidc.entity('Grant', grant)
  ctx.oidc.transaction.addWrites({
    operations: () => grant.writes(),
    written() {
      grant.markStored()
      grant.announce('saved')
    },
  })
  return grant
}
