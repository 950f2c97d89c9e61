import { expect } from 'chai'
import fc from 'fast-check'
import { matchRedirectUri, verifyRedirectUri } from '../../../lib/helpers/uri/match_redirect_uri.ts'

const WEB = ['https://rp.example.com/cb', 'https://foo.example.com/cb?a=1&b=2', 'http://127.0.0.1/cb']
const NATIVE = [
  'http://127.0.0.1/cb',
  'http://[::1]/cb',
  'http://127.0.0.1:8080/fixed?x=1',
  'com.example.app:/cb',
  'https://app.example.com/cb',
]

describe('comparing redirect_uri with the registered ones (RFC 9700 §4.1.3)', () => {
  const refused: readonly [string, string, string][] = [
    ['A8', 'another host', 'https://evil.example/cb'],
    ['A10', 'the registered host as user name', 'https://rp.example.com@evil.example/cb'],
    ['A11', 'a backslash before @', 'https://rp.example.com\\@evil.example/cb'],
    ['A11', 'a backslash as slash', 'https:\\\\rp.example.com\\cb'],
    ['A12', 'a longer path', 'https://rp.example.com/cb/x'],
    ['A12', 'a trailing slash', 'https://rp.example.com/cb/'],
    ['A12', 'a shorter path', 'https://rp.example.com/'],
    ['A12', 'a path that leads back', 'https://rp.example.com/x/../cb'],
    ['A12', 'an escaped path', 'https://rp.example.com/%63b'],
    ['A14', 'the path in another case', 'https://rp.example.com/CB'],
    ['A14', 'the host in another case', 'https://RP.example.com/cb'],
    ['A14', 'the scheme in another case', 'HTTPS://rp.example.com/cb'],
    ['A14', 'the other web scheme', 'http://rp.example.com/cb'],
    ['A15', 'an explicit default port', 'https://rp.example.com:443/cb'],
    ['A15', 'an empty port', 'https://rp.example.com:/cb'],
    ['A17', 'an added query', 'https://rp.example.com/cb?x=1'],
    ['A17', 'an empty query', 'https://rp.example.com/cb?'],
    ['A17', 'a reordered query', 'https://foo.example.com/cb?b=2&a=1'],
    ['A17', 'a dropped query', 'https://foo.example.com/cb'],
    ['A18', 'a fragment', 'https://rp.example.com/cb#x'],
    ['A18', 'an empty fragment', 'https://rp.example.com/cb#'],
    ['A20', 'a tab inside', 'https://rp.example.com/\tcb'],
    ['A20', 'a line feed behind', 'https://rp.example.com/cb\n'],
    ['A20', 'CR and LF inside', 'https://rp.example.com\r\n/cb'],
    ['A20', 'a NUL behind', 'https://rp.example.com/cb\u0000'],
    ['A20', 'a space before', ' https://rp.example.com/cb'],
    ['A21', 'a javascript: URI', 'javascript:alert(1)//https://rp.example.com/cb'],
    ['A21', 'a data: URI', 'data:text/html,https://rp.example.com/cb'],
    ['A22', 'a URI without scheme', '//evil.example/cb'],
    ['A22', 'a path', '/cb'],
    ['A22', 'a word', 'cb'],
    ['A22', 'nothing', ''],
    ['A24', 'a character where the dot is', 'https://fooaexample.com/cb?a=1&b=2'],
    ['A31', 'another port on a loopback host, for a web client', 'http://127.0.0.1:51004/cb'],
  ]
  for (const [id, title, sent] of refused) {
    it(`${id} refuses ${title}`, () => {
      expect(matchRedirectUri(sent, WEB, 'web')).to.equal(undefined)
    })
  }

  for (const sent of WEB) {
    it(`A17 accepts ${sent}, which is registered`, () => {
      expect(matchRedirectUri(sent, WEB, 'web')).to.equal(sent)
    })
  }

  it('refuses everything when nothing is registered', () => {
    expect(matchRedirectUri('https://rp.example.com/cb', [], 'web')).to.equal(undefined)
    expect(matchRedirectUri('http://127.0.0.1/cb', [], 'native')).to.equal(undefined)
  })
})

