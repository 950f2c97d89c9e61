import { expect } from 'chai'
import { parseStrictJson } from '../../lib/helpers/strict_json.ts'

const long = 'a'.repeat(5000)

describe('strict JSON (RFC 8259, RFC 8725 §3.10)', () => {
  for (const [what, text] of [
    ['a member named __proto__', '{"__proto__":{"a":1}}'],
    ['such a member somewhere inside', '{"a":[{"b":{"__proto__":1}}]}'],
    ['its name with escapes', '{"\\u005f_proto__":1}'],
    [
      'its name with all of it escaped',
      '{"\\u005f\\u005f\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f":1}',
    ],
    ['such a member in a long text', `{"a":"${long}","__proto__":1}`],
    ['a byte order mark', '\ufeff{}'],
    ['nothing', ''],
    ['what is cut off', '{"a":'],
    ['nesting without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => parseStrictJson(text)).to.throw(SyntaxError)
    })
  }

  for (const [what, text, value] of [
    ['a short text', '{"a":[1,"b",null]}', { a: [1, 'b', null] }],
    ['the name as a value', '{"a":"__proto__"}', { a: '__proto__' }],
    ['escapes', '{"a":"\\u0041\\n"}', { a: 'A\n' }],
    ['a long text', `{"a":"${long}"}`, { a: long }],
    ['nesting that a short text can have', `${'['.repeat(2000)}${']'.repeat(2000)}`, undefined],
  ] as const) {
    it(`parses ${what}`, () => {
      const parsed = parseStrictJson(text)
      if (value !== undefined) expect(parsed).to.deep.equal(value)
    })
  }
})
