import { startPostgres } from '../adapters/postgres/support/postgres_server.ts'
import { type RedisServer, startRedis } from '../adapters/redis/support/redis_server.ts'
import { startReplicated } from '../adapters/redis/support/sentinel.ts'
import { Deployment } from '../support/deployment/deployment.ts'
import type { RunningProvider } from '../support/start_provider.ts'
import { type Engine, stopAll } from './engines.ts'
import { type Report, seconds } from './report.ts'
import type { Size } from './size.ts'

/** Clients that refresh all the time. */
const CHAINS = 16
/** Seconds; what hangs is given up after that. */
const STORAGE_TIMEOUT = 2
/** Milliseconds that a loaded machine adds to any answer. */
const SLACK = 500

/** What a client was told, and holds. */
interface Chain {
  refreshToken: unknown
  readonly accessTokens: unknown[]
}

interface Failure {
  readonly status: number
  readonly hasRetryAfter: boolean
  /** Milliseconds. */
  readonly took: number
}

/** Clients that go on refreshing whatever happens. */
class Load {
  readonly chains: readonly Chain[]
  failures: Failure[] = []
  readonly #op: RunningProvider
  readonly #running: Promise<unknown>
  #isStopping = false

  private constructor(op: RunningProvider, chains: readonly Chain[]) {
    this.#op = op
    this.chains = chains
    this.#running = Promise.all(chains.map((chain) => this.#use(chain)))
  }

  static async start(op: RunningProvider): Promise<Load> {
    const logins = await Promise.all(Array.from({ length: CHAINS }, () => op.login()))
    const chains = logins.map(({ body }) => ({
      refreshToken: body['refresh_token'],
      accessTokens: [body['access_token']],
    }))
    return new Load(op, chains)
  }

