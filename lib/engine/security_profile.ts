import type { SecurityProfileName } from '../../types/client.ts'

/** What a security profile demands beyond the options; the room that knows profiles defines them. */
export interface SecurityProfile {
  readonly name: SecurityProfileName
  /** What clients may sign with. */
  readonly signingAlgorithms: ReadonlySet<string>
  /** Longest time that a client assertion may be valid, in seconds. */
  readonly assertionLifetime: number
  /** Whether a client assertion names the issuer as its audience, as text, and nobody else. */
  readonly assertionsToIssuerOnly: boolean
  /** Times that a request object has to state. */
  readonly requestObjectTimes: readonly ('exp' | 'nbf')[]
  /** Whether an access token is issued only to a sender that has proven something to bind it to. */
  readonly bindsAccessTokens: boolean
  /** Whether refresh tokens are rotated where the host does not say. */
  readonly rotatesRefreshTokens: boolean
}

/** What is left of the algorithms that a client may sign with where a profile is in force. */
export function permittedAlgorithms(
  profile: SecurityProfile | undefined,
  algorithms: readonly string[],
): readonly string[] {
  return profile === undefined ? algorithms : algorithms.filter((alg) => profile.signingAlgorithms.has(alg))
}
