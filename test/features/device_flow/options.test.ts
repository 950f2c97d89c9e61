import { expect } from 'chai'
import {
  formatUserCode,
  normalizeUserCode,
  randomUserCode,
} from '../../../lib/features/device_flow/user_code.ts'
import { developmentKeys } from '../../../lib/helpers/jose/development_keys.ts'
import Provider from '../../../lib/index.ts'
import { recordingLogger } from '../../configuration/recording_logger.ts'
import { DEVICE_CODE } from '../../support/device.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

/** Made once: every provider making its own takes long. */
const JWKS = developmentKeys()

type Options = Readonly<Record<string, unknown>>

function construct(deviceFlow: Options, enabled = true) {
  const logger = recordingLogger()
  new Provider('https://op.example.com', {
    logger,
    jwks: JWKS,
    features: { devInteractions: { enabled: false }, deviceFlow: { enabled, ...deviceFlow } },
  })
  return logger
}

const noticed = (options: Options) =>
  construct(options).warnings.filter((notice) => notice.includes('user codes'))

describe('options of features.deviceFlow', () => {
  afterEach(stopProviders)

  it('F092 A198 is off by default: no endpoints, no grant type, nothing in discovery', async () => {
    const op = await startProvider()
    const get = (path: string) => op.agent().get(`${op.issuer}${path}`)
    const discovery = await (await op.agent().get(op.provider.urlFor('discovery'))).text()

    expect((await get('/device')).status).to.equal(404)
    expect((await op.agent().post(`${op.issuer}/device/auth`, { client_id: 'web' })).status).to.equal(404)
    expect((await op.token({ grant_type: DEVICE_CODE, device_code: 'x' })).body['error']).to.equal(
      'unsupported_grant_type',
    )
    expect(discovery).to.not.include('device')
    expect(op.provider.DeviceCode.kind).to.equal('DeviceCode')
  })

  for (const [option, values] of [
    ['mask', ['', '---', 'AB**', '****_****', 8, null]],
    ['charset', ['base20', 'hex', '', null]],
    ['interval', [0, -1, 0.5, Number.NaN, '5', Number.POSITIVE_INFINITY]],
    ['userCodeAttempts', [-1, 1.5, '10', Number.NaN]],
  ] as const) {
    for (const value of values) {
      it(`A013 ${option} must not be ${JSON.stringify(value)}, turned on or not`, () => {
        for (const enabled of [true, false]) {
          expect(() => construct({ [option]: value }, enabled)).to.throw(
            TypeError,
            `features.deviceFlow.${option}`,
          )
        }
      })
    }
  }

  it('A013 the least that is possible is taken', () => {
    expect(() => construct({ interval: 1, userCodeAttempts: 0 })).not.to.throw()
  })

  it('A013 masks and charsets that are documented are taken', () => {
    for (const mask of ['****-****', '*** *** ***', '*']) {
      for (const charset of ['base-20', 'digits']) expect(() => construct({ mask, charset })).not.to.throw()
    }
  })

  for (const [mask, charset, isNoticed] of [
    ['****-****', 'base-20', false],
    ['***-****', 'base-20', true],
    ['****-****', 'digits', true],
    ['***-***-***-**', 'digits', false],
    ['***-***-****', 'digits', true],
  ] as const) {
    it(`F4 ${charset} in ${mask} ${isNoticed ? 'is named as easy to guess' : 'is good enough'} (RFC 8628 §5.1)`, () => {
      expect(noticed({ mask, charset })).to.have.length(isNoticed ? 1 : 0)
    })
  }

  it('F4 the notice says how many bits there are, and of what to take more', () => {
    expect(noticed({ mask: '***', charset: 'digits' })[0])
      .to.include('10.0 bits')
      .and.include("Use more '*'")
  })
})

describe('user codes (RFC 8628 §6.1)', () => {
  it('are as long as the mask has stars, of the characters of the set', () => {
    for (let n = 0; n < 50; n += 1) {
      expect(randomUserCode('**-** *', 'base-20')).to.match(/^[BCDFGHJKLMNPQRSTVWXZ]{5}$/)
      expect(randomUserCode('***', 'digits')).to.match(/^\d{3}$/)
    }
  })

  it('use every character', () => {
    const used = new Set(Array.from({ length: 200 }, () => randomUserCode('*'.repeat(8), 'digits')).join(''))

    expect([...used].sort().join('')).to.equal('0123456789')
  })

  for (const [mask, code, shown] of [
    ['****-****', 'BCDFGHJK', 'BCDF-GHJK'],
    ['** **', '1234', '12 34'],
    ['-*-', '1', '-1-'],
    ['***', 'BCDF', 'BCDF'],
    ['****', 'BCD', 'BCD'],
  ] as const) {
    it(`${code} by ${mask} is shown as ${shown}`, () => {
      expect(formatUserCode(mask, code)).to.equal(shown)
    })
  }

  for (const [entered, code] of [
    ['bcdf-ghjk', 'BCDFGHJK'],
    ['  b c d f\t', 'BCDF'],
    ['BC–DF—GH', 'BCDFGH'],
    ['１２３', '123'],
    ['12.34_56', '123456'],
    ['- _.', ''],
    [`${' '.repeat(150)}A`, 'A'],
    ['A'.repeat(5000), 'A'.repeat(200)],
  ] as const) {
    it(`A171 ${JSON.stringify(entered.slice(0, 20))} means ${code.slice(0, 20)}`, () => {
      expect(normalizeUserCode(entered)).to.equal(code)
    })
  }
})
