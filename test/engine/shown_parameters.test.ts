import { expect } from 'chai'
import { amendedParameters, shownParameters } from '../../lib/engine/shown_parameters.ts'

const SENT = { scope: 'openid', resource: ['a', 'b'], state: 's' }
const AMENDABLE = new Set(['scope', 'resource', 'claims', 'max_age'])
const amended = (changes: Record<string, unknown>) => {
  const result = amendedParameters(SENT, { ...shownParameters(SENT), ...changes }, AMENDABLE)
  return result && { sent: result.sent.map((pair) => pair.join('=')), changed: [...result.changed] }
}

describe("a host's own copy of the parameters", () => {
  it('is a copy: lists in it can be changed, and what was sent stays', () => {
    const shown = shownParameters(SENT)
    Reflect.apply(Array.prototype.push, shown['resource'], ['c'])

    expect(shown).to.deep.equal({ ...SENT, resource: ['a', 'b', 'c'] })
    expect(SENT.resource).to.deep.equal(['a', 'b'])
    expect(shownParameters({ scope: undefined })).to.deep.equal({ scope: undefined })
  })

  for (const [title, changes] of [
    ['nothing', {}],
    ['the same', { scope: 'openid', resource: ['a', 'b'] }],
    ['what hosts may not change', { state: 'other', client_id: 'other' }],
    ['empty text where there was nothing', { claims: '', max_age: undefined }],
    ['what cannot be sent', { resource: [1, 2], claims: () => {}, scope: Symbol('s') }],
    ['a list of which only a part can be sent', { resource: ['a', {}] }],
    ['what has no form in JSON', { claims: { big: 1n } }],
    ['what says that it is nothing in JSON', { claims: { toJSON: () => undefined } }],
  ] as const) {
    it(`that holds ${title} changes nothing`, () => {
      expect(amended(changes)).to.equal(undefined)
    })
  }

  for (const [title, changes, sent, changed] of [
    ['other text', { scope: 'openid email' }, ['scope=openid email', 'resource=a', 'resource=b'], ['scope']],
    ['nothing any more', { scope: undefined }, ['resource=a', 'resource=b'], ['scope']],
    ['null', { scope: null }, ['resource=a', 'resource=b'], ['scope']],
    ['empty text', { scope: '' }, ['resource=a', 'resource=b'], ['scope']],
    ['a shorter list', { resource: ['a'] }, ['scope=openid', 'resource=a'], ['resource']],
    ['another order', { resource: ['b', 'a'] }, ['scope=openid', 'resource=b', 'resource=a'], ['resource']],
    ['text for a list', { resource: 'a' }, ['scope=openid', 'resource=a'], ['resource']],
    ['a number', { max_age: 0 }, ['scope=openid', 'resource=a', 'resource=b', 'max_age=0'], ['max_age']],
    [
      'a boolean',
      { max_age: false },
      ['scope=openid', 'resource=a', 'resource=b', 'max_age=false'],
      ['max_age'],
    ],
    [
      'an object',
      { claims: { a: null } },
      ['scope=openid', 'resource=a', 'resource=b', 'claims={"a":null}'],
      ['claims'],
    ],
  ] as const) {
    it(`that holds ${title} is read as if the client had sent it so`, () => {
      const result = amended(changes)

      expect(result?.changed).to.deep.equal(changed)
      expect(result?.sent).to.have.members([...sent, 'state=s'])
    })
  }
})
