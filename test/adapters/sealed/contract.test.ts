import { adapterContract } from '../../../lib/adapters/contract.ts'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { type SealedAdapterOptions, sealedAdapter } from '../../../lib/adapters/sealed.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'

const [KEY, OLD] = ['k'.repeat(32), 'o'.repeat(32)]

const WAYS: Readonly<Record<string, SealedAdapterOptions>> = {
  'with one key': { keys: [KEY] },
  'while keys are changed': { keys: [KEY, OLD] },
  'while what was not sealed is still found': { keys: [KEY], plain: 'read' },
  'while what is written is not sealed yet': { keys: [KEY], plain: 'write' },
  'with members that stay readable': { keys: [KEY], readable: ['clientId', 'nonsense', 'scope'] },
}

for (const [way, options] of Object.entries(WAYS)) {
  describe(`A177, A178, A184 a sealed adapter that commits, ${way}`, () => {
    adapterContract({ adapter: sealedAdapter(memoryAdapter(), options), describe, it, hasCommit: true })
  })

  describe(`A177, A184 a sealed adapter of the documented contract, ${way}`, () => {
    const adapter = sealedAdapter(legacyAdapter(), options)
    adapterContract({ adapter, describe, it, hasCommit: false, tell: () => {} })
  })
}
