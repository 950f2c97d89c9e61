import type { JsonObject } from '../../helpers/jose/jwt.ts'
import { isNumericDate } from '../../helpers/jose/numeric_date.ts'
import type { Nonces } from './nonces.ts'
import { NonceProblem, ProofProblem } from './proof_problem.ts'
import { DPOP } from './reasons.ts'
import { namesEndpoint } from './target_uri.ts'

/** Seconds that a proof is good for, where no nonce says how old it is. @see RFC 9449 §11.1 */
const LIFETIME = 300
/** Seconds that clients' clocks may be ahead in any case. @see FAPI 2.0 Security Profile §5.3.2.1 */
const AHEAD = 60
/** Longest `jti`; it becomes part of a storage key. */
const MAX_JTI_LENGTH = 256

/** What the claims of a proof are measured by. */
export interface ProofExpectations {
  /** HTTP method of the request. */
  readonly method: string
  /** URLs of the endpoint. */
  readonly endpoints: readonly string[]
  /** Hash of the access token that is presented. */
  readonly ath: string | undefined
  /** Where the provider hands nonces out. */
  readonly nonces: Nonces | undefined
  readonly requiresNonce: boolean
  /** Epoch seconds. */
  readonly now: number
  /** Seconds. */
  readonly clockTolerance: number
}

/** What keeps a proof from being used again. */
export interface ProofUse {
  readonly jti: string
  /** Epoch seconds after which nobody accepts it any more. */
  readonly acceptedUntil: number
}

/**
 * Judges the claims of a proof; its signature is judged elsewhere.
 * @throws ProofProblem
 * @see RFC 9449 §4.3
 */
export function checkProofClaims(claims: JsonObject, expected: ProofExpectations): ProofUse {
  const { jti, htm, htu, iat, ath, nonce } = claims
  if (typeof jti !== 'string' || jti === '')
    throw new ProofProblem('must have a jti that is a string', DPOP.claim_malformed)
  if (jti.length > MAX_JTI_LENGTH) throw new ProofProblem('jti is too long', DPOP.claim_malformed)
  if (htm !== expected.method) throw new ProofProblem('htm mismatch', DPOP.htm_mismatch)
  if (typeof htu !== 'string' || !expected.endpoints.some((endpoint) => namesEndpoint(htu, endpoint)))
    throw new ProofProblem('htu mismatch', DPOP.htu_mismatch)
  if (expected.ath !== undefined && ath !== expected.ath)
    throw new ProofProblem('ath mismatch', DPOP.ath_mismatch)
  if (!isNumericDate(iat)) throw new ProofProblem('iat must be a number', DPOP.claim_malformed)
  checkPeriod(claims, expected)
  const acceptedUntil = checkNonce(nonce, expected) ?? checkAge(iat, expected)
  return { jti, acceptedUntil }
}

/** A proof need not say when it ends, but one that does means it. @see RFC 7519 §4.1.4, §4.1.5 */
function checkPeriod({ exp, nbf }: JsonObject, { now, clockTolerance }: ProofExpectations): void {
  if (exp !== undefined && (!isNumericDate(exp) || exp <= now - clockTolerance))
    throw new ProofProblem('has expired', DPOP.expired)
  if (nbf !== undefined && (!isNumericDate(nbf) || nbf > now + Math.max(clockTolerance, AHEAD)))
    throw new ProofProblem('is not valid yet', DPOP.in_future)
}

/**
 * A nonce shows how fresh a proof is better than the clock of a client.
 * @returns until when it is accepted; nothing where there is none
 * @see RFC 9449 §8, §11.1
 */
function checkNonce(nonce: unknown, { nonces, requiresNonce, now }: ProofExpectations): number | undefined {
  // Where none are handed out, what a client remembers from elsewhere says nothing.
  if (nonces === undefined) return undefined
  if (nonce === undefined && !requiresNonce) return undefined
  if (nonce === undefined) throw new NonceProblem('a nonce is required in the DPoP proof', DPOP.nonce_missing)
  const until = typeof nonce === 'string' ? nonces.acceptedUntil(nonce, now) : undefined
  if (until === undefined)
    throw new NonceProblem('the nonce in the DPoP proof is not accepted any more', DPOP.nonce_stale)
  return until
}

/** @returns until when it is accepted: one from the future is for longer */
function checkAge(iat: number, { now, clockTolerance }: ProofExpectations): number {
  const acceptedUntil = iat + LIFETIME + clockTolerance
  if (acceptedUntil < now) throw new ProofProblem('iat is too far in the past', DPOP.expired)
  if (iat > now + Math.max(clockTolerance, AHEAD))
    throw new ProofProblem('iat is in the future', DPOP.in_future)
  return acceptedUntil
}
