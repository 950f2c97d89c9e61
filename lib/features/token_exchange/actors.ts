import type { Actor } from '../../../types/grants/grant_toolkit.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { subjectFor } from '../../models/subject.ts'
import type { Presented } from './presented.ts'
import { EXCHANGE } from './reasons.ts'

/** Most actors that a token names: each exchange adds one. */
const MAX_ACTORS = 10

/** Everything that is known of whoever is to act: the actor, or else the client itself. */
function identityOf(ctx: Ctx, actor: Presented | undefined): Readonly<Record<string, unknown>> {
  const { clientId } = ctx.oidc.loaded('Client')
  if (actor === undefined) return { iss: ctx.oidc.issuer, sub: clientId, client_id: clientId }
  const { claims, issuer, subject, clientId: issuedTo } = actor.told
  return { ...claims, iss: issuer, sub: subject, client_id: issuedTo }
}

/**
 * A subject token may say who alone may act for its subject. A name counts for one issuer: that of the subject token,
 * where it does not say which.
 * @see RFC 8693 §4.4
 */
export const checkMayAct: Step = (ctx) => {
  const { subject, actor } = ctx.oidc.understood('presentedTokens')
  const { claims, issuer } = subject.told
  if (!Object.hasOwn(claims, 'may_act')) return
  const { may_act: mayAct } = claims
  const named = isRecord(mayAct) ? Object.entries({ iss: issuer, ...mayAct }) : []
  const identity = identityOf(ctx, actor)
  // An issuer alone is nobody.
  if (named.length > 1 && named.every(([name, value]) => identity[name] === value)) return
  throw new InvalidRequest('the subject_token names somebody else to act for its subject').because(
    EXCHANGE.actor_mismatch,
    { seen: Object.keys(identity), accepted: named.map(([name]) => name) },
  )
}

function depthOf(actor: Actor | undefined): number {
  let depth = 0
  for (let left = actor; left !== undefined && depth <= MAX_ACTORS; left = left.act) depth += 1
  return depth
}

/** The actor as the client may know it. */
async function nameOf(ctx: Ctx, rt: Runtime, { told }: Presented): Promise<Actor> {
  const { accountId, subject, issuer, clientId } = told
  const sub =
    accountId === undefined ? subject : await subjectFor(rt, ctx, accountId, ctx.oidc.loaded('Client'))
  return {
    sub,
    ...(issuer === rt.issuer ? {} : { iss: issuer }),
    ...(clientId === undefined ? {} : { client_id: clientId }),
  }
}

/**
 * Who acts by the new token: the actor, and those before it. Without an actor whoever acted already goes on to be named.
 * @throws InvalidRequest when there were too many
 * @see RFC 8693 §4.1
 */
export async function actorsOf(ctx: Ctx, rt: Runtime): Promise<Actor | undefined> {
  const { subject, actor } = ctx.oidc.understood('presentedTokens')
  const { act: before } = subject.told
  if (actor === undefined) return before
  if (depthOf(before) >= MAX_ACTORS)
    throw new InvalidRequest('too many have acted for the subject already').because(EXCHANGE.actors_too_many)
  return { ...(await nameOf(ctx, rt, actor)), ...(before === undefined ? {} : { act: before }) }
}
