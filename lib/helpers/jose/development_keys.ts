import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import type { JWK } from 'jose'

const publicKeyEncoding = { type: 'spki', format: 'der' } as const
const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const

/**
 * It was taken out of the key that was generated, and becomes another one: in Node.js 20 `export()` of the very key that
 * was generated may never return, when what generated it is collected as garbage meanwhile.
 */
const asJwk = ({ privateKey }: { privateKey: Buffer }): JWK =>
  createPrivateKey({ key: privateKey, type: 'pkcs8', format: 'der' }).export({ format: 'jwk' })

/** @param modulusLength bits */
export const generateRsaJwk = (modulusLength: number): JWK =>
  asJwk(generateKeyPairSync('rsa', { modulusLength, publicKeyEncoding, privateKeyEncoding }))

export const generateEcJwk = (namedCurve: string): JWK =>
  asJwk(generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding }))

export const generateEd25519Jwk = (): JWK =>
  asJwk(generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding }))

/** Keys that live as long as the process, for providers started without `jwks`. */
export const developmentKeys = (): { keys: JWK[] } => ({
  keys: [generateRsaJwk(2048), generateEcJwk('P-256'), generateEd25519Jwk()],
})
