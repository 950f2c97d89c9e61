import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { tokenHash } from '../../../lib/helpers/jose/token_hash.ts'

const HASHES = {
  sha256: ['HS256', 'RS256', 'PS256', 'ES256', 'ES256K'],
  sha384: ['HS384', 'RS384', 'PS384', 'ES384'],
  sha512: ['HS512', 'RS512', 'PS512', 'ES512', 'EdDSA', 'Ed25519'],
} as const

describe('at_hash, c_hash and s_hash (OpenID Connect Core 1.0 §3.1.3.6)', () => {
  for (const [hash, algs] of Object.entries(HASHES)) {
    for (const alg of algs) {
      it(`are the left half of ${hash} beside ${alg}`, () => {
        const whole = createHash(hash).update('the value').digest()

        expect(tokenHash('the value', alg)).to.equal(
          whole.subarray(0, whole.length / 2).toString('base64url'),
        )
      })
    }
  }
})
