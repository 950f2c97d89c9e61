#!/usr/bin/env node
import { desk } from '../desk/desk.ts'
import { ProcessClock } from '../desk/process_clock.ts'
import { startTestProvider, type TestProvider } from '../test_provider.ts'
import { messageOf } from './cannot_start.ts'
import { init } from './init.ts'
import { readSettings, type StartSettings } from './settings.ts'
import { startTable } from './start_table.ts'
import { USAGE } from './usage.ts'

const UNUSABLE = 2

/** Ends it as containers and keyboards do. */
function stopOnSignal(running: readonly TestProvider[]): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void Promise.all(running.map((provider) => provider.stop())))
}

async function start({ issuers, isSilent, clockOffset }: StartSettings): Promise<void> {
  const clock = new ProcessClock(clockOffset)
  const running: TestProvider[] = []
  stopOnSignal(running)
  for (const options of issuers) {
    const provider = await startTestProvider(options, desk(clock))
    running.push(provider)
    if (!isSilent) process.stdout.write(startTable(provider, options, clockOffset))
  }
}

async function run(): Promise<void> {
  const settings = await readSettings(process.argv.slice(2))
  if (settings.task === 'help') process.stdout.write(USAGE)
  else if (settings.task === 'init') await init(settings.file, settings.asks)
  else await start(settings)
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return 'the port is taken: choose another one with --port'
  return messageOf(error)
}

run().catch((error: unknown) => {
  process.stderr.write(`openid-provider: ${reasonOf(error)}\nSee --help.\n`)
  // One of several may be listening already.
  process.exit(UNUSABLE)
})
