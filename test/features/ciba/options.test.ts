import { expect } from 'chai'
import { developmentKeys } from '../../../lib/helpers/jose/development_keys.ts'
import Provider from '../../../lib/index.ts'
import { recordingLogger } from '../../configuration/recording_logger.ts'

/** Made once: every provider making its own takes long. */
const JWKS = developmentKeys()

const construct = (ciba: Readonly<Record<string, unknown>>) => () =>
  new Provider('https://op.example.com', {
    logger: recordingLogger(),
    jwks: JWKS,
    features: { devInteractions: { enabled: false }, ciba: { enabled: true, ...ciba } },
  })

describe('options of features.ciba (CIBA Core 1.0 §5, §7.3)', () => {
  for (const [option, values] of [
    ['deliveryModes', [[], ['push'], ['poll', 'push'], new Set(['POLL']), 'poll']],
    ['interval', [0, -1, 0.5, Number.NaN, '5', Number.POSITIVE_INFINITY]],
    ['userCodeAttempts', [-1, 1.5, '10', Number.NaN]],
  ] as const) {
    for (const value of values) {
      it(`A013 ${option} must not be ${value instanceof Set ? 'POLL' : JSON.stringify(value)}`, () => {
        expect(construct({ [option]: value })).to.throw(TypeError, `features.ciba.${option}`)
      })
    }
  }

  it('A013 one mode, or both, as a list or a set, the smallest interval, and no bound are taken', () => {
    for (const deliveryModes of [['poll'], new Set(['ping']), ['poll', 'ping']])
      expect(construct({ deliveryModes, interval: 1, userCodeAttempts: 0 })).not.to.throw()
  })
})
