import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import Provider from '../../lib/index.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'

describe('notices on the console', () => {
  afterEach(() => sinon.restore())

  for (const [what, configuration] of [
    ['without options', {}],
    [
      'with an option that is not known, and an adapter without commit()',
      { adapter: legacyAdapter(), ...JSON.parse('{ "colour": "blue" }') },
    ],
    ['with a draft', { adapter: memoryAdapter(), features: { webMessageResponseMode: { enabled: true } } }],
  ] as const) {
    it(`each line carries one prefix, and says how much it matters (${what})`, () => {
      const lines: string[] = []
      for (const method of ['info', 'warn', 'error'] as const)
        sinon.stub(console, method).callsFake((message) => void lines.push(...String(message).split('\n')))

      new Provider('https://op.example.com', configuration)

      sinon.restore()
      expect(lines.length).to.be.above(0)
      for (const line of lines) expect(line).to.match(/^openid-provider (?:NOTICE|WARNING): /)
    })
  }
})
