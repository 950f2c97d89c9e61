import { expect } from 'chai'
import { decodeJwt } from 'jose'
import sinon from 'sinon'
import type { AdapterPayload } from '../../../types/adapter.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'

const DAY = 24 * 3600
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }
const PUBLIC: ClientMetadata = {
  client_id: 'public',
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
}
const NATIVE: ClientMetadata = {
  ...PUBLIC,
  client_id: 'native',
  application_type: 'native',
  redirect_uris: ['https://rp.example.com/cb'],
}

/** Sets the provider's clock to this many seconds from now. */
const at = (seconds: number) => {
  sinon.restore()
  sinon.useFakeTimers({ now: Date.now() + seconds * 1000, toFake: ['Date'] })
}

/** A provider whose grants outlive every token, and a refresh token of its client. */
async function withToken(configuration: Configuration = {}) {
  const entries = new Map<string, AdapterPayload>()
  const op = await startProvider({
    adapter: mapAdapter(entries),
    ttl: { Grant: 1000 * DAY },
    ...configuration,
  })
  const { body } = await op.login(OFFLINE)
  return { op, entries, token: String(body['refresh_token']), tokens: body }
}

async function stored(op: RunningProvider, token: unknown) {
  const found = await op.provider.RefreshToken.find(String(token), { ignoreExpiration: true })
  if (found === undefined) throw new Error('no such refresh token')
  return found
}

describe('A131 refreshing (RFC 6749 §6, RFC 9700 §4.14.2)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  const claims = { email: ['email'], profile: ['name'] }
  const wide = { scope: 'openid offline_access email profile', prompt: 'consent' }

  it('A131 refuses a scope that was not granted, and the token stays good', async () => {
    const { op, token } = await withToken({ claims })
    const refused = await op.refresh(token, { scope: 'openid email' })

    expect(refused.status).to.equal(400)
    expect(refused.body['error']).to.equal('invalid_scope')
    expect((await op.refresh(token)).status).to.equal(200)
  })

  it('A131 the scope of the access token may shrink, that of the refresh token stays', async () => {
    const op = await startProvider({ claims, rotateRefreshToken: true })
    const { body } = await op.login(wide)
    const less = await op.refresh(body['refresh_token'], { scope: 'openid email' })
    const all = await op.refresh(less.body['refresh_token'])

    expect(less.body['scope']).to.equal('openid email')
    expect((await op.userinfo(less.body['access_token'])).body).to.deep.equal({
      sub: 'alice',
      email: 'alice@example.com',
    })
    expect(String(all.body['scope']).split(' ')).to.have.members(wide.scope.split(' '))
  })

  it('A131 what was said about the authentication stays the same in every chain (OpenID Connect Core 1.0 §12.2)', async () => {
    const op = await startProvider(
      {
        rotateRefreshToken: true,
        acrValues: ['gold'],
        features: { claimsParameter: { enabled: true } },
        ttl: { Grant: 1000 * DAY },
      },
      {
        interact: async (provider, prompt, { clientId, scope }) => {
          if (prompt === 'login') return { login: { accountId: 'alice', acr: 'gold', amr: ['pwd', 'otp'] } }
          const grant = new provider.Grant({ accountId: 'alice', clientId })
          grant.addOIDCScope(scope.join(' '))
          return { consent: { grantId: await grant.save() } }
        },
      },
    )
    const claims = JSON.stringify({ id_token: { sid: null, auth_time: { essential: true } } })
    const first = await op.login({ ...OFFLINE, claims })
    const second = await op.refresh(first.body['refresh_token'])
    const third = await op.refresh(second.body['refresh_token'])

    const said = [first, second, third].map(({ body }) => {
      const { acr, amr, auth_time, sid, sub } = decodeJwt(String(body['id_token']))
      return { acr, amr, auth_time, sid, sub }
    })
    expect(said[0]).to.deep.include({ acr: 'gold', amr: ['pwd', 'otp'], sub: 'alice' })
    expect(said[0]?.auth_time).to.be.a('number')
    expect(said[0]?.sid).to.be.a('string')
    expect(said[1]).to.deep.equal(said[0])
    expect(said[2]).to.deep.equal(said[0])
  })

  it('A117 tokens of every refresh end with the session where the first ones do', async () => {
    const op = await startProvider({ rotateRefreshToken: true, expiresWithSession: () => true })
    const { body: first, agent } = await op.login(OFFLINE)
    const { body: second } = await op.refresh(first['refresh_token'])
    const { body: third } = await op.refresh(second['refresh_token'])
    const before = await op.userinfo(third['access_token'])
    await (await op.provider.Session.find(String(agent.cookies.get('_session')?.value)))?.destroy()

    expect(before.status).to.equal(200)
    expect((await op.userinfo(third['access_token'])).status).to.equal(401)
    expect((await op.refresh(third['refresh_token'])).body['error']).to.equal('invalid_grant')
  })

  it('A131 a successor knows when the first of them was issued, how often it was replaced, and how it came about', async () => {
    const { op, token } = await withToken({ rotateRefreshToken: true })
    const first = await stored(op, token)
    at(100)
    const second = await stored(op, (await op.refresh(token)).body['refresh_token'])
    at(200)
    const third = await stored(op, (await op.refresh(second.jti)).body['refresh_token'])

    expect([first.rotations, second.rotations, third.rotations]).to.deep.equal([undefined, 1, 2])
    expect([second.iiat, third.iiat]).to.deep.equal([first.iat, first.iat])
    expect(third.iat).to.be.within(first.iat + 199, first.iat + 201)
    expect([first.gty, second.gty, third.gty]).to.deep.equal([
      'authorization_code',
      'authorization_code refresh_token',
      'authorization_code refresh_token',
    ])
    expect(third).to.include({ grantId: first.grantId, accountId: 'alice', scope: first.scope })
  })

  it('A131 a token that was replaced is destroyed when it comes back, and so is everything of its grant', async () => {
    const { op, token, tokens, entries } = await withToken({ rotateRefreshToken: true })
    const { body } = await op.refresh(token)
    const { grantId = '' } = await stored(op, token)
    const revoked = op.next('grant.revoked')
    const again = await op.refresh(token)

    expect(again.status).to.equal(400)
    expect(again.body['error']).to.equal('invalid_grant')
    expect((await revoked)[1]).to.equal(grantId)
    expect(entries.has(`RefreshToken:${token}`)).to.equal(false)
    expect(await op.provider.Grant.find(grantId)).to.equal(undefined)
    expect((await op.refresh(body['refresh_token'])).status).to.equal(400)
    for (const issued of [tokens, body])
      expect((await op.userinfo(issued['access_token'])).status).to.equal(401)
  })

  it('A131 a token that comes back is announced as destroyed (RFC 9700 §4.14.2)', async () => {
    const { op, token } = await withToken({ rotateRefreshToken: true })
    await op.refresh(token)
    const destroyed: unknown[] = []
    op.provider.on('refresh_token.destroyed', ({ jti }) => destroyed.push(jti))

    await op.refresh(token)

    expect(destroyed).to.deep.equal([token])
  })

  for (const member of ['jkt', 'x5t#S256'] as const) {
    it(`A131 a token that is bound by ${member} is refused while nobody can prove the key (RFC 9449 §5, RFC 8705 §4)`, async () => {
      const { op, token, entries } = await withToken()
      const key = `RefreshToken:${token}`
      entries.set(key, { ...entries.get(key), [member]: 'a'.repeat(43) })
      const refused = op.nextError('grant.error')
      const { status, body } = await op.refresh(token)

      expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'invalid_grant' })
      expect((await refused).error_detail).to.include('sender-constrained')
      expect(body).not.to.have.property('access_token')
    })
  }
})

