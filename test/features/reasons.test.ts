import { expect } from 'chai'
import { REASONS } from '../../lib/features/reasons.ts'

const ALL = REASONS.flatMap((family) => Object.values(family))

describe('the reason of a refusal', () => {
  for (const { reason, section, when, remedy } of ALL) {
    it(`${reason} says by which rule it is given, when, and what to do`, () => {
      expect(section).to.match(/^\S.*\S$/)
      expect(when).to.match(/^\S.{5,}[.?]$/s)
      expect(remedy).to.match(/^\S.{5,}[.?]$/s)
    })
  }

  it('is a code of its own', () => {
    expect(new Set(ALL.map(({ reason }) => reason)).size).to.equal(ALL.length)
  })
})
