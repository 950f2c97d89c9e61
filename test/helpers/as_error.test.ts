import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { asError } from '../../lib/helpers/as_error.ts'

describe('what listeners of server_error are told', () => {
  for (const thrown of ['a text', undefined, null, { message: 'looks like one' }]) {
    it(`is an Error with the cause ${JSON.stringify(thrown)} where that was thrown`, () => {
      const error = asError(thrown)

      expect(error).to.be.instanceOf(Error)
      expect(error.cause).to.equal(thrown)
    })
  }

  it('is the error itself, also one from another context', () => {
    const own = new TypeError('own')
    const foreign: unknown = runInNewContext('new Error("foreign")')

    expect(asError(own)).to.equal(own)
    expect(asError(foreign)).to.equal(foreign)
  })
})
