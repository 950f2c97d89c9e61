import { constantEquals } from './constant_equals.ts'
import { InvalidGrant, InvalidRequest } from './errors.ts'
import { sha256 } from './jose/sha256.ts'
import { PKCE } from './reasons/pkce_reasons.ts'

export interface CodeChallenge {
  challenge: string
  method: 'S256' | 'plain'
}

/** RFC 7636 §4.1: 43*128unreserved */
const UNRESERVED = /^[A-Za-z0-9._~-]{43,128}$/
/** A SHA-256 hash in base64url. */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/

/**
 * Reads the PKCE members of an authorization request.
 * @param methods accepted values of code_challenge_method
 * @returns the challenge to bind to the code; `undefined` when none was sent
 * @throws InvalidRequest
 * @see RFC 7636 §4.3 (what is sent), §4.4.1 (what is answered)
 */
export function readCodeChallenge(
  { challenge, method }: { challenge: string | undefined; method: string | undefined },
  methods: readonly string[],
): CodeChallenge | undefined {
  if (challenge === undefined) {
    if (method !== undefined)
      throw new InvalidRequest('code_challenge must be provided with code_challenge_method').because(
        PKCE.challenge_missing,
        { seen: ['code_challenge_method'], accepted: ['code_challenge'] },
      )
    return undefined
  }
  // An absent method means "plain" (§4.3): never by accident.
  const chosen = method ?? 'plain'
  if ((chosen !== 'S256' && chosen !== 'plain') || !methods.includes(chosen)) {
    throw new InvalidRequest(
      method === undefined
        ? `code_challenge_method must be provided: ${methods.join(', ')}`
        : `not supported value of code_challenge_method, use ${methods.join(', ')}`,
    ).because(method === undefined ? PKCE.method_missing : PKCE.method_unsupported, {
      seen: method === undefined ? [] : [method],
      accepted: methods,
    })
  }
  const pattern = chosen === 'S256' ? S256_CHALLENGE : UNRESERVED
  if (!pattern.test(challenge))
    throw new InvalidRequest(`code_challenge is not a valid ${chosen} challenge`).because(
      PKCE.challenge_malformed,
    )
  return { challenge, method: chosen }
}

/** The S256 challenge of a verifier. @see RFC 7636 §4.2 */
export const codeChallengeOf = (verifier: string): string => sha256(verifier)

/**
 * Checks the proof that whoever redeems a code also asked for it.
 * @throws InvalidGrant; InvalidRequest for what cannot be a verifier at all (RFC 7636 §4.1, RFC 6749 §5.2)
 * @see RFC 7636 §4.6; RFC 9700 §4.8.2 – a verifier without a challenge is an attack, not a courtesy
 */
export function checkCodeVerifier(verifier: string | undefined, stored: CodeChallenge | undefined): void {
  if (stored === undefined) {
    if (verifier !== undefined)
      throw new InvalidGrant('code_verifier was sent, but the code was not asked for with PKCE').because(
        PKCE.verifier_unexpected,
      )
    return
  }
  if (verifier === undefined)
    throw new InvalidGrant('code_verifier is missing').because(PKCE.verifier_missing)
  if (!UNRESERVED.test(verifier))
    throw new InvalidRequest('code_verifier is malformed').because(PKCE.verifier_malformed)
  const expected = stored.method === 'S256' ? codeChallengeOf(verifier) : verifier
  if (!constantEquals(expected, stored.challenge))
    throw new InvalidGrant('code_verifier does not fit the code_challenge').because(PKCE.verifier_mismatch)
}
