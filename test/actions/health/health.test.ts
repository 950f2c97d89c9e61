import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { faultyAdapter } from '../../support/faulty_adapter.ts'
import { rsaPair } from '../../support/key_pair.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'
import { wrapAdapter } from '../../support/wrap_adapter.ts'

const rsaKey = () => rsaPair().privateKey.export({ format: 'jwk' })

/** A key of which half was mixed up with another: it can be read, and signs nothing that anybody accepts. */
function mixedUpKey() {
  const { n = '', e = '' } = rsaKey()
  return { ...rsaKey(), kty: 'RSA', n, e }
}

const healthWith = async (configuration: Configuration) =>
  (await startProvider(configuration)).provider.health()

describe('provider.health()', () => {
  afterEach(stopProviders)

  it('fails where storage fails, without the words of storage', async () => {
    const adapter = wrapAdapter(memoryAdapter(), async () => {
      throw Object.assign(new Error('connect op:pa55word@db'), { code: 'ECONNREFUSED' })
    })

    const health = await healthWith({ adapter })

    expect(health.status).to.equal('failing')
    expect(health.checks[0])
      .to.include({ name: 'storage', status: 'failing', problem: 'it failed (ECONNREFUSED)' })
      .and.to.have.property('duration')
      .that.is.a('number')
    expect(JSON.stringify(health)).to.not.include('pa55word')
  })

  for (const code of ['op:pa55word@db', '', 'x'.repeat(41), 42]) {
    it(`does not repeat what is no code: ${code}`, async () => {
      const adapter = wrapAdapter(memoryAdapter(), async () => {
        throw Object.assign(new Error('no', { cause: Object.assign(new Error('why'), { code: 'ESRCH' }) }), {
          code,
        })
      })

      expect((await healthWith({ adapter })).checks[0]).to.have.property('problem', 'it failed (ESRCH)')
    })
  }

  it('fails where storage cannot even be made', async () => {
    const adapter = () => {
      throw new Error('no driver')
    }

    expect((await healthWith({ adapter })).checks[0]).to.include({ status: 'failing', problem: 'it failed' })
  })

  it('fails where storage does not answer within storageTimeout', async () => {
    const storage = faultyAdapter(memoryAdapter())
    const op = await startProvider({ adapter: storage.adapter, storageTimeout: 0.05 })
    storage.arm(1, 'hang')

    const health = await op.provider.health()

    expect(health.status).to.equal('failing')
    expect(health.checks[0]).to.include({
      status: 'failing',
      problem: 'storage did not answer Session.find within 50 ms',
    })
  })

  it('fails where a key signs what its public part does not verify (RFC 7515 §5.2)', async () => {
    const health = await healthWith({ jwks: { keys: [mixedUpKey()] } })

    expect(health.status).to.equal('failing')
    expect(health.checks.find(({ name }) => name === 'signature RS256')).to.have.property('status', 'failing')
  })

  it('is ok, and says how long each check took: storage, and each enabled algorithm that a key serves', async () => {
    const health = await healthWith({ jwks: { keys: [rsaKey()] } })

    expect(health.status).to.equal('ok')
    expect(health.checks.map(({ name, status }) => `${name} ${status}`)).to.deep.equal([
      'storage ok',
      'signature PS256 ok',
      'signature RS256 ok',
    ])
    for (const { duration, problem } of health.checks) {
      expect(duration).to.be.at.least(0)
      expect(problem).to.equal(undefined)
    }
  })

  it('is ok again when storage is', async () => {
    const storage = faultyAdapter(memoryAdapter())
    const op = await startProvider({ adapter: storage.adapter })
    storage.arm(1, 'throw-before')

    expect((await op.provider.health()).status).to.equal('failing')
    expect((await op.provider.health()).status).to.equal('ok')
  })

  it('costs one look-up, and writes nothing', async () => {
    const { adapter, calls, reset } = countingAdapter(memoryAdapter())
    const op = await startProvider({ adapter })
    reset()

    await op.provider.health()

    expect(calls.map(({ name }) => name)).to.deep.equal(['Session.find'])
  })
})
