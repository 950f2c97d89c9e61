import { createHmac, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { HmacSha1 } from '../../../lib/helpers/http/hmac_sha1.ts'

/** Test cases whose key and data are text (RFC 2202 §3). */
const KNOWN: readonly [key: string, data: string, digest: string][] = [
  ['\x0b'.repeat(20), 'Hi There', 'b617318655057264e28bc0b6fb378c8ef146be00'],
  ['Jefe', 'what do ya want for nothing?', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  ['\x0c'.repeat(20), 'Test With Truncation', '4c1a03424b55e07fe7f27be1d58bb9324a9a5a04'],
]

describe('HMAC-SHA1 (RFC 2104)', () => {
  for (const [key, data, digest] of KNOWN) {
    it(`gives the known digest of '${data}' (RFC 2202 §3)`, () => {
      expect(Buffer.from(new HmacSha1(key).digest(data), 'base64url').toString('hex')).to.equal(digest)
    })
  }

  it('is what Node.js makes of keys and data of any length', () => {
    for (let length = 0; length < 200; length += 1) {
      const key = randomBytes(length).toString('base64').slice(0, length)
      const hmac = new HmacSha1(key)
      for (const data of ['', 'a', `${key}å漢🙂`, 'd'.repeat(length)])
        expect(hmac.digest(data), `${length}`).to.equal(
          createHmac('sha1', key).update(data).digest('base64url'),
        )
    }
  })
})