  async #use(chain: Chain): Promise<void> {
    while (!this.#isStopping) {
      const begun = performance.now()
      const { status, headers, body } = await this.#op.refresh(chain.refreshToken)
      if (status === 200) {
        chain.accessTokens.push(body['access_token'])
        chain.refreshToken = body['refresh_token']
      } else {
        const took = performance.now() - begun
        this.failures.push({ status, hasRetryAfter: headers.has('retry-after'), took })
        await pause(20)
      }
    }
  }

  /** Ends when every client has got something new. */
  async allServed(): Promise<void> {
    const before = this.chains.map(({ accessTokens }) => accessTokens.length)
    while (this.chains.some(({ accessTokens }, index) => accessTokens.length <= (before[index] ?? 0)))
      await pause(5)
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#running
  }

  /** @returns how many of what was acknowledged is not there any more, and of how many */
  async lost(): Promise<[number, number]> {
    let [lost, all] = [0, 0]
    for (const { accessTokens, refreshToken } of this.chains) {
      for (const token of accessTokens) {
        all += 1
        if ((await this.#op.userinfo(token)).status !== 200) lost += 1
      }
      all += 1
      if ((await this.#op.refresh(refreshToken)).status !== 200) lost += 1
    }
    return [lost, all]
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

interface Outage {
  readonly name: string
  /** Milliseconds within which a request has to be answered meanwhile. */
  readonly within: number
  /** Whether all that was acknowledged has to be there afterwards. */
  readonly isDurable: boolean
  begin(): Promise<void>
  /** Ends when storage is there again. */
  end(): Promise<void>
}

/** Milliseconds that storage is away. */
const AWAY = 1500

async function suffer(report: Report, op: RunningProvider, outage: Outage, count: number): Promise<void> {
  const load = await Load.start(op)
  let longest = 0
  for (let round = 0; round < count; round += 1) {
    await load.allServed()
    await outage.begin()
    await pause(AWAY)
    await outage.end()
    const back = performance.now()
    await load.allServed()
    longest = Math.max(longest, performance.now() - back)
  }
  await load.stop()
  const [lost, all] = await load.lost()
  tell(report, outage, { failures: load.failures, longest, lost, all, count })
}

interface Suffered {
  readonly failures: readonly Failure[]
  readonly longest: number
  readonly lost: number
  readonly all: number
  readonly count: number
}

function tell(report: Report, outage: Outage, { failures, longest, lost, all, count }: Suffered): void {
  const slowest = Math.max(0, ...failures.map(({ took }) => took))
  const strange = failures.filter(({ status, hasRetryAfter }) => status !== 503 || !hasRetryAfter)
  report.note(`${outage.name}, ${count} times, ${CHAINS} clients refresh: ${failures.length} refused`)
  report.promise(strange.length === 0, `all by 503 with Retry-After (${strange.length} otherwise)`)
  report.promise(
    slowest <= outage.within + SLACK,
    `the slowest refusal took ${Math.round(slowest)} ms (allowed: ${outage.within})`,
  )
  report.promise(
    longest <= 5000,
    `all clients are served ${Math.round(longest)} ms after it is back, at the latest`,
  )
  const kept = `${lost} of ${all} acknowledged tokens are lost`
  if (outage.isDurable) report.promise(lost === 0, kept)
  else report.note(`${kept}: replication is asynchronous`)
}

async function redisOutages(report: Report, { outages, processes }: Size): Promise<void> {
  const server: RedisServer = await startRedis({ durable: true })
  const { op } = await Deployment.start(server.url, {
    processes,
    reuseWindow: 60,
    storageTimeout: STORAGE_TIMEOUT,
  })
  const start = () => server.start()
  for (const [name, signal] of [
    ['Redis is restarted', 'SIGTERM'],
    ['Redis crashes', 'SIGKILL'],
  ] as const) {
    const begin = () => server.stop(signal)
    await suffer(report, op, { name, within: 1000, isDurable: true, begin, end: start }, outages)
  }
  const hang = {
    name: 'Redis hangs',
    within: STORAGE_TIMEOUT * 1000,
    isDurable: true,
    begin: async () => server.hang(),
    end: async () => server.wakeUp(),
  }
  await suffer(report, op, hang, outages)
}

async function sentinelOutage(report: Report, { processes }: Size): Promise<void> {
  const { master, replica, sentinel } = await startReplicated({ durable: true })
  const { op } = await Deployment.start(`sentinel://127.0.0.1:${sentinel.port}/main`, {
    processes,
    reuseWindow: 60,
    storageTimeout: STORAGE_TIMEOUT,
  })
  const admin = await replica.connect()
  const outage = {
    name: 'the master crashes, and Sentinel fails over',
    within: STORAGE_TIMEOUT * 1000,
    isDurable: false,
    begin: () => master.stop('SIGKILL'),
    async end() {
      while (!String(await admin.role()).includes('master')) await pause(10)
    },
  }
  await suffer(report, op, outage, 1)
}

async function postgresOutages(report: Report, { outages, processes }: Size): Promise<void> {
  const server = await startPostgres({ durable: true })
  const { op } = await Deployment.start(server.url, {
    processes,
    reuseWindow: 60,
    storageTimeout: STORAGE_TIMEOUT,
  })
  for (const [name, signal] of [
    ['PostgreSQL is restarted', 'SIGINT'],
    ['PostgreSQL crashes', 'SIGQUIT'],
  ] as const) {
    const begin = () => server.stop(signal)
    const end = () => server.start()
    await suffer(report, op, { name, within: 1000, isDurable: true, begin, end }, outages)
  }
}

const OUTAGES = { redis: [redisOutages, sentinelOutage], postgres: [postgresOutages] }

/** Storage goes away under load and comes back. A file has nothing that could go away. */
export async function soakOutages(report: Report, engine: Engine, size: Size): Promise<void> {
  if (engine === 'sqlite') return
  report.heading(`${engine}: storage that goes away under load, ${size.processes} processes`)
  const begun = performance.now()
  for (const run of OUTAGES[engine]) {
    try {
      await run(report, size)
    } finally {
      await stopAll(engine)
    }
  }
  report.note(`took ${seconds(begun)}`)
}
