import { hash } from 'node:crypto'

/** Hash that goes with a signature algorithm; Ed25519 signs over SHA-512. */
function hashFor(alg: string): string {
  if (alg.endsWith('384')) return 'sha384'
  if (alg.endsWith('512') || alg === 'EdDSA' || alg === 'Ed25519') return 'sha512'
  return 'sha256'
}

/**
 * The left half of a value's hash: `at_hash`, `c_hash`, `s_hash`.
 * @param alg the algorithm the ID Token is signed with
 * @see OpenID Connect Core 1.0 §3.1.3.6, §3.3.2.11
 */
export function tokenHash(value: string, alg: string): string {
  const whole = hash(hashFor(alg), value, 'buffer')
  return whole.subarray(0, whole.length / 2).toString('base64url')
}