describe('A132 the default of rotateRefreshToken (RFC 9700 §4.14.2)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  /** Whether the token is replaced at this moment of its life. */
  async function rotates(client: ClientMetadata, seconds: number, members: object = {}) {
    sinon.restore()
    const { op, token, entries } = await withToken({ clients: [client] })
    const key = `RefreshToken:${token}`
    entries.set(key, { ...entries.get(key), ...members })
    at(seconds)
    const { status, body } = await op.refresh(token)
    expect(status).to.equal(200)
    return body['refresh_token'] !== token
  }
  const ago = (days: number) => ({ iiat: Math.floor(Date.now() / 1000) - days * DAY })

  it('F209 F226 A132 replaces those of public clients at once', async () => {
    expect(await rotates(PUBLIC, 0)).to.equal(true)
  })

  it('A132 replaces those of other clients when 70 % of their life are over, not before', async () => {
    expect(await rotates(WEB_CLIENT, 0)).to.equal(false)
    expect(await rotates(WEB_CLIENT, 0.69 * 14 * DAY)).to.equal(false)
    expect(await rotates(WEB_CLIENT, 0.71 * 14 * DAY)).to.equal(true)
  })

  it('A132 replaces none after a year, so that they end', async () => {
    expect(await rotates(PUBLIC, 0, ago(364))).to.equal(true)
    expect(await rotates(PUBLIC, 0, ago(366))).to.equal(false)
    expect(await rotates(WEB_CLIENT, 0.71 * 14 * DAY, ago(354))).to.equal(true)
    expect(await rotates(WEB_CLIENT, 0.71 * 14 * DAY, ago(366))).to.equal(false)
  })

  it('A132 the successor of a public web client’s token lives no longer than it would have', async () => {
    const { op, token } = await withToken({ clients: [PUBLIC] })
    const { exp } = await stored(op, token)
    at(5 * DAY)
    const { body } = await op.refresh(token)

    expect(body['refresh_token']).not.to.equal(token)
    expect((await stored(op, body['refresh_token'])).exp).to.equal(exp)
  })

  for (const client of [NATIVE, WEB_CLIENT]) {
    it(`A132 the successor of another client’s token has a life of its own: ${client.client_id}`, async () => {
      const { op, token } = await withToken({ clients: [client] })
      const { exp = 0 } = await stored(op, token)
      at(12 * DAY)
      const { body } = await op.refresh(token)

      expect(body['refresh_token']).not.to.equal(token)
      expect((await stored(op, body['refresh_token'])).exp).to.be.within(
        exp + 12 * DAY - 2,
        exp + 12 * DAY + 2,
      )
    })
  }
})
