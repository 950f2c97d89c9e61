import { isSymmetric } from '../helpers/jose/client_keys.ts'
import type { Keystore } from '../helpers/jose/keystore.ts'
import type { SigningKeys } from './metadata/descriptor.ts'

/** What the provider can sign with; HMAC takes the client's secret. @see OpenID Connect Core 1.0 §10.1 */
export function signingKeysOf(keystore: Keystore): SigningKeys {
  const algorithms = new Set(keystore.keys.flatMap((key) => [...key.algorithms]))
  return {
    serves: (alg) => alg === 'none' || isSymmetric(alg) || algorithms.has(alg),
    algorithms: [...algorithms].filter((alg) => !/^(?:RSA-OAEP|ECDH-ES)/.test(alg)),
  }
}
