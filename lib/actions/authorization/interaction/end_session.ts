import type { CommitOperation } from '../../../../types/adapter.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { EndedLogin, Runtime } from '../../../engine/runtime.ts'
import { fewAtOnce } from '../../../helpers/promises/few_at_once.ts'
import type { Session } from '../../../models/session.ts'
import type { Writes } from '../../../models/transaction.ts'
import { sweepGrant } from '../../issuing/revoke_grant.ts'

/** How many grants are swept at once; a session may have hundreds. */
const SWEPT_AT_ONCE = 10

/** Tells of grants that are gone, and sweeps what was issued under them: it is worth nothing already. */
export function forgetGrants(ctx: Ctx, rt: Runtime, grantIds: readonly string[]): void {
  for (const grantId of grantIds) rt.emit('grant.revoked', ctx, grantId)
  fewAtOnce(SWEPT_AT_ONCE, grantIds, (grantId) => sweepGrant(rt, grantId)).catch((cause: unknown) =>
    rt.serverError(ctx, cause),
  )
}

/** Tells everybody who wants to hear of the end of a login. */
export async function tellLoginEnded(ctx: Ctx, rt: Runtime, ended: EndedLogin): Promise<void> {
  const telling = rt.loginEnded.map((hear) =>
    hear(ctx, rt, ended).catch((cause: unknown) => rt.serverError(ctx, cause)),
  )
  await Promise.all(telling)
}

/** What a client was allowed in a session that ends, unless it was allowed to go on without it. */
const endingWith = (session: Session): string[] => [
  ...new Set(
    Object.values(session.authorizations ?? {}).flatMap(({ grantId, persistsLogout }) =>
      grantId === undefined || persistsLogout === true ? [] : [grantId],
    ),
  ),
]

/** A session as storage has it now, under whatever id; `undefined` when it is over, or somebody else's. */
export async function findAgain(rt: Runtime, { jti, uid, accountId }: Session): Promise<Session | undefined> {
  const { Session } = rt.models
  const current = (await Session.find(jti)) ?? (await Session.findByUid(uid))
  return current?.accountId === accountId ? current : undefined
}

/** The end of a session, with whatever it holds at that moment: what was authorized meanwhile ends, too. */
export class SessionEnd implements Writes {
  readonly #ctx: Ctx
  readonly #rt: Runtime
  readonly #revokes: boolean
  /** `undefined` once somebody else has ended it. */
  #session: Session | undefined
  #ended: EndedLogin | undefined
  #told: Promise<void> = Promise.resolve()

  /** @param revokes whether its grants go, too */
  constructor(ctx: Ctx, rt: Runtime, session: Session, revokes: boolean) {
    this.#ctx = ctx
    this.#rt = rt
    this.#session = session
    this.#revokes = revokes
  }

  get contendedAs(): string | undefined {
    return this.#session?.contendedAs
  }

  get #grantIds(): readonly string[] {
    return this.#session === undefined || !this.#revokes ? [] : endingWith(this.#session)
  }

  /** The session goes last: where storage does it step by step, a second try finds it as long as a step is left. */
  operations(): CommitOperation[] {
    if (this.#session === undefined) return []
    const { jti: id, version = 0 } = this.#session
    const grants = this.#grantIds.map((grant) => ({ op: 'destroy', model: 'Grant', id: grant }) as const)
    return [
      { op: 'require', model: 'Session', id, version },
      ...grants,
      { op: 'destroy', model: 'Session', id },
    ]
  }

  /** Looks at it again: it has changed, or is somebody else's, or over. */
  async rebase(): Promise<boolean> {
    if (this.#session === undefined) return false
    this.#session = await findAgain(this.#rt, this.#session)
    return true
  }

  written(): void {
    const { accountId, authorizations = {} } = this.#session ?? {}
    this.#session?.announce('destroyed')
    forgetGrants(this.#ctx, this.#rt, this.#grantIds)
    if (accountId === undefined) return
    const clients = Object.entries(authorizations).map(([clientId, { sid }]) => ({ clientId, sid }))
    this.#ended = { accountId, everywhere: true, clients }
    this.#told = tellLoginEnded(this.#ctx, this.#rt, this.#ended)
  }

  /** The login that is over; `undefined` before the commit, and where nobody was logged in any more. */
  get ended(): EndedLogin | undefined {
    return this.#ended
  }

  /** Settles once everybody has been told; before the commit there is nothing to tell. */
  get told(): Promise<void> {
    return this.#told
  }
}

/**
 * Ends a session, and every grant that was to end with it, in the request's own commit; what was issued under
 * those grants is swept after it.
 */
export async function endSession(ctx: Ctx, rt: Runtime, session: Session): Promise<SessionEnd> {
  const revokes = Boolean(await rt.configuration.revokeGrantPolicy(ctx))
  const end = new SessionEnd(ctx, rt, session, revokes)
  ctx.oidc.transaction.addWrites(end)
  return end
}
