import { expect } from 'chai'
import { CHECKED_RULES, CONFIGURED_RULES, DEMANDED_RULES } from '../../../lib/features/fapi/rules.ts'

describe('the rules of the profiles, as docs/guides/fapi.md lists them', () => {
  for (const { clause, demand, profiles } of [...CHECKED_RULES, ...DEMANDED_RULES, ...CONFIGURED_RULES]) {
    it(`${demand} Says by which clause, and for whom`, () => {
      expect(clause).to.match(/^(?:FAPI|RFC|OpenID).* §/)
      expect(demand).to.match(/^[A-Z`].*\.$/)
      expect(profiles).to.not.be.empty
    })
  }

  for (const { demand, error } of [...CHECKED_RULES, ...DEMANDED_RULES]) {
    it(`${demand} Says what is answered otherwise`, () => {
      expect(error).to.be.a('string').and.not.equal('')
    })
  }
})
