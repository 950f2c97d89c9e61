import crypto from 'node:crypto'
import { readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { expect } from 'chai'
import sinon from 'sinon'
import { constantEquals } from '../../lib/helpers/constant_equals.ts'
import { sourceFiles } from '../support/source_files.ts'

/** What is compared with what somebody sent, by the file that does it. */
const COMPARED: readonly (readonly [what: string, file: string])[] = [
  ['code verifiers', 'pkce.ts'],
  ['client secrets', 'client.ts'],
  ['client identifiers beside credentials', 'client_secret.ts'],
  ['initial access tokens', 'check_initial_access_token.ts'],
  ['identifiers of stored entries, those in cookies too', 'base_model.ts'],
]

describe('comparisons of secrets (RFC 6749 §10.10)', () => {
  afterEach(() => {
    sinon.restore()
    syncBuiltinESMExports()
  })

  it('take a time that does not depend on where, or how much, two values differ', () => {
    const compare = sinon.spy(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()

    expect(constantEquals('a', 'b')).to.equal(false)
    expect(constantEquals('a', 'a longer value')).to.equal(false)
    expect(constantEquals('a', 'a')).to.equal(true)

    expect(compare.callCount).to.equal(3)
    for (const { args } of compare.getCalls())
      expect(args.map(({ byteLength }) => byteLength)).to.eql([32, 32])
  })

  for (const [what, name] of COMPARED) {
    it(`are used for ${what}`, () => {
      const files = sourceFiles().filter((file) => file.endsWith(`/${name}`))

      expect(files.some((file) => /\bconstantEquals\(/.test(readFileSync(file, 'utf8')))).to.equal(true)
    })
  }
})
