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

function checkGrant(grant: Grant | undefined, token: GrantBound): string | undefined {
  if (grant === undefined) return 'grant not found'
  if (grant.clientId !== token.clientId) return 'client mismatch'
  if (grant.accountId !== token.accountId) return 'accountId mismatch'
  return undefined
}

function checkSession(session: Session | undefined, token: GrantBound): string | undefined {
  if (session === undefined) return 'related session not found'
  if (session.accountId !== token.accountId) return 'accountId mismatch with the related session'
  if (session.grantIdFor(token.clientId ?? '') !== token.grantId)
    return 'grantId mismatch with the related session'
  return undefined
}

/**
 * Loads what a token stands on, grant and session together.
 * @param refuse makes the error that says, in detail, why the token is worth nothing
 */
export async function loadGrantOf(
  ctx: Ctx,
  rt: Runtime,
  token: GrantBound,
  refuse: (detail: string) => Error,
): Promise<void> {
  const bound = token.expiresWithSession === true
  if (token.grantId === undefined) throw refuse('grant not found')
  const [grant, session] = await Promise.all([
    rt.models.Grant.find(token.grantId, { ctx }),
    bound && token.sessionUid !== undefined
      ? rt.models.Session.findByUid(token.sessionUid, { ctx })
      : undefined,
  ])
  const problem = checkGrant(grant, token) ?? (bound ? checkSession(session, token) : undefined)
  if (problem !== undefined || grant === undefined) throw refuse(problem ?? 'grant not found')
  ctx.oidc.entity('Grant', grant)
}
