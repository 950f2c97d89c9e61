import QuickLRU from 'quick-lru'
import type { ModelName } from '../../../types/adapter.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { errorForCode } from '../../helpers/error_for_code.ts'
import { AuthorizationPending, ExpiredToken, InvalidGrant, SlowDown } from '../../helpers/errors.ts'
import { consumption } from '../../models/traits/consumable.ts'
import { revokeGrant } from '../issuing/revoke_grant.ts'
import { POLLED } from './reasons.ts'

/** How many codes are remembered that are polled for; one that is forgotten may be polled for once more. */
const REMEMBERED = 10_000
/** Seconds that each answer `slow_down` adds to the interval. @see RFC 8628 §3.5 */
const SLOWER = 5
/** Part of the interval by which a poll may be early: networks are not always as slow, nor are timers exact. */
const EARLY = 0.1

interface Pace {
  /** Seconds between two polls. */
  interval: number
  /** When it was polled for, milliseconds since 1970. */
  last: number
}

/**
 * Remembers when codes were polled for that nobody has decided on. It is in memory: a write for each poll would cost
 * more than the polls do. So each process counts for itself, and a client whose polls reach several of them may poll
 * as many times as fast, until one of them tells it to slow down; one that keeps to the interval never notices.
 * @see RFC 8628 §3.5, OpenID Connect Client-Initiated Backchannel Authentication 1.0 §11
 */
export class PollPaces {
  readonly #interval: number
  readonly #paces = new QuickLRU<string, Pace>({ maxSize: REMEMBERED })

  /** @param interval seconds between two polls, as clients are told */
  constructor(interval: number) {
    this.#interval = interval
  }

  /** Counts a poll. @returns whether it came too early: then the next one has to wait longer */
  isTooFast(id: string): boolean {
    const now = Date.now()
    const pace = this.#paces.get(id)
    if (pace === undefined) {
      this.#paces.set(id, { interval: this.#interval, last: now })
      return false
    }
    const isEarly = now - pace.last < pace.interval * 1000 * (1 - EARLY)
    pace.last = now
    if (isEarly) pace.interval += SLOWER
    return isEarly
  }
}

/** What a client polls with until somebody has decided. */
export interface PolledCode {
  readonly model: { readonly kind: ModelName }
  readonly jti: string
  readonly clientId?: string | undefined
  readonly grantId?: string | undefined
  readonly consumed?: unknown
  readonly attempt?: string | undefined
  readonly error?: string | undefined
  readonly errorDescription?: string | undefined
  readonly isPending: boolean
  readonly isExpired: boolean
  destroy(): Promise<void>
}

/** One used twice takes everything with it that was issued for it. @see RFC 6749 §10.5, RFC 9700 §4.14.2 */
async function refuseReplay(ctx: Ctx, rt: Runtime, { model, attempt, grantId }: PolledCode): Promise<never> {
  // A commit that landed after its deadline is no theft: nobody has what it issued.
  if (rt.store.isUnanswered(attempt))
    throw new InvalidGrant(`${model.kind} was used up by a failure of ours`).because(
      POLLED.used_up_by_failure,
    )
  if (grantId !== undefined) await revokeGrant(ctx, rt, grantId, model.kind)
  throw new InvalidGrant(`${model.kind} already consumed`).because(POLLED.replayed)
}

/**
 * Refuses everything but a code that was approved, and not used yet. One that belongs to another client is worth
 * nothing to this one, and is not spent by it. How fast it is polled for matters only while nobody has decided: whoever
 * may have tokens gets them.
 * @see RFC 8628 §3.5, OpenID Connect Client-Initiated Backchannel Authentication 1.0 §11
 */
export async function checkPolledCode(
  ctx: Ctx,
  rt: Runtime,
  code: PolledCode,
  paces: PollPaces,
): Promise<void> {
  if (code.clientId !== ctx.oidc.loaded('Client').clientId)
    throw new InvalidGrant('client mismatch').because(POLLED.of_another_client)
  if (code.consumed !== undefined) await refuseReplay(ctx, rt, code)
  if (code.error !== undefined) throw errorForCode(code.error, code.errorDescription).because(POLLED.refused)
  if (code.isExpired) {
    await code.destroy()
    throw new ExpiredToken().because(POLLED.expired)
  }
  if (code.isPending)
    throw paces.isTooFast(code.jti)
      ? new SlowDown().because(POLLED.too_fast)
      : new AuthorizationPending().because(POLLED.pending)
}

/** Spends the code in the commit that stores what it was polled for. */
export const consumePolledCode: Step = (ctx) => {
  const code = ctx.oidc.source
  ctx.oidc.transaction.add([consumption(code)], () => {
    code.consumed = epochTime()
    code.announce('consumed')
  })
}
