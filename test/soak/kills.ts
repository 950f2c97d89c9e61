import { Deployment } from '../support/deployment/deployment.ts'
import type { RunningProvider, TokenAnswer } from '../support/start_provider.ts'
import { ENGINES, type Engine, stopAll } from './engines.ts'
import { Killer } from './killer.ts'
import { type Report, seconds } from './report.ts'
import { disk, type Size } from './size.ts'

const AT_ONCE = 16
/** What the balancer says for a process that is no more. */
const UNANSWERED = 502

interface Counts {
  answered: number
  unanswered: number
  lockedOut: number
  /** Tokens that a client received, and that did not work. */
  lost: number
  /** Codes that were redeemed once more. */
  twice: number
  unexpected: string[]
}

const none = (): Counts => ({
  answered: 0,
  unanswered: 0,
  lockedOut: 0,
  lost: 0,
  twice: 0,
  unexpected: [],
})

const times = <T>(run: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: AT_ONCE }, run))

/** Kills one process at a random moment of what is under way. */
class Volley {
  readonly #deployment: Deployment
  readonly #killer: Killer
  /** Milliseconds that the last one took: the next one is hit within that time. */
  #duration = 60

  constructor(deployment: Deployment, killer: Killer) {
    this.#deployment = deployment
    this.#killer = killer
  }

  async send(requests: readonly (() => Promise<TokenAnswer>)[]): Promise<TokenAnswer[]> {
    const begun = performance.now()
    const wait = Math.random() * this.#duration
    const killed = this.#deployment.killedBy((pid) => this.#killer.strike(pid, wait))
    const answers = await Promise.all(requests.map((request) => request()))
    this.#duration = performance.now() - begun
    await killed
    return answers
  }

  /** Another process for the one that was killed: clients try again before that, which may take longer than the window. */
  async recover(): Promise<void> {
    await this.#deployment.add()
  }
}

const works = async (op: RunningProvider, { body }: TokenAnswer): Promise<boolean> =>
  (await op.userinfo(body['access_token'])).status === 200

async function exchanges(op: RunningProvider, volley: Volley, counts: Counts): Promise<void> {
  const logins = await times(() => op.authorize())
  const first = await volley.send(
    logins.map(
      ({ code, verifier }) =>
        () =>
          op.exchange(code, verifier),
    ),
  )
  for (const [index, { code, verifier }] of logins.entries()) {
    const answer = first[index]
    const wasLost = answer?.status === UNANSWERED
    const last = wasLost ? await op.exchange(code, verifier) : answer
    counts[wasLost ? 'unanswered' : 'answered'] += 1
    if (last?.status === 200) {
      if (!(await works(op, last))) counts.lost += 1
      if ((await op.exchange(code, verifier)).status === 200) counts.twice += 1
    } else if (wasLost && last?.body['error'] === 'invalid_grant') counts.lockedOut += 1
    else counts.unexpected.push(`${last?.status} ${last?.body['error']}`)
  }
}

async function refreshes(op: RunningProvider, volley: Volley, counts: Counts): Promise<void> {
  const logins = await times(() => op.login())
  const tokens = logins.map(({ body }) => body['refresh_token'])
  const first = await volley.send(tokens.map((token) => () => op.refresh(token)))
  for (const [index, token] of tokens.entries()) {
    const answer = first[index]
    const wasLost = answer?.status === UNANSWERED
    const last = wasLost ? await op.refresh(token) : answer
    counts[wasLost ? 'unanswered' : 'answered'] += 1
    if (last?.status !== 200) {
      if (wasLost) counts.lockedOut += 1
      else counts.unexpected.push(`${last?.status} ${last?.body['error']}`)
    } else if (!(await works(op, last)) || (await op.refresh(last.body['refresh_token'])).status !== 200)
      counts.lost += 1
  }
}

function tell(report: Report, what: string, counts: Counts, mayLock: number): void {
  const { answered, unanswered, lockedOut, lost, twice, unexpected } = counts
  report.note(`${answered + unanswered} ${what}, ${unanswered} of them without an answer`)
  report.promise(lost === 0, `every token that a client received works (${lost} did not)`)
  if (what === 'exchanges') report.promise(twice === 0, `no code is redeemed twice (${twice} were)`)
  report.promise(
    lockedOut <= unanswered * mayLock,
    `${lockedOut} of ${unanswered} without an answer are locked out (at most ${mayLock * 100} %)`,
  )
  report.promise(unexpected.length === 0, `nothing else was answered ${unexpected.slice(0, 5).join('; ')}`)
}

/** One of several processes is killed at random moments, while clients exchange codes and refresh. */
export async function soakKills(report: Report, engine: Engine, size: Size): Promise<void> {
  report.heading(
    `${engine}: ${size.cycles} kills of one of ${size.processes} processes, ${AT_ONCE} exchanges at a time, then ${AT_ONCE} refreshes, ${disk(engine, size)}`,
  )
  const killer = new Killer()
  try {
    const deployment = await Deployment.start(await ENGINES[engine].start(size.durable), {
      processes: size.processes,
      reuseWindow: 10,
    })
    const { op } = deployment
    const begun = performance.now()
    for (const [what, run, mayLock] of [
      ['exchanges', exchanges, 0.1],
      ['refreshes', refreshes, 0],
    ] as const) {
      const [counts, volley] = [none(), new Volley(deployment, killer)]
      for (let cycle = 0; cycle < size.cycles; cycle += 1) {
        await run(op, volley, counts)
        await volley.recover()
      }
      tell(report, what, counts, mayLock)
    }
    report.note(`took ${seconds(begun)}`)
  } finally {
    await killer.stop()
    await stopAll(engine)
  }
}
