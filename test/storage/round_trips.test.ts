import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { AllowedNumbers } from '../support/allowed_numbers.ts'
import { grantFor, requestId } from '../support/ciba.ts'
import { type CountingAdapter, countingAdapter } from '../support/counting_adapter.ts'
import { latencyAdapter } from '../support/latency_adapter.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'
import { configurationOf, MEASURED_FLOWS } from './measured_flows.ts'

const FLOWS: typeof MEASURED_FLOWS = {
  ...MEASURED_FLOWS,
  // A host says it, not a request.
  'CIBA result': async (op) => {
    const id = await requestId(op)
    const { jti } = await grantFor(op, id)
    const run = async () => {
      await op.provider.backchannelResult(id, jti)
      return { status: 200 }
    }
    return { run, expects: 200 }
  },
}

async function measure(flow: string, storage: CountingAdapter): Promise<number[]> {
  const op = await startProvider({ ...configurationOf(flow), adapter: storage.adapter })
  const prepared = await FLOWS[flow]?.(op)
  storage.reset()

  const answer = await prepared?.run()

  expect(answer?.status).to.equal(prepared?.expects)
  expect(op.serverErrors).to.deep.equal([])
  return [storage.depth(), storage.calls.length]
}

describe('sequential storage round trips (DESIGN "Models and storage"): the table in docs/performance.md', () => {
  const table = new AllowedNumbers(['Round trips', 'Calls'])
  afterEach(stopProviders)
  after(() => table.keep())

  for (const flow of Object.keys(FLOWS)) {
    it(`${flow}: as many as the table says, no more and no fewer`, async () => {
      table.expect(flow, await measure(flow, countingAdapter(latencyAdapter(memoryAdapter(), 2))))
    })
  }

  it('the table names no other flow', () => {
    expect(table.flows.sort()).to.deep.equal(Object.keys(FLOWS).sort())
  })
})
