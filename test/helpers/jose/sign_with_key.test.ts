import type { KeyObject } from 'node:crypto'
import { expect } from 'chai'
import { compactVerify } from 'jose'
import { signJwt } from '../../../lib/helpers/jose/jwt.ts'
import { ecPair, ed25519Pair, type KeyPair, rsaPair } from '../../support/key_pair.ts'

describe('signing with a private key (RFC 7515 §5.1)', () => {
  const rsa = rsaPair()
  const pairs: readonly [alg: string, pair: KeyPair][] = [
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg): [string, KeyPair] => [alg, rsa]),
    ['ES256', ecPair('P-256')],
    ['ES384', ecPair('P-384')],
    ['ES512', ecPair('P-521')],
    ['EdDSA', ed25519Pair()],
    ['Ed25519', ed25519Pair()],
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
    ['an RSA key with ES256', 'ES256', () => rsa.privateKey],
    ['a P-384 key with ES256', 'ES256', () => ecPair('P-384').privateKey],
    ['an Ed25519 key with RS256', 'RS256', () => ed25519Pair().privateKey],
    ['a short RSA key (RFC 7518 §3.3)', 'RS256', () => rsaPair(1024).privateKey],
    ['an algorithm that no private key has', 'HS256', () => rsa.privateKey],
    ['no algorithm at all', 'none', () => rsa.privateKey],
  ]
  for (const [title, alg, key] of refused) {
    it(`refuses ${title}`, async () => {
      const failed = await signJwt({}, { alg, key: key() }).catch((error: unknown) => error)

      expect(failed).to.be.instanceOf(TypeError)
    })
  }
})
