import { FLOOR, type Implementation, type Lab } from '../lab/lab.ts'
import type { Options } from '../lab/options.ts'
import { messageOf, startProgram } from '../lab/server_process.ts'
import { median, spread } from '../lab/statistics.ts'
import { table } from '../lab/table.ts'

interface Times {
  first: number[]
  later: number[]
}

async function constructAll(lab: Lab, implementation: Implementation, options: Options, times: Times) {
  const child = startProgram(lab, 'construction', lab.setup(implementation, options))
  const message = await messageOf(child, implementation.name)
  const [first = Number.NaN, ...others] = Array.isArray(message) ? message.map(Number) : []
  times.first.push(first)
  // Compiled by then.
  times.later.push(median(others.slice(-20)))
}

/** What `new Provider()` takes: the first time in a process, and once its code is compiled. */
export async function measureConstruction(lab: Lab, options: Options): Promise<void> {
  const rounds = options.rounds ?? (options.quick ? 5 : 15)
  const measured = lab.implementations
    .filter(({ name }) => name !== FLOOR)
    .map((implementation) => ({ implementation, times: { first: [], later: [] } }))
  for (let round = 0; round < rounds; round += 1) {
    for (const { implementation, times } of measured) await constructAll(lab, implementation, options, times)
  }
  const rows = measured.map(({ implementation, times }) => [
    implementation.name,
    spread(times.first),
    spread(times.later),
  ])
  console.log(table(['Construction, ms', 'first in a process', 'later ones'], rows))
}
