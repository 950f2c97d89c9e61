import { expect } from 'chai'
import { generators, TokenSet } from '../../lib/relying_party/index.ts'
import { startClock, stopClock } from '../support/clock.ts'
import { now } from '../support/fake_issuer.ts'

describe('TokenSet and generators of the relying party', () => {
  afterEach(startClock)

  it('F393 counts seconds, knows its end, and is stored with it', () => {
    const tokens = new TokenSet({ access_token: 'a', expires_in: 60, session_state: 's' })
    expect(tokens.expires_at).to.be.closeTo(now() + 60, 1)
    expect(tokens.expired()).to.equal(false)
    const kept = new TokenSet(JSON.parse(JSON.stringify(tokens)))
    expect(kept).to.include({ access_token: 'a', session_state: 's', expires_at: tokens.expires_at })
    expect(new TokenSet({ expires_at: now() - 1 }).expired()).to.equal(true)
    expect(new TokenSet({ expires_at: now() - 1, expires_in: 60 }).expired()).to.equal(true)
    expect(new TokenSet({ expires_at: now() - 1 }).expires_in).to.equal(0)
    expect(new TokenSet({}).expired()).to.equal(false)
    expect(new TokenSet(JSON.parse('{"expires_in":"soon"}')).expires_at).to.equal(undefined)
    expect(() => new TokenSet({}).claims()).to.throw(TypeError, 'id_token not present in TokenSet')
  })

  it('F396 generators are random, and codeChallenge is S256 (RFC 7636 Appendix B)', () => {
    expect(generators.random()).to.match(/^[\w-]{43}$/)
    expect(generators.state(16)).to.match(/^[\w-]{22}$/)
    expect(generators.nonce()).not.to.equal(generators.nonce())
    expect(generators.codeVerifier()).to.have.length(43)
    expect(generators.codeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).to.equal(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
  })

  it('F393 has ended with its last second, and not before (RFC 6749 §5.1)', () => {
    stopClock()
    expect(new TokenSet({ expires_in: 1 })).to.include({ expires_at: now() + 1, expires_in: 1 })
    expect(new TokenSet({ expires_in: 1 }).expired()).to.equal(false)
    expect(new TokenSet({ expires_at: now() }).expired()).to.equal(true)
    expect(new TokenSet({ expires_in: 0 }).expired()).to.equal(true)
  })

  it('F393 an end that is known counts before a time that is left', () => {
    stopClock()
    expect(new TokenSet({ expires_at: now() + 5, expires_in: 60 }).expires_in).to.equal(5)
  })

  it('F393 a number of seconds may be text, and may be set or taken away later', () => {
    stopClock()
    const tokens = new TokenSet(JSON.parse('{"expires_in":"60"}'))
    expect(tokens.expires_at).to.equal(now() + 60)
    tokens.expires_in = 5
    expect(tokens).to.include({ expires_at: now() + 5, expires_in: 5 })
    tokens.expires_in = undefined
    expect([tokens.expires_at, tokens.expires_in, tokens.expired()]).to.deep.equal([
      undefined,
      undefined,
      false,
    ])
    tokens.expires_in = Number.POSITIVE_INFINITY
    expect(tokens.expires_at).to.equal(undefined)
  })

  for (const expires_in of ['null', 'true', '""', '[]', '{}', '1e999'])
    it(`F393 ${expires_in} is no number of seconds, and no end (RFC 6749 §5.1)`, () => {
      const tokens = new TokenSet(JSON.parse(`{"expires_in":${expires_in}}`))
      expect([tokens.expires_at, tokens.expired()]).to.deep.equal([undefined, false])
    })

  it('F393 is empty where nothing is given, and stores nothing that is not there', () => {
    expect(JSON.stringify(new TokenSet())).to.equal('{}')
    expect(JSON.stringify(new TokenSet({ access_token: 'a' }))).to.equal('{"access_token":"a"}')
  })

  it('F393 a member of an answer takes the place of no method', () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { iss: 'https://op.example.com', sub: 'alice', aud: 'rp', exp: 2, iat: 1 }
    const methods = {
      claims: { sub: 'mallory' },
      expired: true,
      toString: 1,
      constructor: 2,
      hasOwnProperty: 3,
    }
    const tokens = new TokenSet({ ...methods, own: 4, id_token: `${part({ alg: 'none' })}.${part(claims)}.` })
    expect(tokens.claims()).to.deep.equal(claims)
    expect(tokens.expired()).to.equal(false)
    expect(Object.keys(tokens)).to.deep.equal(['own', 'id_token'])
  })

  it('F393 claims are all that the ID Token says, with one party or several (OpenID Connect Core 1.0 §2)', () => {
    const claims = {
      iss: 'https://op.example.com',
      sub: 'alice',
      aud: ['rp', 'api'],
      exp: 2,
      iat: 1,
      own: true,
    }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const id_token = `${part({ alg: 'none' })}.${part(claims)}.`
    expect(new TokenSet({ id_token }).claims()).to.deep.equal(claims)
  })
})
