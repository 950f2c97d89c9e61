import type { Reason } from '../../helpers/reasons/define_reasons.ts'
import { ISSUED_JWT } from './reasons.ts'

/** A token that was presented is worth nothing: the affair of whoever presents it, and no failure of ours. */
export class UnacceptableToken extends Error {
  override readonly name = 'UnacceptableToken'
  /** Why, for whoever makes an error of it. */
  readonly why: Reason

  constructor(message: string, why: Reason, options?: ErrorOptions) {
    super(message, options)
    this.why = why
  }
}

/**
 * Judges a token by itself.
 * @param judge reads and checks nothing but the token and the keys of its maker: whatever it throws is the token's fault
 * @throws UnacceptableToken
 */
export async function judgeToken<T>(judge: () => T | Promise<T>): Promise<T> {
  try {
    return await judge()
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'it cannot be read'
    const why = cause instanceof UnacceptableToken ? cause.why : ISSUED_JWT.unverified
    throw new UnacceptableToken(message, why, { cause })
  }
}
