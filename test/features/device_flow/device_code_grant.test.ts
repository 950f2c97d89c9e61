import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import type { AdapterFactory } from '../../../types/adapter.ts'
import {
  abort,
  allow,
  askForCodes,
  confirmCode,
  DEVICE_CODE,
  poll,
  startForDevices,
  TV,
} from '../../support/device.ts'
import { jwtPayload } from '../../support/jwt_payload.ts'
import { PAIRWISE_SUBJECT, pairwiseClient } from '../../support/pairwise_client.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { introspect, RESOURCE_SERVER } from '../../support/token_endpoints.ts'

const OTHER = { ...TV, client_id: 'other' }

describe('device code grant (RFC 8628 §3.4, §3.5)', () => {
  let clock: sinon.SinonFakeTimers

  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
  })
  afterEach(async () => {
    clock.restore()
    await stopProviders()
  })
  const pass = (seconds: number) => clock.setSystemTime(Date.now() + seconds * 1000)

  describe('while nobody has decided', () => {
    it('F7 A133 F211 says authorization_pending', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op)
      const failed = op.nextError('grant.error')

      const { status, headers, body } = await poll(op, codes)

      expect(status).to.equal(400)
      expect(body['error']).to.equal('authorization_pending')
      expect(headers.get('cache-control')).to.equal('no-store')
      expect((await failed).error).to.equal('authorization_pending')
    })

    it('A133 says slow_down to who polls faster than the interval, and wants five seconds more from then on', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op)
      const said: unknown[] = []
      for (const seconds of [0, 5, 4, 5, 10, 9]) {
        pass(seconds)
        said.push((await poll(op, codes)).body['error'])
      }

      expect(said).to.deep.equal([
        'authorization_pending',
        'authorization_pending',
        'slow_down', // 4 < 5: now 10
        'slow_down', // 5 < 10: now 15
        'slow_down', // 10 < 15: now 20
        'slow_down',
      ])
    })

    it('A133 who slows down as told is answered as before', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op)
      await poll(op, codes)
      expect((await poll(op, codes)).body['error']).to.equal('slow_down')
      pass(10)

      expect((await poll(op, codes)).body['error']).to.equal('authorization_pending')
    })

    it('A133 a timer that is a little early is no polling too fast', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op)
      await poll(op, codes)
      pass(4.6)

      expect((await poll(op, codes)).body['error']).to.equal('authorization_pending')
    })

    it('A133 `interval` is the one that was configured, and each device has its own pace', async () => {
      const op = await startForDevices({ deviceFlow: { interval: 30 } })
      const [one, other] = [await askForCodes(op), await askForCodes(op)]
      await poll(op, one)
      pass(20)

      expect((await poll(op, other)).body['error']).to.equal('authorization_pending')
      expect((await poll(op, one)).body['error']).to.equal('slow_down')
    })

    it('A133 several processes count for themselves: who keeps to the interval never notices, others do', async () => {
      const adapter = memoryAdapter()
      const [one, other] = await Promise.all([startForDevices({ adapter }), startForDevices({ adapter })])
      const [honest, hasty] = [await askForCodes(one), await askForCodes(one)]
      const said: unknown[] = []
      for (const op of [one, other, one, other]) {
        said.push((await poll(op, honest)).body['error'])
        pass(5)
      }
      const heard: unknown[] = []
      for (const op of [one, other, one, other]) {
        heard.push((await poll(op, hasty)).body['error'])
        pass(1)
      }

      expect(new Set(said)).to.deep.equal(new Set(['authorization_pending']))
      expect(heard).to.deep.equal([
        'authorization_pending',
        'authorization_pending',
        'slow_down',
        'slow_down',
      ])
    })

    it('A133 another client that polls with the code does not slow the device down', async () => {
      const op = await startForDevices({ clients: [TV, OTHER] })
      const codes = await askForCodes(op)
      for (const _ of [1, 2, 3]) await poll(op, codes, { client_id: 'other' })

      expect((await poll(op, codes)).body['error']).to.equal('authorization_pending')
    })
  })

  it('F7 an unknown code is invalid_grant, and a missing one invalid_request', async () => {
    const op = await startForDevices()

    expect((await poll(op, { deviceCode: 'unknown' })).body['error']).to.equal('invalid_grant')
    expect((await op.token({ grant_type: DEVICE_CODE })).body['error']).to.equal('invalid_request')
  })

  it('F7 A133 F017 an expired code is expired_token, and removed', async () => {
    const op = await startForDevices()
    const codes = await askForCodes(op)
    const destroyed = op.next('device_code.destroyed')
    pass(600)

    expect((await poll(op, codes)).body['error']).to.equal('expired_token')
    expect(await destroyed).to.have.length(1)
    expect((await poll(op, codes)).body['error']).to.equal('invalid_grant')
  })

  it('an approved code that was fetched too late is expired_token', async () => {
    const op = await startForDevices()
    const codes = await askForCodes(op)
    await allow(op, op.agent(), codes.userCode)
    pass(601)

    expect((await poll(op, codes)).body['error']).to.equal('expired_token')
  })

  it('F7 A133 a person who cancels is access_denied, every time and whatever the pace', async () => {
    const op = await startForDevices()
    const codes = await askForCodes(op)
    await abort(op, op.agent(), codes.userCode)

    for (const _ of [1, 2]) {
      expect((await poll(op, codes)).body).to.deep.equal({
        error: 'access_denied',
        error_description: 'End-User aborted interaction',
      })
    }
  })

  it('A133 the error with which the screens ended it reaches the device', async () => {
    const op = await startForDevices(
      {},
      { interact: () => ({ error: 'access_denied', error_description: 'not today' }) },
    )
    const codes = await askForCodes(op)
    const { status, text } = await allow(op, op.agent(), codes.userCode)

    expect(status).to.equal(200)
    expect(text).to.include('The sign-in was interrupted')
    const code = await op.provider.DeviceCode.find(codes.deviceCode)
    expect([code?.inFlight, code?.sessionUid, code?.isPending]).to.deep.equal([undefined, undefined, false])
    expect((await poll(op, codes)).body).to.deep.equal({
      error: 'access_denied',
      error_description: 'not today',
    })
  })

  it('A133 a code that is being decided on is still pending', async () => {
    const op = await startForDevices()
    const codes = await askForCodes(op)
    await confirmCode(op, op.agent(), codes.userCode)

    expect((await op.provider.DeviceCode.find(codes.deviceCode))?.inFlight).to.equal(true)
    expect((await poll(op, codes)).body['error']).to.equal('authorization_pending')
  })

  describe('once somebody has allowed it', () => {
    it('A133 F016 F211 answers with tokens, however fast it polls', async () => {
      const op = await startForDevices()
      const consumed = op.next('device_code.consumed')
      const codes = await askForCodes(op, { nonce: 'n' })
      for (const _ of [1, 2, 3]) await poll(op, codes)
      await allow(op, op.agent(), codes.userCode)

      const { status, headers, body } = await poll(op, codes)

      expect(status).to.equal(200)
      expect(headers.get('cache-control')).to.equal('no-store')
      expect(Object.keys(body)).to.have.members([
        'access_token',
        'token_type',
        'expires_in',
        'scope',
        'id_token',
      ])
      expect(jwtPayload(String(body['id_token']))).to.include({ sub: 'alice', aud: 'tv', nonce: 'n' })
      expect((await op.userinfo(body['access_token'])).body['sub']).to.equal('alice')
      const token = await op.provider.AccessToken.find(String(body['access_token']))
      expect(token).to.include({ gty: 'device_code', accountId: 'alice', clientId: 'tv' })
      expect(await consumed).to.have.length(1)
    })

    it('A125 A149 the second use is invalid_grant, and takes everything with it (RFC 6749 §10.5)', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op)
      await allow(op, op.agent(), codes.userCode)
      const { body } = await poll(op, codes)
      const revoked = op.next('grant.revoked')

      expect((await poll(op, codes)).body['error']).to.equal('invalid_grant')

      expect(await revoked).to.have.length(2)
      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
      expect((await poll(op, codes)).body['error']).to.equal('invalid_grant')
    })

    it('A149 revokeGrantPolicy decides whether the grant goes with the tokens', async () => {
      const asked: unknown[] = []
      const op = await startForDevices({
        revokeGrantPolicy: (ctx) => {
          asked.push(ctx.oidc.entities.DeviceCode?.kind)
          return false
        },
      })
      const codes = await askForCodes(op)
      await allow(op, op.agent(), codes.userCode)
      const { body } = await poll(op, codes)
      const { grantId = '' } = (await op.provider.AccessToken.find(String(body['access_token']))) ?? {}

      await poll(op, codes)

      expect(asked).to.deep.equal(['DeviceCode'])
      expect(await op.provider.Grant.find(grantId)).to.have.property('jti', grantId)
      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
    })

    it('the grant that was revoked meanwhile gets nobody tokens', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op)
      await allow(op, op.agent(), codes.userCode)
      const { grantId = '' } = (await op.provider.DeviceCode.find(codes.deviceCode)) ?? {}
      await (await op.provider.Grant.find(grantId))?.destroy()

      expect((await poll(op, codes)).body['error']).to.equal('invalid_grant')
    })

    it('the account that is gone gets nobody tokens', async () => {
      let isThere = true
      const op = await startForDevices({
        findAccount: (_ctx, accountId) =>
          isThere ? { accountId, claims: () => ({ sub: accountId }) } : undefined,
      })
      const codes = await askForCodes(op)
      await allow(op, op.agent(), codes.userCode)
      isThere = false

      expect((await poll(op, codes)).body['error']).to.equal('invalid_grant')
    })

    it('a client whose grant type was taken away gets no tokens', async () => {
      const adapter = memoryAdapter()
      const registered = { ...TV, client_id: 'stored' }
      await adapter('Client').upsert('stored', registered)
      const op = await startForDevices({ adapter })
      const { body } = await op.post('device_authorization', { client_id: 'stored', scope: 'openid' })
      await allow(op, op.agent(), String(body['user_code']))
      await adapter('Client').upsert('stored', { ...registered, grant_types: ['refresh_token'] })

      const answer = await poll(op, { deviceCode: String(body['device_code']) }, { client_id: 'stored' })

      expect(answer.body['error']).to.equal('unauthorized_client')
    })
  })

  it('F294 provider.DeviceCode: a code is valid until it expires or is used, and is consumed once', async () => {
    const op = await startForDevices()
    const find = (value: string) => op.provider.DeviceCode.find(value, { ignoreExpiration: true })
    const [used, late] = [await askForCodes(op), await askForCodes(op)]
    const code = await find(used.deviceCode)
    expect(code).to.include({ isValid: true, isPending: true })
    await code?.consume()
    const again = await code?.consume().catch((error: Error) => error.message)
    pass(601)

    expect(again).to.equal('this DeviceCode was already consumed')
    expect((await find(late.deviceCode))?.isValid).to.equal(false)
    expect(await op.provider.DeviceCode.find(late.deviceCode)).to.equal(undefined)
    expect(code?.isValid).to.equal(false)
    expect(code?.isPending).to.equal(false)
  })

  it('F294 provider.DeviceCode.revokeByGrantId removes the codes of a grant', async () => {
    const op = await startForDevices()
    const codes = await askForCodes(op)
    await allow(op, op.agent(), codes.userCode)
    const { grantId = '' } = (await op.provider.DeviceCode.find(codes.deviceCode)) ?? {}

    await op.provider.DeviceCode.revokeByGrantId(grantId)

    expect(await op.provider.DeviceCode.find(codes.deviceCode)).to.equal(undefined)
  })

  it('a code that storage takes for another one, overlooking case, is not found (RFC 6749 §10.10)', async () => {
    const inner = memoryAdapter()
    const overlookingCase: AdapterFactory = (model) => {
      const adapter = inner(model)
      const find = adapter.findByUserCode?.bind(adapter)
      if (find !== undefined) adapter.findByUserCode = (code) => find(code.toUpperCase())
      return adapter
    }
    if (inner.commit !== undefined) overlookingCase.commit = inner.commit.bind(inner)
    const op = await startForDevices({ adapter: overlookingCase })
    const { userCode } = await askForCodes(op)

    expect(await op.provider.DeviceCode.findByUserCode(userCode.replace('-', '').toLowerCase())).to.equal(
      undefined,
    )
  })

  describe('refresh tokens', () => {
    it('come with offline_access for a client that may refresh, and work', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op, { scope: 'openid offline_access' })
      await allow(op, op.agent(), codes.userCode)
      const { body } = await poll(op, codes)

      const refreshed = await op.refresh(body['refresh_token'])

      expect(refreshed.status).to.equal(200)
      expect(refreshed.body['scope']).to.equal('openid offline_access')
      expect(jwtPayload(String(refreshed.body['id_token']))).to.not.have.property('nonce')
    })

    it('F188 issueRefreshToken decides, and is handed the device code', async () => {
      const handed: unknown[] = []
      const op = await startForDevices({
        issueRefreshToken: (_ctx, client, code) => {
          handed.push([client.clientId, code.kind, code.scope])
          return true
        },
      })
      const codes = await askForCodes(op)
      await allow(op, op.agent(), codes.userCode)
      const { body } = await poll(op, codes)

      expect(handed).to.deep.equal([['tv', 'DeviceCode', 'openid']])
      expect(body).to.have.property('refresh_token')
    })

    it('a client that may not refresh is not granted offline_access (OpenID Connect Core 1.0 §11)', async () => {
      const op = await startForDevices({
        clients: [{ ...TV, grant_types: [DEVICE_CODE] }],
        issueRefreshToken: () => false,
      })
      const codes = await askForCodes(op, { scope: 'openid offline_access' })
      await allow(op, op.agent(), codes.userCode)

      expect((await poll(op, codes)).body['scope']).to.equal('openid')
    })
  })

  describe('sessions', () => {
    async function allowed(configuration: Parameters<typeof startForDevices>[0] = {}) {
      const op = await startForDevices(configuration)
      const codes = await askForCodes(op)
      const agent = op.agent()
      await allow(op, agent, codes.userCode)
      const code = await op.provider.DeviceCode.find(codes.deviceCode)
      const session = await op.provider.Session.findByUid(code?.sessionUid ?? '')
      return { op, codes, code, session }
    }

    it('A117 the code is bound to the session that allowed it, by expiresWithSession', async () => {
      const asked: unknown[] = []
      const { code, session } = await allowed({
        expiresWithSession: (_ctx, { kind }) => {
          asked.push(kind)
          return true
        },
      })

      expect(asked).to.deep.equal(['DeviceCode'])
      expect(code).to.include({ expiresWithSession: true, sessionUid: session?.uid })
      expect(code?.grantId).to.equal(session?.grantIdFor('tv'))
    })

    it('L12 a code of a session that ended gets nobody tokens', async () => {
      const { op, codes, session } = await allowed()
      await session?.destroy()

      expect((await poll(op, codes)).body['error']).to.equal('invalid_grant')
    })

    it('A117 tokens end with the session', async () => {
      const { op, codes, session } = await allowed({ issueRefreshToken: () => true })
      const { body } = await poll(op, codes)
      expect((await op.userinfo(body['access_token'])).status).to.equal(200)
      await session?.destroy()

      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
      expect((await op.refresh(body['refresh_token'])).body['error']).to.equal('invalid_grant')
    })

    it('A117 tokens outlive the session where expiresWithSession says so', async () => {
      const { op, codes, session } = await allowed({ expiresWithSession: () => false })
      await session?.destroy()

      expect((await poll(op, codes)).status).to.equal(200)
    })
  })

  it('resource indicators: an access token for the resource that was granted (RFC 8707 §2.2)', async () => {
    const op = await startForDevices({
      features: {
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({ scope: 'watch', accessTokenFormat: 'jwt' }),
        },
      },
    })
    const codes = await askForCodes(op, { scope: 'watch', resource: 'https://api.example.com/' })
    await allow(op, op.agent(), codes.userCode)
    const refused = await poll(op, codes, { resource: 'https://other.example.com/' })

    const { body } = await poll(op, codes)

    expect(refused.body['error']).to.equal('invalid_target')
    expect(jwtPayload(String(body['access_token']))).to.include({
      aud: 'https://api.example.com/',
      scope: 'watch',
      client_id: 'tv',
    })
  })

  it('claims: those that were asked for stand in the ID Token (OpenID Connect Core 1.0 §5.5)', async () => {
    const op = await startForDevices({
      claims: { email: ['email'] },
      features: { claimsParameter: { enabled: true } },
    })
    const codes = await askForCodes(op, { claims: JSON.stringify({ id_token: { email: null } }) })
    await allow(op, op.agent(), codes.userCode)

    const { body } = await poll(op, codes)

    expect(jwtPayload(String(body['id_token']))).to.include({ email: 'alice@example.com' })
  })

  describe('a device whose subjects are pairwise (OpenID Connect Core 1.0 §8)', () => {
    async function startPairwise() {
      const { client, configuration, proof } = await pairwiseClient({
        ...TV,
      })
      const op = await startForDevices({
        ...configuration,
        clients: [client, RESOURCE_SERVER],
        issueRefreshToken: () => true,
        features: {
          introspection: { enabled: true, allowedPolicy: () => true },
          resourceIndicators: {
            enabled: true,
            useGrantedResource: () => true,
            getResourceServerInfo: () => ({ scope: 'watch', accessTokenFormat: 'jwt' }),
          },
        },
      })
      return { op, proof: () => proof(op) }
    }

    it('A060 is told it in the ID Token, by userinfo and by introspection, at first and after a refresh', async () => {
      const { op, proof } = await startPairwise()
      const codes = await askForCodes(op, { ...(await proof()), scope: 'openid' })
      await allow(op, op.agent(), codes.userCode)
      const { body: first } = await poll(op, codes, await proof())
      const { body: second } = await op.refresh(first['refresh_token'], await proof())

      for (const { id_token, access_token } of [first, second]) {
        expect(jwtPayload(String(id_token))['sub']).to.equal(PAIRWISE_SUBJECT)
        expect((await op.userinfo(access_token)).body['sub']).to.equal(PAIRWISE_SUBJECT)
        const asked = { ...(await proof()), client_id: 'tv', token: String(access_token) }
        const { body: own } = await op.post('introspection', asked)
        const { body: foreign } = await introspect(op, String(access_token))
        expect([own['sub'], foreign['sub']]).to.deep.equal([PAIRWISE_SUBJECT, PAIRWISE_SUBJECT])
      }
      expect(JSON.stringify([first, second])).to.not.match(/"alice"/)
    })

    it('A060 finds it in the JWT for a resource server, too (RFC 9068 §2.2)', async () => {
      const { op, proof } = await startPairwise()
      const codes = await askForCodes(op, {
        ...(await proof()),
        scope: 'watch',
        resource: 'https://api.example.com/',
      })
      await allow(op, op.agent(), codes.userCode)

      const { body } = await poll(op, codes, await proof())

      expect(jwtPayload(String(body['access_token']))['sub']).to.equal(PAIRWISE_SUBJECT)
    })
  })
})
