import { expect } from 'chai'
import * as fc from 'fast-check'
import { displayText } from '../../../lib/helpers/display_text.ts'
import { escapeHtml, type HtmlValue, html, trustedHtml } from '../../../lib/helpers/http/html.ts'

describe('html template', () => {
  const cases: readonly [title: string, value: HtmlValue, expected: string][] = [
    ['a tag', '<b>', '&lt;b&gt;'],
    ['the end of a double-quoted attribute', '" onclick="x', '&quot; onclick=&quot;x'],
    ['the end of a single-quoted attribute', "' onclick='x", '&#39; onclick=&#39;x'],
    ['a backtick', '`', '&#96;'],
    ['what looks escaped already', '&lt;', '&amp;lt;'],
    ['a carriage return, which a parser would replace', 'a\rb', 'a&#13;b'],
    ['text in an array', ['<', ['>']], '&lt;&gt;'],
  ]
  for (const [title, value, expected] of cases) {
    it(`escapes ${title}`, () => {
      expect(html`${value}`.toString()).to.equal(expected)
    })
  }

  it('escapes an object that poses as markup', () => {
    const forged: unknown = JSON.parse('{"toString":"<b>"}')

    expect(() =>
      Reflect.apply(html, undefined, [Object.assign(['', ''], { raw: ['', ''] }), forged]),
    ).to.throw(TypeError)
  })

  it('refuses an object made with the prototype of markup', () => {
    const forged: unknown = Object.create(Object.getPrototypeOf(trustedHtml('')))

    expect(() =>
      Reflect.apply(html, undefined, [Object.assign(['', ''], { raw: ['', ''] }), forged]),
    ).to.throw(TypeError)
  })

  it('passes markup, also nested and in arrays', () => {
    const items = ['a', '<'].map((text) => html`<li>${text}</li>`)

    expect(html`<ul>${items}</ul>`.toString()).to.equal('<ul><li>a</li><li>&lt;</li></ul>')
  })

  it('leaves nothing for absent values and keeps zero', () => {
    expect(html`[${undefined}${false}${''}${0}]`.toString()).to.equal('[0]')
  })

  it('leaves no character of any text that could start markup', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>"'`]/.test(escapeHtml(text))))
  })
})

describe('text of strangers', () => {
  const cases: readonly [title: string, text: string, expected: string][] = [
    ['drops direction overrides', '\u202Emoc.live\u202C', 'moc.live'],
    ['drops direction isolates', '\u2067a\u2069', 'a'],
    ['drops control characters', 'a\u0000\u001Bb', 'a b'],
    ['drops zero-width characters', 'pay\u200Bpal', 'pay pal'],
    ['keeps other scripts', 'שלום', 'שלום'],
    ['cuts what is too long', 'x'.repeat(4096), `${'x'.repeat(79)}…`],
    ['cuts what is too long once the invisible is gone', `a${'\u200B'.repeat(4096)}b`, 'a…'],
    ['does not cut a character in half', '😀'.repeat(81), `${'😀'.repeat(79)}…`],
    ['keeps what just fits', 'x'.repeat(80), 'x'.repeat(80)],
  ]
  for (const [title, text, expected] of cases) {
    it(`${title} (Unicode UAX #9 §2)`, () => {
      expect(displayText(text)).to.equal(expected)
    })
  }
})
