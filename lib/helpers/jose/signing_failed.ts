/** The key did not sign, though it should: it may do so later. Answered with 503 and `Retry-After`. */
export class SigningFailed extends Error {
  override readonly name = 'SigningFailed'

  constructor(alg: string, cause: unknown) {
    super(`the key did not sign with ${alg}`, { cause })
  }
}
