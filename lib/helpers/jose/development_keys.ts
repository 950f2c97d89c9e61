import type { JWK } from 'jose'
import { generateEcJwk, generateEd25519Jwk, generateRsaJwk } from './generate_jwk.ts'

/** Keys that live as long as the process, for providers started without `jwks`. */
export function developmentKeys(): { keys: JWK[] } {
  return { keys: [generateRsaJwk(2048), generateEcJwk('P-256'), generateEd25519Jwk()] }
}
