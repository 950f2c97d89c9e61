import { expect } from 'chai'
import { setCookie } from '../../../lib/helpers/http/set_cookie.ts'

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

  it('nothing in a path or domain becomes another attribute, or another header', () => {
    const attributes = { path: '/a;domain=evil.example', domain: 'example.com\r\nx: y' }
    expect(setCookie('n', 'v', attributes)).to.deep.equal(['n=v; path=/a; domain=example.com; httponly'])
  })
})
