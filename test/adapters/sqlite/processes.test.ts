import { expect } from 'chai'
import { claimsFor, hmacKey, requestToken, sign } from '../../actions/client_auth/assertions.ts'
import { newFile, removeSqliteFiles } from '../../support/sqlite_files.ts'
import type { RunningProvider, TokenAnswer } from '../../support/start_provider.ts'
import { pkce, REDIRECT_URI } from '../../support/start_provider.ts'
import { type ProviderProcesses, startProcesses } from './provider_processes.ts'

const ROUNDS = 8
const RACERS = 6

const statuses = (answers: readonly TokenAnswer[]) => answers.map(({ status }) => status)
const won = (answers: readonly TokenAnswer[]) => answers.filter(({ status }) => status === 200)

/** Sends the same thing several times at once; the front hands it to the processes in turns. */
const race = <T>(send: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: RACERS }, send))

describe('two processes on one SQLite file, raced against each other', function () {
  this.timeout(60_000)

  let processes: ProviderProcesses
  let op: RunningProvider
  before(async () => {
    processes = await startProcesses(newFile(), 2)
    op = processes.op
  })
  after(async () => {
    await processes.stop()
    await removeSqliteFiles()
  })

  it('A177 carry one login: each step may be served by either', async () => {
    const { body } = await op.login()

    const answers = await Promise.all([op.userinfo(body['access_token']), op.userinfo(body['access_token'])])

    expect(statuses(answers)).to.deep.equal([200, 200])
  })

  it('A177 let a code be used once (RFC 6749 §4.1.2)', async () => {
    const { agent } = await op.login()
    for (let round = 0; round < ROUNDS; round += 1) {
      const { code, verifier } = await op.authorize({}, agent)
      const answers = await race(() => op.exchange(code, verifier))
      expect(won(answers), statuses(answers).join(' ')).to.have.length(1)
    }
  })

  it('A177 let a refresh token be rotated once (RFC 9700 §4.14.2)', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { body } = await op.login()
      const answers = await race(() => op.refresh(body['refresh_token']))
      expect(won(answers), statuses(answers).join(' ')).to.have.length(1)
    }
  })

  it('A177 let a pushed request lead to one code (RFC 9126 §7.3)', async () => {
    const { agent } = await op.login()
    for (let round = 0; round < ROUNDS; round += 1) {
      const { client_id, client_secret = '' } = op.client
      const { body } = await op.post('pushed_authorization_request', {
        client_id,
        client_secret,
        response_type: 'code',
        redirect_uri: REDIRECT_URI,
        scope: 'openid',
        code_challenge: pkce().challenge,
        code_challenge_method: 'S256',
      })
      const query = new URLSearchParams({ client_id, request_uri: String(body['request_uri']) })
      const answers = await race(() => agent.get(`${op.provider.urlFor('authorization')}?${query}`))

      const codes = answers.filter(({ headers }) => headers.get('location')?.includes('code='))
      expect(codes, answers.map(({ status }) => status).join(' ')).to.have.length(1)
    }
  })

  it('A177 let an assertion be used once (RFC 7523 §3)', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const assertion = await sign(claimsFor('by-secret', op), { alg: 'HS256' }, hmacKey())
      const answers = await race(() => requestToken(op, assertion))
      expect(won(answers), statuses(answers).join(' ')).to.have.length(1)
    }
  })
})
