import type { Step } from '../../engine/runtime.ts'
import { InvalidGrant } from '../../helpers/errors.ts'

/** An account that is gone gets nobody any tokens. */
export const loadTokenAccount: Step = async (ctx, rt) => {
  const { source } = ctx.oidc
  const account =
    source.accountId === undefined
      ? undefined
      : await rt.configuration.findAccount(ctx, source.accountId, source)
  if (account === undefined || account === null) throw new InvalidGrant('the account was not found')
  ctx.oidc.entity('Account', account)
}
