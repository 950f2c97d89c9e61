import type { ContentEncryption, EncryptionAlgorithm } from '../../types/jwa.ts'

/** Every JWE `alg` that can be enabled. */
export const ALGORITHMS: readonly EncryptionAlgorithm[] = [
  'RSA-OAEP',
  'RSA-OAEP-256',
  'RSA-OAEP-384',
  'RSA-OAEP-512',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A192KW',
  'ECDH-ES+A256KW',
  'A128KW',
  'A192KW',
  'A256KW',
  'A128GCMKW',
  'A192GCMKW',
  'A256GCMKW',
  'dir',
]

/** Every JWE `enc` that can be enabled. */
export const ENCRYPTIONS: readonly ContentEncryption[] = [
  'A128CBC-HS256',
  'A192CBC-HS384',
  'A256CBC-HS512',
  'A128GCM',
  'A192GCM',
  'A256GCM',
]
