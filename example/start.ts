import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { parseArgs } from 'node:util'
import { SqliteFailure, sqliteAdapter } from '../lib/adapters/sqlite.ts'
import type { Logger } from '../types/configuration.ts'
import { keptSecrets, newSecrets } from './kept_secrets.ts'
import { makeProvider } from './provider.ts'
import { makeRelyingParty } from './relying_party.ts'

export interface StartOptions {
  /** Port of the provider; 0 takes a free one. @default 3000 */
  port?: number
  /** Port of the relying party; 0 takes a free one. @default 3001 */
  rpPort?: number
  /** File that keeps what the provider stores, and one beside it that keeps its keys. @default nothing is kept */
  data?: string | undefined
  /** Receives the provider's notices. @default prints them */
  logger?: Logger
}

export interface Demo {
  /** Address of the provider. */
  issuer: string
  /** Address of the relying party. */
  relyingParty: string
  close(): Promise<void>
}

/** A port that cannot be used; the message says what to do. */
class UnusablePort extends Error {}

/** Takes the port before there is anything to serve: the address has to be known first. */
async function listen(port: number, variable: string): Promise<{ server: Server; address: string }> {
  const server = createServer()
  // People on the network have no business with a login that lets everybody in.
  server.listen(port, 'localhost')
  try {
    await once(server, 'listening')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    throw new UnusablePort(`Port ${port} is taken. Choose another one: ${variable}=${port + 10} npm start`)
  }
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('a TCP port was expected')
  return { server, address: `http://localhost:${bound.port}` }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

/** In memory, or in a file that survives restarts together with the keys. */
function openStorage(data: string | undefined) {
  if (data === undefined) return { adapter: undefined, secrets: newSecrets() }
  return { adapter: sqliteAdapter({ file: data }), secrets: keptSecrets(`${data}.keys.json`) }
}

/** Starts the provider and the relying party of the demo. */
export async function start({ port = 3000, rpPort = 3001, data, logger }: StartOptions = {}): Promise<Demo> {
  const storage = openStorage(data)
  const op = await listen(port, 'PORT')
  const rp = await listen(rpPort, 'RP_PORT').catch(async (error: unknown) => {
    await close(op.server)
    throw error
  })
  const { adapter, secrets } = storage
  const client = {
    client_id: 'demo',
    client_secret: secrets.clientSecret,
    redirect_uri: `${rp.address}/cb`,
    post_logout_redirect_uri: `${rp.address}/`,
  }
  op.server.on('request', makeProvider(op.address, { client, secrets, adapter, logger }).callback())
  rp.server.on('request', makeRelyingParty(op.address, client).callback())
  return {
    issuer: op.address,
    relyingParty: rp.address,
    close: async () => {
      await Promise.all([close(op.server), close(rp.server)])
      await adapter?.close()
    },
  }
}

/** Reads a port from the environment. */
function portFrom(variable: string, fallback: number): number {
  const text = process.env[variable] ?? String(fallback)
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new UnusablePort(`${variable} has to be a port between 0 and 65535, not ${JSON.stringify(text)}`)
}

async function main(): Promise<void> {
  try {
    const { data } = parseArgs({ options: { data: { type: 'string' } } }).values
    const demo = await start({ port: portFrom('PORT', 3000), rpPort: portFrom('RP_PORT', 3001), data })
    console.log(`
  Provider       ${demo.issuer}/.well-known/openid-configuration
  Application    ${demo.relyingParty}    <- open this one

  Sign in as "ann" with any password; every other name works too.
  ${data === undefined ? 'Nothing is kept; to keep it: npm start -- --data demo.sqlite' : `Kept in ${data}.`}
  Press Ctrl+C to stop.
`)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void demo.close())
  } catch (error) {
    if (!(error instanceof UnusablePort || error instanceof SqliteFailure)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

const script = process.argv[1]
// Not awaited, so that the file can be loaded like all others; what it throws ends the process all the same.
if (script !== undefined && realpathSync(script) === import.meta.filename) void main()
