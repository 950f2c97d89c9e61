import { expect } from 'chai'
import sinon from 'sinon'
import { errors } from '../../../lib/index.ts'
import {
  approve,
  CALL_CENTRE,
  CIBA,
  find,
  grantFor,
  poll,
  requestId,
  startForCiba,
} from '../../support/ciba.ts'
import { jwtPayload } from '../../support/jwt_payload.ts'
import { type RunningProvider, stopProviders } from '../../support/start_provider.ts'

const OTHER = { ...CALL_CENTRE, client_id: 'other' }
const API = 'https://api.example.com/'

describe('CIBA grant (OpenID Connect CIBA Core 1.0 §10.1, §11)', () => {
  let clock: sinon.SinonFakeTimers

  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
  })
  afterEach(async () => {
    clock.restore()
    await stopProviders()
  })
  const pass = (seconds: number) => clock.setSystemTime(Date.now() + seconds * 1000)

  describe('while there is no outcome', () => {
    it('A133 F212 says authorization_pending', async () => {
      const op = await startForCiba()
      const id = await requestId(op)
      const failed = op.nextError('grant.error')

      const { status, headers, body } = await poll(op, id)

      expect([status, body['error']]).to.deep.equal([400, 'authorization_pending'])
      expect(headers.get('cache-control')).to.equal('no-store')
      expect((await failed).error).to.equal('authorization_pending')
    })

    it('B10 A133 says slow_down to who polls faster than the interval, and wants five seconds more from then on', async () => {
      const op = await startForCiba()
      const id = await requestId(op)
      const said: unknown[] = []
      for (const seconds of [0, 5, 4, 5, 15]) {
        pass(seconds)
        said.push((await poll(op, id)).body['error'])
      }

      expect(said).to.deep.equal([
        'authorization_pending',
        'authorization_pending',
        'slow_down',
        'slow_down',
        'authorization_pending',
      ])
    })

    it('A133 another client that polls with the id gets invalid_grant, and slows nobody down', async () => {
      const op = await startForCiba({ clients: [CALL_CENTRE, OTHER] })
      const id = await requestId(op)
      for (const _ of [1, 2, 3]) {
        expect((await poll(op, id, { client_id: 'other' })).body['error']).to.equal('invalid_grant')
      }

      expect((await poll(op, id)).body['error']).to.equal('authorization_pending')
    })
  })

  it('an unknown id is invalid_grant, and a missing one invalid_request (§11)', async () => {
    const op = await startForCiba()

    expect((await poll(op, 'unknown')).body['error']).to.equal('invalid_grant')
    expect((await op.token({ grant_type: CIBA })).body['error']).to.equal('invalid_request')
  })

  it('B11 A133 F056 an expired request is expired_token, and removed (§11)', async () => {
    const op = await startForCiba()
    const id = await requestId(op)
    const destroyed = op.next('backchannel_authentication_request.destroyed')
    pass(600)

    expect((await poll(op, id)).body['error']).to.equal('expired_token')
    expect(await destroyed).to.have.length(1)
    expect((await poll(op, id)).body['error']).to.equal('invalid_grant')
  })

  it('B11 an approved one that is fetched too late is expired_token (§11)', async () => {
    const op = await startForCiba()
    const id = await requestId(op)
    await approve(op, id)
    pass(601)

    expect((await poll(op, id)).body['error']).to.equal('expired_token')
  })

  for (const [what, error] of [
    ['access_denied', new errors.AccessDenied('the person said no')],
    ['transaction_failed', new errors.TransactionFailed('no battery')],
    ['expired_token', new errors.ExpiredToken('nobody looked')],
    ['of_my_own', new errors.CustomOIDCProviderError('of_my_own', 'because')],
  ] as const) {
    it(`B11 A133 A176 the result ${what} is what the client hears, every time and whatever the pace (§11)`, async () => {
      const op = await startForCiba()
      const id = await requestId(op)
      await op.provider.backchannelResult(id, error)

      for (const _ of [1, 2]) {
        const { status, body } = await poll(op, id)
        expect(status).to.equal(400)
        expect(body).to.deep.equal({ error: what, error_description: error.error_description })
      }
    })
  }

  describe('once the person has logged in', () => {
    it('A133 F016 F056 F212 answers with tokens, however fast it polls', async () => {
      const op = await startForCiba()
      const consumed = op.next('backchannel_authentication_request.consumed')
      const id = await requestId(op, { nonce: 'n' })
      for (const _ of [1, 2, 3]) await poll(op, id)
      await approve(op, id)

      const { status, headers, body } = await poll(op, id)

      expect(status).to.equal(200)
      expect(headers.get('cache-control')).to.equal('no-store')
      expect(Object.keys(body)).to.have.members([
        'access_token',
        'token_type',
        'expires_in',
        'scope',
        'id_token',
      ])
      expect(jwtPayload(String(body['id_token']))).to.include({ sub: 'alice', aud: 'calls', nonce: 'n' })
      expect((await op.userinfo(body['access_token'])).body['sub']).to.equal('alice')
      const token = await op.provider.AccessToken.find(String(body['access_token']))
      expect(token).to.include({ gty: 'ciba', accountId: 'alice', clientId: 'calls' })
      expect(await consumed).to.have.length(1)
    })

    it('F084 F270 acr, amr and authTime of the result stand in the ID Token', async () => {
      const op = await startForCiba({ acrValues: ['gold'] })
      const id = await requestId(op, { acr_values: 'gold' })
      await approve(op, id, { acr: 'gold', amr: ['face', 'mfa'], authTime: 1_700_000_000 })

      const { body } = await poll(op, id)

      expect(jwtPayload(String(body['id_token']))).to.deep.include({
        acr: 'gold',
        amr: ['face', 'mfa'],
        auth_time: 1_700_000_000,
      })
    })

    it('A149 the second use is invalid_grant, and takes everything with it (RFC 6749 §10.5)', async () => {
      const op = await startForCiba()
      const id = await requestId(op)
      await approve(op, id)
      const { body } = await poll(op, id)
      const revoked = op.next('grant.revoked')

      expect((await poll(op, id)).body['error']).to.equal('invalid_grant')

      expect(await revoked).to.have.length(2)
      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
      expect((await poll(op, id)).body['error']).to.equal('invalid_grant')
    })

    it('A149 revokeGrantPolicy decides whether the grant goes with the tokens', async () => {
      const asked: unknown[] = []
      const op = await startForCiba({
        revokeGrantPolicy: (ctx) => {
          asked.push(ctx.oidc.entities.BackchannelAuthenticationRequest?.kind)
          return false
        },
      })
      const id = await requestId(op)
      await approve(op, id)
      const { body } = await poll(op, id)
      const { grantId = '' } = (await op.provider.AccessToken.find(String(body['access_token']))) ?? {}

      await poll(op, id)

      expect(asked).to.deep.equal(['BackchannelAuthenticationRequest'])
      expect(await op.provider.Grant.find(grantId)).to.have.property('jti', grantId)
      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
    })

    it('A182 a grant that was revoked meanwhile gets nobody tokens', async () => {
      const op = await startForCiba()
      const id = await requestId(op)
      const grant = await grantFor(op, id)
      await op.provider.backchannelResult(id, grant)
      await grant.destroy()

      expect((await poll(op, id)).body['error']).to.equal('invalid_grant')
    })

    it('B15 an account that is locked meanwhile gets nobody tokens', async () => {
      let isLocked = false
      const op = await startForCiba({
        findAccount: (_ctx, accountId) =>
          isLocked ? undefined : { accountId, claims: () => ({ sub: accountId }) },
      })
      const id = await requestId(op)
      await approve(op, id)
      isLocked = true

      expect((await poll(op, id)).body['error']).to.equal('invalid_grant')
    })
  })

  describe('what is granted', () => {
    async function granted(op: RunningProvider, params: Record<string, string>, allow: string) {
      const id = await requestId(op, params)
      const grant = new op.provider.Grant({ accountId: 'alice', clientId: 'calls' })
      grant.addOIDCScope(allow)
      await grant.save()
      await op.provider.backchannelResult(id, grant)
      return { id, ...(await poll(op, id)) }
    }

    it('is what was asked for and allowed, nothing else', async () => {
      const op = await startForCiba({ issueRefreshToken: () => true })
      const { id, body } = await granted(op, { scope: 'openid profile' }, 'openid offline_access')

      expect(body['scope']).to.equal('openid')
      expect((await find(op, id)).scope).to.equal('openid')
      const refreshToken = await op.provider.RefreshToken.find(String(body['refresh_token']))
      expect(refreshToken?.scope).to.equal('openid')
    })

    it('a person who does not allow `openid` gets nobody an ID Token', async () => {
      const op = await startForCiba()
      const { status, body } = await granted(op, { scope: 'openid profile' }, 'profile')

      expect(status).to.equal(200)
      expect(body).to.not.have.property('id_token')
    })
  })

  describe('refresh tokens', () => {
    it('come with offline_access for a client that may refresh, and work', async () => {
      const op = await startForCiba()
      const id = await requestId(op, { scope: 'openid offline_access' })
      await approve(op, id)
      const { body } = await poll(op, id)

      const refreshed = await op.refresh(body['refresh_token'])

      expect(refreshed.status).to.equal(200)
      expect(refreshed.body['scope']).to.equal('openid offline_access')
    })

    it('F188 issueRefreshToken decides, and is handed the request', async () => {
      const handed: unknown[] = []
      const op = await startForCiba({
        issueRefreshToken: (_ctx, client, asked) => {
          handed.push([client.clientId, asked.kind, asked.scope])
          return true
        },
      })
      const id = await requestId(op)
      await approve(op, id)
      const { body } = await poll(op, id)

      expect(handed).to.deep.equal([['calls', 'BackchannelAuthenticationRequest', 'openid']])
      expect(body).to.have.property('refresh_token')
    })
  })

  describe('sessions', () => {
    const WEB = {
      ...CALL_CENTRE,
      grant_types: [CIBA, 'refresh_token', 'authorization_code'],
      response_types: ['code' as const],
      redirect_uris: ['https://rp.example.com/cb'],
    }

    /** The person has a session with the client in their browser, and answers there. */
    async function answered(expiresWithSession: boolean) {
      const op = await startForCiba({ clients: [WEB], issueRefreshToken: () => true })
      const { body } = await op.login()
      const token = await op.provider.AccessToken.find(String(body['access_token']))
      const session = await op.provider.Session.findByUid(token?.sessionUid ?? '')
      const id = await requestId(op)
      await op.provider.backchannelResult(id, token?.grantId ?? '', {
        sessionUid: session?.uid,
        expiresWithSession,
        sid: session?.sidFor('calls'),
      })
      return { op, id, session }
    }

    it('F270 A117 what is bound to a session by the result ends with it', async () => {
      const { op, id, session } = await answered(true)
      const { body } = await poll(op, id)
      expect((await op.userinfo(body['access_token'])).status).to.equal(200)
      await session?.destroy()

      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
      expect((await op.refresh(body['refresh_token'])).body['error']).to.equal('invalid_grant')
    })

    it('A117 a request of a session that ended gets nobody tokens', async () => {
      const { op, id, session } = await answered(true)
      await session?.destroy()

      expect((await poll(op, id)).body['error']).to.equal('invalid_grant')
    })

    it('F270 what is not bound to it outlives it', async () => {
      const { op, id, session } = await answered(false)
      await session?.destroy()

      const { status, body } = await poll(op, id)

      expect(status).to.equal(200)
      const token = await op.provider.AccessToken.find(String(body['access_token']))
      expect(token).to.include({ sessionUid: session?.uid, sid: session?.sidFor('calls') })
    })
  })

  it('resource indicators: a JWT access token for the resource that was granted (RFC 8707 §2.2, RFC 9068)', async () => {
    const op = await startForCiba({
      features: {
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({ scope: 'pay', accessTokenFormat: 'jwt' }),
          useGrantedResource: () => true,
        },
      },
    })
    const id = await requestId(op, { scope: 'openid pay', resource: API })
    await approve(op, id)
    const refused = await poll(op, id, { resource: 'https://other.example.com/' })

    const { body } = await poll(op, id)

    expect(refused.body['error']).to.equal('invalid_target')
    expect(jwtPayload(String(body['access_token']))).to.include({
      aud: API,
      scope: 'pay',
      sub: 'alice',
      client_id: 'calls',
    })
  })

  it('claims: those that were asked for stand in the ID Token (OpenID Connect Core 1.0 §5.5)', async () => {
    const op = await startForCiba({
      claims: { email: ['email'] },
      features: { claimsParameter: { enabled: true } },
    })
    const id = await requestId(op, { claims: JSON.stringify({ id_token: { email: null } }) })
    await approve(op, id)

    const { body } = await poll(op, id)

    expect(jwtPayload(String(body['id_token']))).to.include({ email: 'alice@example.com' })
  })

  it('a client whose grant type was taken away gets no tokens', async () => {
    const op = await startForCiba({ clients: [CALL_CENTRE, { ...OTHER, grant_types: ['refresh_token'] }] })

    expect((await poll(op, 'x', { client_id: 'other' })).body['error']).to.equal('unauthorized_client')
  })
})
