import type { Step } from '../../engine/runtime.ts'
import { InvalidGrant } from '../../helpers/errors.ts'
import { GRANT } from '../issuing/reasons.ts'

/** An account that is gone gets nobody any tokens. */
export const loadTokenAccount: Step = async (ctx, rt) => {
  const { source } = ctx.oidc
  const account =
    source.accountId === undefined ? undefined : await rt.account.findAccount(ctx, source.accountId, source)
  if (account === undefined)
    throw new InvalidGrant('the account was not found').because(GRANT.account_not_found)
  ctx.oidc.entity('Account', account)
}
