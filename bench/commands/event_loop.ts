import type { Case } from '../cases/case.ts'
import { CASES } from '../cases/index.ts'
import { drive } from '../client/drive.ts'
import type { Lab } from '../lab/lab.ts'
import type { Options } from '../lab/options.ts'
import { ServerProcess } from '../lab/server_process.ts'
import { spread } from '../lab/statistics.ts'
import { table } from '../lab/table.ts'

/** What is signed with RS256: a token by itself, and the end of a login. */
const LOADS: readonly Case[] = CASES.filter(({ name }) =>
  ['client-credentials-rs256', 'refresh-rs256'].includes(name),
)

async function delayUnder(lab: Lab, server: ServerProcess, load: Case, count: number): Promise<number> {
  const { clientKey } = lab
  const operation = await load.prepare({ connection: server.connection, count, clientKey })
  await server.ask('gc')
  await server.ask('watch delay')
  await drive(server.connections, operation, count)
  return server.ask('delay at p99')
}

async function measureLoad(lab: Lab, servers: readonly ServerProcess[], load: Case, options: Options) {
  const rounds = options.rounds ?? (options.quick ? 3 : 9)
  const count = options.quick ? 400 : 2000
  const delays = new Map(servers.map((server): [ServerProcess, number[]] => [server, []]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const [server, kept] of delays) {
      const delay = await delayUnder(lab, server, load, count)
      // The first round warms up.
      if (round > 0) kept.push(delay)
    }
  }
  return [load.name, ...[...delays.values()].map(spread)]
}

/** How long the event loop is held up while 16 connections have everything signed. */
export async function measureEventLoop(lab: Lab, options: Options): Promise<void> {
  const servers: ServerProcess[] = []
  try {
    for (const implementation of lab.implementations) {
      servers.push(await ServerProcess.start(lab, implementation, options))
    }
    const rows: string[][] = []
    for (const load of LOADS) rows.push(await measureLoad(lab, servers, load, options))
    console.log(table(['Delay at p99, ms', ...servers.map(({ name }) => name)], rows))
  } finally {
    for (const server of servers) server.stop()
  }
}
