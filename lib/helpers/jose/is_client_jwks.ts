import type { JWK } from 'jose'
import { clientJwksProblem } from './client_jwks.ts'

/** Whether a value is a key set as clients may have one. @see RFC 7517 §5 */
export function isClientJwks(value: unknown): value is { keys: JWK[] } {
  return clientJwksProblem(value) === undefined
}
