import type { Account, AccountClaims, ClaimsParameterMember } from '../../../types/account.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { isRecord } from '../../helpers/is_record.ts'
import type { JsonObject } from '../../helpers/jose/jwt.ts'
import { maskClaims } from '../../models/claims.ts'
import { subjectFor } from '../../models/subject.ts'

type Requested = { [claim: string]: ClaimsParameterMember | null }

/** Told to hosts whose function answers something else. */
export const NO_ACCOUNT =
  'findAccount must return an account with accountId and claims(), or undefined where there is nobody'

/** What an account says is about itself, whether it repeats that or not. */
function aboutAccount({ accountId }: Account, given: unknown = {}): AccountClaims {
  if (!isRecord(given)) throw new TypeError('claims() must return an object, or nothing')
  const { sub = accountId } = given
  if (sub !== accountId)
    throw new TypeError('claims() must return the accountId of the account as sub, or no sub')
  return { ...given, sub: accountId }
}

/** Hosts need not be written in TypeScript. */
function isWhole({ accountId, claims }: Account): boolean {
  return accountId !== undefined && typeof claims === 'function'
}

/** Only an ID Token says who it was issued to. @see OpenID Connect Core 1.0 §2 (azp) */
function authorizedParty(use: 'id_token' | 'userinfo', { azp }: AccountClaims, clientId: string): JsonObject {
  return use === 'id_token' && azp === clientId ? { azp } : {}
}

/**
 * Asks the host for an account's claims and keeps those that may go out.
 * @param scope the scope in effect, space-delimited; its claims are included
 * @throws TypeError when there is no way to ask, or the claims are about somebody else
 */
export async function accountClaims(
  ctx: Ctx,
  rt: Runtime,
  use: 'id_token' | 'userinfo',
  scope: string,
  requested: Requested = {},
): Promise<JsonObject> {
  const account = ctx.oidc.loaded('Account')
  if (!isWhole(account)) throw new TypeError(NO_ACCOUNT)
  const rejected = ctx.oidc.loaded('Grant').getRejectedOIDCClaims()
  const client = ctx.oidc.loaded('Client')
  const available = aboutAccount(account, await account.claims(use, scope, requested, rejected))
  const { claimNames } = rt.configuration
  const known = Object.entries(requested).filter(([name]) => claimNames.has(name))
  const released = maskClaims(available, {
    scopeClaims: rt.configuration.claims,
    scopes: scope.split(' '),
    requested: Object.fromEntries(known),
    rejected,
  })
  Object.assign(released, authorizedParty(use, available, client.clientId))
  released['sub'] = await subjectFor(rt, ctx, account.accountId, client)
  return released
}
