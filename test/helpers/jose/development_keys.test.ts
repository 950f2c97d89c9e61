import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import {
  generateEcJwk,
  generateEd25519Jwk,
  generateRsaJwk,
} from '../../../lib/helpers/jose/development_keys.ts'

const MANY = fileURLToPath(new URL('../../support/generate_many_keys.ts', import.meta.url))

describe('keys that are made (RFC 7517 §4)', () => {
  it('are private JWKs of their kind (RFC 7518 §6.2, §6.3, RFC 8037 §2)', () => {
    expect(generateRsaJwk(2048)).to.include({ kty: 'RSA' }).and.to.include.all.keys('n', 'e', 'd', 'p', 'q')
    expect(generateEcJwk('P-384'))
      .to.include({ kty: 'EC', crv: 'P-384' })
      .and.to.include.all.keys('x', 'y', 'd')
    expect(generateEd25519Jwk()).to.include({ kty: 'OKP', crv: 'Ed25519' }).and.to.include.all.keys('x', 'd')
  })

  it('are made in the end, whenever garbage is collected (a mutex that Node.js 20 takes twice)', async function ends() {
    this.timeout(120_000)
    const args = ['--max-semi-space-size=1', '--import', 'tsx', MANY]
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_V8_COVERAGE: '' },
    })
    const giveUp = () => child.kill('SIGKILL')
    process.once('exit', giveUp)
    try {
      expect(await once(child, 'exit')).to.deep.equal([0, null])
    } finally {
      process.off('exit', giveUp)
    }
  })
})
