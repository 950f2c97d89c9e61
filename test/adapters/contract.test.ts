import { expect } from 'chai'
import { adapterContract, contractCases } from '../../lib/adapters/contract.ts'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { AdapterConstructor, AdapterFactory, AdapterPayload } from '../../types/adapter.ts'
import { latencyAdapter } from '../support/latency_adapter.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'

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
