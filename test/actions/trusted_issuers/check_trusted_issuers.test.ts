import { expect } from 'chai'
import { checkTrustedIssuers } from '../../../lib/actions/trusted_issuers/check_trusted_issuers.ts'
import { ecPair } from '../../support/key_pair.ts'

const OPTION = 'features.jwtBearer.trustedIssuers'
const key = ecPair().publicKey.export({ format: 'jwk' })
const ISSUER = { issuer: 'https://idp.example.com', jwks: { keys: [{ ...key }] } }
const BY_URI = { issuer: 'https://idp.example.com', jwksUri: 'https://idp.example.com/jwks' }

const check = (given: unknown) => () => checkTrustedIssuers(OPTION, JSON.parse(JSON.stringify(given)))

describe('who is trusted (RFC 7523 §3, RFC 8725 §3.1)', () => {
  const bad: readonly [title: string, entry: unknown, problem: string][] = [
    ['text', 'https://idp.example.com', '[0] must be an object'],
    ['null', null, '[0] must be an object'],
    ['no issuer', { ...ISSUER, issuer: undefined }, '[0].issuer must be the iss'],
    ['an empty issuer', { ...ISSUER, issuer: '' }, '[0].issuer must be the iss'],
    ['an issuer that is a number', { ...ISSUER, issuer: 7 }, '[0].issuer must be the iss'],
    ['no keys', { issuer: 'x' }, '[0] must have either jwks or jwksUri'],
    ['keys in two ways', { ...ISSUER, ...BY_URI }, '[0] must have either jwks or jwksUri'],
    [
      'a private key',
      { ...ISSUER, jwks: { keys: [{ ...key, d: 'x' }] } },
      '[0].jwks must only contain public',
    ],
    ['keys that are none', { ...ISSUER, jwks: [] }, '[0].jwks must be a JSON Web Key Set'],
    ...[
      '',
      'jwks',
      7,
      'http://idp.example.com/jwks',
      'ftp://idp.example.com/jwks',
      'ftp://localhost/jwks',
    ].map((jwksUri): [string, unknown, string] => [
      `the jwksUri ${jwksUri}`,
      { ...BY_URI, jwksUri },
      '[0].jwksUri must be an https URL',
    ]),
    ...[[], ['none'], ['HS256'], ['ES256', 'HS256'], ['ES256', ''], [7], 'ES256', {}].map(
      (algorithms): [string, unknown, string] => [
        `the algorithms ${JSON.stringify(algorithms)}`,
        { ...ISSUER, algorithms },
        '[0].algorithms must name asymmetric',
      ],
    ),
    ...['', [], [''], ['x', 7], 7, {}].map((audience): [string, unknown, string] => [
      `the audience ${JSON.stringify(audience)}`,
      { ...ISSUER, audience },
      '[0].audience must be text',
    ]),
  ]
  for (const [title, entry, problem] of bad) {
    it(`must not be ${title}`, () => {
      expect(check([entry])).to.throw(TypeError, `${OPTION}${problem}`)
    })
  }

  it('is a list, and each is there once', () => {
    expect(check({})).to.throw(TypeError, `${OPTION} must be an array`)
    expect(check([ISSUER, BY_URI])).to.throw(TypeError, `${OPTION}[1].issuer is there twice`)
    expect(check([ISSUER, { ...BY_URI, issuer: 'https://other.example.com' }])).not.to.throw()
    expect(check([])).not.to.throw()
  })

  for (const jwksUri of ['http://localhost:3000/jwks', 'http://127.0.0.1/jwks', 'http://[::1]/jwks']) {
    it(`may have keys at ${jwksUri}, on this machine`, () => {
      expect(check([{ ...BY_URI, jwksUri }])).not.to.throw()
    })
  }

  it('may name algorithms, and audiences of its own', () => {
    for (const audience of ['x', ['x', 'y']])
      expect(check([{ ...ISSUER, algorithms: ['ES256', 'PS512'], audience }])).not.to.throw()
  })
})
