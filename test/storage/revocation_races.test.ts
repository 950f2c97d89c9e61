import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { expect } from 'chai'
import type { AdapterFactory, AdapterPayload } from '../../types/adapter.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { type RunningProvider, stopProviders, type TokenAnswer } from '../support/start_provider.ts'
import { introspect, revoke, startTokenEndpoints, userTokens } from '../support/token_endpoints.ts'
import { wrapAdapter } from '../support/wrap_adapter.ts'

type Entries = Map<string, AdapterPayload>

const ADAPTERS: readonly [title: string, make: (entries: Entries) => AdapterFactory][] = [
  ['an adapter that commits', mapAdapter],
  ['an adapter without commit()', (entries) => legacyAdapter(entries)],
]

/** Milliseconds before and after each call takes effect, by turns; the last are those of a storage that stutters. */
const LATENCIES: readonly [title: string, before: readonly number[], after: readonly number[]][] = [
  ['near', [2, 1, 3, 0], [1, 0, 2]],
  ['stuttering', [0, 9, 1, 0, 17, 2, 0, 5, 23], [3, 0, 0, 11, 1]],
]

/** Storage whose calls take their time, each another. */
function uneven(
  adapter: AdapterFactory,
  before: readonly number[],
  after: readonly number[],
): AdapterFactory {
  let calls = 0
  return wrapAdapter(adapter, async (_, run) => {
    calls += 1
    await wait(before[calls % before.length])
    const answer = await run()
    await wait(after[calls % after.length])
    return answer
  })
}

const times = <T>(count: number, run: () => Promise<T>): Promise<T>[] => Array.from({ length: count }, run)

/** What is left of the tokens that were ever issued: rows, and answers that somebody could still get with them. */
async function livingTokens(op: RunningProvider, entries: Entries, issued: readonly TokenAnswer[]) {
  const rows = [...entries.keys()].filter((key) => /^(?:AccessToken|RefreshToken):/.test(key))
  const values = issued.flatMap(({ body }) => [body['access_token'], body['refresh_token']])
  const living = []
  for (const value of new Set(values.filter((one) => one !== undefined))) {
    const [about, refreshed] = [await introspect(op, value), await op.refresh(value)]
    if (about.body['active'] === true || refreshed.status === 200) living.push(value)
  }
  return { rows, living }
}

for (const [title, make] of ADAPTERS) {
  describe(`V10 revocations raced with refreshes of the same token, ${title} (RFC 7009 §2.1)`, function suite() {
    this.timeout(60_000)
    afterEach(stopProviders)

    for (const [distance, before, after] of LATENCIES) {
      for (const rotates of [true, false]) {
        for (const ends of [true, false]) {
          for (const revocations of distance === 'stuttering' ? [50, 1] : [50]) {
            it(`V10 ${revocations} and 50, storage ${distance}, ${rotates ? 'with' : 'without'} rotation, the grant ${ends ? 'goes' : 'stays'}: no token lives, no row is left`, async () => {
              const entries: Entries = new Map()
              const op = await startTokenEndpoints({
                adapter: uneven(make(entries), before, after),
                rotateRefreshToken: rotates,
                revokeGrantPolicy: () => ends,
                // A hundred requests wait for one another here, on machines that have other things to do.
                storageTimeout: 60,
              })
              const first = await op.login()
              const token = first.body['refresh_token']

              const refreshing = times(25, () => op.refresh(token))
              const revoking = times(revocations, () => revoke(op, token))
              refreshing.push(...times(25, () => op.refresh(token)))
              const answers = await Promise.all(revoking)
              const refreshed = await Promise.all(refreshing)

              expect(answers.map(({ status }) => status)).to.deep.equal(Array(revocations).fill(200))
              expect(new Set(refreshed.map(({ status }) => status))).to.satisfy((all: Set<number>) =>
                [...all].every((status) => status === 200 || status === 400),
              )
              expect(await livingTokens(op, entries, [first, ...refreshed])).to.deep.equal({
                rows: [],
                living: [],
              })
              expect(op.serverErrors).to.deep.equal([])
            })
          }
        }
      }
    }

    it('V10 tokens that another member of the family gets meanwhile die as well, where the grant stays', async () => {
      const entries: Entries = new Map()
      const op = await startTokenEndpoints({
        adapter: uneven(make(entries), [0, 7, 2, 13], [5, 0, 1]),
        rotateRefreshToken: false,
        revokeGrantPolicy: () => false,
        storageTimeout: 60,
      })
      const one = await op.login()
      const { code, verifier } = await op.authorize({}, one.agent)
      const other = await op.exchange(code, verifier)

      const refreshing = times(25, () => op.refresh(other.body['refresh_token']))
      const revoked = revoke(op, one.body['refresh_token'])
      refreshing.push(...times(25, () => op.refresh(other.body['refresh_token'])))
      expect((await revoked).status).to.equal(200)

      expect(await livingTokens(op, entries, [one, other, ...(await Promise.all(refreshing))])).to.deep.equal(
        {
          rows: [],
          living: [],
        },
      )
    })
  })
}

