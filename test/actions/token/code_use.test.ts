import { EventEmitter, once } from 'node:events'
import { expect } from 'chai'
import type { AdapterPayload } from '../../../types/adapter.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import {
  pkce,
  REDIRECT_URI,
  startProvider,
  stopProviders,
  type TokenAnswer,
} from '../../support/start_provider.ts'
import { wrapAdapter } from '../../support/wrap_adapter.ts'

const WRONG = pkce().verifier
const outcome = ({ status, body }: TokenAnswer) => [status, body['error']]
const REFUSED = [400, 'invalid_grant']

const countsAttempt = ({ name, args: [operations] }: { name: string; args: readonly unknown[] }) =>
  name === 'commit' &&
  Array.isArray(operations) &&
  operations.some(({ op, model }) => op === 'put' && model === 'AuthorizationCode')

describe('the proof that goes with a code (RFC 7636 §4.6, RFC 6749 §4.1.3)', () => {
  afterEach(stopProviders)

  for (const [wrong, params] of [
    ['verifier', { code_verifier: WRONG }],
    ['redirect_uri', { redirect_uri: `${REDIRECT_URI}/other` }],
  ] as const) {
    it(`may be missed four times by a wrong ${wrong}, and not five times`, async () => {
      const op = await startProvider()
      for (const [tries, last] of [
        [4, [200, undefined]],
        [5, REFUSED],
      ] as const) {
        const { code, verifier } = await op.authorize()
        for (let count = 0; count < tries; count += 1)
          expect(outcome(await op.exchange(code, verifier, params))).to.deep.equal(REFUSED)

        expect(outcome(await op.exchange(code, verifier))).to.deep.equal(last)
      }
    })
  }

  it('that is wrong for a used code changes nothing', async () => {
    const entries = new Map<string, AdapterPayload>()
    const op = await startProvider({ adapter: mapAdapter(entries) })
    const { code, verifier } = await op.login()
    const before = { ...entries.get(`AuthorizationCode:${code}`) }

    expect(outcome(await op.exchange(code, WRONG))).to.deep.equal(REFUSED)
    expect(entries.get(`AuthorizationCode:${code}`)).to.deep.equal(before)
    expect(outcome(await op.exchange(code, verifier))).to.deep.equal(REFUSED)
  })

  it('T8 that is wrong never makes a code good again that is exchanged at the same time (RFC 6749 §4.1.2)', async () => {
    const storage = new EventEmitter()
    const arrived = once(storage, 'attempt')
    const exchangeIsDone = once(storage, 'exchanged')
    const op = await startProvider({
      adapter: wrapAdapter(mapAdapter(), async (call, run) => {
        if (countsAttempt(call)) {
          storage.emit('attempt')
          await exchangeIsDone
        }
        return run()
      }),
    })
    const { code, verifier } = await op.authorize()
    const guess = op.exchange(code, WRONG)
    await arrived
    const exchanged = await op.exchange(code, verifier)
    storage.emit('exchanged')

    expect(outcome(exchanged)).to.deep.equal([200, undefined])
    expect(outcome(await guess)).to.deep.equal(REFUSED)
    const again = op.nextError('grant.error')
    expect(outcome(await op.exchange(code, verifier))).to.deep.equal(REFUSED)
    expect((await again).error_detail).to.equal('authorization code already consumed')
  })

  it('that is wrong and slow does not make the others forgotten', async () => {
    const storage = new EventEmitter()
    const arrived = once(storage, 'attempt')
    const released = once(storage, 'released')
    const slow = { first: true }
    const op = await startProvider({
      adapter: wrapAdapter(mapAdapter(), async (call, run) => {
        if (countsAttempt(call) && slow.first) {
          slow.first = false
          storage.emit('attempt')
          await released
        }
        return run()
      }),
    })
    const { code, verifier } = await op.authorize()
    const first = op.exchange(code, WRONG)
    await arrived
    for (let count = 0; count < 4; count += 1) await op.exchange(code, WRONG)
    storage.emit('released')
    await first
    await op.exchange(code, WRONG)

    expect(outcome(await op.exchange(code, verifier))).to.deep.equal(REFUSED)
  })

  it('F234 is the challenge itself where the host allows plain (RFC 7636 §4.6)', async () => {
    const op = await startProvider({ pkce: { methods: ['plain'] } })
    const { verifier } = pkce()
    const { code } = await op.authorize({ code_challenge: verifier, code_challenge_method: 'plain' })

    expect(outcome(await op.exchange(code, WRONG))).to.deep.equal(REFUSED)
    expect(outcome(await op.exchange(code, verifier))).to.deep.equal([200, undefined])
  })
})