describe('comparing redirect_uri of native clients (RFC 8252 §7.3, §8.3)', () => {
  const refused: readonly [string, string][] = [
    ['A28', 'http://localhost:51004/cb'],
    ['A28', 'http://localhost/cb'],
    ['A30', 'http://127.1/cb'],
    ['A30', 'http://127.1:99/cb'],
    ['A30', 'http://2130706433/cb'],
    ['A30', 'http://0x7f.1/cb'],
    ['A30', 'http://0177.0.0.1/cb'],
    ['A30', 'http://127.0.0.1./cb'],
    ['A30', 'http://127.0.0.2:99/cb'],
    ['A30', 'http://[::ffff:127.0.0.1]/cb'],
    ['A30', 'http://[0:0:0:0:0:0:0:1]:99/cb'],
    ['A10', 'http://127.0.0.1:99@evil.example/cb'],
    ['A10', 'http://127.0.0.1@evil.example/cb'],
    ['A10', 'http://user@127.0.0.1:99/cb'],
    ['A11', 'http://127.0.0.1:99\\@evil.example/cb'],
    ['A8', 'http://127.0.0.1.evil.example/cb'],
    ['A12', 'http://127.0.0.1:99/cb/'],
    ['A12', 'http://127.0.0.1:99/'],
    ['A12', 'http://127.0.0.1:99'],
    ['A14', 'HTTP://127.0.0.1:99/cb'],
    ['A14', 'https://127.0.0.1:99/cb'],
    ['A15', 'http://127.0.0.1:/cb'],
    ['A15', 'http://127.0.0.1:0/cb'],
    ['A15', 'http://127.0.0.1:080/cb'],
    ['A15', 'http://127.0.0.1:65536/cb'],
    ['A15', 'http://127.0.0.1:-1/cb'],
    ['A15', 'http://127.0.0.1:9:9/cb'],
    ['A15', 'https://app.example.com:8443/cb'],
    ['A17', 'http://127.0.0.1:99/cb?x=1'],
    ['A17', 'http://127.0.0.1:99/fixed'],
    ['A18', 'http://127.0.0.1:99/cb#x'],
    ['A20', 'http://127.0.0.1:99/cb\n'],
    ['A20', 'http://127.0.0.1:99/\tcb'],
    ['A32', 'com.example.app://evil/cb'],
    ['A32', 'com.example.App:/cb'],
    ['A32', 'com.example.app:/CB'],
  ]
  for (const [id, sent] of refused) {
    it(`${id} refuses ${JSON.stringify(sent)}`, () => {
      expect(matchRedirectUri(sent, NATIVE, 'native')).to.equal(undefined)
    })
  }

  for (const [id, sent] of [
    ['A27', 'http://127.0.0.1:51004/cb'],
    ['A27', 'http://127.0.0.1:65535/cb'],
    ['A27', 'http://[::1]:99/cb'],
    ['A048', 'http://127.0.0.1:9090/fixed?x=1'],
    ['A048', 'http://127.0.0.1/fixed?x=1'],
    ['A32', 'com.example.app:/cb'],
  ] as const) {
    it(`${id} accepts ${sent}`, () => {
      expect(matchRedirectUri(sent, NATIVE, 'native')).to.equal(sent)
    })
  }

  it('A048 accepts any port of localhost when localhost is registered', () => {
    expect(matchRedirectUri('http://localhost:3000/cb', ['http://localhost/cb'], 'native')).to.equal(
      'http://localhost:3000/cb',
    )
  })
})

describe('asking a client about a redirect_uri', () => {
  const lenient = { redirectUriAllowed: () => true }

  it('believes a client whose answer the host replaced', () => {
    const sent = 'https://tenant.example.com/cb'

    expect(verifyRedirectUri(sent, lenient)).to.equal(sent)
  })

  it('believes a client that refuses', () => {
    const strict = { redirectUriAllowed: () => false }

    expect(verifyRedirectUri('https://rp.example.com/cb', strict)).to.equal(undefined)
  })

  for (const [id, sent] of [
    ['A10', 'https://rp.example.com@evil.example/cb'],
    ['A11', 'https://rp.example.com\\@evil.example/cb'],
    ['A18', 'https://rp.example.com/cb#'],
    ['A20', 'https://rp.example.com/cb\r\nSet-Cookie:a=b'],
    ['A21', 'javascript:alert(1)'],
    ['A21', 'JavaScript:alert(1)'],
    ['A21', 'data:text/html,x'],
    ['A21', 'vbscript:x'],
    ['A21', 'blob:https://rp.example.com/x'],
    ['A21', 'file:///etc/passwd'],
    ['A22', '/cb'],
  ] as const) {
    it(`${id} never lets ${JSON.stringify(sent)} pass, whatever the client says`, () => {
      expect(verifyRedirectUri(sent, lenient)).to.equal(undefined)
    })
  }
})

describe('anything at all as redirect_uri', () => {
  const pieces = fc.constantFrom(
    'http://',
    'https://',
    'http:',
    '127.0.0.1',
    '[::1]',
    'localhost',
    'rp.example.com',
    'evil.example',
    ':',
    '@',
    '/',
    '\\',
    '#',
    '?',
    '.',
    '%2f',
    '8080',
    '0',
    'cb',
    '\t',
    '\u0000',
    'é',
  )
  const uris = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''))
  const endings = fc.constantFrom('', '/cb', ':1/cb', ':65535/cb')
  const mixed = fc.oneof(
    uris,
    fc
      .tuple(fc.constantFrom('http://127.0.0.1', 'http://[::1]'), uris, endings)
      .map((parts) => parts.join('')),
  )

  it('A30 leads a native client to a registered URI, its port aside, or nowhere', () => {
    fc.assert(
      fc.property(mixed, (sent) => {
        const matched = matchRedirectUri(sent, NATIVE, 'native')
        if (matched === undefined || NATIVE.includes(matched)) return
        const visited = new URL(matched)
        visited.port = ''
        const targets = NATIVE.map((uri) => {
          const target = new URL(uri)
          target.port = ''
          return target.href
        })
        expect(targets).to.include(visited.href)
        expect(matched).to.equal(sent)
      }),
      { numRuns: 2000 },
    )
  })

  it('A8 leads a web client to a registered URI or nowhere', () => {
    fc.assert(
      fc.property(mixed, (sent) => {
        expect([...WEB, undefined]).to.include(matchRedirectUri(sent, WEB, 'web'))
      }),
      { numRuns: 500 },
    )
  })
})
