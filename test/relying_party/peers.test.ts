import * as library from '../../lib/relying_party/index.ts'
import { PEERS, stopPeers } from '../support/peers.ts'
import { MATRIX } from './matrix.ts'

for (const [peer, start] of Object.entries(PEERS)) {
  describe(`the relying party at ${peer} (F362 to F397)`, () => {
    afterEach(stopPeers)
    for (const { name, run } of MATRIX) it(name, () => run(start, library))
  })
}
