import type { Ctx } from '../../../engine/context.ts'
import type { Step } from '../../../engine/runtime.ts'
import type { Grant } from '../../../models/grant.ts'

/**
 * The screens were sent to with the grant of one account, and somebody else logged in there: what the former
 * allowed is not taken over, the new account is asked.
 */
function isOfAccountBefore(ctx: Ctx, grant: Grant): boolean {
  const before = ctx.oidc.entities.Interaction?.session?.accountId
  return before !== undefined && grant.accountId === before && ctx.oidc.session?.accountId !== before
}

/** Who named the grant: mostly the screens did, and the host never wrote a `loadExistingGrant`. */
const sourceOf = ({ oidc: { result } }: Ctx, { jti }: Grant): string =>
  result?.consent?.grantId === jti ? 'consent.grantId of the interaction names' : 'loadExistingGrant returned'

/** Loads what the end-user allowed this client before; a new, empty grant where there is nothing. */
export const loadGrant: Step = async (ctx, rt) => {
  const { accountId } = ctx.oidc.loaded('Session')
  const { clientId } = ctx.oidc.loaded('Client')
  const empty = () => new rt.models.Grant({ clientId, ...(accountId === undefined ? {} : { accountId }) })
  const grant = await rt.configuration.loadExistingGrant(ctx)
  if (grant === undefined || grant === null) return ctx.oidc.entity('Grant', empty())
  if (!(grant instanceof rt.models.Grant))
    throw new TypeError('loadExistingGrant must return a Grant or undefined')
  if (grant.clientId !== clientId)
    throw new Error(`client mismatch: ${sourceOf(ctx, grant)} the grant of another client`)
  if (isOfAccountBefore(ctx, grant)) return ctx.oidc.entity('Grant', empty())
  if (accountId !== undefined && grant.accountId !== accountId) {
    throw new Error(`accountId mismatch: ${sourceOf(ctx, grant)} the grant of another account`)
  }
  ctx.oidc.entity('Grant', grant)
}
