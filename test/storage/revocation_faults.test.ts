import { expect } from 'chai'
import type { AdapterFactory } from '../../types/adapter.ts'
import { faultyAdapter } from '../support/faulty_adapter.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { type RunningProvider, stopProviders, type TokenAnswer } from '../support/start_provider.ts'
import { startForFlows } from './flows.ts'

const ADAPTERS: readonly [title: string, make: () => AdapterFactory][] = [
  ['an adapter that commits', () => mapAdapter()],
  ['an adapter without commit()', () => legacyAdapter()],
]

interface Replay {
  /** Uses something again that was used before. */
  run(): Promise<TokenAnswer>
  /** What was issued last. */
  tokens: Record<string, unknown>
}

const REPLAYS: readonly [title: string, prepare: (op: RunningProvider) => Promise<Replay>][] = [
  [
    'T7: a replayed code (RFC 6749 §4.1.2)',
    async (op) => {
      const { code, verifier, body } = await op.login()
      return { run: () => op.exchange(code, verifier), tokens: body }
    },
  ],
  [
    'R2: a replayed refresh token (RFC 9700 §4.14.2)',
    async (op) => {
      const { body } = await op.login()
      const { body: tokens } = await op.refresh(body['refresh_token'])
      return { run: () => op.refresh(body['refresh_token']), tokens }
    },
  ],
]

for (const [title, make] of ADAPTERS) {
  describe(`storage faults while a replay is punished, ${title} (SECURITY "What must be atomic")`, () => {
    afterEach(stopProviders)

    for (const [replay, prepare] of REPLAYS) {
      for (const destroysGrant of [true, false]) {
        for (const fault of ['throw-before', 'throw-after'] as const) {
          it(`${replay}: ${fault} at each call, the grant ${destroysGrant ? 'goes' : 'stays'}: a second try revokes everything`, async () => {
            const storage = faultyAdapter(make())
            const op = await startForFlows({
              adapter: storage.adapter,
              rotateRefreshToken: true,
              revokeGrantPolicy: () => destroysGrant,
            })
            let total = 0

            // Without a fault first, to learn how many calls there are.
            for (let number = 0; number <= total; number += 1) {
              storage.disarm()
              const { run, tokens } = await prepare(op)
              storage.arm(number, fault, number === 0 ? 0 : 1)
              const first = await run()
              const at = `call ${number} (${storage.calls.join(', ')})`
              total = Math.max(total, storage.calls.length)
              storage.disarm()

              expect(first.body['error'], at).to.be.oneOf(['server_error', 'invalid_grant'])
              expect((await run()).body['error'], at).to.equal('invalid_grant')
              expect((await op.userinfo(tokens['access_token'])).status, at).to.equal(401)
              expect((await op.refresh(tokens['refresh_token'])).body['error'], at).to.equal('invalid_grant')
            }

            expect(total).to.be.above(5)
          })
        }
      }
    }
  })
}
