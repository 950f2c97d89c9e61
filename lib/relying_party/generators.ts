import { randomBytes } from 'node:crypto'
import { codeChallengeOf } from '../helpers/pkce.ts'

/** @returns random bytes in base64url @throws RangeError */
function random(bytes = 32): string {
  return randomBytes(bytes).toString('base64url')
}

/** Values that nobody guesses, and PKCE. @see RFC 6749 §10.10, RFC 7636 §4.1, §4.2 */
export const generators = {
  random,
  state: random,
  nonce: random,
  codeVerifier: random,
  /** @returns the S256 challenge of a verifier */
  codeChallenge: codeChallengeOf,
} as const
