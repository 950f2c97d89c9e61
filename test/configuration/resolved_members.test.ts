import { expect } from 'chai'
import { DEFAULTS } from '../../lib/configuration/defaults.ts'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import { recordingLogger } from './recording_logger.ts'

const resolve = (configuration: object = {}) =>
  resolveConfiguration({ logger: recordingLogger(), ...configuration }, [])

describe('what options become', () => {
  it('A010 A012 every purpose of algorithms and every lifetime is there', () => {
    const { enabledJWA, ttl } = resolve()

    expect(enabledJWA).to.have.all.keys(Object.keys(DEFAULTS.enabledJWA))
    for (const [purpose, algorithms] of Object.entries(enabledJWA))
      expect(algorithms, purpose).to.be.an('array').that.is.not.empty
    expect(ttl).to.have.all.keys(Object.keys(DEFAULTS.ttl))
  })

  for (const name of Object.keys(DEFAULTS.ttl)) {
    it(`A010 ttl.${name} is the host's where it says so`, () => {
      const { ttl } = resolve({ ttl: { [name]: 4711 } })

      expect(ttl).to.deep.include({ [name]: 4711 })
    })
  }

  for (const purpose of Object.keys(DEFAULTS.enabledJWA)) {
    it(`A012 enabledJWA.${purpose} is the host's where it says so`, () => {
      const one = purpose.endsWith('EncValues')
        ? 'A128GCM'
        : purpose.includes('Encryption')
          ? 'ECDH-ES'
          : 'ES256'
      const { enabledJWA } = resolve({ enabledJWA: { [purpose]: [one] } })

      expect(enabledJWA).to.deep.include({ [purpose]: [one] })
    })
  }

  it('S24 special addresses are allowed to nobody, to all, or to those that are named', () => {
    expect(resolve().allowSpecialUseAddresses).to.equal(false)
    expect(resolve({ allowSpecialUseAddresses: true }).allowSpecialUseAddresses).to.equal(true)
    expect(resolve({ allowSpecialUseAddresses: ['rp.internal'] }).allowSpecialUseAddresses).to.deep.equal(
      new Set(['rp.internal']),
    )
  })
})
