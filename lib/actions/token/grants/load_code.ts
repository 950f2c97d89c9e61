import { missingParameter } from '../../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../../engine/runtime.ts'
import { epochTime } from '../../../helpers/epoch_time.ts'
import { InvalidGrant } from '../../../helpers/errors.ts'
import { consumption } from '../../../models/traits/consumable.ts'
import { CODE } from '../reasons.ts'

/** @see RFC 6749 §4.1.3 – a code is worth nothing to another client, and is not spent by it */
export const loadCode: Step = async (ctx, rt) => {
  const value = ctx.oidc.param('code')
  if (value === undefined) throw missingParameter('code')
  const code = await rt.models.AuthorizationCode.find(value, { ignoreExpiration: true, ctx })
  if (code === undefined) throw new InvalidGrant('authorization code not found').because(CODE.not_found)
  ctx.oidc.entity('AuthorizationCode', code)
  if (code.clientId !== ctx.oidc.loaded('Client').clientId)
    throw new InvalidGrant('client mismatch').because(CODE.of_another_client)
  if (code.isExpired) throw new InvalidGrant('authorization code is expired').because(CODE.expired)
  ctx.oidc.presentedBy(code)
}

/** Spends the code in the commit that stores what it was exchanged for. */
export const consumeCode: Step = (ctx) => {
  const code = ctx.oidc.loaded('AuthorizationCode')
  ctx.oidc.transaction.add([consumption(code)], () => {
    code.consumed = epochTime()
    code.announce('consumed')
  })
}
