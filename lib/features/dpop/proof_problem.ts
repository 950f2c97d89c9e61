import { InvalidDpopProof, type OIDCProviderError, UseDpopNonce } from '../../helpers/errors.ts'
import type { Reason } from '../../helpers/reasons/define_reasons.ts'

/** What is wrong with a proof, for the developer of the client. @see RFC 9449 §4.3 */
export class ProofProblem extends Error {
  readonly why: Reason

  constructor(message: string, why: Reason, options?: ErrorOptions) {
    super(message, options)
    this.why = why
  }
}

/** It has to hold a nonce that is accepted now. @see RFC 9449 §8 */
export class NonceProblem extends ProofProblem {}

/**
 * The error that a problem is answered with.
 * @param status 400 where tokens are issued, 401 where they are presented
 * @see RFC 9449 §5, §7.1, §8, §9
 */
export function proofError(problem: ProofProblem, status: 400 | 401): OIDCProviderError {
  const { message, cause, why } = problem
  const error =
    problem instanceof NonceProblem
      ? new UseDpopNonce(message, undefined, cause).because(why)
      : new InvalidDpopProof(`DPoP proof ${message}`, undefined, cause).because(why)
  error.status = status
  return error
}
