import { createHmac } from 'node:crypto'
import { isSameId } from '../../helpers/constant_equals.ts'

/** Seconds after which another nonce is handed out. */
const STEP = 60
/** A nonce of so many steps around the current one is accepted: processes' clocks differ, and clients keep what they got. */
const WINDOW = 2
const NEAREST_FIRST = [0, -1, 1, -2, 2]

/**
 * Nonces that follow from a secret and the time: all processes that share the secret accept each other's, nothing is
 * stored, and no timer has to run.
 * @see RFC 9449 §8, §11.3
 */
export class Nonces {
  readonly #secret: Uint8Array
  readonly #issuer: string
  readonly #made = new Map<number, string>()

  /** @param issuer nonces of another provider with the same secret are not accepted */
  constructor(secret: Uint8Array, issuer: string) {
    this.#secret = secret
    this.#issuer = issuer
  }

  /** The one to hand out. @param now epoch seconds */
  current(now: number): string {
    return this.#at(Math.floor(now / STEP))
  }

  /**
   * @param now epoch seconds
   * @returns epoch seconds until which it is accepted; `undefined` for one that is not
   */
  acceptedUntil(nonce: string, now: number): number | undefined {
    const current = Math.floor(now / STEP)
    const step = NEAREST_FIRST.map((distance) => current + distance).find((near) =>
      isSameId(this.#at(near), nonce),
    )
    return step === undefined ? undefined : (step + WINDOW + 1) * STEP
  }

  #at(step: number): string {
    const known = this.#made.get(step)
    if (known !== undefined) return known
    const nonce = createHmac('sha256', this.#secret)
      .update(JSON.stringify(['DPoP nonce', this.#issuer, step]))
      .digest('base64url')
    // Also when the clock was set: only what is around it now is kept.
    for (const old of this.#made.keys()) if (Math.abs(old - step) > 2 * WINDOW) this.#made.delete(old)
    this.#made.set(step, nonce)
    return nonce
  }
}