describe('V10 revocations and the requests around them', () => {
  afterEach(stopProviders)

  /** A promise, and what fulfils it. */
  function signal() {
    let resolve = (): void => {}
    const promise = new Promise<void>((fulfil) => {
      resolve = fulfil
    })
    return { promise, resolve: () => resolve() }
  }

  /** Storage that holds the next call of this name back, once it is told to. */
  function holdingBack(adapter: AdapterFactory, name: string) {
    let holds = false
    const [reached, released] = [signal(), signal()]
    const held = wrapAdapter(adapter, async (call, run) => {
      if (!holds || call.name !== name) return await run()
      holds = false
      reached.resolve()
      await released.promise
      return await run()
    })
    const hold = () => {
      holds = true
    }
    return { adapter: held, hold, reached: reached.promise, release: released.resolve }
  }

  it('V10 a refresh that has read everything before the revocation gets invalid_grant after it', async () => {
    const entries: Entries = new Map()
    const { adapter, hold, reached, release } = holdingBack(mapAdapter(entries), 'commit')
    const op = await startTokenEndpoints({ adapter })
    const { refreshToken } = await userTokens(op)
    hold()
    const refreshing = op.refresh(refreshToken)
    await reached
    expect((await revoke(op, refreshToken)).status).to.equal(200)
    release()

    expect((await refreshing).body['error']).to.equal('invalid_grant')
    expect([...entries.keys()].filter((key) => key.includes('Token:'))).to.deep.equal([])
  })

  for (const ends of [true, false]) {
    it(`V10 without commit() the revocation waits for a refresh that is being written, the grant ${ends ? 'goes' : 'stays'}`, async () => {
      const entries: Entries = new Map()
      const { adapter, hold, reached, release } = holdingBack(legacyAdapter(entries), 'AccessToken.upsert')
      const op = await startTokenEndpoints({ adapter, revokeGrantPolicy: () => ends })
      const { refreshToken } = await userTokens(op)
      hold()
      const refreshing = op.refresh(refreshToken)
      await reached
      const revoking = revoke(op, refreshToken)
      // Whoever does not wait is through by now: each call of this storage takes one turn.
      for (let turn = 0; turn < 200; turn += 1) await nextTurn()
      release()

      expect((await revoking).status).to.equal(200)
      expect((await refreshing).status).to.equal(200)
      expect([...entries.keys()].filter((key) => key.includes('Token:'))).to.deep.equal([])
    })
  }

  for (const [title, end] of [
    ['V10 a revocation', revoke],
    ['R2 V10 a replay (RFC 9700 §4.14.2)', (op: RunningProvider, token: string) => op.refresh(token)],
  ] as const) {
    it(`${title} also removes what is issued while it removes the rest, where the grant stays`, async () => {
      const entries: Entries = new Map()
      const { adapter, hold, reached, release } = holdingBack(
        mapAdapter(entries),
        'RefreshToken.revokeByGrantId',
      )
      const op = await startTokenEndpoints({
        adapter,
        rotateRefreshToken: true,
        revokeGrantPolicy: () => false,
        storageTimeout: 60,
      })
      const first = await userTokens(op)
      const { body } = await op.refresh(first.refreshToken)
      hold()
      const ending = end(op, first.refreshToken)
      await reached
      const meanwhile = await op.refresh(body['refresh_token'])
      expect(meanwhile.status).to.equal(200)
      release()
      await ending

      expect(await livingTokens(op, entries, [meanwhile])).to.deep.equal({ rows: [], living: [] })
    })
  }
})
