import crypto from 'node:crypto'
import { readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { expect } from 'chai'
import sinon from 'sinon'
import { constantEquals, isSameId, SecretComparison } from '../../lib/helpers/constant_equals.ts'
import { sourceFiles } from '../support/source_files.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

/** What is compared with what somebody sent, by the file that does it. */
const COMPARED: readonly (readonly [what: string, file: string, by?: string])[] = [
  ['code verifiers', 'pkce.ts'],
  ['client secrets', 'client.ts', 'isRight'],
  ['clients that do not exist', 'client_secret.ts', 'isRight'],
  ['initial access tokens', 'check_initial_access_token.ts'],
  ['identifiers of stored entries, those in cookies too', 'base_model.ts', 'isSameId'],
]

describe('comparisons of secrets (RFC 6749 §10.10)', () => {
  afterEach(async () => {
    sinon.restore()
    syncBuiltinESMExports()
    await stopProviders()
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

  it('take as long when the digest of the secret is kept, and hold after it was changed', () => {
    const compare = sinon.spy(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()
    const comparison = new SecretComparison()

    expect(comparison.isRight('a', 'b')).to.equal(false)
    expect(comparison.isRight('a', 'a')).to.equal(true)
    expect(comparison.isRight('a longer value', 'a')).to.equal(false)
    expect(comparison.isRight('a longer value', 'a longer value')).to.equal(true)

    expect(compare.callCount).to.equal(4)
    for (const { args } of compare.getCalls())
      expect(args.map(({ byteLength }) => byteLength)).to.eql([32, 32])
  })

  it('of identifiers tell no more than their length', () => {
    const compare = sinon.spy(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()

    expect(isSameId('abc', 'abd')).to.equal(false)
    expect(isSameId('abc', 'Abc')).to.equal(false)
    expect(isSameId('abc', 'abc')).to.equal(true)
    expect(compare.callCount).to.equal(3)
    expect(isSameId('abc', 'abcd')).to.equal(false)
    expect(isSameId('é', 'e')).to.equal(false)
  })

  it('C2 are as many for a client that does not exist as for one with another secret (RFC 6749 §2.3.1)', async () => {
    const op = await startProvider()
    const compare = sinon.spy(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()
    const compared = async (client_id: string) => {
      const before = compare.callCount
      const { status } = await op.post('token', {
        grant_type: 'authorization_code',
        client_id,
        client_secret: 'x',
      })
      expect(status).to.equal(401)
      return compare.callCount - before
    }

    const known = await compared(WEB_CLIENT.client_id)

    expect(known).to.be.greaterThan(0)
    expect(await compared('nobody')).to.equal(known)
  })

  for (const [what, name, by = 'constantEquals'] of COMPARED) {
    it(`are used for ${what}`, () => {
      const files = sourceFiles().filter((file) => file.endsWith(`/${name}`))

      expect(files.some((file) => readFileSync(file, 'utf8').includes(`${by}(`))).to.equal(true)
    })
  }
})
