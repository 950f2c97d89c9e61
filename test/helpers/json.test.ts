import { expect } from 'chai'
import { parseJsonObject, plainObject } from '../../lib/helpers/parse_json_object.ts'
import { parseStrictJson } from '../../lib/helpers/strict_json.ts'

/** So many objects, or lists, inside of one another. */
const nested = (depth: number, [open, close]: readonly [string, string] = ['{"a":', '}']) =>
  `${open.repeat(depth)}1${close.repeat(depth)}`

describe('JSON of strangers (RFC 8259)', () => {
  it('an object is read: of members that repeat the last counts, and __proto__ never is one (§4)', () => {
    const read = parseJsonObject(
      '{"a":1,"a":2,"__proto__":{"b":1},"c":{"__proto__":3,"d":[{"__proto__":4}]}}',
    )

    expect(read).to.deep.equal({ a: 2, c: { d: [{}] } })
    expect(Object.getPrototypeOf(read)).to.equal(Object.prototype)
  })

  for (const text of ['', '[]', 'null', '"text"', '1', '{"a":1', '\uFEFF{}', "{'a':1}"]) {
    it(`"${text}" is no object`, () => {
      expect(() => parseJsonObject(text)).to.throw(SyntaxError)
    })
  }

  it('sixteen levels are read, one more is refused, lists counted like objects (§9)', () => {
    const lists: readonly [string, string] = ['[', ']']

    expect(parseJsonObject(nested(16))).to.be.an('object')
    expect(() => parseJsonObject(nested(17))).to.throw(SyntaxError, 'nested too deeply')
    expect(parseJsonObject(`{"a":${nested(15, lists)}}`)).to.be.an('object')
    expect(() => parseJsonObject(`{"a":${nested(16, lists)}}`)).to.throw(SyntaxError, 'nested too deeply')
  })

  it('what was parsed elsewhere is copied by the same rules, null and false among it', () => {
    const given = { a: null, b: false, c: [1, { d: '' }] }
    const copy = plainObject(given)

    expect(copy).to.deep.equal(given)
    expect(copy['c']).to.not.equal(given.c)
    expect(() => plainObject([])).to.throw(SyntaxError, 'not an object')
  })

  for (const text of [
    '{"__proto__":1}',
    '{"\\u005f_proto__":1}',
    '[{"a":{"__proto__":{}}}]',
    '\uFEFF{}',
    '{',
    `${'['.repeat(200_000)}`,
  ]) {
    it(`strictly, ${text.slice(0, 30)} is a SyntaxError (RFC 8725 §3.10)`, () => {
      expect(() => parseStrictJson(text)).to.throw(SyntaxError)
    })
  }

  it('strictly, everything else is what it says', () => {
    expect(parseStrictJson('{"a":[1,null,"__proto__"],"proto":true}')).to.deep.equal({
      a: [1, null, '__proto__'],
      proto: true,
    })
  })
})
