/** Long runs of several processes on one storage: `npm run soak -- --engines redis,postgres,sqlite --parts logins,kills,outages`. */
import { parseArgs } from 'node:util'
import type { Engine } from './engines.ts'
import { soakKills } from './kills.ts'
import { soakLogins } from './logins.ts'
import { soakOutages } from './outages.ts'
import { Report } from './report.ts'
import type { Size } from './size.ts'

const { values } = parseArgs({
  options: {
    engines: { type: 'string', default: 'redis,postgres,sqlite' },
    parts: { type: 'string', default: 'logins,kills,outages' },
    logins: { type: 'string', default: '2000' },
    cycles: { type: 'string', default: '30' },
    outages: { type: 'string', default: '5' },
    processes: { type: 'string', default: '4' },
    durable: { type: 'boolean', default: false },
  },
})

const size: Size = {
  logins: Number(values.logins),
  cycles: Number(values.cycles),
  outages: Number(values.outages),
  processes: Number(values.processes),
  durable: values.durable,
}
const PARTS = new Map([
  ['logins', soakLogins],
  ['kills', soakKills],
  ['outages', soakOutages],
])

const isEngine = (name: string): name is Engine => ['redis', 'postgres', 'sqlite'].includes(name)

async function soak(report: Report): Promise<void> {
  for (const engine of values.engines.split(',')) {
    if (!isEngine(engine)) throw new TypeError(`no such engine: ${engine}`)
    for (const name of values.parts.split(',')) {
      const part = PARTS.get(name)
      if (part === undefined) throw new TypeError(`no such part: ${name}`)
      await part(report, engine, size)
    }
  }
}

const report = new Report()
soak(report).then(
  () => {
    const { broken } = report
    process.stdout.write(broken.length === 0 ? '\nAll promises held.\n' : `\n${broken.length} BROKEN\n`)
    process.exit(broken.length === 0 ? 0 : 1)
  },
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`)
    process.exit(2)
  },
)
