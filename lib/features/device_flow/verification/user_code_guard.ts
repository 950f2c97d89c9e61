import { Attempts } from '../../../actions/client_auth/attempts.ts'
import { addressOf } from '../../../actions/client_auth/guard_secret.ts'
import { FairGate } from '../../../clients/fair_gate.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import { TooManyAttempts } from '../../../helpers/errors.ts'
import { DEVICE } from '../reasons.ts'
import { WRONG_COUNTS_FOR, waitOf } from './device_forms.ts'
import { RefusedCodeError } from './user_code_errors.ts'

/** Codes that are looked for at once; of one address one after the other, so that none slips through uncounted. */
const LOOKED_FOR = { total: 64, perKey: 1, waitingPerKey: 20 }

const SHARED_ADDRESS =
  'NOTICE: so many wrong user codes came from one address that no more are looked for there for up to five minutes. If ' +
  'it is the address of your proxy, everybody shares it: set provider.proxy = true (docs/guessing.md).'

type Looked<T> = { found: T } | { wrong: RefusedCodeError } | { wait: number }

function tooMany(ctx: Ctx, wait: number): TooManyAttempts {
  ctx.set('retry-after', String(wait))
  return new TooManyAttempts(`too many wrong user codes, wait ${wait} seconds`).because(
    DEVICE.too_many_attempts,
  )
}

/** Nothing is looked for at this address any more: the host may know why so much comes from it. */
function refuse(rt: Runtime, wait: number): { wait: number } {
  rt.notify(SHARED_ADDRESS)
  return { wait }
}

async function lookFor<T>(look: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { found: await look() }
  } catch (thrown) {
    if (thrown instanceof RefusedCodeError) return { wrong: thrown }
    throw thrown
  }
}

/**
 * Bounds how many wrong user codes come from one address, whichever process they reach, and from one browser. Beyond
 * that no code is looked for any more, so that a right one is refused like a wrong one.
 * @see RFC 8628 §5.1
 */
export class UserCodeGuard {
  readonly #most: number
  readonly #attempts: Attempts
  readonly #gate = new FairGate(LOOKED_FOR)

  /** @param most wrong codes in five minutes; 0 bounds nothing */
  constructor(most: number) {
    this.#most = most
    this.#attempts = new Attempts({ use: 'user code', most, window: WRONG_COUNTS_FOR })
  }

  /** @throws TooManyAttempts, or what `look` throws; RefusedCodeError counts as wrong */
  async run<T>(ctx: Ctx, rt: Runtime, look: () => Promise<T>): Promise<T> {
    if (this.#most === 0) return look()
    const wait = waitOf(ctx.oidc.loaded('Session'), this.#most)
    if (wait > 0) throw tooMany(ctx, wait)
    const address = addressOf(ctx)
    const looked = await this.#gate.run(
      address,
      () => this.#look(rt, address, look),
      () => 0,
    )
    if (looked === undefined) throw tooMany(ctx, 1)
    if ('wait' in looked) throw tooMany(ctx, looked.wait)
    if ('wrong' in looked) throw looked.wrong
    return looked.found
  }

  async #look<T>(rt: Runtime, address: string, look: () => Promise<T>): Promise<Looked<T>> {
    const wait = this.#attempts.waitFor(address)
    if (wait > 0) return refuse(rt, wait)
    const looked = await lookFor(look)
    if (!('wrong' in looked)) return looked
    if (await this.#attempts.count(rt.models.ReplayDetection, address)) return looked
    return refuse(rt, this.#attempts.waitFor(address))
  }
}
