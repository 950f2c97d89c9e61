import { expect } from 'chai'
import { stopProviders, type TokenAnswer } from '../start_provider.ts'
import { times } from '../times.ts'
import { Deployment, stopDeployments, UNANSWERED } from './deployment.ts'
import type { SharedStorage } from './raced_processes.ts'

/** A server that can be looked into. */
export interface InspectedStorage extends SharedStorage {
  /** Access tokens that were issued for codes, and codes that are used up. */
  issuedAndSpent(codes: readonly string[]): Promise<[number, number]>
}

const CYCLES = 3
const CLIENTS = 16

interface Exchange {
  readonly code: string
  readonly verifier: string
  readonly answers: TokenAnswer[]
}

/** Processes of a deployment are killed under load: nothing counts twice, and nothing that arrived is lost. */
export function describeKilledProcesses(title: string, storage: InspectedStorage): void {
  describe(title, function suite() {
    this.timeout(180_000)
    let deployment: Deployment
    before(async () => {
      deployment = await Deployment.start(await storage.start(), { reuseWindow: 10 })
    })
    after(async () => {
      await stopDeployments()
      await stopProviders()
      await storage.stop()
    })

    /** Runs requests, and kills a process when some of them were answered. @param after how many that are */
    async function killed(
      requests: readonly (() => Promise<TokenAnswer>)[],
      after: number,
    ): Promise<TokenAnswer[]> {
      let answered = 0
      let kill: Promise<void> | undefined
      const answers = await Promise.all(
        requests.map(async (request) => {
          const answer = await request()
          answered += 1
          if (answered > after) kill ??= deployment.kill()
          return answer
        }),
      )
      await kill
      return answers
    }

    async function expectWorking(answers: readonly TokenAnswer[]): Promise<void> {
      const { op } = deployment
      const statuses = await Promise.all(
        answers.map(async ({ body }) => (await op.userinfo(body['access_token'])).status),
      )
      expect(statuses).to.deep.equal(answers.map(() => 200))
    }

    it('T8: no code is redeemed twice or half, and every token that arrived works (RFC 6749 §4.1.2)', async () => {
      const { op } = deployment
      const exchanges: Exchange[] = []
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        const logins = await times(CLIENTS, () => op.authorize())
        const batch = logins.map(({ code, verifier }): Exchange => ({ code, verifier, answers: [] }))
        exchanges.push(...batch)

        const first = await killed(
          batch.map(
            ({ code, verifier }) =>
              () =>
                op.exchange(code, verifier),
          ),
          cycle,
        )
        for (const [index, { code, verifier, answers }] of batch.entries()) {
          const answer = first[index]
          if (answer !== undefined) answers.push(answer)
          if (answer?.status === UNANSWERED) answers.push(await op.exchange(code, verifier))
        }
        await deployment.add()
      }

      for (const { code, answers } of exchanges) {
        expect(code).not.to.equal('')
        const statuses = answers.map(({ status }) => status)
        // Without an answer it was redeemed, and stays so, or it was not.
        expect(statuses.join()).to.match(/^(?:200|502,200|502,400)$/)
      }
      const received = exchanges.flatMap(({ answers }) => answers).filter(({ status }) => status === 200)
      const [issued, spent] = await storage.issuedAndSpent(exchanges.map(({ code }) => code))
      // Whoever asks again for what was issued, and lost, is taken for a thief: the code goes with its tokens.
      expect([issued, spent]).to.deep.equal([received.length, received.length])
      await expectWorking(received)
    })

    it('R4: nobody loses a refresh token whose answer got lost, within refreshTokenReuseWindow (RFC 9700 §4.14.2)', async () => {
      const { op } = deployment
      const logins = await times(CLIENTS, () => op.login())
      const holders = logins.map(({ body }) => ({ refreshToken: body['refresh_token'] }))
      const received: TokenAnswer[] = []
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        const first = await killed(
          holders.map(
            ({ refreshToken }) =>
              () =>
                op.refresh(refreshToken),
          ),
          cycle,
        )
        for (const [index, holder] of holders.entries()) {
          const lost = first[index]?.status === UNANSWERED
          const answer = lost ? await op.refresh(holder.refreshToken) : first[index]
          expect(answer?.status).to.equal(200)
          holder.refreshToken = answer?.body['refresh_token']
          if (answer !== undefined) received.push(answer)
        }
        await deployment.add()
      }

      await expectWorking(received)
    })
  })
}
