import { expect } from 'chai'
import { checkIssuedClaims } from '../../../lib/actions/trusted_issuers/issued_claims.ts'
import { UnacceptableToken } from '../../../lib/actions/trusted_issuers/unacceptable_token.ts'
import type { JsonObject } from '../../../lib/helpers/jose/jwt.ts'

const NOW = 1_800_000_000
const EXPECTED = {
  issuer: 'https://idp.example.com',
  audiences: ['https://op.example.com', 'https://op.example.com/token'],
  now: NOW,
  clockTolerance: 5,
}
const CLAIMS: JsonObject = {
  iss: EXPECTED.issuer,
  sub: 'alice',
  aud: 'https://op.example.com',
  exp: NOW + 60,
}
const check = (claims: Record<string, unknown>, expected: object = {}) =>
  checkIssuedClaims({ ...CLAIMS, ...claims }, { ...EXPECTED, ...expected })

describe('claims of a JWT that a trusted issuer signed (RFC 7523 §3, RFC 8725 §3)', () => {
  const bad: readonly [title: string, claims: Record<string, unknown>, problem: RegExp][] = [
    ['another iss', { iss: 'https://other.example.com' }, /iss is another one/],
    ['no iss', { iss: undefined }, /iss is another one/],
    ['no sub', { sub: undefined }, /sub must be text/],
    ['an empty sub', { sub: '' }, /sub must be text/],
    ['a sub of 257 characters', { sub: 's'.repeat(257) }, /sub must be text/],
    ['no aud', { aud: undefined }, /aud must be text/],
    ['another aud', { aud: 'https://other.example.com' }, /aud does not name this provider/],
    ['an empty list as aud', { aud: [] }, /aud does not name this provider/],
    ['an aud with a number in it', { aud: [CLAIMS['aud'], 7] }, /aud must be text/],
    [
      'an aud of 21',
      { aud: Array.from({ length: 21 }, () => CLAIMS['aud']) },
      /aud must be text, or a short array/,
    ],
    ['no exp', { exp: undefined }, /exp must be a number/],
    ['an exp that is text', { exp: String(NOW + 60) }, /exp must be a number/],
    ['an endless exp', { exp: Number.POSITIVE_INFINITY }, /exp must be a number/],
    ['an exp that is over, tolerance included', { exp: NOW - 5 }, /it has expired/],
    ['an nbf ahead', { nbf: NOW + 11 }, /nbf is in the future/],
    ['an iat ahead', { iat: NOW + 11 }, /iat is in the future/],
    ['an nbf that is text', { nbf: 'now' }, /nbf must be a number/],
    ['an iat of null', { iat: null }, /iat must be a number/],
    ['an empty jti', { jti: '' }, /jti must be text/],
    ['a jti of 257 characters', { jti: 'j'.repeat(257) }, /jti must be text/],
    ['events', { events: {} }, /security event/],
    ['cnf', { cnf: {} }, /bound to a key/],
  ]
  for (const [title, claims, problem] of bad) {
    it(`must not have ${title}`, () => {
      expect(() => check(claims)).to.throw(UnacceptableToken, problem)
    })
  }

  const good: readonly [title: string, claims: Record<string, unknown>][] = [
    ['what is needed, and no more', {}],
    ['one of the audiences among others', { aud: ['x', EXPECTED.audiences[1]] }],
    ['twenty audiences', { aud: Array.from({ length: 20 }, () => CLAIMS['aud']) }],
    ['a sub and a jti of 256 characters', { sub: 's'.repeat(256), jti: 'j'.repeat(256) }],
    ['an exp within the tolerance', { exp: NOW - 4 }],
    ['clocks that are ten seconds ahead', { nbf: NOW + 10, iat: NOW + 10 }],
  ]
  for (const [title, claims] of good) {
    it(`may have ${title}`, () => {
      const { iss, sub, exp, jti, payload } = check(claims)
      const given = { ...CLAIMS, ...claims }

      expect({ iss, sub, exp, jti }).to.deep.equal({
        iss: EXPECTED.issuer,
        sub: given['sub'],
        exp: given['exp'],
        jti: given['jti'],
      })
      expect(payload).to.deep.equal(given)
    })
  }

  it('may be ahead as far as the tolerance, where that is larger', () => {
    expect(check({ iat: NOW + 60 }, { clockTolerance: 60 }).sub).to.equal('alice')
    expect(() => check({ iat: NOW + 61 }, { clockTolerance: 60 })).to.throw('iat is in the future')
  })
})
