import type { JWKS } from '../client.ts'
import type { AsymmetricSigningAlgorithm } from '../jwa.ts'

/** Somebody else whose signed word counts. One of `jwks` and `jwksUri` is needed. @see RFC 7523 §3, RFC 8693 §2.1 */
export interface TrustedIssuer {
  /** The `iss` of what it signs, compared character by character. */
  issuer: string
  /** Its public keys. @see RFC 7517 §5 */
  jwks?: JWKS | undefined
  /** Where its public keys are found: https, or http on the loopback interface. @see RFC 7517 §5 */
  jwksUri?: string | undefined
  /** What it may sign with. @default ['RS256', 'PS256', 'ES256', 'EdDSA'] @see RFC 8725 §3.1 */
  algorithms?: AsymmetricSigningAlgorithm[] | undefined
  /** Audiences that stand for this provider. @default its issuer identifier and its token endpoint @see RFC 7523 §3 */
  audience?: string | string[] | undefined
}
