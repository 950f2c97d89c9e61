import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import type { Grant } from '../../models/grant.ts'
import type { Session } from '../../models/session.ts'

/** Something issued under a grant, for a client, on behalf of an account. */
export interface GrantBound {
  readonly grantId?: string | undefined
  readonly clientId?: string | undefined
  readonly accountId?: string | undefined
  readonly sessionUid?: string | undefined
  readonly expiresWithSession?: boolean | undefined
}

function checkGrant(grant: Grant, token: GrantBound): string | undefined {
  if (grant.clientId !== token.clientId) return 'client mismatch'
  if (grant.accountId !== token.accountId) return 'accountId mismatch'
  return undefined
}

/** Whether the session allowed what a token stands on: its grant, or the one that was made from. */
function isOfSession(session: Session, token: GrantBound, { madeFrom }: Grant): boolean {
  if (session.grantIdFor(token.clientId ?? '') === token.grantId) return true
  return Object.values(session.authorizations ?? {}).some(
    ({ grantId }) => grantId !== undefined && madeFrom?.includes(grantId) === true,
  )
}

function checkSession(session: Session | undefined, token: GrantBound, grant: Grant): string | undefined {
  if (session === undefined) return 'related session not found'
  if (session.accountId !== token.accountId) return 'accountId mismatch with the related session'
  return isOfSession(session, token, grant) ? undefined : 'grantId mismatch with the related session'
}

/** What was exchanged ends with what it was exchanged for, however often that happened. @see RFC 7009 §2.1 */
async function checkOrigins(ctx: Ctx, rt: Runtime, madeFrom: readonly string[]): Promise<string | undefined> {
  const origins = await Promise.all(madeFrom.map((id) => rt.models.Grant.find(id, { ctx })))
  return origins.includes(undefined) ? 'a grant that it was made from is gone' : undefined
}

/**
 * Loads what a token stands on, grant and session together.
 * @param take gets the grant, where it is not the request's own
 * @returns why the token is worth nothing, in detail; `undefined` when it holds
 */
export async function findGrantOf(
  ctx: Ctx,
  rt: Runtime,
  token: GrantBound,
  take?: (grant: Grant) => void,
): Promise<string | undefined> {
  const bound = token.expiresWithSession === true
  if (token.grantId === undefined) return 'grant not found'
  const findingGrant = rt.models.Grant.find(token.grantId, { ctx })
  const [grant, session] =
    bound && token.sessionUid !== undefined
      ? await Promise.all([findingGrant, rt.models.Session.findByUid(token.sessionUid, { ctx })])
      : [await findingGrant]
  if (grant === undefined) return 'grant not found'
  const problem = checkGrant(grant, token) ?? (bound ? checkSession(session, token, grant) : undefined)
  if (problem !== undefined) return problem
  if (grant.madeFrom !== undefined) {
    const gone = await checkOrigins(ctx, rt, grant.madeFrom)
    if (gone !== undefined) return gone
  }
  if (take === undefined) ctx.oidc.entity('Grant', grant)
  else take(grant)
  return undefined
}

/**
 * The same for a request that goes no further without it.
 * @param refuse makes the error that says, in detail, why the token is worth nothing
 */
export async function loadGrantOf(
  ctx: Ctx,
  rt: Runtime,
  token: GrantBound,
  refuse: (detail: string) => Error,
): Promise<void> {
  const problem = await findGrantOf(ctx, rt, token)
  if (problem !== undefined) throw refuse(problem)
}
