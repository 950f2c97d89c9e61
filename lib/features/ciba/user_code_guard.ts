import { Attempts } from '../../actions/client_auth/attempts.ts'
import { FairGate } from '../../clients/fair_gate.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidUserCode, TooManyAttempts } from '../../helpers/errors.ts'
import { BACKCHANNEL } from './reasons.ts'

/** Seconds for which a wrong code counts. */
const WINDOW = 300
/** Codes that are checked at once; for one person one after the other, so that none slips through uncounted. */
const CHECKED = { total: 64, perKey: 1, waitingPerKey: 20 }

type Checked = 'right' | { readonly wrong: InvalidUserCode } | { readonly wait: number }

function tooMany(ctx: Ctx, wait: number): TooManyAttempts {
  ctx.set('retry-after', String(wait))
  return new TooManyAttempts(`too many wrong user codes, wait ${wait} seconds`).because(
    BACKCHANNEL.too_many_attempts,
  )
}

async function check(verify: () => unknown): Promise<'right' | { wrong: InvalidUserCode }> {
  try {
    await verify()
    return 'right'
  } catch (thrown) {
    if (thrown instanceof InvalidUserCode) return { wrong: thrown }
    throw thrown
  }
}

/**
 * Bounds how many wrong user codes a client may try for one person, whichever process they reach. Beyond that no code
 * is checked any more, so that a right one is refused like a wrong one.
 * @see OpenID Connect CIBA Core 1.0 §7.1 (user_code), §13
 */
export class UserCodeGuard {
  readonly #attempts: Attempts | undefined
  readonly #gate = new FairGate(CHECKED)

  /** @param most wrong codes in five minutes; 0 bounds nothing */
  constructor(most: number) {
    if (most > 0) this.#attempts = new Attempts({ use: 'backchannel user code', most, window: WINDOW })
  }

  /** @throws TooManyAttempts, or what `verify` throws; InvalidUserCode counts as wrong */
  async run(ctx: Ctx, rt: Runtime, verify: () => unknown): Promise<void> {
    const attempts = this.#attempts
    if (attempts === undefined) {
      await verify()
      return
    }
    const key = `${ctx.oidc.loaded('Client').clientId} ${ctx.oidc.loaded('Account').accountId}`
    const checked = await this.#gate.run(
      key,
      () => this.#check(rt, attempts, key, verify),
      () => 0,
    )
    if (checked === undefined) throw tooMany(ctx, 1)
    if (checked === 'right') return
    throw 'wrong' in checked ? checked.wrong : tooMany(ctx, checked.wait)
  }

  async #check(rt: Runtime, attempts: Attempts, key: string, verify: () => unknown): Promise<Checked> {
    const wait = attempts.waitFor(key)
    if (wait > 0) return { wait }
    const checked = await check(verify)
    if (checked === 'right') return checked
    const counted = await attempts.count(rt.models.ReplayDetection, key)
    return counted ? checked : { wait: attempts.waitFor(key) }
  }
}

/** Asks the host about `user_code`, where the client has said that it sends one. @see OpenID Connect CIBA Core 1.0 §4 */
export const verifyUserCode = (guard: UserCodeGuard): Step =>
  async function verifyUserCode(ctx, rt) {
    if (ctx.oidc.loaded('Client').backchannelUserCodeParameter !== true) return
    const { verifyUserCode: verify } = rt.configuration.features.ciba
    await guard.run(ctx, rt, () => verify(ctx, ctx.oidc.loaded('Account'), ctx.oidc.param('user_code')))
  }
