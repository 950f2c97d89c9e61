import { parseArgs } from 'node:util'
import type { AdapterChoice } from '../server/setup.ts'

export interface Options {
  command: string
  /** Fewer rounds, of less each. */
  quick: boolean
  /** The cases to measure; all of them when there are none. */
  cases: readonly string[]
  /** One Map for all, or the storage that each provider has without an adapter. */
  adapter: AdapterChoice
  /** How often each server has its turn. */
  rounds: number | undefined
  /** Where the peers are installed, or have been. */
  peers: string | undefined
}

export function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      cases: { type: 'string', default: '' },
      adapter: { type: 'string', default: 'map' },
      rounds: { type: 'string' },
      peers: { type: 'string' },
    },
  })
  const { adapter, cases, peers, quick, rounds } = values
  if (adapter !== 'map' && adapter !== 'builtin') throw new Error('--adapter is map or builtin')
  return {
    command: positionals[0] ?? 'requests',
    quick,
    cases: cases.split(',').filter((name) => name !== ''),
    adapter,
    rounds: rounds === undefined ? undefined : Number(rounds),
    peers,
  }
}
