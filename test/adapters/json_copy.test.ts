import { expect } from 'chai'
import fc from 'fast-check'
import { jsonCopy } from '../../lib/adapters/json_copy.ts'

const throughText = (value: unknown): unknown => {
  const text: unknown = JSON.stringify(value)
  return typeof text === 'string' ? JSON.parse(text) : undefined
}

describe('copies of what is kept in memory', () => {
  it('are what text would give back, whatever was stored', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withDate: true,
          withNullPrototype: true,
          withTypedArray: true,
          withMap: true,
          withSet: true,
        }),
        (value) => {
          expect(jsonCopy(value)).to.deep.equal(throughText(value))
        },
      ),
    )
  })

  it('are of what says itself what it is in JSON', () => {
    const at = new Date(0)
    const text = { toJSON: () => 'said' }

    expect(
      jsonCopy({ at, text, none: undefined, call() {}, numbers: [Number.NaN, undefined, 1] }),
    ).to.deep.equal({
      at: '1970-01-01T00:00:00.000Z',
      text: 'said',
      numbers: [null, null, 1],
    })
  })

  it('share nothing with the original, and no member reaches a prototype', () => {
    const stored = JSON.parse('{"deep":{"list":[{"a":1}]},"__proto__":{"polluted":true}}')

    const copy = jsonCopy(stored)
    copy.deep.list[0].a = 2

    expect(stored.deep.list[0].a).to.equal(1)
    expect(Object.getPrototypeOf(copy)).to.equal(Object.prototype)
    expect(copy.polluted).to.equal(undefined)
    expect(JSON.stringify(copy)).to.contain('__proto__')
  })

  it('refuses what JSON cannot hold', () => {
    expect(() => jsonCopy({ big: 1n })).to.throw(TypeError)
  })
})
