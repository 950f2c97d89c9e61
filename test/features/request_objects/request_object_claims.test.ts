import { expect } from 'chai'
import {
  checkRequestObjectClaims,
  checkRequestObjectType,
  type RequestObjectExpectations,
} from '../../../lib/features/request_objects/request_object_claims.ts'
import { InvalidRequestObject } from '../../../lib/helpers/errors.ts'
import type { JsonObject } from '../../../lib/helpers/jose/jwt.ts'

const NOW = 1_700_000_000
const HOUR = 3600
const ISSUER = 'https://op.example.com'
const EXPECTED: RequestObjectExpectations = {
  clientId: 'client',
  issuer: ISSUER,
  responseType: 'code',
  now: NOW,
  clockTolerance: 0,
  namesParties: true,
  times: [],
}
const LAX = { ...EXPECTED, namesParties: false }
const TIMED = { ...EXPECTED, times: ['exp', 'nbf'] as const }

const check = (changes: JsonObject, expected = EXPECTED) =>
  checkRequestObjectClaims(
    { iss: 'client', aud: ISSUER, exp: NOW + HOUR, nbf: NOW, ...changes },
    { ...expected },
  )

type Row = readonly [id: string, title: string, changes: JsonObject, expected?: RequestObjectExpectations]

describe('claims of a request object (RFC 9101 §4, §6)', () => {
  const bad: readonly Row[] = [
    ['Q12', 'an exp that is now', { exp: NOW }],
    [
      'Q12',
      'an exp that is now, as late as the tolerance',
      { exp: NOW - 30 },
      { ...LAX, clockTolerance: 30 },
    ],
    ['Q12', 'an exp that is text', { exp: `${NOW + HOUR}` }],
    ['Q12', 'an exp of null', { exp: null }],
    ['Q12', 'an exp of Infinity', { exp: Number.POSITIVE_INFINITY }],
    ['Q12', 'an nbf of NaN', { nbf: Number.NaN }],
    ['Q12', 'an nbf 11 seconds ahead', { nbf: NOW + 11 }],
    ['Q12', 'an iat 11 seconds ahead', { iat: NOW + 11 }],
    ['Q12', 'an iat past the tolerance', { iat: NOW + 31 }, { ...EXPECTED, clockTolerance: 30 }],
    ['A086', 'a jti that would be remembered for more than a day', { jti: 'one', exp: NOW + 24 * HOUR + 1 }],
    ['A086', 'a jti that would be remembered for ever', { jti: 'one', exp: 1e300 }],
    ['A086', 'a jti of 257 characters', { jti: 'x'.repeat(257) }],
    ['A086', 'a jti that is a number', { jti: 1 }],
    ['Q10', 'no aud', { aud: undefined }],
    ['Q10', 'an aud list without us', { aud: ['https://other.example.com'] }],
    ['Q10', 'an aud list with a number in it', { aud: [ISSUER, 1] }],
    ['Q10', 'an aud for others where it may be missing', { aud: 'https://other.example.com' }, LAX],
    ['Q11', 'no iss', { iss: undefined }],
    ['Q11', 'another iss where it may be missing', { iss: 'other' }, LAX],
    ['Q11', 'a sub that is a number', { sub: 1 }],
    ['Q11', 'a sub that is null', { sub: null }],
    ['Q11', 'the client as sub', { sub: 'client' }],
    ['Q11', 'another client_id', { client_id: 'other' }],
    ['A086', 'another response_type', { response_type: 'id_token' }],
  ]
  for (const [id, title, changes, expected] of bad) {
    it(`${id} refuses ${title}`, () => {
      expect(() => check(changes, expected)).to.throw(InvalidRequestObject)
    })
  }

  for (const name of ['request', 'request_uri']) {
    it(`A086 refuses ${name} inside, even without a value (RFC 9101 §4)`, () => {
      expect(() => check({ [name]: undefined })).to.throw(InvalidRequestObject)
    })
  }

  const good: readonly Row[] = [
    ['Q12', 'an exp one second ahead', { exp: NOW + 1 }],
    ['Q12', 'an exp that lies in the tolerance', { exp: NOW - 29 }, { ...EXPECTED, clockTolerance: 30 }],
    [
      'Q12',
      'clocks ten seconds ahead (FAPI 2.0 Security Profile §5.3.2.1)',
      { nbf: NOW + 10, iat: NOW + 10 },
    ],
    ['Q12', 'clocks as far ahead as tolerated', { iat: NOW + 30 }, { ...EXPECTED, clockTolerance: 30 }],
    ['Q12', 'neither exp nor nbf nor iat', { exp: undefined, nbf: undefined }],
    ['Q12', 'an exp years ahead, where no profile bounds it', { exp: NOW + 10_000 * HOUR, nbf: 0 }],
    ['A086', 'a jti that is remembered for a day', { jti: 'one', exp: NOW + 24 * HOUR }],
    [
      'A086',
      'a jti that is remembered for a day, and clocks that differ',
      { jti: 'one', exp: NOW + 24 * HOUR + 30 },
      { ...EXPECTED, clockTolerance: 30 },
    ],
    ['A086', 'a jti of 256 characters', { jti: 'x'.repeat(256) }],
    ['Q10', 'an aud list with us in it', { aud: [ISSUER, 'https://other.example.com'] }],
    ['Q10', 'neither aud nor iss where they may be missing', { aud: undefined, iss: undefined }, LAX],
    ['Q11', 'another sub', { sub: 'alice' }],
    [
      'Q17',
      'empty strings as if they were not there',
      { client_id: '', response_type: '', sub: '', jti: '' },
    ],
    [
      'A086',
      'a response_type of its own',
      { response_type: 'code' },
      { ...EXPECTED, responseType: undefined },
    ],
  ]
  for (const [id, title, changes, expected] of good) {
    it(`${id} accepts ${title}`, () => {
      expect(() => check(changes, expected)).not.to.throw()
    })
  }

  it('A086 tells jti and exp, by which it is used once', () => {
    expect(check({ jti: 'one' })).to.deep.equal({ jti: 'one', exp: NOW + HOUR })
    expect(check({ jti: '', exp: '' })).to.deep.equal({ jti: undefined, exp: undefined })
    expect(check({ jti: 'one' }, TIMED)).to.deep.equal({ jti: 'one', exp: NOW + HOUR })
  })
})

