import { expect } from 'chai'
import { parseUrlencoded } from '../../../lib/helpers/http/urlencoded.ts'

describe('forms and queries (RFC 6749 Appendix B)', () => {
  for (const [text, sent] of [
    ['', []],
    ['a=1', [['a', '1']]],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['=1', [['', '1']]],
    ['a=1=2', [['a', '1=2']]],
    ['&&a=1&', [['a', '1']]],
    [
      'a=1&a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['a+b=c+d', [['a b', 'c d']]],
    ['%61=%C3%A4%2B', [['a', 'ä+']]],
  ] as const) {
    it(`"${text}" is read as it is meant`, () => {
      expect(parseUrlencoded(text)).to.deep.equal(sent)
    })
  }

  for (const text of ['a=%', 'a=%zz', '%ff=1', 'a=%C3']) {
    it(`"${text}" is refused: it is no UTF-8`, () => {
      expect(() => parseUrlencoded(text)).to.throw(URIError)
    })
  }

  it('a thousand parameters are read, one more is refused', () => {
    const many = (count: number) => Array.from({ length: count }, () => 'a=1').join('&')

    expect(parseUrlencoded(many(1000))).to.have.length(1000)
    expect(() => parseUrlencoded(many(1001))).to.throw('more than 1000 parameters')
  })
})
