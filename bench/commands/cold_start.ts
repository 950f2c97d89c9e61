import { clientCredentials, get } from '../client/requests.ts'
import { type Implementation, type Lab, OURS, PEER_NAMES } from '../lab/lab.ts'
import type { Options } from '../lab/options.ts'
import { messageOf, startProgram } from '../lab/server_process.ts'
import { median, paired, spread } from '../lab/statistics.ts'
import { table } from '../lab/table.ts'
import type { ColdSetup, ColdStart } from '../server/cold_start.ts'
import { RESOURCES } from '../server/setup.ts'

const FIRST_REQUESTS = {
  discovery: get('/.well-known/openid-configuration'),
  'token (RS256)': clientCredentials(RESOURCES.rs256),
}
const COLUMNS = ['import', 'construction', 'answer', 'total', 'cpu', 'mebibytes'] as const
type Column = (typeof COLUMNS)[number]

function readResult(message: unknown, name: string): ColdStart {
  const result: ColdStart = Object(message)
  if (!result.statusLine.endsWith('200 OK')) throw new Error(`${name}: ${result.statusLine}`)
  return result
}

async function startOnce(lab: Lab, implementation: Implementation, options: Options, request: string) {
  const setup: ColdSetup = { ...lab.setup(implementation, options), request }
  const child = startProgram(lab, 'cold_start', setup)
  return readResult(await messageOf(child, implementation.name), implementation.name)
}

/** Fresh processes, one after the other and in turns; the first of each fills the caches of files. */
async function startAll(lab: Lab, options: Options, request: string): Promise<Map<string, ColdStart[]>> {
  const rounds = options.rounds ?? (options.quick ? 7 : 21)
  const results = new Map<string, ColdStart[]>()
  for (let round = 0; round <= rounds; round += 1) {
    for (const implementation of lab.implementations) {
      const result = await startOnce(lab, implementation, options, request)
      if (round === 0) results.set(implementation.name, [])
      else results.get(implementation.name)?.push(result)
    }
  }
  return results
}

function report(first: string, results: ReadonlyMap<string, readonly ColdStart[]>): void {
  const values = (name: string, column: Column) => (results.get(name) ?? []).map((result) => result[column])
  const rows = [...results.keys()].map((name) => [
    name,
    ...COLUMNS.map((column) => median(values(name, column)).toFixed(1)),
  ])
  const headings = ['import ms', 'construction ms', 'answer ms', 'total ms', 'processor ms', 'resident MiB']
  console.log(`\n${table([`First request: ${first}`, ...headings], rows)}`)
  for (const peer of PEER_NAMES) {
    const ratio = (column: Column) => spread(paired(values(peer, column), values(OURS, column)))
    console.log(
      `${peer} ÷ ours: total ${ratio('total')}, processor ${ratio('cpu')}, memory ${ratio('mebibytes')}`,
    )
  }
}

/** What it takes until a process that was just started has answered its first request. */
export async function measureColdStart(lab: Lab, options: Options): Promise<void> {
  for (const [name, request] of Object.entries(FIRST_REQUESTS)) {
    report(name, await startAll(lab, options, request))
  }
}
