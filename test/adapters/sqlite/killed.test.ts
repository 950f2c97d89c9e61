import { expect } from 'chai'
import { newFile, removeSqliteFiles } from '../../support/sqlite_files.ts'
import type { RunningProvider, TokenAnswer } from '../../support/start_provider.ts'
import { type ProviderProcesses, startProcesses } from './provider_processes.ts'

const CYCLES = Number(process.env['KILL_CYCLES'] ?? 3)
const AT_ONCE = 16

const wasAnswered = ({ status }: TokenAnswer) => status !== 502

/** How long the last volley took, in milliseconds: the next one is hit within that time. */
let duration = 50

/** Sends everything at once, and kills one of the processes at a random moment. */
async function underFire<T>(
  processes: ProviderProcesses,
  items: readonly T[],
  send: (item: T) => Promise<TokenAnswer>,
): Promise<{ item: T; answer: TokenAnswer }[]> {
  const begun = performance.now()
  const replaced = randomMoment().then(() => processes.replace(Math.random() < 0.5 ? 0 : 1))
  const results = await Promise.all(items.map(async (item) => ({ item, answer: await send(item) })))
  duration = performance.now() - begun
  await replaced
  return results
}

const randomMoment = () =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.random() * duration)
  })

describe('a process on a SQLite file that is killed under load', function () {
  this.timeout(60_000 + CYCLES * 20_000)

  let processes: ProviderProcesses
  let op: RunningProvider
  before(async () => {
    processes = await startProcesses(newFile(), 2, 10)
    op = processes.op
  })
  after(async () => {
    await processes.stop()
    await removeSqliteFiles()
  })

  const codes = () => Promise.all(Array.from({ length: AT_ONCE }, () => op.authorize()))
  const works = async ({ body }: TokenAnswer) => (await op.userinfo(body['access_token'])).status === 200

  it('A177 loses no token that a client received, and redeems no code twice (RFC 6749 §4.1.2)', async () => {
    let [unanswered, lockedOut] = [0, 0]
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const results = await underFire(processes, await codes(), ({ code, verifier }) =>
        op.exchange(code, verifier),
      )
      const received = results.filter(({ answer }) => answer.status === 200)
      for (const { answer } of received) expect(await works(answer)).to.equal(true)

      for (const { item, answer } of results) {
        if (wasAnswered(answer)) expect(answer.status).to.equal(200)
        const again = await op.exchange(item.code, item.verifier)
        if (wasAnswered(answer)) expect(again.body['error']).to.equal('invalid_grant')
        else {
          unanswered += 1
          if (again.status !== 200) lockedOut += 1
          else expect((await op.exchange(item.code, item.verifier)).body['error']).to.equal('invalid_grant')
        }
      }
    }
    if (process.env['KILL_CYCLES'] !== undefined)
      process.stdout.write(`${unanswered} exchanges had no answer, ${lockedOut} of them cannot be repeated\n`)
  })

  it('A177 locks nobody out of a chain of refresh tokens within refreshTokenReuseWindow (RFC 9700 §4.14.2)', async () => {
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const logins = await Promise.all(
        (await codes()).map(({ code, verifier }) => op.exchange(code, verifier)),
      )
      const results = await underFire(processes, logins, ({ body }) => op.refresh(body['refresh_token']))

      for (const { item, answer } of results) {
        const last = wasAnswered(answer) ? answer : await op.refresh(item.body['refresh_token'])
        expect(last.status, JSON.stringify(last.body)).to.equal(200)
        expect(await works(last)).to.equal(true)
        expect((await op.refresh(last.body['refresh_token'])).status).to.equal(200)
      }
    }
  })
})
