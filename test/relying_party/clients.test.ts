import { expect } from 'chai'
import { ours, stopPeers } from '../support/peers.ts'
import { CLIENTS, TRIED } from './clients.ts'

for (const [client, runs] of Object.entries(CLIENTS)) {
  describe(`${client} at this provider`, () => {
    afterEach(stopPeers)

    for (const [name, run] of Object.entries(runs)) it(name, () => run(ours))

    it('everything that it does is in the table', () => {
      expect(TRIED.map(({ name }) => name)).to.include.members(Object.keys(runs))
    })
  })
}
