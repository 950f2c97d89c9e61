import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { fewAtOnce } from '../../helpers/promises/few_at_once.ts'
import type { Session } from '../../models/session.ts'
import { endSession, type SessionEnd } from '../authorization/interaction/end_session.ts'
import { endAll, entriesOf } from './entries_of.ts'

/** How many sessions of one account end at once. */
const ENDED_AT_ONCE = 5

/** Ends one, in a commit of its own: what another request does to it meanwhile ends, too. */
async function end(rt: Runtime, ctx: Ctx, session: Session): Promise<SessionEnd> {
  ctx.oidc.entity('Session', session)
  const ending = await endSession(ctx, rt, session)
  await ctx.oidc.transaction.commit()
  return ending
}

/**
 * Ends one session of an account as its logout would.
 * @returns whether the account had it
 */
export async function endOneSession(
  rt: Runtime,
  makeContext: () => Ctx,
  { accountId, uid }: { readonly accountId: string; readonly uid: string },
): Promise<boolean> {
  const session = await rt.models.Session.findByUid(uid)
  if (session === undefined || session.accountId !== accountId) return false
  const { told } = await end(rt, makeContext(), session)
  await told
  return true
}

/**
 * Ends every session of an account, those too that begin meanwhile. Clients are told beside it: all of them have as
 * long as for one logout.
 * @returns how many there were
 */
export async function endEverySession(
  rt: Runtime,
  makeContext: () => Ctx,
  accountId: string,
): Promise<number> {
  const telling: Promise<void>[] = []
  const ended = await endAll({
    list: () => entriesOf(rt.models.Session, accountId),
    atOnce: (sessions) =>
      fewAtOnce(ENDED_AT_ONCE, sessions, async (session) => {
        telling.push((await end(rt, makeContext(), session)).told)
      }),
  })
  await Promise.all(telling)
  return ended
}
