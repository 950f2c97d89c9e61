import { expect } from 'chai'
import type { AdapterFactory } from '../../../types/adapter.ts'
import { FLOWS, startForFlows } from '../../storage/flows.ts'
import { asUpdate, manage, register, startRegistering } from '../../support/registering.ts'
import { newFile, removeSqliteFiles, sqliteOn } from '../../support/sqlite_files.ts'
import { pkce, REDIRECT_URI, startProvider, stopProviders } from '../../support/start_provider.ts'

describe('endpoints on a SQLite file', () => {
  let adapter: AdapterFactory
  before(() => {
    adapter = sqliteOn()
  })
  after(removeSqliteFiles)
  afterEach(stopProviders)

  for (const [name, flow] of Object.entries(FLOWS)) {
    it(`A177 ${name}: is answered, and what the answer promised works`, async () => {
      const op = await startForFlows({ adapter, ...(flow.rotates ? { rotateRefreshToken: true } : {}) })
      const { agent } = await op.login()
      const prepared = await flow.prepare(op, agent)

      const outcome = await prepared.run()

      expect([outcome.error, op.serverErrors]).to.deep.equal([undefined, []])
      expect(await prepared.works(outcome)).to.equal(true)
    })
  }

  it('A177 a code works once, and its second use ends what it led to (RFC 6749 §4.1.2)', async () => {
    const op = await startProvider({ adapter })
    const { body, code, verifier } = await op.login()
    expect((await op.userinfo(body['access_token'])).status).to.equal(200)

    const replayed = await op.exchange(code, verifier)

    expect([replayed.status, replayed.body['error']]).to.deep.equal([400, 'invalid_grant'])
    expect((await op.userinfo(body['access_token'])).status).to.equal(401)
  })

  it('A177 a rotated refresh token that comes back ends the chain (RFC 9700 §4.14.2)', async () => {
    const op = await startProvider({ adapter, issueRefreshToken: () => true, rotateRefreshToken: true })
    const { body } = await op.login()
    const rotated = await op.refresh(body['refresh_token'])
    expect(rotated.status).to.equal(200)

    const replayed = await op.refresh(body['refresh_token'])

    expect(replayed.body['error']).to.equal('invalid_grant')
    expect((await op.refresh(rotated.body['refresh_token'])).body['error']).to.equal('invalid_grant')
  })

  it('A177 a pushed request leads to a code, and works once (RFC 9126 §7.3)', async () => {
    const op = await startProvider({ adapter, features: { pushedAuthorizationRequests: { enabled: true } } })
    const { client_id, client_secret = '' } = op.client
    const { verifier, challenge } = pkce()
    const pushed = await op.post('pushed_authorization_request', {
      client_id,
      client_secret,
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'openid',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    const query = new URLSearchParams({ client_id, request_uri: String(pushed.body['request_uri']) })
    const visit = async () => {
      const agent = op.agent()
      const response = await agent.follow(await agent.get(`${op.provider.urlFor('authorization')}?${query}`))
      return new URL(response.headers.get('location') ?? op.issuer).searchParams
    }

    const code = (await visit()).get('code') ?? ''

    expect((await op.exchange(code, verifier)).status).to.equal(200)
    expect((await visit()).get('code')).to.equal(null)
  })

  it('A177 a client registers, is changed and deleted (RFC 7591 §3, RFC 7592 §2)', async () => {
    const op = await startRegistering({}, { adapter })
    const { body: registered } = await register(op)

    const changed = await manage('PUT', registered, asUpdate(registered, { client_name: 'Åsa’s app' }))
    const token = changed.body['registration_access_token'] ?? registered['registration_access_token']
    const read = await manage('GET', registered, undefined, token)
    const removed = await manage('DELETE', registered, undefined, token)

    expect([changed.status, read.body['client_name'], removed.status]).to.deep.equal([200, 'Åsa’s app', 204])
    expect((await manage('GET', registered, undefined, token)).status).to.equal(401)
  })

  it('A177 sessions, consent and tokens are there after a restart', async () => {
    const file = newFile()
    const first = sqliteOn(file)
    const before = await startProvider({ adapter: first, issueRefreshToken: () => true })
    const { body, agent } = await before.login()
    await first.close()

    const op = await startProvider({ adapter: sqliteOn(file), issueRefreshToken: () => true })
    const session = agent.cookies.get('_session')
    const returning = op.agent()
    for (const [name, { value }] of agent.cookies) returning.setCookie(name, value)
    const silent = await op.authorize({ prompt: 'none' }, returning)

    expect(session).to.not.equal(undefined)
    expect((await op.userinfo(body['access_token'])).status).to.equal(200)
    expect((await op.refresh(body['refresh_token'])).status).to.equal(200)
    expect((await op.exchange(silent.code, silent.verifier)).status).to.equal(200)
  })
})
