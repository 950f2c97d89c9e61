import { expect } from 'chai'
import { readParameters, repeatedParameter } from '../../../lib/helpers/http/parameters.ts'

const RECOGNISED = { known: new Set(['scope', 'state', 'resource']), repeatable: new Set(['resource']) }

const read = (...sent: [string, string][]) => {
  const { params, malformed } = readParameters(sent, RECOGNISED)
  return { params: { ...params }, malformed: Object.fromEntries(malformed) }
}

describe('parameters that were sent (RFC 6749 §3.1, §3.2)', () => {
  it('those without a value are omitted, and unknown ones ignored', () => {
    expect(read(['scope', ''], ['other', 'x'], ['state', 's'])).to.deep.equal({
      params: { state: 's' },
      malformed: {},
    })
  })

  it('one that is there twice is used neither time, unless one of them says nothing', () => {
    expect(read(['state', 'a'], ['state', 'b'], ['scope', 's'])).to.deep.equal({
      params: { scope: 's' },
      malformed: { state: "'state' parameter must not be sent more than once" },
    })
    expect(read(['state', 'a'], ['state', '']).params).to.deep.equal({ state: 'a' })
  })

  it('one that may be there more than once becomes a list that nobody changes', () => {
    const { params } = read(['resource', 'a'], ['resource', 'b'], ['resource', 'c'])

    expect(params).to.deep.equal({ resource: ['a', 'b', 'c'] })
    expect(params['resource']).to.satisfy(Object.isFrozen)
    expect(read(['resource', 'a']).params).to.deep.equal({ resource: 'a' })
  })

  it('4000 characters are read, one more is not, unless the value has to come back or is looked up', () => {
    const [most, more] = ['x'.repeat(4000), 'x'.repeat(4001)]

    expect(read(['scope', most]).params).to.deep.equal({ scope: most })
    expect(read(['scope', more])).to.deep.equal({
      params: {},
      malformed: { scope: "'scope' parameter must not be longer than 4000 characters" },
    })
    expect(read(['state', more]).params).to.deep.equal({ state: more })
  })

  for (const name of [
    'request',
    'client_assertion',
    'id_token_hint',
    'claims',
    'state',
    'assertion',
    'subject_token',
    'actor_token',
    'code',
    'refresh_token',
    'token',
  ]) {
    it(`${name} is bounded by the size of the body only`, () => {
      const { params, malformed } = readParameters([[name, 'x'.repeat(4001)]], {
        known: new Set([name]),
        repeatable: new Set(),
      })

      expect(params[name]).to.have.length(4001)
      expect(malformed.size).to.equal(0)
    })
  }

  it('names of what every object has are names like others', () => {
    const { params } = readParameters([['constructor', 'x']], {
      known: new Set(['constructor']),
      repeatable: new Set(),
    })

    expect({ ...params }).to.deep.equal({ constructor: 'x' })
  })

  for (const [title, sent, found] of [
    [
      'a known one that is there twice',
      [
        ['a', '1'],
        ['state', 'a'],
        ['state', 'b'],
      ],
      'state',
    ],
    [
      'an unknown one is not',
      [
        ['other', 'a'],
        ['other', 'b'],
      ],
      undefined,
    ],
    [
      'one without a value is not',
      [
        ['state', 'a'],
        ['state', ''],
      ],
      undefined,
    ],
    [
      'one that may be there twice is not',
      [
        ['resource', 'a'],
        ['resource', 'b'],
      ],
      undefined,
    ],
  ] as const) {
    it(`${title} is ${found === undefined ? 'called repeated' : 'repeated'} (§3.2)`, () => {
      expect(repeatedParameter(sent, RECOGNISED)).to.equal(found)
    })
  }
})
