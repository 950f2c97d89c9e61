import { expect } from 'chai'
import { checkSync } from 'recheck'
import { regularExpressions } from '../support/regular_expressions.ts'

const found = regularExpressions()

describe('regular expressions (CWE-1333)', () => {
  it('E2 the checker knows one that takes for ever', () => {
    expect(checkSync('^(a+)+$', '').status).to.equal('vulnerable')
    expect(found).to.have.length.above(40)
  })

  for (const { file, source, flags } of found) {
    it(`E2 /${source}/${flags} in ${file} is not super-linear`, () => {
      const { status } = checkSync(source, flags, { timeout: 5000 })

      expect(status).to.equal('safe')
    })
  }
})
