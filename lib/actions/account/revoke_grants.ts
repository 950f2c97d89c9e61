import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { fewAtOnce } from '../../helpers/promises/few_at_once.ts'
import type { Grant } from '../../models/grant.ts'
import { sweepGrant } from '../issuing/revoke_grant.ts'
import { endAll, entriesOf } from './entries_of.ts'

/** How many grants of one account are swept at once. */
const REVOKED_AT_ONCE = 5

/** The grant first: nothing can be issued or used from that moment on. */
async function revoke(rt: Runtime, ctx: Ctx, grant: Grant): Promise<void> {
  ctx.oidc.entity('Grant', grant)
  await rt.store.destroy('Grant', grant.jti)
  rt.emit('grant.revoked', ctx, grant.jti)
  await sweepGrant(rt, grant.jti)
}

/**
 * Revokes one grant of an account, and everything that was issued under it.
 * @returns whether the account had it
 */
export async function revokeOneGrant(
  rt: Runtime,
  makeContext: () => Ctx,
  { accountId, grantId }: { readonly accountId: string; readonly grantId: string },
): Promise<boolean> {
  const grant = await rt.models.Grant.find(grantId)
  if (grant === undefined || grant.accountId !== accountId) return false
  await revoke(rt, makeContext(), grant)
  return true
}

/**
 * Revokes every grant of an account, those too that are given meanwhile.
 * @param clientId only those of this client
 * @returns how many there were
 */
export function revokeEveryGrant(
  rt: Runtime,
  makeContext: () => Ctx,
  { accountId, clientId }: { readonly accountId: string; readonly clientId: string | undefined },
): Promise<number> {
  return endAll({
    list: () => grantsOf(rt, accountId, clientId),
    atOnce: (grants) => fewAtOnce(REVOKED_AT_ONCE, grants, (grant) => revoke(rt, makeContext(), grant)),
  })
}

/** The grants of an account, all or those of one client. */
export async function* grantsOf(
  rt: Runtime,
  accountId: string,
  clientId?: string,
): AsyncGenerator<Grant, void, undefined> {
  for await (const grant of entriesOf(rt.models.Grant, accountId)) {
    if (clientId === undefined || grant.clientId === clientId) yield grant
  }
}
