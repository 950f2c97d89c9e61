import type { Case } from '../cases/case.ts'
import { CASES } from '../cases/index.ts'
import { drive } from '../client/drive.ts'
import type { Lab } from '../lab/lab.ts'
import type { Options } from '../lab/options.ts'
import { ServerProcess } from '../lab/server_process.ts'
import { startStorage, stopStorage } from '../lab/storage_server.ts'
import { type CaseResult, type Measured, reportRequests } from './requests_report.ts'

/**
 * How much is done: operations that warm a case up, slices that each server is measured in, operations in each. The first
 * hundreds of a slice are dear, as garbage was collected and others were at work: short slices measure that.
 */
interface Extent {
  warmUp: number
  slices: number
  operations: number
}

function extentOf({ quick, rounds, adapter, warmUp }: Options): Extent {
  const extent = quick
    ? { warmUp: 600, slices: 5, operations: 120 }
    : { warmUp: 3000, slices: 9, operations: 1200 }
  return {
    ...extent,
    // The storage of the peers keeps no more than the last 1000 entries: what was prepared has to be among them.
    warmUp: warmUp ?? (adapter === 'builtin' ? 200 : extent.warmUp),
    slices: rounds ?? extent.slices,
  }
}

interface Entrant {
  server: ServerProcess
  measured: Measured
}

async function runSlice(lab: Lab, { server }: Entrant, kase: Case, count: number) {
  const { clientKey } = lab
  const operation = await kase.prepare({ connection: server.connection, count, clientKey })
  await server.ask('gc')
  const [before, start] = [await server.ask('cpu'), performance.now()]
  await drive(server.connections, operation, count)
  const seconds = (performance.now() - start) / 1000
  return { cpu: ((await server.ask('cpu')) - before) / count, rate: count / seconds }
}

/** A wrong answer ends the case for the server that gave it; the others go on. */
async function attempt(entrant: Entrant, run: () => Promise<void>): Promise<void> {
  if (entrant.measured.problem !== undefined) return
  try {
    await run()
  } catch (error) {
    entrant.measured.problem = String(error)
  }
}

async function runCase(lab: Lab, servers: readonly ServerProcess[], kase: Case, extent: Extent) {
  const entrants = servers.map((server): Entrant => ({ server, measured: { cpu: [], rate: [] } }))
  const count = Math.ceil(extent.operations * kase.weight)
  for (const entrant of entrants) {
    await attempt(entrant, async () => {
      await runSlice(lab, entrant, kase, Math.ceil(extent.warmUp * kase.weight))
    })
  }
  for (let slice = 0; slice < extent.slices; slice += 1) {
    // Each is the first one in turn.
    for (const position of entrants.keys()) {
      const entrant = entrants[(position + slice) % entrants.length]
      if (entrant === undefined) continue
      await attempt(entrant, async () => {
        const { cpu, rate } = await runSlice(lab, entrant, kase, count)
        entrant.measured.cpu.push(cpu)
        entrant.measured.rate.push(rate)
      })
    }
  }
  const measured = new Map(entrants.map(({ server, measured }) => [server.name, measured]))
  return { name: kase.name, measured }
}

function selected({ cases }: Options): readonly Case[] {
  const unknown = cases.find((name) => CASES.every((kase) => kase.name !== name))
  if (unknown !== undefined)
    throw new Error(`no case ${unknown}: ${CASES.map(({ name }) => name).join(', ')}`)
  return cases.length === 0 ? CASES : CASES.filter(({ name }) => cases.includes(name))
}

/** What a request costs: the provider, its peers and the floor in turns, slice by slice. */
export async function measureRequests(lab: Lab, given: Options): Promise<void> {
  const storage = await startStorage(given.adapter)
  const options = { ...given, storage }
  const servers: ServerProcess[] = []
  const results: CaseResult[] = []
  try {
    for (const implementation of lab.implementations) {
      servers.push(await ServerProcess.start(lab, implementation, options))
    }
    for (const kase of selected(options)) {
      console.error(kase.name)
      results.push(await runCase(lab, servers, kase, extentOf(options)))
    }
  } finally {
    for (const server of servers) server.stop()
    await stopStorage()
  }
  reportRequests(results, { rates: storage !== undefined })
}
