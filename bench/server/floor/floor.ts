import { randomBytes } from 'node:crypto'
import { type CryptoKey, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { ISSUER, type Setup } from '../setup.ts'

/** What is kept of a code, a token, a session … */
export type Entry = Readonly<Record<string, unknown>>

export interface Floor {
  readonly store: Map<string, Entry>
  readonly discovery: string
  readonly publicKeys: string
  readonly clientKey: CryptoKey | Uint8Array
  sign(alg: string, claims: JWTPayload): Promise<string>
}

export const newId = (): string => randomBytes(32).toString('base64url')
export const now = (): number => Math.floor(Date.now() / 1000)

const publicPart = ({ kty, kid, alg, use, n, e, crv, x, y }: JWK) => ({ kty, kid, alg, use, n, e, crv, x, y })

export async function makeFloor({ keys, clientKey }: Setup): Promise<Floor> {
  const signing = new Map<string, CryptoKey | Uint8Array>()
  for (const jwk of keys) signing.set(jwk.alg ?? '', await importJWK(jwk))
  return {
    store: new Map(),
    // As long as what providers publish.
    discovery: JSON.stringify({ issuer: ISSUER, token_endpoint: `${ISSUER}/token`, other: 'x'.repeat(3000) }),
    publicKeys: JSON.stringify({ keys: keys.map(publicPart) }),
    clientKey: await importJWK(clientKey, 'ES256'),
    sign: async (alg, claims) =>
      new SignJWT(claims).setProtectedHeader({ alg }).sign(signing.get(alg) ?? new Uint8Array()),
  }
}
