/** Measures this provider beside its peers, see docs/performance.md: `npm run bench -- COMMAND --quick`. */
import { measureColdStart } from './commands/cold_start.ts'
import { measureConstruction } from './commands/construction.ts'
import { measureEventLoop } from './commands/event_loop.ts'
import { measureMemory } from './commands/memory.ts'
import { measureRequests } from './commands/requests.ts'
import { measureStaticClients } from './commands/static_clients.ts'
import { type Lab, openLab } from './lab/lab.ts'
import { type Options, readOptions } from './lab/options.ts'

const COMMANDS: Readonly<Record<string, (lab: Lab, options: Options) => Promise<void>>> = {
  requests: measureRequests,
  'cold-start': measureColdStart,
  construction: measureConstruction,
  memory: measureMemory,
  'event-loop': measureEventLoop,
  'static-clients': measureStaticClients,
}

const options = readOptions()
const run = COMMANDS[options.command]
if (run === undefined) throw new Error(`no command ${options.command}: ${Object.keys(COMMANDS).join(', ')}`)
const lab = await openLab(options)
try {
  await run(lab, options)
} finally {
  lab.close()
}
