import { expect } from 'chai'
import Cookies from 'cookies'
import { type CookieAttributes, setCookie } from '../../../lib/helpers/http/set_cookie.ts'

describe('what sets a cookie (RFC 6265 §4.1)', () => {
  it('has a path, and is hidden from scripts, unless told otherwise', () => {
    expect(setCookie('n', 'v', {})).to.deep.equal(['n=v; path=/; httponly'])
    expect(setCookie('n', '', { path: '/op', httpOnly: false })).to.deep.equal(['n=; path=/op'])
  })

  it('has every attribute that it is given', () => {
    const attributes = {
      path: '/x',
      expires: new Date(0),
      domain: 'example.com',
      priority: 'high',
      sameSite: 'lax',
      secure: true,
      partitioned: true,
    } as const
    expect(setCookie('n', 'v', attributes)).to.deep.equal([
      'n=v; path=/x; expires=Thu, 01 Jan 1970 00:00:00 GMT; domain=example.com; priority=high; samesite=lax; secure; httponly; partitioned',
    ])
    expect(setCookie('n', 'v', { sameSite: true })).to.deep.equal(['n=v; path=/; samesite=strict; httponly'])
    expect(setCookie('n', 'v', { sameSite: false, secure: false })).to.deep.equal(['n=v; path=/; httponly'])
  })

  it('is written as the package cookies writes it, byte by byte', () => {
    const choices: readonly (readonly CookieAttributes[])[] = [
      [{}, { path: '/' }, { path: '/auth/a-b_c' }],
      [{}, { expires: new Date(0) }, { expires: new Date(4e12) }],
      [{}, { domain: 'example.com' }],
      [{}, { priority: 'low' }],
      ([true, false, 'strict', 'lax', 'none'] as const).map((sameSite) => ({ sameSite })),
      [{}, { secure: true }, { secure: false }],
      [{}, { httpOnly: true }, { httpOnly: false }],
      [{}, { partitioned: true }],
    ]
    const all = choices.reduce((found, some) =>
      found.flatMap((attributes) => some.map((more) => ({ ...attributes, ...more }))),
    )

    expect(all).to.have.length(3 * 3 * 2 * 2 * 5 * 3 * 3 * 2)
    for (const attributes of all) {
      const [written] = setCookie('n', 'a-value', attributes)
      expect(written).to.equal(new Cookies.Cookie('n', 'a-value', attributes).toHeader())
    }
  })

  it('stands beside its signature, which has the same attributes', () => {
    const sign = (pair: string) => `signature-of-${pair.replace('=', '-')}`
    expect(setCookie('n', 'v', { path: '/x' }, sign)).to.deep.equal([
      'n=v; path=/x; httponly',
      'n.sig=signature-of-n-v; path=/x; httponly',
    ])
  })

  for (const value of ['a;b', 'a,b', 'a b', 'a"b', 'a\\b', 'a\r\nb', 'ä']) {
    it(`holds no value that is not one (${JSON.stringify(value)})`, () => {
      expect(() => setCookie('n', value, {})).to.throw(TypeError, 'cookie n')
    })
  }

  for (const attributes of [{ path: '/x' }, { domain: 'example.com' }]) {
    const where = Object.keys(attributes).join()
    it(`says so where a browser would drop it for its name: __Host- and a ${where} (RFC 6265bis §4.1.3.2)`, () => {
      expect(() => setCookie('__Host-n', 'v', attributes)).to.throw(
        TypeError,
        /__Host-n cannot have .*__Secure-/,
      )
      expect(() => setCookie('__host-n', 'v', attributes)).to.throw(TypeError)
      expect(setCookie('__Secure-n', 'v', attributes)).to.have.length(1)
      expect(setCookie('__Host-n', 'v', { path: '/' })).to.have.length(1)
    })
  }

  it('nothing in a path or domain becomes another attribute, or another header', () => {
    const attributes = { path: '/a;domain=evil.example', domain: 'example.com\r\nx: y' }
    expect(setCookie('n', 'v', attributes)).to.deep.equal(['n=v; path=/a; domain=example.com; httponly'])
  })
})
