import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { SignJWT } from 'jose'
import { allow, askForCodes, poll, TV } from '../device.ts'
import { pkce, REDIRECT_URI, RunningProvider, stopProviders, type TokenAnswer } from '../start_provider.ts'
import { introspect, SECRET } from '../token_endpoints.ts'
import { Deployment, stopDeployments } from './deployment.ts'

/** A server that all processes of a deployment share. */
export interface SharedStorage {
  /** @returns its URL */
  start(): Promise<string>
  stop(): Promise<void>
}

const RACERS = 20

const race = <T>(run: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: RACERS }, run))

function tally(answers: readonly TokenAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const said = status === 200 ? '200' : `${status} ${body['error']}`
    counts[said] = (counts[said] ?? 0) + 1
  }
  return counts
}

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
      const { op } = deployment
      const assertion = await new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('asserting')
        .setSubject('asserting')
        .setAudience(op.issuer)
        .setJti(randomUUID())
        .setExpirationTime('1m')
        .sign(new TextEncoder().encode(SECRET))
      const form = {
        grant_type: 'client_credentials',
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      }

      const answers = await race(() => op.post('token', form))

      expect(tally(answers)).to.deep.equal({ '200': 1, '401 invalid_client': RACERS - 1 })
    })

    it('turn a pushed request into one code (RFC 9126 §4)', async () => {
      const { op } = deployment
      const { agent } = await op.login()
      const { verifier, challenge } = pkce()
      const { body } = await op.post('pushed_authorization_request', {
        client_id: 'web',
        client_secret: SECRET,
        response_type: 'code',
        redirect_uri: REDIRECT_URI,
        scope: 'openid',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      })
      const query = new URLSearchParams({ client_id: 'web', request_uri: String(body['request_uri']) })
      const url = `${op.provider.urlFor('authorization')}?${query}`

      const answers = await race(() => agent.get(url))

      const locations = answers.map(
        ({ headers }) => new URL(headers.get('location') ?? 'about:blank').searchParams,
      )
      const codes = locations.flatMap((answer) => answer.get('code') ?? [])
      expect(codes).to.have.length(1)
      expect((await op.exchange(codes[0] ?? '', verifier)).status).to.equal(200)
    })

    it('A149 give tokens for a device code once (RFC 8628 §3.5, RFC 6749 §10.5)', async () => {
      const { provider, origin } = deployment.op
      const op = new RunningProvider(provider, origin, TV)
      const codes = await askForCodes(op)
      await allow(op, op.agent(), codes.userCode)

      const answers = await race(() => poll(op, codes))

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
