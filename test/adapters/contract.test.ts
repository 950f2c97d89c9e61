import { expect } from 'chai'
import { adapterContract, contractCases } from '../../lib/adapters/contract.ts'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { AdapterConstructor, AdapterFactory, AdapterPayload } from '../../types/adapter.ts'
import { latencyAdapter } from '../support/latency_adapter.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

describe('A177, A178, A182 the memory adapter', () => {
  adapterContract({ adapter: memoryAdapter(), describe, it, hasCommit: true })
})

describe('A177 the memory adapter, behind a network', () => {
  adapterContract({ adapter: latencyAdapter(memoryAdapter(), 1), describe, it, hasCommit: true })
})

describe('A177 an adapter of the older contract', () => {
  adapterContract({ adapter: legacyAdapter(), describe, it, hasCommit: false })
})

describe('A177 an adapter of the older contract that tells who consumed', () => {
  adapterContract({ adapter: legacyAdapter(new Map(), { tells: true }), describe, it, hasCommit: false })
})

/** Keeps `consumed` its own way, and says `missing` where there is nothing. */
const otherwise =
  (consumed: (now: number) => unknown, missing: null | false | 0 | '' = null): AdapterFactory =>
  (model) => {
    const inner = legacyAdapter(stored)(model)
    return {
      ...inner,
      // The types ask for undefined; JavaScript adapters answer whatever their database calls nothing.
      find: async (id) => (await inner.find(id)) || JSON.parse(JSON.stringify(missing)),
      findByUid: async (uid) => (await inner.findByUid?.(uid)) || JSON.parse(JSON.stringify(missing)),
      async consume(id) {
        const entry = stored.get(`${model}:${id}`)
        if (entry !== undefined) entry.consumed = consumed(Math.floor(Date.now() / 1000))
      },
    }
  }
const stored = new Map<string, AdapterPayload>()

const WAYS: readonly [what: string, consumed: (now: number) => unknown, promise: RegExp][] = [
  ['true', () => true, /consumed tells when/],
  ['a text', () => 'yes', /consumed tells when/],
  ['a number as text', (now) => String(now), /number of seconds/],
  ['a date as text', (now) => new Date(now * 1000).toISOString(), /number of seconds/],
  ['a Date', (now) => new Date(now * 1000), /number of seconds/],
]

for (const [index, [what, consumed, promise]] of WAYS.entries()) {
  describe(`A177 an adapter of the documented contract that keeps ${what} as consumed`, () => {
    const told: string[] = []
    const missing = [null, false, 0, '', null] as const
    adapterContract({
      adapter: otherwise(consumed, missing[index] ?? null),
      describe,
      it,
      hasCommit: false,
      tell: (message) => told.push(message),
    })

    after('the suite says which promises of ours it misses', () => {
      expect(told.join('\n'))
        .to.match(promise)
        .and.match(/commit\(\)/)
        .and.match(/consume\(\) tells who won/)
    })

    it('A177 is used for codes that work once (RFC 6749 §4.1.2)', async () => {
      const op = await startProvider({ adapter: otherwise(consumed, missing[index] ?? null) })
      const { code, verifier, status } = await op.login()

      const { body } = await op.exchange(code, verifier)

      expect([status, body['error'], op.serverErrors]).to.deep.equal([200, 'invalid_grant', []])
      await stopProviders()
    })
  })
}

for (const unused of [false, 'false', '0', '', 0, null]) {
  it(`A177 an entry whose consumed is ${JSON.stringify(unused)} was not used`, async () => {
    const op = await startProvider({ adapter: legacyAdapter(stored) })
    const { code, verifier } = await op.authorize()
    Object.assign(stored.get(`AuthorizationCode:${code}`) ?? {}, { consumed: unused })

    expect((await op.exchange(code, verifier)).status).to.equal(200)
    await stopProviders()
  })
}

describe('the storage contract', () => {
  /** The first broken promise the suite finds. */
  const firstFailure = async (adapter: AdapterConstructor | AdapterFactory): Promise<string | undefined> => {
    for (const { title, run } of contractCases(adapter)) {
      try {
        await run()
      } catch {
        return title
      }
    }
    return undefined
  }

  const broken: readonly [what: string, found: RegExp, adapter: () => AdapterFactory][] = [
    ['merges instead of replacing', /^upsert: replaces/, () => mutated((old, next) => ({ ...old, ...next }))],
    [
      'drops members it does not know',
      /^upsert: stores every member/,
      () => mutated((_, { kind, jti, iat, exp }) => ({ kind, jti, iat, exp })),
    ],
    ['keeps all models in one place', /^ids: the same id in two models/, () => onePlace()],
    ['lets everybody consume', /^consume: of 100 concurrent calls one wins/, () => everybodyWins()],
    ['commits without looking', /^commit: consume of a missing entry/, () => commitsBlindly()],
    ['says nothing of the position', /^commit: .* at position 1/, () => alwaysBlamesTheFirst()],
  ]
  for (const [what, found, adapter] of broken) {
    it(`finds out an adapter that ${what}`, async () => {
      expect(await firstFailure(adapter())).to.match(found)
    })
  }
})

function mutated(
  change: (old: AdapterPayload | undefined, next: AdapterPayload) => AdapterPayload,
): AdapterFactory {
  const entries = new Map<string, AdapterPayload>()
  const inner = legacyAdapter(entries)
  return (model) => ({
    ...inner(model),
    upsert: async (id, payload) =>
      entries.set(`${model}:${id}`, change(entries.get(`${model}:${id}`), payload)),
  })
}

function onePlace(): AdapterFactory {
  const inner = legacyAdapter()
  return () => inner('Client')
}

function everybodyWins(): AdapterFactory {
  const inner = legacyAdapter()
  return (model) => {
    const adapter = inner(model)
    return {
      ...adapter,
      consume: async (id) => {
        await adapter.consume(id)
        return true
      },
    }
  }
}

function commitsBlindly(): AdapterFactory {
  const inner = memoryAdapter()
  const commit: AdapterFactory['commit'] = async (operations) => {
    const harmless = operations.filter(({ op }) => op !== 'require')
    await inner.commit?.(harmless)
    return { committed: true }
  }
  return Object.assign((model: Parameters<AdapterFactory>[0]) => inner(model), { commit })
}

function alwaysBlamesTheFirst(): AdapterFactory {
  const inner = memoryAdapter()
  const commit: AdapterFactory['commit'] = async (operations) => {
    const outcome = await inner.commit?.(operations)
    return outcome?.committed ? outcome : { committed: false, failed: 0 }
  }
  return Object.assign((model: Parameters<AdapterFactory>[0]) => inner(model), { commit })
}
