import { expect } from 'chai'
import { parseStrictUri } from '../../../lib/helpers/uri/strict_uri.ts'

describe('absolute URIs without the repairs of a browser (RFC 3986 §3, RFC 9700 §4.1.3)', () => {
  for (const text of [
    '',
    'cb',
    '/cb',
    '//rp.example.com/cb',
    'https:',
    'https:rp.example.com',
    'https:/rp.example.com',
    'https:///rp.example.com',
    'https://',
    'https://user@rp.example.com/',
    'https://:password@rp.example.com/',
    'https://@rp.example.com/',
    'app://user@host/',
    'https:\\\\rp.example.com',
    'https://rp.example.com/a b',
    'https://rp.example.com/\t',
    ' https://rp.example.com/',
    'https://rp.example.com/"',
    'https://rp.example.com/<',
    'https://rp.example.com/>',
    'https://rp.example.com/ä',
    'https://rp.example.com/\u007f',
    `https://rp.example.com/${'x'.repeat(2026)}`,
  ]) {
    it(`"${text.slice(0, 40)}" is none`, () => {
      expect(parseStrictUri(text)).to.equal(undefined)
    })
  }

  for (const [text, scheme, authority] of [
    ['https://rp.example.com', 'https', 'rp.example.com'],
    ['HTTPS://RP.example.com:443/cb', 'https', 'RP.example.com:443'],
    ['http://[::1]:3000?a=@b', 'http', '[::1]:3000'],
    ['https://rp.example.com#@x', 'https', 'rp.example.com'],
    ['https://rp.example.com/a:@b', 'https', 'rp.example.com'],
    ['com.example.app:/cb', 'com.example.app', ''],
    ['com.example.app:cb', 'com.example.app', ''],
    ['app://cb/x', 'app', 'cb'],
    [`https://rp.example.com/${'x'.repeat(2025)}`, 'https', 'rp.example.com'],
  ] as const) {
    it(`"${text.slice(0, 40)}" is one, as it was written`, () => {
      expect(parseStrictUri(text)).to.include({ text, scheme, authority })
    })
  }
})
