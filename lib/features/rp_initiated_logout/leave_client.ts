import type { CommitOperation } from '../../../types/adapter.ts'
import type { ClientAuthorization } from '../../../types/models.ts'
import { commitRequest } from '../../actions/authorization/interaction/commit_request.ts'
import {
  findAgain,
  forgetGrants,
  tellLoginEnded,
} from '../../actions/authorization/interaction/end_session.ts'
import { setSessionCookie } from '../../actions/authorization/interaction/session_cookie.ts'
import type { Ctx } from '../../engine/context.ts'
import type { EndedLogin, Runtime } from '../../engine/runtime.ts'
import type { Session } from '../../models/session.ts'
import type { Writes } from '../../models/transaction.ts'
import { forgetLogout, type PendingLogout } from './pending_logout.ts'

/** A person leaves one client, and keeps the session, under a new id: nothing that is under way comes after it. */
class ClientLeft implements Writes {
  readonly #rt: Runtime
  readonly #clientId: string
  readonly #pending: PendingLogout
  readonly #revokes: boolean
  /** `undefined` once it has ended; who ended it has seen to everything. */
  session: Session | undefined
  /** What the client was allowed; `undefined` when it was not in the session. */
  left: ClientAuthorization | undefined
  /** Those it was allowed by. */
  readonly grantIds = new Set<string>()

  constructor(rt: Runtime, session: Session, { clientId, pending, revokes }: Leaving) {
    this.#rt = rt
    this.#clientId = clientId
    this.#pending = pending
    this.#revokes = revokes
    this.#leave(session)
  }

  #leave(session: Session): void {
    this.session = session
    this.left = session.forgetAuthorization(this.#clientId)
    forgetLogout(session, this.#pending)
    if (this.left === undefined) return
    session.resetIdentifier()
    const { grantId, persistsLogout } = this.left
    if (grantId !== undefined && persistsLogout !== true && this.#revokes) this.grantIds.add(grantId)
  }

  get contendedAs(): string | undefined {
    return this.session?.contendedAs
  }

  operations(): CommitOperation[] {
    const grants = [...this.grantIds].map((id) => ({ op: 'destroy', model: 'Grant', id }) as const)
    return [...(this.session?.operations() ?? []), ...grants]
  }

  /** Leaves the client in the session as it is by now. */
  async rebase(): Promise<boolean> {
    if (this.session === undefined) return false
    const current = await findAgain(this.#rt, this.session)
    if (current === undefined) {
      this.session = undefined
      this.left = undefined
      this.grantIds.clear()
    } else this.#leave(current)
    return true
  }

  written(): void {
    this.session?.written()
  }
}

interface Leaving {
  readonly clientId: string
  readonly pending: PendingLogout
  readonly revokes: boolean
}

/**
 * Ends what the client that asked was allowed in this session, unless it was allowed to go on without it. Where no
 * client asked, nothing ends.
 * @returns the login that is over: at that client
 * @see OpenID Connect RP-Initiated Logout 1.0 §2
 */
export async function leaveClient(
  ctx: Ctx,
  rt: Runtime,
  pending: PendingLogout,
): Promise<EndedLogin | undefined> {
  const { clientId } = pending
  if (clientId === undefined) return undefined
  const revokes = Boolean(await rt.configuration.revokeGrantPolicy(ctx))
  const leaving = new ClientLeft(rt, ctx.oidc.loaded('Session'), { clientId, pending, revokes })
  ctx.oidc.transaction.addWrites(leaving)
  await commitRequest(ctx)
  const { session, left, grantIds } = leaving
  if (session === undefined) return undefined
  ctx.oidc.entity('Session', session)
  setSessionCookie(ctx, session)
  forgetGrants(ctx, rt, [...grantIds])
  if (left === undefined || session.accountId === undefined) return undefined
  const { accountId } = session
  const ended = { accountId, everywhere: false, clients: [{ clientId, sid: left.sid }] }
  await tellLoginEnded(ctx, rt, ended)
  return ended
}
