import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis, type RedisOptions } from 'ioredis'
import { freePort } from '../../../support/free_port.ts'

/** The settings that docs/storage.md recommends. */
export const CLIENT_OPTIONS = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt: number) => Math.min(attempt * 50, 1000),
} satisfies RedisOptions

export type ClientOptions = Pick<
  RedisOptions,
  | 'enableOfflineQueue'
  | 'autoResendUnfulfilledCommands'
  | 'maxRetriesPerRequest'
  | 'enableAutoPipelining'
  | 'keyPrefix'
  | 'enableReadyCheck'
>

const servers = new Set<RedisServer>()
const clients = new Set<{ disconnect(): void }>()

process.on('exit', () => {
  for (const server of servers) server.kill()
})

/** Stops every server and every client that a test started. */
export async function stopRedis(): Promise<void> {
  for (const client of clients) client.disconnect()
  clients.clear()
  const started = [...servers]
  servers.clear()
  await Promise.all(started.map((server) => server.remove()))
}

/** A client that `stopRedis` closes. It tells of lost connections, which tests cause on purpose. */
export function watched<C extends { disconnect(): void; on(event: 'error', told: () => void): unknown }>(
  client: C,
): C {
  clients.add(client)
  client.on('error', () => {})
  return client
}

/** A Redis of its own on a loopback port, whose data outlives a restart. */
export class RedisServer {
  readonly port: number
  readonly #folder: string
  readonly #settings: readonly string[]
  #process: ChildProcess | undefined

  constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port
    this.#folder = folder
    this.#settings = settings
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Ends when it accepts connections, with all data loaded. */
  async start(): Promise<void> {
    const own = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--dir',
      this.#folder,
      '--daemonize',
      'no',
    ]
    const child = spawn('redis-server', [...this.#settings, ...own], { stdio: ['ignore', 'pipe', 'ignore'] })
    this.#process = child
    const said: string[] = []
    await new Promise<void>((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        if (/Ready to accept connections|Sentinel ID is/.test(line)) resolve()
        said.push(line)
      })
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`redis-server ended: ${said.slice(-5).join('\n')}`)))
    })
  }

  /** @param signal SIGKILL for a crash */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  /** Keeps its connections, and answers nothing. */
  hang(): void {
    this.#process?.kill('SIGSTOP')
  }

  wakeUp(): void {
    this.#process?.kill('SIGCONT')
  }

  kill(): void {
    this.#process?.kill('SIGKILL')
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL')
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** A client that is ready. */
  async connect(options: ClientOptions = {}): Promise<Redis> {
    const client = watched(
      new Redis(this.port, '127.0.0.1', { ...CLIENT_OPTIONS, ...options, lazyConnect: true }),
    )
    await client.connect()
    return client
  }
}

/** Every acknowledged write is on disk. */
const DURABLE = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always']
const VOLATILE = ['--save', '', '--appendonly', 'no']
/** Between finding a free port and using it, somebody else may. */
const ATTEMPTS = 3

/** @param settings command line, in the folder and for the port that were found */
export async function startServer(
  settings: (folder: string) => readonly string[] | Promise<readonly string[]>,
): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'redis-'))
    const server = new RedisServer(await freePort(), folder, await settings(folder))
    servers.add(server)
    try {
      await server.start()
      return server
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
    }
  }
}

export function startRedis(options: { durable?: boolean; settings?: string[] } = {}): Promise<RedisServer> {
  const kept = options.durable ? DURABLE : VOLATILE
  return startServer(() => [...kept, ...(options.settings ?? [])])
}
