import { expect } from 'chai'
import { Keystore } from '../../../lib/helpers/jose/keystore.ts'
import type { JWK } from '../../../types/client.ts'
import { ecPair, ed25519Pair, jwkOf, rsaPair, x25519Pair } from '../../support/key_pair.ts'

const RSA = jwkOf(rsaPair().privateKey, { kid: 'rsa' })
const P256 = jwkOf(ecPair().privateKey, { kid: 'p256' })
const P384 = jwkOf(ecPair('P-384').privateKey, { kid: 'p384' })
const P521 = jwkOf(ecPair('P-521').privateKey, { kid: 'p521' })
const ED = jwkOf(ed25519Pair().privateKey, { kid: 'ed' })
const X = jwkOf(x25519Pair().privateKey, { kid: 'x' })

const AGREES = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW']
const SIGNS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const DECRYPTS = ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512']

const algorithmsOf = (key: JWK) => [...(new Keystore({ keys: [key] }).keys[0]?.algorithms ?? [])]

describe('keys of the provider (RFC 7517 §4, RFC 7518 §3.1, §4.1)', () => {
  const cases: readonly [title: string, key: JWK, algorithms: readonly string[]][] = [
    ['an RSA key', RSA, [...SIGNS, ...DECRYPTS]],
    ['one of P-256', P256, ['ES256', ...AGREES]],
    ['one of P-384', P384, ['ES384', ...AGREES]],
    ['one of P-521', P521, ['ES512', ...AGREES]],
    ['one of Ed25519', ED, ['EdDSA', 'Ed25519']],
    ['one of X25519', X, AGREES],
    ['an RSA key for signatures', { ...RSA, use: 'sig' }, SIGNS],
    ['an RSA key for encryption', { ...RSA, use: 'enc' }, DECRYPTS],
    ['an RSA key for one algorithm', { ...RSA, alg: 'PS256' }, ['PS256']],
    ['one that is to sign', { ...P256, key_ops: ['sign'] }, ['ES256']],
    ...['decrypt', 'unwrapKey', 'deriveKey', 'deriveBits'].map((operation): [string, JWK, string[]] => [
      `one that is to ${operation}`,
      { ...P256, key_ops: [operation] },
      AGREES,
    ]),
  ]
  for (const [title, key, algorithms] of cases) {
    it(`${title} works with ${algorithms.join(', ')}`, () => {
      expect(algorithmsOf(key)).to.have.members(algorithms)
    })
  }

  it('the first of several is used, unless a kid names one that fits', () => {
    const other = { ...P256, kid: 'other' }
    const keystore = new Keystore({ keys: [P256, other, ED] })

    expect(keystore.keyFor('ES256')?.kid).to.equal('p256')
    expect(keystore.keyFor('ES256', 'other')?.kid).to.equal('other')
    expect(keystore.keyFor('ES256', 'ed')).to.equal(undefined)
    expect(keystore.keyFor('ES384')).to.equal(undefined)
    expect([keystore.supports('EdDSA'), keystore.supports('ES384')]).to.deep.equal([true, false])
  })

  it('a signature may be of the one that is named, or of all that fit', () => {
    const other = { ...P256, kid: 'other' }
    const keystore = new Keystore({ keys: [P256, other, ED] })
    const kids = (alg: string, kid?: string) => keystore.candidates(alg, kid).map((key) => key.kid)

    expect(kids('ES256')).to.deep.equal(['p256', 'other'])
    expect(kids('ES256', 'other')).to.deep.equal(['other'])
    expect(kids('ES256', 'unknown')).to.deep.equal(['p256', 'other'])
    expect(kids('ES256', 'ed')).to.deep.equal(['p256', 'other'])
  })

  it('what is published holds no private member', () => {
    for (const key of [RSA, P256, ED, X]) {
      const [published] = new Keystore({ keys: [key] }).publicJwks.keys
      expect(published).to.include({ kty: key.kty, kid: key.kid })
      expect(published).to.not.have.any.keys('d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth')
    }
  })
})
