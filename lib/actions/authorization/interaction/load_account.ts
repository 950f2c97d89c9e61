import type { Step } from '../../../engine/runtime.ts'
import { AccessDenied } from '../../../helpers/errors.ts'
import { INTERACTION } from '../reasons.ts'

/**
 * Loads the account that is logged in. One that is gone counts as not logged in, unless it just did.
 */
export const loadAccount: Step = async (ctx, rt) => {
  const session = ctx.oidc.loaded('Session')
  if (session.accountId === undefined) return
  const account = await rt.account.findAccount(ctx, session.accountId)
  if (account !== undefined) return ctx.oidc.entity('Account', account)
  if (ctx.oidc.result?.login !== undefined)
    throw new AccessDenied(undefined, 'the account that logged in was not found').because(
      INTERACTION.account_not_found,
    )
  session.logout()
}
