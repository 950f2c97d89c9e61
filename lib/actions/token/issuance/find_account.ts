import type { Account } from '../../../../types/account.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import type { OIDCProviderError } from '../../../helpers/errors.ts'
import { GRANT } from '../../issuing/reasons.ts'

/** Finds the account that tokens are to be about. @param refuse makes the error where there is none */
export async function findAccount(
  ctx: Ctx,
  rt: Runtime,
  accountId: string,
  refuse: (detail: string) => OIDCProviderError,
): Promise<Account> {
  const account = await rt.account.findAccount(ctx, accountId)
  if (account === undefined) throw refuse('the account was not found').because(GRANT.account_not_found)
  ctx.oidc.entity('Account', account)
  return account
}
