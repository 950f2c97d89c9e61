/** A token that was presented is worth nothing: the affair of whoever presents it, and no failure of ours. */
export class UnacceptableToken extends Error {
  override readonly name = 'UnacceptableToken'
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
    throw new UnacceptableToken(cause instanceof Error ? cause.message : 'it cannot be read', { cause })
  }
}
