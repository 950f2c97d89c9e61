import { expect } from 'chai'
import { claimsAsParameters } from '../../lib/helpers/claims_as_parameters.ts'
import { displayText } from '../../lib/helpers/display_text.ts'
import { isEmailAddress } from '../../lib/helpers/email_address.ts'
import { errorForCode } from '../../lib/helpers/error_for_code.ts'
import { addWords, listed, removeWords, words } from '../../lib/helpers/words.ts'
import { errors } from '../../lib/index.ts'

describe('text that a person is shown (Unicode UAX #9 §2)', () => {
  for (const [text, max, shown] of [
    ['Name', 80, 'Name'],
    ['  Name  ', 80, 'Name'],
    ['a\u0000\u202E\u200Bb', 80, 'a b'],
    ['12345', 5, '12345'],
    ['123456', 5, '1234…'],
    ['123 56', 5, '123…'],
    ['😀😀😀', 3, '😀😀😀'],
    ['😀😀😀😀', 3, '😀😀…'],
    [`12345${' '.repeat(16)}`, 5, '1234…'],
    ['', 5, ''],
  ] as const) {
    it(`${JSON.stringify(text)} in ${max} characters is "${shown}"`, () => {
      expect(displayText(text, max)).to.equal(shown)
    })
  }
})

describe('addresses of e-mail (RFC 5322 §3.4.1, RFC 5321 §4.5.3.1.3)', () => {
  const longest = `${'a'.repeat(242)}@example.com`

  for (const text of ['a@b', 'ops+team@rp.example.com', 'ä@münchen.example', longest]) {
    it(`${text.slice(0, 30)} is one`, () => expect(isEmailAddress(text)).to.equal(true))
  }

  for (const text of [
    '',
    'a',
    '@',
    '@b',
    'a@',
    'a@b@c',
    'a b@c',
    'a@b c',
    'a@b\n',
    '<a>@b',
    'a@<b>',
    '"a"@b',
    'a@"b"',
    `a${longest}`,
  ]) {
    it(`${JSON.stringify(text).slice(0, 30)} is none`, () => expect(isEmailAddress(text)).to.equal(false))
  }
})

describe('lists of words (RFC 6749 §3.3)', () => {
  it('are separated by spaces, however many', () => {
    expect(words('a b')).to.deep.equal(['a', 'b'])
    expect(words('  a   b ')).to.deep.equal(['a', 'b'])
    expect([words(''), words(undefined)]).to.deep.equal([[], []])
  })

  it('may be text, a list or a set, as hosts like it', () => {
    for (const items of ['a b', ['a', 'b'], new Set(['a', 'b'])])
      expect(listed(items)).to.deep.equal(['a', 'b'])
  })

  it('are added, each word once, and taken away', () => {
    expect(addWords('a b', 'b c')).to.equal('a b c')
    expect(addWords(undefined, 'a')).to.equal('a')
    expect(removeWords('a b c', 'b d')).to.equal('a c')
    expect(removeWords('a', undefined)).to.equal('a')
  })
})

describe('errors that are named by their code (RFC 6749 §4.1.2.1)', () => {
  for (const [code, Class] of [
    ['access_denied', errors.AccessDenied],
    ['consent_required', errors.ConsentRequired],
    ['interaction_required', errors.InteractionRequired],
    ['invalid_request', errors.InvalidRequest],
    ['login_required', errors.LoginRequired],
    ['temporarily_unavailable', errors.TemporarilyUnavailable],
    ['unmet_authentication_requirements', errors.UnmetAuthenticationRequirements],
    ['of_the_host', errors.CustomOIDCProviderError],
  ] as const) {
    it(`${code} has a class`, () => {
      expect(errorForCode(code, 'why'))
        .to.be.instanceOf(Class)
        .and.include({ error: code, error_description: 'why' })
    })
  }
})

describe('claims that stand for parameters (RFC 9101 §4)', () => {
  const recognised = {
    known: new Set(['scope', 'claims', 'max_age', 'resource']),
    repeatable: new Set(['resource']),
  }
  const read = (claims: Record<string, unknown>) => {
    const { params, malformed } = claimsAsParameters(claims, recognised)
    return { params: { ...params }, malformed: [...malformed.keys()] }
  }

  it('are written out as parameters are; without a value they are omitted, unknown ones ignored', () => {
    const claims = { scope: 'a', max_age: 0, claims: { a: null }, resource: null, other: 'x' }

    expect(read(claims).params).to.deep.equal({ scope: 'a', max_age: '0', claims: '{"a":null}' })
  })

  it('are lists where a parameter may be sent more than once, and JSON elsewhere', () => {
    expect(read({ resource: ['a', null, 'b'], scope: ['a'] }).params).to.deep.equal({
      resource: ['a', 'b'],
      scope: '["a"]',
    })
  })
})
