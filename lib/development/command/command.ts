#!/usr/bin/env node
import { writeFile } from 'node:fs/promises'
import { desk } from '../desk/desk.ts'
import { EXAMPLE_USERS } from '../options.ts'
import { startTestProvider, type TestProvider } from '../test_provider.ts'
import { CannotStart, CONFIG_FILE, readSettings, type Settings } from './settings.ts'
import { startTable } from './start_table.ts'
import { USAGE } from './usage.ts'

const UNUSABLE = 2

/** What `init` writes: one of each. */
const EXAMPLE = {
  port: 9000,
  clients: [
    {
      client_id: 'shop',
      client_secret: 'change me',
      redirect_uris: ['http://localhost:3000/callback'],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    },
  ],
  anyClient: true,
  users: EXAMPLE_USERS,
  resourceServers: {
    'https://api.example.com': { scope: 'orders:read orders:write', accessTokenFormat: 'jwt' },
  },
  ttl: { AccessToken: 3600 },
}

async function init(): Promise<void> {
  try {
    await writeFile(CONFIG_FILE, `${JSON.stringify(EXAMPLE, null, 2)}\n`, { flag: 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new CannotStart(`${CONFIG_FILE} is there already`)
    throw error
  }
  process.stdout.write(`${CONFIG_FILE} is written: edit it, then run npx openid-provider\n`)
}

/** Ends it as containers and keyboards do. */
function stopOnSignal(running: readonly TestProvider[]): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void Promise.all(running.map((provider) => provider.stop())))
}

async function start({ issuers, isSilent }: Settings): Promise<void> {
  const running: TestProvider[] = []
  stopOnSignal(running)
  for (const options of issuers) {
    const provider = await startTestProvider(options, desk())
    running.push(provider)
    if (!isSilent) process.stdout.write(startTable(provider, options))
  }
}

async function run(): Promise<void> {
  const settings = readSettings(process.argv.slice(2))
  if (settings.task === 'help') process.stdout.write(USAGE)
  else if (settings.task === 'init') await init()
  else await start(settings)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE')
    return 'the port is taken: choose another one with --port'
  return error.message
}

run().catch((error: unknown) => {
  process.stderr.write(`openid-provider: ${reasonOf(error)}\nSee --help.\n`)
  // One of several may be listening already.
  process.exit(UNUSABLE)
})
