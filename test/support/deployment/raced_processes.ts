import { expect } from 'chai'
import { stopProviders } from '../start_provider.ts'
import { introspect, SECRET } from '../token_endpoints.ts'
import { Deployment, stopDeployments } from './deployment.ts'
import { raceAssertion, raceBackchannelRequest, raceDeviceCode, racePushedRequest, tally } from './races.ts'

/** A server that all processes of a deployment share. */
export interface SharedStorage {
  /** @returns its URL */
  start(): Promise<string>
  stop(): Promise<void>
}

const RACERS = 20

const race = <T>(run: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: RACERS }, run))

/** Two processes on one storage: each thing that counts once does so, whichever of them is asked. */
export function describeRacedProcesses(name: string, storage: SharedStorage): void {
  describe(`A177 two processes on one ${name}, behind a round robin`, function suite() {
    this.timeout(60_000)
    let deployment: Deployment
    before(async () => {
      deployment = await Deployment.start(await storage.start())
    })
    after(async () => {
      await stopDeployments()
      await stopProviders()
      await storage.stop()
    })

    it('serve a login, wherever each of its requests goes', async () => {
      const { op } = deployment
      const { status, body } = await op.login()

      expect(status).to.equal(200)
      const answers = await race(() => op.userinfo(body['access_token']))
      expect(answers.map((answer) => answer.body['sub'])).to.deep.equal(Array(RACERS).fill('alice'))
      const [refreshed] = await Promise.all([op.refresh(body['refresh_token'])])
      expect(refreshed?.status).to.equal(200)
    })

    it('T8: redeem a code once, and revoke what it got when it comes again (RFC 6749 §4.1.2)', async () => {
      const { op } = deployment
      const { code, verifier } = await op.authorize()

      const answers = await race(() => op.exchange(code, verifier))

      expect(tally(answers)).to.deep.equal({ '200': 1, '400 invalid_grant': RACERS - 1 })
      const winner = answers.find(({ status }) => status === 200)
      const after = await race(() => op.userinfo(winner?.body['access_token']))
      expect(new Set(after.map(({ status }) => status))).to.deep.equal(new Set([401]))
    })

    it('R2: rotate a refresh token once (RFC 9700 §4.14.2)', async () => {
      const { op } = deployment
      const { body } = await op.login()

      const answers = await race(() => op.refresh(body['refresh_token']))

      expect(tally(answers)).to.deep.equal({ '200': 1, '400 invalid_grant': RACERS - 1 })
      const winner = answers.find(({ status }) => status === 200)
      expect(tally([await op.refresh(winner?.body['refresh_token'])])).to.deep.equal({
        '400 invalid_grant': 1,
      })
    })

    it('take a client assertion once (RFC 7523 §3)', async () => {
      const answers = await raceAssertion(deployment.op, RACERS)

      expect(tally(answers)).to.deep.equal({ '200': 1, '401 invalid_client': RACERS - 1 })
    })

    it('turn a pushed request into one code (RFC 9126 §4)', async () => {
      const { op } = deployment
      const { agent } = await op.login()

      const { codes, verifier } = await racePushedRequest(op, agent, RACERS)

      expect(codes).to.have.length(1)
      expect((await op.exchange(codes[0] ?? '', verifier)).status).to.equal(200)
    })

    it('A149 give tokens for a device code once (RFC 8628 §3.5, RFC 6749 §10.5)', async () => {
      const answers = await raceDeviceCode(deployment.op, deployment.op.agent(), RACERS)

      expect(tally(answers)).to.deep.equal({ '200': 1, '400 invalid_grant': RACERS - 1 })
    })

    it('give tokens for a backchannel request once (OpenID Connect CIBA Core 1.0 §11)', async () => {
      const answers = await raceBackchannelRequest(deployment.op, RACERS)

      expect(tally(answers)).to.deep.equal({ '200': 1, '400 invalid_grant': RACERS - 1 })
    })

    it('know at once what another one revoked (RFC 7009 §2.1)', async () => {
      const { op } = deployment
      const { body } = await op.login()

      const { status } = await op.post('revocation', {
        client_id: 'web',
        client_secret: SECRET,
        token: String(body['refresh_token']),
      })

      expect(status).to.equal(200)
      const answers = await race(() => introspect(op, body['refresh_token'], {}, 'web'))
      expect(new Set(answers.map((answer) => answer.body['active']))).to.deep.equal(new Set([false]))
    })
  })
}
