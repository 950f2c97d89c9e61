import type { Step } from '../../../engine/runtime.ts'

/** Loads what the end-user allowed this client before; a new, empty grant where there is nothing. */
export const loadGrant: Step = async (ctx, rt) => {
  const { accountId } = ctx.oidc.loaded('Session')
  const { clientId } = ctx.oidc.loaded('Client')
  const grant = await rt.configuration.loadExistingGrant(ctx)
  if (grant === undefined || grant === null) {
    ctx.oidc.entity(
      'Grant',
      new rt.models.Grant({ clientId, ...(accountId === undefined ? {} : { accountId }) }),
    )
    return
  }
  if (!(grant instanceof rt.models.Grant))
    throw new TypeError('loadExistingGrant must return a Grant or undefined')
  if (grant.clientId !== clientId)
    throw new Error('client mismatch: loadExistingGrant returned the grant of another client')
  if (accountId !== undefined && grant.accountId !== accountId) {
    throw new Error('accountId mismatch: loadExistingGrant returned the grant of another account')
  }
  ctx.oidc.entity('Grant', grant)
}
