import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import Keygrip from 'keygrip'
import { HmacCookieSigner } from '../../../lib/helpers/http/hmac_cookie_signer.ts'

const DATA = '_session=Zm9vL2Jhcis9'

describe('signatures of cookies (RFC 2104)', () => {
  it('are those of Keygrip', () => {
    for (const key of ['short', 'k'.repeat(200), 'å 漢 🙂']) {
      expect(new HmacCookieSigner([key]).sign(DATA)).to.equal(new Keygrip([key]).sign(DATA))
    }
  })

  it('are those of the bytes of a key that is no text', () => {
    for (const key of [Uint8Array.from([0, 255, 1, 254]), Buffer.alloc(65, 7)]) {
      const expected = createHmac('sha1', key).update(DATA).digest('base64url')
      expect(new HmacCookieSigner([key]).sign(DATA)).to.equal(expected)
    }
  })

  it('hold when any of the keys has made them, and tell which', () => {
    const signer = new HmacCookieSigner(['new', 'old', 'oldest'])

    expect(signer.sign(DATA)).to.equal(new HmacCookieSigner(['new']).sign(DATA))
    expect(signer.index(DATA, new HmacCookieSigner(['oldest']).sign(DATA))).to.equal(2)
    expect(signer.verify(DATA, new HmacCookieSigner(['old']).sign(DATA))).to.equal(true)
  })

  const digest = new HmacCookieSigner(['new']).sign(DATA)
  const forged: readonly [title: string, data: string, digest: string][] = [
    ['of other data', '_session=other', digest],
    ['by an unknown key', DATA, new HmacCookieSigner(['unknown']).sign(DATA)],
    ['cut short', DATA, digest.slice(0, -1)],
    ['with something behind', DATA, `${digest}A`],
    ['left out', DATA, ''],
    ['in another case', DATA, digest.toUpperCase()],
  ]
  for (const [title, data, signature] of forged) {
    it(`do not hold ${title}`, () => {
      expect(new HmacCookieSigner(['new', 'old']).index(data, signature)).to.equal(-1)
    })
  }
})
