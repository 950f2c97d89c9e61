import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import type { OIDCProviderError } from '../../helpers/errors.ts'
import type { Reason } from '../../helpers/reasons/define_reasons.ts'
import type { Grant } from '../../models/grant.ts'
import type { Session } from '../../models/session.ts'
import { GRANT } from './reasons.ts'

/** Something issued under a grant, for a client, on behalf of an account. */
export interface GrantBound {
  readonly grantId?: string | undefined
  readonly clientId?: string | undefined
  readonly accountId?: string | undefined
  readonly sessionUid?: string | undefined
  readonly expiresWithSession?: boolean | undefined
}

/** Why a token is worth nothing. */
export interface GrantProblem {
  readonly detail: string
  readonly why: Reason
}

const NOT_FOUND: GrantProblem = { detail: 'grant not found', why: GRANT.not_found }

function checkGrant(grant: Grant, token: GrantBound): GrantProblem | undefined {
  if (grant.clientId !== token.clientId) return { detail: 'client mismatch', why: GRANT.of_another_client }
  if (grant.accountId !== token.accountId)
    return { detail: 'accountId mismatch', why: GRANT.of_another_account }
  return undefined
}

/** Whether the session allowed what a token stands on: its grant, or the one that was made from. */
function isOfSession(session: Session, token: GrantBound, { madeFrom }: Grant): boolean {
  if (session.grantIdFor(token.clientId ?? '') === token.grantId) return true
  return Object.values(session.authorizations ?? {}).some(
    ({ grantId }) => grantId !== undefined && madeFrom?.includes(grantId) === true,
  )
}

function checkSession(
  session: Session | undefined,
  token: GrantBound,
  grant: Grant,
): GrantProblem | undefined {
  if (session === undefined) return { detail: 'related session not found', why: GRANT.session_not_found }
  if (session.accountId !== token.accountId)
    return { detail: 'accountId mismatch with the related session', why: GRANT.session_of_another_account }
  return isOfSession(session, token, grant)
    ? undefined
    : { detail: 'grantId mismatch with the related session', why: GRANT.not_of_session }
}

/** What was exchanged ends with what it was exchanged for, however often that happened. @see RFC 7009 §2.1 */
async function checkOrigins(
  ctx: Ctx,
  rt: Runtime,
  madeFrom: readonly string[],
): Promise<GrantProblem | undefined> {
  const origins = await Promise.all(madeFrom.map((id) => rt.models.Grant.find(id, { ctx })))
  return origins.includes(undefined)
    ? { detail: 'a grant that it was made from is gone', why: GRANT.origin_gone }
    : undefined
}

/**
 * Loads what a token stands on, grant and session together.
 * @param take gets the grant, where it is not the request's own
 * @returns why the token is worth nothing; `undefined` when it holds
 */
export async function findGrantOf(
  ctx: Ctx,
  rt: Runtime,
  token: GrantBound,
  take?: (grant: Grant) => void,
): Promise<GrantProblem | undefined> {
  const bound = token.expiresWithSession === true
  if (token.grantId === undefined) return NOT_FOUND
  const findingGrant = rt.models.Grant.find(token.grantId, { ctx })
  const [grant, session] =
    bound && token.sessionUid !== undefined
      ? await Promise.all([findingGrant, rt.models.Session.findByUid(token.sessionUid, { ctx })])
      : [await findingGrant]
  if (grant === undefined) return NOT_FOUND
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
  refuse: (detail: string) => OIDCProviderError,
): Promise<void> {
  const problem = await findGrantOf(ctx, rt, token)
  if (problem !== undefined) throw refuse(problem.detail).because(problem.why)
}
