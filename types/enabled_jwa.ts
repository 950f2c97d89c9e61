import type { SigningAlgorithm } from './jwa.ts'

/** The algorithms that may be used, for each purpose. An empty array allows none. */
export interface EnabledJWA {
  /**
   * Signatures of client assertions. @default ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'] @see OpenID Connect Core 1.0 §9
   * @example ['PS256', 'ES256']
   */
  clientAuthSigningAlgValues?: SigningAlgorithm[] | undefined
  /**
   * Signatures of ID Tokens. @default ['RS256', 'PS256', 'ES256', 'EdDSA'] @see OpenID Connect Core 1.0 §10.1
   * @example ['PS256', 'ES256']
   */
  idTokenSigningAlgValues?: SigningAlgorithm[] | undefined
}
