import type { JsonWebKey } from 'node:crypto'
import type { JWK } from '../../../types/client.ts'

/** A key as `node:crypto` takes it: members that are `undefined` are left out. */
export const jsonWebKey = (jwk: JWK): JsonWebKey =>
  Object.fromEntries(Object.entries(jwk).filter(([, value]) => value !== undefined))
