import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** A key pair of a test. */
export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const publicKeyEncoding = { type: 'spki', format: 'der' } as const
const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const

/**
 * Keys that were written out and read again: in Node.js 20 `export()` of the very key that was generated may never
 * return, when what generated it is collected as garbage meanwhile.
 */
const readAgain = (made: { publicKey: Buffer; privateKey: Buffer }): KeyPair => ({
  publicKey: createPublicKey({ key: made.publicKey, type: 'spki', format: 'der' }),
  privateKey: createPrivateKey({ key: made.privateKey, type: 'pkcs8', format: 'der' }),
})

export const rsaPair = (modulusLength = 2048, publicExponent = 65_537): KeyPair =>
  readAgain(
    generateKeyPairSync('rsa', { modulusLength, publicExponent, publicKeyEncoding, privateKeyEncoding }),
  )

/** For RSASSA-PSS alone (RFC 4055 §1.2). */
export const rsaPssPair = (modulusLength = 2048): KeyPair =>
  readAgain(generateKeyPairSync('rsa-pss', { modulusLength, publicKeyEncoding, privateKeyEncoding }))

/** @param namedCurve of RFC 7518 §6.2.1.1, or secp256k1 */
export const ecPair = (namedCurve = 'P-256'): KeyPair =>
  readAgain(generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding }))

export const ed25519Pair = (): KeyPair =>
  readAgain(generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding }))

export const x25519Pair = (): KeyPair =>
  readAgain(generateKeyPairSync('x25519', { publicKeyEncoding, privateKeyEncoding }))

export const ed448Pair = (): KeyPair =>
  readAgain(generateKeyPairSync('ed448', { publicKeyEncoding, privateKeyEncoding }))

export const x448Pair = (): KeyPair =>
  readAgain(generateKeyPairSync('x448', { publicKeyEncoding, privateKeyEncoding }))

/** What is published of a key, or kept, depending on which of the two it is. */
export const jwkOf = (key: KeyObject, members: { kid?: string; use?: 'sig' | 'enc'; alg?: string } = {}) => ({
  ...key.export({ format: 'jwk' }),
  ...members,
})
