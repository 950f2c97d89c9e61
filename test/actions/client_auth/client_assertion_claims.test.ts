import { expect } from 'chai'
import {
  type ClientAssertionExpectations,
  checkClientAssertionClaims,
} from '../../../lib/actions/client_auth/client_assertion_claims.ts'
import { InvalidClientAuth } from '../../../lib/helpers/errors.ts'

const NOW = 1_700_000_000
const EXPECTED: ClientAssertionExpectations = {
  clientId: 'client',
  audiences: ['https://op.example.com', 'https://op.example.com/token'],
  now: NOW,
  clockTolerance: 0,
  maxLifetime: 300,
}
const claims = (changes: object = {}) => ({
  iss: 'client',
  sub: 'client',
  aud: 'https://op.example.com',
  jti: 'one',
  exp: NOW + 60,
  ...changes,
})

function refused(value: unknown, expected = EXPECTED): InvalidClientAuth {
  try {
    checkClientAssertionClaims(value, expected)
  } catch (error) {
    if (error instanceof InvalidClientAuth) return error
    throw error
  }
  throw new Error('the claims were accepted')
}

describe('claims of a client assertion (RFC 7523 §3, OpenID Connect Core 1.0 §9)', () => {
  const bad: readonly [string, string, unknown, RegExp][] = [
    ['C22', 'no claims', null, /no claims/],
    ['C22', 'an array', [], /no claims/],
    ['C22', 'a string', 'x', /no claims/],
    ['C14', 'no exp', claims({ exp: undefined }), /exp is missing/],
    ['C14', 'an exp in the past', claims({ exp: NOW - 1 }), /expired/],
    ['C14', 'an exp that is now', claims({ exp: NOW }), /expired/],
    ['C14', 'an exp that is text', claims({ exp: `${NOW + 60}` }), /exp must be a number/],
    ['C14', 'an exp of null', claims({ exp: null }), /exp must be a number/],
    ['C14', 'an exp of NaN', claims({ exp: Number.NaN }), /exp must be a number/],
    ['C14', 'an exp of Infinity', claims({ exp: Number.POSITIVE_INFINITY }), /exp must be a number/],
    ['C14', 'an exp of 1e308', claims({ exp: 1e308 }), /too far/],
    ['C14', 'an exp more than the longest lifetime ahead', claims({ exp: NOW + 301 }), /too far/],
    ['C15', 'no jti', claims({ jti: undefined }), /jti must be a string/],
    ['C15', 'an empty jti', claims({ jti: '' }), /jti must be a string/],
    ['C15', 'a jti that is a number', claims({ jti: 1 }), /jti must be a string/],
    ['C15', 'a jti that is an object', claims({ jti: {} }), /jti must be a string/],
    ['C15', 'a jti of 20 KB', claims({ jti: 'x'.repeat(20_000) }), /too long/],
    ['C15', 'a jti of 257 characters', claims({ jti: 'x'.repeat(257) }), /too long/],
    ['C18', 'another iss', claims({ iss: 'other' }), /iss must be/],
    ['C18', 'no iss', claims({ iss: undefined }), /iss must be/],
    ['C18', 'an iss that is a list', claims({ iss: ['client'] }), /iss must be/],
    ['C18', 'another sub', claims({ sub: 'other' }), /sub must be/],
    ['C18', 'no sub', claims({ sub: undefined }), /sub must be/],
    ['C18', 'iss and sub of another client', claims({ iss: 'other', sub: 'other' }), /iss must be/],
    ['C20', 'an nbf 61 seconds ahead', claims({ nbf: NOW + 61 }), /nbf is in the future/],
    ['C20', 'an iat 61 seconds ahead', claims({ iat: NOW + 61 }), /iat is in the future/],
    ['C20', 'an iat of null', claims({ iat: null }), /iat must be a number/],
    ['C20', 'an nbf that is text', claims({ nbf: '0' }), /nbf must be a number/],
    ['A066', 'no aud', claims({ aud: undefined }), /aud must be a string/],
    ['A066', 'an aud for others', claims({ aud: 'https://other.example.com' }), /aud must hold/],
    [
      'A066',
      'an aud that only begins like ours',
      claims({ aud: 'https://op.example.com/' }),
      /aud must hold/,
    ],
    ['A066', 'an empty list of aud', claims({ aud: [] }), /aud must hold/],
    ['X20', 'an aud that is a number', claims({ aud: 1 }), /aud must be a string/],
    ['X20', 'an aud that is an object', claims({ aud: {} }), /aud must be a string/],
    ['X20', 'an aud list with a number in it', claims({ aud: ['https://op.example.com', 1] }), /aud must be/],
    [
      'X20',
      'an aud list without end',
      claims({ aud: Array(21).fill('https://op.example.com') }),
      /aud must be/,
    ],
  ]
  for (const [id, title, value, detail] of bad) {
    it(`${id} refuses ${title}, saying so in the detail only`, () => {
      const error = refused(value)

      expect(error.message).to.equal('invalid_client')
      expect(error.status).to.equal(401)
      expect(error.error_description).to.equal('client authentication failed')
      expect(error.error_detail).to.match(detail)
    })
  }

  const good: readonly [string, string, object][] = [
    ['A066', 'the issuer as aud', {}],
    ['A066', 'the endpoint as aud', { aud: 'https://op.example.com/token' }],
    ['A066', 'one of several aud', { aud: ['https://x.example.com', 'https://op.example.com'] }],
    ['C14', 'an exp five minutes ahead', { exp: NOW + 300 }],
    ['C20', 'an nbf and iat 10 seconds ahead', { nbf: NOW + 10, iat: NOW + 10 }],
    ['C20', 'an old iat', { iat: NOW - 3600, nbf: 0 }],
    ['C15', 'a jti of 256 characters', { jti: 'x'.repeat(256) }],
  ]
  for (const [id, title, changes] of good) {
    it(`${id} accepts ${title}`, () => {
      const value = claims(changes)

      expect(checkClientAssertionClaims(value, EXPECTED)).to.deep.equal({ jti: value.jti, exp: value.exp })
    })
  }

  it('A066 adds the clock tolerance to every comparison with the clock', () => {
    const tolerant = { ...EXPECTED, clockTolerance: 30 }

    for (const changes of [{ exp: NOW - 29 }, { exp: NOW + 330 }, { nbf: NOW + 30 }, { iat: NOW + 30 }]) {
      expect(() => checkClientAssertionClaims(claims(changes), tolerant)).not.to.throw()
    }
    for (const changes of [{ exp: NOW - 30 }, { exp: NOW + 331 }, { nbf: NOW + 31 }, { iat: NOW + 31 }]) {
      expect(refused(claims(changes), tolerant).error).to.equal('invalid_client')
    }
  })

  it('C14 takes the longest lifetime from the caller', () => {
    const longer = { ...EXPECTED, maxLifetime: 3600 }

    expect(checkClientAssertionClaims(claims({ exp: NOW + 3600 }), longer).exp).to.equal(NOW + 3600)
    expect(refused(claims({ exp: NOW + 3601 }), longer).error_detail).to.match(/too far/)
  })
})
