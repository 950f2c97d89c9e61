import { generateKeyPairSync } from 'node:crypto'
import type { JWK } from 'jose'

/** Keys that live as long as the process, for providers started without `jwks`. */
export function developmentKeys(): { keys: JWK[] } {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const okp = generateKeyPairSync('ed25519')
  return { keys: [rsa, ec, okp].map(({ privateKey }) => privateKey.export({ format: 'jwk' })) }
}
