import { parseArgs } from 'node:util'
import type { AdapterChoice } from '../server/setup.ts'

export interface Options {
  command: string
  /** Fewer rounds, of less each. */
  quick: boolean
  /** The cases to measure; all of them when there are none. */
  cases: readonly string[]
  /** One Map for all, the storage that each provider has without an adapter, or a server that is started for this. */
  adapter: AdapterChoice
  /** Where the server is that was started for that. */
  storage?: string | undefined
  /** How often each server has its turn. */
  rounds: number | undefined
  /** Operations that warm a case up, where storage is slow. */
  warmUp: number | undefined
  /** Where the peers are installed, or have been. */
  peers: string | undefined
}

const ADAPTERS: readonly AdapterChoice[] = ['map', 'builtin', 'redis', 'postgres']
const isChoice = (name: string): name is AdapterChoice => ADAPTERS.some((adapter) => adapter === name)

export function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      cases: { type: 'string', default: '' },
      adapter: { type: 'string', default: 'map' },
      rounds: { type: 'string' },
      'warm-up': { type: 'string' },
      peers: { type: 'string' },
    },
  })
  const { adapter, cases, peers, quick, rounds } = values
  if (!isChoice(adapter)) throw new Error(`--adapter is one of ${ADAPTERS.join(', ')}`)
  return {
    command: positionals[0] ?? 'requests',
    quick,
    cases: cases.split(',').filter((name) => name !== ''),
    adapter,
    rounds: rounds === undefined ? undefined : Number(rounds),
    warmUp: values['warm-up'] === undefined ? undefined : Number(values['warm-up']),
    peers,
  }
}