describe('claims of a request object under a profile that bounds its time (FAPI 1.0 Part 2 §5.2.2 (13), (17))', () => {
  const tolerant = { ...TIMED, clockTolerance: 30 }
  const bad: readonly Row[] = [
    ['A086', 'no exp', { exp: undefined }],
    ['A086', 'no nbf', { nbf: undefined }],
    ['A086', 'more than an hour between nbf and exp', { nbf: NOW - 2, exp: NOW + HOUR - 1 }],
    ['A086', 'an exp more than an hour ahead', { nbf: NOW + 1, exp: NOW + HOUR + 1 }],
    ['A086', 'an exp beyond an hour and the tolerance', { nbf: NOW + 31, exp: NOW + HOUR + 31 }, tolerant],
    ['A086', 'an nbf before an hour and the tolerance', { nbf: NOW - HOUR - 31, exp: NOW - 29 }, tolerant],
    ['Q12', 'an exp in the past', { nbf: NOW - 60, exp: NOW - 1 }],
  ]
  for (const [id, title, changes, expected = TIMED] of bad) {
    it(`${id} refuses ${title}`, () => {
      expect(() => check(changes, expected)).to.throw(InvalidRequestObject)
    })
  }

  const good: readonly Row[] = [
    ['A086', 'an hour from now on', { nbf: NOW, exp: NOW + HOUR }],
    ['A086', 'an hour that has nearly passed', { nbf: NOW - HOUR + 1, exp: NOW + 1 }],
    ['A086', 'an hour and the tolerance ahead', { nbf: NOW + 30, exp: NOW + HOUR + 30 }, tolerant],
    ['A086', 'an hour and the tolerance ago', { nbf: NOW - HOUR - 29, exp: NOW - 29 }, tolerant],
  ]
  for (const [id, title, changes, expected = TIMED] of good) {
    it(`${id} accepts ${title}`, () => {
      expect(() => check(changes, expected)).not.to.throw()
    })
  }
})

describe('the typ of a request object (RFC 9101 §10.8, RFC 8725 §3.11)', () => {
  for (const typ of [undefined, 'JWT', 'jwt', 'oauth-authz-req+jwt', 'application/OAUTH-authz-req+jwt']) {
    it(`Q8 may be ${typ}`, () => {
      expect(() => checkRequestObjectType(typ)).not.to.throw()
    })
  }

  for (const typ of ['', 'at+jwt', 'x/application/jwt', 5, null, ['jwt'], {}]) {
    it(`Q8 must not be ${JSON.stringify(typ)}`, () => {
      expect(() => checkRequestObjectType(typ)).to.throw(InvalidRequestObject)
    })
  }
})
