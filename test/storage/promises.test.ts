import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { AllowedNumbers } from '../support/allowed_numbers.ts'
import { PromiseCounter } from '../support/promise_counter.ts'
import { type RunningProvider, startProvider, stopProviders } from '../support/start_provider.ts'
import { configurationOf, MEASURED_FLOWS, type Prepared } from './measured_flows.ts'

const reading = (route: string) => async (op: RunningProvider) => ({
  run: () => op.agent().get(op.provider.urlFor(route)),
  expects: 200,
})

const FLOWS: Readonly<Record<string, (op: RunningProvider) => Promise<Prepared>>> = {
  discovery: reading('discovery'),
  'published keys': reading('jwks'),
  ...MEASURED_FLOWS,
}

async function measure(flow: string): Promise<number> {
  const counter = new PromiseCounter()
  const op = await startProvider(
    { ...configurationOf(flow), adapter: memoryAdapter() },
    { host: counter.host, mountPath: '' },
  )
  // What only the first request does is not what this is about.
  await (await FLOWS[flow]?.(op))?.run()
  const prepared = await FLOWS[flow]?.(op)

  const { result, promises } = await counter.count(async () => prepared?.run())

  expect(result?.status).to.equal(prepared?.expects)
  expect(op.serverErrors).to.deep.equal([])
  return promises
}

describe('promises per request (DESIGN "How a request flows"): the table in docs/performance.md', () => {
  const table = new AllowedNumbers(['Promises'])
  afterEach(stopProviders)
  after(() => table.keep())

  for (const flow of Object.keys(FLOWS)) {
    it(`${flow}: as many as the table says, no more and no fewer`, async () => {
      table.expect(flow, [await measure(flow)])
    })
  }

  it('the table names no other flow', () => {
    expect(table.flows.sort()).to.deep.equal(Object.keys(FLOWS).sort())
  })
})
