/** Signatures made with a private key. @see RFC 7518 §3.1, RFC 8037 §3.1, RFC 8812 §3.2, RFC 9864 §2.2 */
export type AsymmetricSigningAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES256K'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'

/** Signatures made with a shared secret. @see RFC 7518 §3.2 */
export type SymmetricSigningAlgorithm = 'HS256' | 'HS384' | 'HS512'

/** JWS `alg` values. 'EdDSA' and 'Ed25519' both name Ed25519 signatures. */
export type SigningAlgorithm = AsymmetricSigningAlgorithm | SymmetricSigningAlgorithm

/** JWS `alg` values with 'none', which only client metadata may hold. @see RFC 7518 §3.6 */
export type SigningAlgorithmWithNone = SigningAlgorithm | 'none'

/** Key management with a public key. @see RFC 7518 §4.3, §4.6 */
export type AsymmetricEncryptionAlgorithm =
  | 'RSA-OAEP'
  | 'RSA-OAEP-256'
  | 'RSA-OAEP-384'
  | 'RSA-OAEP-512'
  | 'ECDH-ES'
  | 'ECDH-ES+A128KW'
  | 'ECDH-ES+A192KW'
  | 'ECDH-ES+A256KW'

/** Key management with a shared secret. @see RFC 7518 §4.4, §4.5, §4.7 */
export type SymmetricEncryptionAlgorithm =
  | 'A128KW'
  | 'A192KW'
  | 'A256KW'
  | 'A128GCMKW'
  | 'A192GCMKW'
  | 'A256GCMKW'
  | 'dir'

/** JWE `alg` values. @see RFC 7518 §4.1 */
export type EncryptionAlgorithm = AsymmetricEncryptionAlgorithm | SymmetricEncryptionAlgorithm

/** JWE `enc` values. @see RFC 7518 §5.1 */
export type ContentEncryption =
  | 'A128CBC-HS256'
  | 'A128GCM'
  | 'A192CBC-HS384'
  | 'A192GCM'
  | 'A256CBC-HS512'
  | 'A256GCM'

/** Another name of {@link EncryptionAlgorithm}. */
export type EncryptionAlgValues = EncryptionAlgorithm

/** Another name of {@link ContentEncryption}. */
export type EncryptionEncValues = ContentEncryption
