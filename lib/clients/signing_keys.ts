import { isSymmetric } from '../helpers/jose/client_keys.ts'
import type { Keystore } from '../helpers/jose/keystore.ts'
import type { SigningKeys } from './metadata/descriptor.ts'

/** What the provider can sign and decrypt with; symmetric algorithms take the client's secret. @see OpenID Connect Core 1.0 §10 */
export function signingKeysOf(keystore: Keystore): SigningKeys {
  const all = [...new Set(keystore.keys.flatMap((key) => [...key.algorithms]))]
  const decrypting = all.filter((alg) => /^(?:RSA-OAEP|ECDH-ES)/.test(alg))
  return {
    serves: (alg) => alg === 'none' || isSymmetric(alg) || all.includes(alg),
    algorithms: all.filter((alg) => !decrypting.includes(alg)),
    decrypting,
  }
}
