import { expect } from 'chai'
import { sealedAdapter } from '../../../lib/adapters/sealed.ts'
import type { AdapterFactory, AdapterPayload } from '../../../types/adapter.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { wrapAdapter } from '../../support/wrap_adapter.ts'
import { type Busy, runEverything } from './support/busy_provider.ts'
import { PLACES } from './support/presenting.ts'

const KEYS = ['a key of thirty-two bytes or more']

/** Every text in a payload, and the parts of it. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...value.split(/[.:]/)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

/** Storage that can be read by strangers, and put back to where it was. */
class Leaked {
  readonly entries = new Map<string, AdapterPayload>()
  readonly adapter: AdapterFactory
  /** What was found since it was put back: `Model.method`. */
  found: string[] = []
  #kept = new Map<string, AdapterPayload>()

  constructor(seal: (adapter: AdapterFactory) => AdapterFactory) {
    this.adapter = seal(
      wrapAdapter(mapAdapter(this.entries), async ({ name }, run) => {
        const answer = await run()
        if (answer && name.includes('.find') && !name.startsWith('Client.')) this.found.push(name)
        return answer
      }),
    )
  }

  keep(): void {
    this.#kept = structuredClone(this.entries)
  }

  putBack(): void {
    this.entries.clear()
    for (const [key, payload] of this.#kept) this.entries.set(key, { ...payload })
    this.found = []
  }

  get texts(): ReadonlySet<string> {
    const ids = [...this.#kept.keys()].map((key) => key.slice(key.indexOf(':') + 1))
    const all = [...ids, ...textsIn([...this.#kept.values()])]
    // Nothing that is handed out is shorter, and nothing longer is looked up.
    return new Set(all.filter(({ length }) => length >= 8 && length <= 256))
  }
}

const kinds: readonly [
  title: string,
  isSealed: boolean,
  seal: (adapter: AdapterFactory) => AdapterFactory,
][] = [
  ['sealed storage', true, (adapter) => sealedAdapter(adapter, { keys: KEYS })],
  ['storage that is not sealed', false, (adapter) => adapter],
]

for (const [title, isSealed, seal] of kinds) {
  describe(`A184 ${title} that strangers have read`, function () {
    this.timeout(60_000)
    const leaked = new Leaked(seal)
    let busy: Busy
    before(async () => {
      busy = await runEverything(leaked.adapter)
      leaked.keep()
    })
    after(stopProviders)

    it(`${isSealed ? 'holds nothing' : 'holds everything'} that was handed out`, () => {
      const stored = JSON.stringify([...leaked.entries])

      const there = busy.held.filter((value) => stored.includes(value))

      expect(busy.held.length).to.be.above(12)
      // Registration access tokens are hashed in any case.
      expect(there).to.have.length(isSealed ? 0 : busy.held.length - 1)
    })

    for (const [place, present] of Object.entries(PLACES)) {
      it(`nothing of it ${isSealed ? 'works' : 'is safe'} ${place}`, async () => {
        const hits = new Set<string>()
        for (const text of leaked.texts) {
          leaked.putBack()
          await present(busy.op, text)
          // The page for user codes has a session of its own.
          const found = leaked.found.filter((name) => !place.includes('user code') || name !== 'Session.find')
          for (const name of found) hits.add(name)
          if (hits.size > 0) break
        }

        if (isSealed) expect([...hits]).to.deep.equal([])
        else if (!place.includes('registration access')) expect(hits.size).to.be.above(0)
      })
    }

    if (isSealed) {
      it('the provider itself still finds what it stored', async () => {
        for (const [place, present] of Object.entries(PLACES)) {
          leaked.putBack()
          for (const value of busy.held) await present(busy.op, value)
          expect(leaked.found, place).to.not.deep.equal([])
        }
      })
    }
  })
}
