import { Deployment, UNANSWERED } from '../support/deployment/deployment.ts'
import type { RunningProvider, TokenAnswer } from '../support/start_provider.ts'
import { times } from '../support/times.ts'
import { ENGINES, type Engine, stopAll } from './engines.ts'
import { Killer } from './killer.ts'
import { type Report, seconds } from './report.ts'
import { disk, type Size } from './size.ts'

const AT_ONCE = 16
/** Logins of each client in one cycle: a code is exchanged, and what it brought is refreshed. */
const LOGINS_EACH = 4

/** So often a client asks for one thing. */
const TRIES = 3

interface Counts {
  answered: number
  unanswered: number
  lockedOut: number
  unexpected: string[]
}

interface Tally {
  readonly exchanges: Counts
  readonly refreshes: Counts
  /** Tokens that a client received, and that did not work. */
  lost: number
  /** Codes that were redeemed once more. */
  twice: number
}

type Login = Awaited<ReturnType<RunningProvider['authorize']>>

/** What a client holds at the end of a cycle. */
interface Held {
  readonly login: Login
  readonly tokens: readonly TokenAnswer[]
}

const none = (): Counts => ({ answered: 0, unanswered: 0, lockedOut: 0, unexpected: [] })

/** Does one thing after the other. */
async function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await run(item))
  return results
}

/** Asks again when a process ended before it answered. @returns the answer that a client goes on with, if any */
async function persist(
  request: () => Promise<TokenAnswer>,
  counts: Counts,
): Promise<TokenAnswer | undefined> {
  let answer = await request()
  const wasLost = answer.status === UNANSWERED
  counts[wasLost ? 'unanswered' : 'answered'] += 1
  // A process that is ending may still take a connection.
  for (let left = TRIES; left > 1 && answer.status === UNANSWERED; left -= 1) answer = await request()
  if (answer.status === 200) return answer
  if (wasLost && answer.body['error'] === 'invalid_grant') counts.lockedOut += 1
  else counts.unexpected.push(`${answer.status} ${answer.body['error']}`)
  return undefined
}

async function use(op: RunningProvider, login: Login, tally: Tally): Promise<Held> {
  const exchanged = await persist(() => op.exchange(login.code, login.verifier), tally.exchanges)
  if (exchanged === undefined) return { login, tokens: [] }
  const refreshed = await persist(() => op.refresh(exchanged.body['refresh_token']), tally.refreshes)
  return { login, tokens: [exchanged, ...(refreshed === undefined ? [] : [refreshed])] }
}

async function check(op: RunningProvider, { login, tokens }: Held, tally: Tally): Promise<void> {
  for (const { body } of tokens) {
    if ((await op.userinfo(body['access_token'])).status !== 200) tally.lost += 1
  }
  const latest = tokens.at(-1)
  if (latest === undefined) return
  if ((await op.refresh(latest.body['refresh_token'])).status !== 200) tally.lost += 1
  if ((await op.exchange(login.code, login.verifier)).status === 200) tally.twice += 1
}

/** Kills one process at a random moment of what is under way. */
class Volley {
  readonly #deployment: Deployment
  readonly #killer: Killer
  /** Milliseconds that the last one took: the next one is hit within that time. */
  #duration = 200

  constructor(deployment: Deployment, killer: Killer) {
    this.#deployment = deployment
    this.#killer = killer
  }

  async under<T>(load: () => Promise<T>): Promise<T> {
    const begun = performance.now()
    const wait = Math.random() * this.#duration
    const killed = this.#deployment.killedBy((pid) => this.#killer.strike(pid, wait))
    const result = await load()
    this.#duration = performance.now() - begun
    await killed
    // Only now: clients ask again while there is one process less, as they would.
    await this.#deployment.add()
    return result
  }
}

/** Clients that exchange and refresh, each one thing after the other, while a process is killed. */
async function cycle(op: RunningProvider, volley: Volley, tally: Tally): Promise<void> {
  const clients = await times(AT_ONCE, () =>
    inTurn(Array.from({ length: LOGINS_EACH }), () => op.authorize()),
  )
  const held = await volley.under(() =>
    Promise.all(clients.map((logins) => inTurn(logins, (login) => use(op, login, tally)))),
  )
  await Promise.all(held.map((results) => inTurn(results, (result) => check(op, result, tally))))
}

function tell(report: Report, what: string, counts: Counts, mayLock: number): void {
  const { answered, unanswered, lockedOut, unexpected } = counts
  report.note(`${answered + unanswered} ${what}, ${unanswered} of them without an answer`)
  report.promise(
    lockedOut <= unanswered * mayLock,
    `${lockedOut} of ${unanswered} without an answer are locked out (at most ${mayLock * 100} %)`,
  )
  report.promise(unexpected.length === 0, `nothing else was answered ${unexpected.slice(0, 5).join('; ')}`)
}

/** One of several processes is killed at random moments, while clients exchange codes and refresh. */
export async function soakKills(report: Report, engine: Engine, size: Size): Promise<void> {
  report.heading(
    `${engine}: ${size.cycles} kills of one of ${size.processes} processes under exchanges and refreshes, ${AT_ONCE} at a time, ${disk(engine, size)}`,
  )
  const killer = new Killer()
  try {
    const deployment = await Deployment.start(await ENGINES[engine].start(size.durable), {
      processes: size.processes,
      reuseWindow: 10,
    })
    const { op } = deployment
    const begun = performance.now()
    const volley = new Volley(deployment, killer)
    const tally: Tally = { exchanges: none(), refreshes: none(), lost: 0, twice: 0 }
    for (let count = 0; count < size.cycles; count += 1) await cycle(op, volley, tally)
    tell(report, 'exchanges', tally.exchanges, 0.1)
    tell(report, 'refreshes', tally.refreshes, 0)
    report.promise(tally.lost === 0, `every token that a client received works (${tally.lost} did not)`)
    report.promise(tally.twice === 0, `no code is redeemed twice (${tally.twice} were)`)
    report.note(`took ${seconds(begun)}`)
  } finally {
    await killer.stop()
    await stopAll(engine)
  }
}
