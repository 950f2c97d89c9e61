import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from '../../../support/free_port.ts'

const run = promisify(execFile)
const DEBIAN_CLUSTERS = '/usr/lib/postgresql'

const servers = new Set<PostgresServer>()
const pools = new Set<pg.Pool>()

/** Stops every server that a test started, and closes every pool. */
export async function stopPostgres(): Promise<void> {
  const [openPools, started] = [[...pools], [...servers]]
  pools.clear()
  servers.clear()
  await Promise.all(openPools.map((pool) => pool.end()))
  await Promise.all(started.map((server) => server.remove()))
}

/** The settings that docs/storage.md recommends, for a database that may be away. */
export function openPool(connectionString: string, settings: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 2000,
    statement_timeout: 10_000,
    ...settings,
  })
  // Connections are lost on purpose.
  pool.on('error', () => {})
  pools.add(pool)
  return pool
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package makes. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = await Promise.all(['-u', '-g'].map((what) => run('id', [what, 'postgres'])))
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
}

/** Where the programs of the newest version are. */
function program(name: string): string {
  const versions = existsSync(DEBIAN_CLUSTERS) ? readdirSync(DEBIAN_CLUSTERS) : []
  const newest = versions.toSorted((one, other) => Number(other) - Number(one))
  const paths = newest.map((version) => join(DEBIAN_CLUSTERS, version, 'bin', name))
  return paths.find((path) => existsSync(path)) ?? name
}

/** A PostgreSQL of its own, whose data outlives a restart. */
export class PostgresServer {
  readonly url: string
  readonly #port: number
  readonly #folder: string
  readonly #user: { uid: number; gid: number } | undefined
  readonly #settings: readonly string[]
  #process: ChildProcess | undefined

  constructor(
    port: number,
    folder: string,
    user: { uid: number; gid: number } | undefined,
    settings: readonly string[],
  ) {
    this.url = `postgres://op@127.0.0.1:${port}/postgres`
    this.#port = port
    this.#folder = folder
    this.#user = user
    this.#settings = settings
  }

  async create(): Promise<void> {
    const options = ['-D', this.#folder, '-U', 'op', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
    await run(program('initdb'), options, { ...this.#user, cwd: this.#folder })
  }

  /** Ends when it accepts connections. */
  async start(): Promise<void> {
    const settings = [
      ['listen_addresses', '127.0.0.1'],
      ['port', String(this.#port)],
      ['unix_socket_directories', this.#folder],
      ...this.#settings.map((setting) => setting.split('=')),
    ].flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(program('postgres'), ['-D', this.#folder, ...settings], {
      ...this.#user,
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process = child
    const said: string[] = []
    await new Promise<void>((resolve, reject) => {
      createInterface(child.stderr).on('line', (line) => {
        if (line.includes('ready to accept connections')) resolve()
        said.push(line)
      })
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`postgres ended: ${said.slice(-5).join('\n')}`)))
    })
  }

  /** @param signal SIGINT ends connections in the middle of what they do, SIGQUIT is as good as a crash */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  async remove(): Promise<void> {
    await this.stop('SIGQUIT')
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Acknowledged writes need not survive the end of the machine. */
const VOLATILE = ['fsync=off', 'full_page_writes=off']

export async function startPostgres(
  options: { durable?: boolean; settings?: string[] } = {},
): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'))
  const user = await unprivileged()
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  const settings = [...(options.durable ? [] : VOLATILE), 'max_connections=60', ...(options.settings ?? [])]
  const server = new PostgresServer(await freePort(), folder, user, settings)
  servers.add(server)
  await server.create()
  await server.start()
  return server
}
