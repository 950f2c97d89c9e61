import { expect } from 'chai'
import { PublicKeySet } from '../../../lib/helpers/jose/public_key_set.ts'
import type { JWK } from '../../../types/client.ts'
import { ecPair, ed25519Pair, jwkOf, rsaPair, x25519Pair } from '../../support/key_pair.ts'

const RSA = jwkOf(rsaPair().publicKey, { kid: 'rsa' })
const P256 = jwkOf(ecPair().publicKey, { kid: 'p256' })
const P384 = jwkOf(ecPair('P-384').publicKey, { kid: 'p384' })
const K1 = jwkOf(ecPair('secp256k1').publicKey, { kid: 'k1' })
const ED = jwkOf(ed25519Pair().publicKey, { kid: 'ed' })
const X = jwkOf(x25519Pair().publicKey, { kid: 'x' })

const kidsOf = (keys: JWK[], alg: string, use: 'sig' | 'enc' = 'sig', kid?: string, most = 10) =>
  new PublicKeySet({ keys }).candidates(alg, use, kid, most).map((key) => key.kid)

describe('which key of a set is meant (RFC 7517 §4, RFC 8725 §3.1)', () => {
  const ALL = [RSA, P256, P384, K1, ED, X]

  for (const [alg, use, kids] of [
    ['RS256', 'sig', ['rsa']],
    ['PS512', 'sig', ['rsa']],
    ['ES256', 'sig', ['p256']],
    ['ES256K', 'sig', ['k1']],
    ['ES384', 'sig', ['p384']],
    ['ES512', 'sig', []],
    ['EdDSA', 'sig', ['ed']],
    ['Ed25519', 'sig', ['ed']],
    ['HS256', 'sig', []],
    ['none', 'sig', []],
    ['RSA-OAEP', 'enc', ['rsa']],
    ['RSA-OAEP-256', 'enc', ['rsa']],
    ['RSA1_5', 'enc', []],
    ['ECDH-ES', 'enc', ['p256', 'p384', 'x']],
    ['ECDH-ES+A256KW', 'enc', ['p256', 'p384', 'x']],
    ['A128KW', 'enc', []],
  ] as const) {
    it(`${alg} works with ${kids.join(', ') || 'none'}`, () => {
      expect(kidsOf(ALL, alg, use)).to.deep.equal(kids)
    })
  }

  it('a kid names one, and keys without a kid may be it', () => {
    const nameless = { ...P256, kid: undefined }

    expect(kidsOf([P256, { ...P256, kid: 'other' }, nameless], 'ES256', 'sig', 'other')).to.deep.equal([
      'other',
      undefined,
    ])
    expect(kidsOf([P256], 'ES256', 'sig', 'unknown')).to.deep.equal([])
  })

  const made: readonly [what: string, members: Partial<JWK>, isTaken: boolean][] = [
    ['for the algorithm', { alg: 'ES256' }, true],
    ['for another algorithm', { alg: 'ES384' }, false],
    ['for signatures', { use: 'sig' }, true],
    ['for encryption', { use: 'enc' }, false],
    ['to verify', { key_ops: ['verify'] }, true],
    ['to agree on keys', { key_ops: ['deriveKey'] }, false],
    ['for nothing', { key_ops: [] }, false],
  ]
  for (const [what, members, isTaken] of made) {
    it(`one that its owner made ${what} is ${isTaken ? 'taken' : 'passed over'} (§4.2, §4.3, §4.4)`, () => {
      expect(kidsOf([{ ...P256, ...members }], 'ES256')).to.have.length(isTaken ? 1 : 0)
    })
  }

  for (const operation of ['encrypt', 'wrapKey', 'deriveKey', 'deriveBits']) {
    it(`one that is to ${operation} encrypts`, () => {
      expect(kidsOf([{ ...P256, key_ops: [operation] }], 'ECDH-ES', 'enc')).to.have.length(1)
    })
  }

  it('a curve of another type is no such key, and a point that is not on its curve is passed over', () => {
    expect(kidsOf([{ ...ED, kty: 'EC' }], 'EdDSA')).to.deep.equal([])
    expect(kidsOf([{ ...P256, kty: 'OKP' }], 'ES256')).to.deep.equal([])
    expect(kidsOf([{ ...P256, x: P256.y, y: P256.x }, P256], 'ES256')).to.deep.equal(['p256'])
  })

  it('never more than are wanted are found, in their order', () => {
    const many = ['a', 'b', 'c'].map((kid) => ({ ...P256, kid }))

    expect(kidsOf(many, 'ES256', 'sig', undefined, 2)).to.deep.equal(['a', 'b'])
  })
})
