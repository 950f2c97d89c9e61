import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect } from 'chai'
import { compactVerify } from 'jose'
import { signJwt } from '../../../lib/helpers/jose/jwt.ts'

interface Pair {
  privateKey: KeyObject
  publicKey: KeyObject
}

const rsa = (): Pair => generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = (namedCurve: string): Pair => generateKeyPairSync('ec', { namedCurve })
const ed25519 = (): Pair => generateKeyPairSync('ed25519')

describe('signing with a private key (RFC 7515 §5.1)', () => {
  const rsaPair = rsa()
  const pairs: readonly [alg: string, pair: Pair][] = [
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg): [string, Pair] => [alg, rsaPair]),
    ['ES256', ec('P-256')],
    ['ES384', ec('P-384')],
    ['ES512', ec('P-521')],
    ['EdDSA', ed25519()],
    ['Ed25519', ed25519()],
  ]
  for (const [alg, { privateKey, publicKey }] of pairs) {
    it(`${alg}: another library verifies what was signed`, async () => {
      const jwt = await signJwt({ sub: 'å 漢' }, { alg, kid: 'k1', typ: 'at+jwt', key: privateKey })

      const { payload, protectedHeader } = await compactVerify(jwt, publicKey, { algorithms: [alg] })
      expect(JSON.parse(new TextDecoder().decode(payload))).to.deep.equal({ sub: 'å 漢' })
      expect(protectedHeader).to.deep.equal({ alg, kid: 'k1', typ: 'at+jwt' })
    })
  }

  const refused: readonly [title: string, alg: string, key: () => KeyObject][] = [
    ['an RSA key with ES256', 'ES256', () => rsaPair.privateKey],
    ['a P-384 key with ES256', 'ES256', () => ec('P-384').privateKey],
    ['an Ed25519 key with RS256', 'RS256', () => ed25519().privateKey],
    [
      'a short RSA key (RFC 7518 §3.3)',
      'RS256',
      () => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
    ],
    ['an algorithm that no private key has', 'HS256', () => rsaPair.privateKey],
    ['no algorithm at all', 'none', () => rsaPair.privateKey],
  ]
  for (const [title, alg, key] of refused) {
    it(`refuses ${title}`, async () => {
      const failed = await signJwt({}, { alg, key: key() }).catch((error: unknown) => error)

      expect(failed).to.be.instanceOf(TypeError)
    })
  }
})
