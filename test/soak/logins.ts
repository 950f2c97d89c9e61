import { Deployment } from '../support/deployment/deployment.ts'
import {
  raceAssertion,
  raceBackchannelRequest,
  raceDeviceCode,
  racePushedRequest,
  tally,
} from '../support/deployment/races.ts'
import type { RunningProvider, TokenAnswer } from '../support/start_provider.ts'
import { ENGINES, type Engine, stopAll } from './engines.ts'
import { type Report, seconds } from './report.ts'
import { disk, type Size } from './size.ts'

/** How many present one thing at once, each to another process. */
const RACERS = 4
/** People who log in at the same time. */
const AT_ONCE = 8

/** What came of everything that counts once. */
class Results {
  readonly raced: Record<string, number> = {}
  /** Races that nobody won, or more than one, or that were answered with something unexpected. */
  readonly wrong: string[] = []
  logins = 0

  /** @param lost what all but one have to be told */
  add(what: string, answers: readonly TokenAnswer[], lost: string): void {
    this.raced[what] = (this.raced[what] ?? 0) + 1
    const counted = tally(answers)
    const isRight = counted['200'] === 1 && counted[lost] === answers.length - 1
    if (!isRight) this.wrong.push(`${what}: ${JSON.stringify(counted)}`)
  }

  check(what: string, holds: boolean): void {
    if (!holds) this.wrong.push(what)
  }
}

const atOnce = <T>(run: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: RACERS }, run))

/** The code is presented by several at once; whoever won is taken for robbed, so that its tokens end. */
async function raceCode(op: RunningProvider, results: Results): Promise<void> {
  const { code, verifier } = await op.authorize()
  results.logins += 1
  const answers = await atOnce(() => op.exchange(code, verifier))
  results.add('code', answers, '400 invalid_grant')
  const winner = answers.find(({ status }) => status === 200)
  const after = await op.userinfo(winner?.body['access_token'])
  results.check(`tokens of a code that came again: ${after.status}`, after.status === 401)
}

/** A login whose tokens are used; then a pushed request, a device and its refresh token are raced. */
async function raceTheRest(op: RunningProvider, results: Results): Promise<void> {
  const { agent, status, body } = await op.login()
  results.logins += 1
  const { status: known } = await op.userinfo(body['access_token'])
  results.check(`login and its access token: ${status}, ${known}`, status === 200 && known === 200)

  const { codes, verifier } = await racePushedRequest(op, agent, RACERS)
  results.raced['pushed request'] = (results.raced['pushed request'] ?? 0) + 1
  results.check(`pushed request: ${codes.length} codes`, codes.length === 1)
  const exchanged = await op.exchange(codes[0] ?? '', verifier)
  results.check(`code of a pushed request: ${exchanged.status}`, exchanged.status === 200)

  results.add('device code', await raceDeviceCode(op, agent, RACERS), '400 invalid_grant')
  const refreshes = await atOnce(() => op.refresh(body['refresh_token']))
  results.add('refresh token', refreshes, '400 invalid_grant')
}

async function round(op: RunningProvider, results: Results): Promise<void> {
  await raceCode(op, results)
  await raceTheRest(op, results)
  results.add('CIBA request', await raceBackchannelRequest(op, RACERS), '400 invalid_grant')
  results.add('client assertion', await raceAssertion(op, RACERS), '401 invalid_client')
}

/** Several processes on one storage serve many logins; everything that counts once is raced across them. */
export async function soakLogins(report: Report, engine: Engine, size: Size): Promise<void> {
  report.heading(
    `${engine}: ${size.logins} logins at ${size.processes} processes behind a round robin, ${disk(engine, size)}`,
  )
  try {
    const { op } = await Deployment.start(await ENGINES[engine].start(size.durable), {
      processes: size.processes,
    })
    // Each client of a race listens to the provider that only names the endpoints.
    op.provider.setMaxListeners(0)
    const results = new Results()
    const begun = performance.now()
    const worker = async () => {
      while (results.logins < size.logins) await round(op, results)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    const raced = Object.entries(results.raced).map(([what, count]) => `${count} × ${what}`)
    report.note(`${results.logins} logins in ${seconds(begun)}, ${AT_ONCE} people at once`)
    report.note(`raced by ${RACERS} at once: ${raced.join(', ')}`)
    report.promise(
      results.wrong.length === 0,
      `no double use, and nothing unexpected (${results.wrong.length} times) ${results.wrong.slice(0, 5).join('; ')}`,
    )
  } finally {
    await stopAll(engine)
  }
}
