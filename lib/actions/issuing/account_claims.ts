import type { AccountClaims, ClaimsParameterMember } from '../../../types/account.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import type { JsonObject } from '../../helpers/jose/jwt.ts'
import { maskClaims } from '../../models/claims.ts'
import { subjectFor } from '../../models/subject.ts'

type Requested = { [claim: string]: ClaimsParameterMember | null }

/**
 * Asks the host for an account's claims and keeps those that may go out.
 * @param scope the scope in effect, space-delimited; its claims are included
 * @throws TypeError when the claims are about somebody else
 */
export async function accountClaims(
  ctx: Ctx,
  rt: Runtime,
  use: 'id_token' | 'userinfo',
  scope: string,
  requested: Requested = {},
): Promise<JsonObject> {
  const account = ctx.oidc.loaded('Account')
  const rejected = ctx.oidc.loaded('Grant').getRejectedOIDCClaims()
  const available: AccountClaims = await account.claims(use, scope, requested, rejected)
  if (available?.sub !== account.accountId) {
    throw new TypeError('claims() must return an object whose sub is the accountId of the account')
  }
  const { claimNames } = rt.configuration
  const known = Object.entries(requested).filter(([name]) => claimNames.has(name))
  const masked = maskClaims(available, {
    scopeClaims: rt.configuration.claims,
    scopes: scope.split(' '),
    requested: Object.fromEntries(known),
    rejected,
  })
  return { ...masked, sub: await subjectFor(rt, ctx, account.accountId, ctx.oidc.loaded('Client')) }
}
