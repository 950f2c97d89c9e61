import { expect } from 'chai'
import type { AdapterFactory } from '../../types/adapter.ts'
import { FLOWS, startForFlows } from './flows.ts'

/** Tests of every flow on one adapter. @param adapterOf called once it is there */
export function testFlows(adapterOf: () => AdapterFactory): void {
  for (const [name, flow] of Object.entries(FLOWS)) {
    it(`${name}: what the answer promises is there`, async () => {
      const op = await startForFlows({ adapter: adapterOf(), rotateRefreshToken: flow.rotates ?? false })
      const { agent } = await op.authorize()
      const prepared = await flow.prepare(op, agent)

      const outcome = await prepared.run()

      expect(await prepared.works(outcome)).to.equal(true)
      expect(op.serverErrors).to.deep.equal([])
    })
  }
}
