import { expect } from 'chai'
import type { AdapterPayload } from '../../../types/adapter.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { gateAdapter } from '../../support/gate_adapter.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import { REDIRECT_URI, startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const OFFLINE = { scope: 'openid offline_access email', prompt: 'consent' }
const CLAIMS = { claims: { email: ['email'] } }

/** A provider whose storage can be looked into. */
async function start(configuration: Configuration = {}) {
  const entries = new Map<string, AdapterPayload>()
  const op = await startProvider({ adapter: mapAdapter(entries), ...CLAIMS, ...configuration })
  const damage = (key: string, members: Record<string, unknown>) =>
    entries.set(key, { ...entries.get(key), ...members })
  return { op, entries, damage }
}

describe('precise errors (RFC 6749 §5.2)', () => {
  afterEach(stopProviders)

  it('A130 T11 a missing redirect_uri is invalid_request, for nothing is wrong with the grant (RFC 6749 §5.2)', async () => {
    const clients = [{ ...WEB_CLIENT, redirect_uris: [REDIRECT_URI, `${REDIRECT_URI}2`] }]
    const { op } = await start({ clients })
    const { code, verifier } = await op.authorize()

    const { status, body } = await op.exchange(code, verifier, { redirect_uri: '' })

    expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
  })

  it('A130 T12 a code_verifier that breaks its syntax is invalid_request (RFC 7636 §4.1, RFC 6749 §5.2)', async () => {
    const { op } = await start()
    const { code, verifier } = await op.authorize()

    for (const broken of ['short', `${verifier}!`, 'x'.repeat(129)]) {
      const { status, body } = await op.exchange(code, broken)
      expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
    }
    expect((await op.exchange(code, verifier)).status).to.equal(200)
  })

  for (const gone of [undefined, null]) {
    it(`V10 an account that is gone, for which findAccount answers ${gone}, gets nobody tokens (RFC 6749 §5.2)`, async () => {
      const known = { isThere: true }
      const { op, entries } = await start({
        findAccount: (_ctx, accountId) =>
          known.isThere ? { accountId, claims: () => ({ sub: accountId }) } : Object({ gone }).gone,
      })
      const { body: tokens, agent } = await op.login(OFFLINE)
      const { code, verifier } = await op.authorize({}, agent)
      known.isThere = false
      const before = entries.size
      const answers = [await op.exchange(code, verifier), await op.refresh(tokens['refresh_token'])]

      expect(answers.map(({ status, body }) => [status, body['error']])).to.deep.equal([
        [400, 'invalid_grant'],
        [400, 'invalid_grant'],
      ])
      expect(entries.size).to.equal(before)
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  it('A121 a missing grant_type is invalid_request, and no grant type that is not supported (RFC 6749 §5.2)', async () => {
    const { op } = await start()
    const told = op.nextError('grant.error')
    const { status, body } = await op.token({})

    expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
    expect(body['error_description']).to.equal("missing required parameter 'grant_type'")
    expect(await told).to.deep.include({ reason: 'parameter.missing', accepted: ['grant_type'] })
  })

  it('A131 a refresh that gives up openid issues no ID Token (RFC 6749 §6, OpenID Connect Core 1.0 §12.2)', async () => {
    const { op } = await start()
    const { body: first } = await op.login(OFFLINE)

    const { status, body } = await op.refresh(first['refresh_token'], { scope: 'email' })

    expect(status).to.equal(200)
    expect(body['scope']).to.equal('email')
    expect(body).not.to.have.property('id_token')
  })

  for (const rotateRefreshToken of [true, false]) {
    it(`A131 the gty of a refreshed access token ends in refresh_token, rotated ${rotateRefreshToken}`, async () => {
      const { op } = await start({ rotateRefreshToken })
      const { body: first } = await op.login(OFFLINE)

      const { body: second } = await op.refresh(first['refresh_token'])
      const { body: third } = await op.refresh(second['refresh_token'])

      const gty = [first, second, third].map(
        async ({ access_token: value }) => (await op.provider.AccessToken.find(String(value)))?.gty,
      )
      expect(await Promise.all(gty)).to.deep.equal([
        'authorization_code',
        'authorization_code refresh_token',
        'authorization_code refresh_token',
      ])
    })
  }

  it('R2 the loser of a concurrent refresh tells that the token was destroyed, like a replay (RFC 9700 §4.14.2)', async () => {
    const gate = gateAdapter(mapAdapter())
    const { op } = await start({ adapter: gate.adapter, rotateRefreshToken: true })
    const { body } = await op.login(OFFLINE)
    const destroyed: unknown[] = []
    op.provider.on('refresh_token.destroyed', (token) => destroyed.push(token.jti))

    gate.gather('RefreshToken.find', 2)
    const answers = await Promise.all([op.refresh(body['refresh_token']), op.refresh(body['refresh_token'])])

    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 400])
    expect(destroyed).to.deep.equal([body['refresh_token']])
  })
})

describe('a stored row that is damaged in one member is no such token, and the host hears of it', () => {
  afterEach(stopProviders)

  const kinds = [
    ['AccessToken', { aud: 42 }],
    ['AccessToken', { scope: ['openid'] }],
    ['AccessToken', { exp: 'tomorrow' }],
    ['Grant', { openid: 'openid' }],
  ] as const
  for (const [kind, members] of kinds) {
    it(`userinfo: ${kind} with ${JSON.stringify(members)} (RFC 6750 §3.1)`, async () => {
      const { op, entries, damage } = await start()
      const { body } = await op.login()
      for (const key of [...entries.keys()].filter((key) => key.startsWith(`${kind}:`)))
        damage(key, { ...members })

      const refused = await op.userinfo(body['access_token'])

      expect([refused.status, refused.body['error']]).to.deep.equal([401, 'invalid_token'])
      expect(op.serverErrors.map(String)).to.deep.equal([
        `MalformedEntry: storage returned a malformed ${kind}`,
      ])
    })
  }

  it('the token endpoint: a code (RFC 6749 §5.2)', async () => {
    const { op, damage } = await start()
    const { code, verifier } = await op.authorize()
    damage(`AuthorizationCode:${code}`, { scope: 7 })

    const { status, body } = await op.exchange(code, verifier)

    expect([status, body['error']]).to.deep.equal([400, 'invalid_grant'])
    expect(op.serverErrors).to.have.length(1)
  })

  it('the token endpoint: a refresh token (RFC 6749 §5.2)', async () => {
    const { op, damage } = await start()
    const { body: first } = await op.login(OFFLINE)
    damage(`RefreshToken:${first['refresh_token']}`, { scope: 7 })

    const { status, body } = await op.refresh(first['refresh_token'])

    expect([status, body['error']]).to.deep.equal([400, 'invalid_grant'])
    expect(op.serverErrors).to.have.length(1)
  })

  it('registration: an initial access token (RFC 6750 §3.1)', async () => {
    const { op, damage } = await start({
      features: { registration: { enabled: true, initialAccessToken: true } },
    })
    const token = await new op.provider.InitialAccessToken().save()
    damage(`InitialAccessToken:${token}`, { policies: 'all' })

    const response = await op.agent().request(op.provider.urlFor('registration'), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://rp.example.com/cb'] }),
    })

    expect(response.status).to.equal(401)
    expect(op.serverErrors).to.have.length(1)
  })
})
