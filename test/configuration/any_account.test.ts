import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { Provider } from '../../lib/index.ts'
import type { Configuration } from '../../types/configuration.ts'
import { recordingLogger } from './recording_logger.ts'

const SCREENS: Configuration = {
  interactions: { url: () => '/login' },
  features: { devInteractions: { enabled: false } },
}

function warnings(configuration: Configuration): string[] {
  const logger = recordingLogger()
  const provider = new Provider('https://op.example.com', {
    adapter: memoryAdapter(),
    ...configuration,
    logger,
  })
  expect(provider.issuer).to.equal('https://op.example.com')
  return logger.warnings.filter((warning) => warning.includes('findAccount'))
}

describe('a provider without findAccount', () => {
  it('is warned of where people log in at screens of the host: everybody exists', () => {
    expect(warnings(SCREENS)).to.have.length(1)
  })

  it('is not warned of where there is one, nor without screens: nobody logs in', () => {
    const findAccount = () => undefined

    expect(warnings({ ...SCREENS, findAccount })).to.deep.equal([])
    expect(warnings({ features: { devInteractions: { enabled: false } } })).to.deep.equal([])
  })

  it('is not warned of beside the development screens, which let anybody in anyway', () => {
    expect(warnings({})).to.deep.equal([])
  })
})
