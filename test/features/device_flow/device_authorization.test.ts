import { expect } from 'chai'
import { SignJWT } from 'jose'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { startClock, stopClock } from '../../support/clock.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import {
  abort,
  askForCodes,
  confirmCode,
  DEVICE_CODE,
  openPage,
  poll,
  startForDevices,
  TV,
} from '../../support/device.ts'
import { REDIRECT_URI, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const CONFIDENTIAL = {
  ...TV,
  client_id: 'kiosk',
  client_secret: WEB_CLIENT.client_secret ?? '',
  token_endpoint_auth_method: 'client_secret_post' as const,
}

describe('device authorization endpoint (RFC 8628 §3.1, §3.2)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  describe('refuses', () => {
    it('A167 a client that does not authenticate, as the token endpoint does (RFC 6749 §2.3)', async () => {
      const op = await startForDevices({ clients: [CONFIDENTIAL] })
      const failed = op.nextError('device_authorization.error')

      const { status, body } = await op.post('device_authorization', {
        client_id: 'kiosk',
        client_secret: 'wrong',
      })

      expect(status).to.equal(401)
      expect(body['error']).to.equal('invalid_client')
      expect((await failed).error).to.equal('invalid_client')
    })

    it('A167 F058 a client that has not registered the grant type', async () => {
      const op = await startForDevices({ clients: [{ ...TV, grant_types: ['refresh_token'] }] })
      const failed = op.nextError('device_authorization.error')

      const { status, headers, body } = await op.post('device_authorization', { client_id: 'tv' })

      expect(status).to.equal(400)
      expect(body).to.include({ error: 'unauthorized_client' })
      expect(headers.get('cache-control')).to.equal('no-store')
      expect((await failed).error).to.equal('unauthorized_client')
    })

    for (const [title, params, error] of [
      ['a malformed scope', { scope: 'a"b' }, 'invalid_scope'],
      ['a scope the client has not registered', { scope: 'openid phone' }, 'invalid_scope'],
      ['a malformed max_age', { scope: 'openid', max_age: 'x' }, 'invalid_request'],
      ['max_age without openid', { scope: 'address', max_age: '1' }, 'invalid_request'],
      ['a hint that is no ID Token', { scope: 'openid', id_token_hint: 'x' }, 'invalid_request'],
      ['registration', { registration: '{}' }, 'registration_not_supported'],
      ['request_uri', { request_uri: 'https://rp.example.com/r' }, 'request_uri_not_supported'],
      ['request', { request: 'a.b.c' }, 'request_not_supported'],
      ['claims that are not JSON', { scope: 'openid', claims: '{' }, 'invalid_request'],
      ['a resource that is none', { resource: 'x' }, 'invalid_target'],
    ] as const) {
      it(`A167 ${title}, as the authorization endpoint does`, async () => {
        const op = await startForDevices({
          clients: [{ ...TV, scope: 'openid address' }],
          scopes: ['openid', 'address', 'phone', 'offline_access'],
          features: { claimsParameter: { enabled: true } },
        })

        const { status, body } = await op.post('device_authorization', { client_id: 'tv', ...params })

        expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error })
      })
    }

    it('A095 an extra parameter that the host refuses', async () => {
      const op = await startForDevices({
        extraParams: {
          room: (_ctx, value) => {
            if (value !== 'kitchen') throw new Error('not here')
          },
        },
      })

      const { status } = await op.post('device_authorization', { client_id: 'tv', room: 'attic' })

      expect(status).to.equal(500)
    })
  })

  it('A167 F249 F059 answers with both codes, where to enter one, and how long and often to ask', async () => {
    stopClock()
    const op = await startForDevices()
    const told = op.next('device_authorization.success')

    const { status, headers, body } = await op.post('device_authorization', {
      client_id: 'tv',
      scope: 'openid',
    })

    expect(status).to.equal(200)
    expect(headers.get('cache-control')).to.equal('no-store')
    expect(Object.keys(body)).to.have.members([
      'device_code',
      'user_code',
      'verification_uri',
      'verification_uri_complete',
      'expires_in',
      'interval',
    ])
    const page = op.provider.urlFor('code_verification')
    expect(body['user_code']).to.match(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect(body['verification_uri']).to.equal(page)
    expect(body['verification_uri_complete']).to.equal(`${page}?user_code=${body['user_code']}`)
    expect(body).to.include({ expires_in: 600, interval: 5 })
    expect((await told)[1]).to.deep.equal(body)
  })

  it('A167 parameters about redirects, prompts and PKCE are nothing to a device, and not stored', async () => {
    const op = await startForDevices()
    const { deviceCode } = await askForCodes(op, {
      redirect_uri: REDIRECT_URI,
      prompt: 'none',
      code_challenge: 'x',
      response_type: 'nonsense',
      state: 's',
    })

    const stored = await op.provider.DeviceCode.find(deviceCode)

    expect(stored?.params).to.deep.equal({ client_id: 'tv', scope: 'openid' })
  })

  it('F018 F294 F310 stores what is documented, and no credentials', async () => {
    const op = await startForDevices({ clients: [CONFIDENTIAL], extraParams: ['room'] })
    const saved = op.next('device_code.saved')
    const secret = WEB_CLIENT.client_secret ?? ''
    const { deviceCode, userCode } = await askForCodes(op, {
      client_secret: secret,
      room: 'kitchen',
      login_hint: 'ann',
    })

    const found = await op.provider.DeviceCode.find(deviceCode)

    expect(found).to.include({
      kind: 'DeviceCode',
      clientId: 'kiosk',
      gty: 'device_code',
      userCode: userCode.replace('-', ''),
      isValid: true,
    })
    expect(found?.params).to.deep.equal({
      client_id: 'kiosk',
      scope: 'openid',
      room: 'kitchen',
      login_hint: 'ann',
    })
    expect(found?.deviceInfo).to.deep.equal({ ip: '127.0.0.1', ua: 'node' })
    expect(await saved).to.have.length(1)
    expect((await op.provider.DeviceCode.findByUserCode(userCode.replace('-', '')))?.jti).to.equal(deviceCode)
  })

  it('A167 a signed request object says what the device asks for, and is used once (RFC 9101 §6)', async () => {
    const op = await startForDevices({
      clients: [{ ...CONFIDENTIAL, request_object_signing_alg: 'HS256' }],
      enabledJWA: { requestObjectSigningAlgValues: ['HS256'] },
      features: { requestObjects: { request: true } },
    })
    const now = Math.floor(Date.now() / 1000)
    const request = await new SignJWT({
      client_id: 'kiosk',
      iss: 'kiosk',
      aud: op.issuer,
      scope: 'openid',
      login_hint: 'ann',
      jti: 'once',
      exp: now + 60,
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'oauth-authz-req+jwt' })
      .sign(Buffer.from(CONFIDENTIAL.client_secret))
    const ask = () =>
      op.post('device_authorization', {
        client_id: 'kiosk',
        client_secret: CONFIDENTIAL.client_secret,
        scope: 'email',
        request,
      })

    const first = await ask()
    const again = await ask()

    const code = await op.provider.DeviceCode.find(String(first.body['device_code']))
    expect(code?.params).to.deep.equal({ client_id: 'kiosk', scope: 'openid', login_hint: 'ann' })
    expect(again.body['error']).to.equal('invalid_request_object')
  })

  it('F188 lives as long as ttl.DeviceCode says, of a function as well', async () => {
    stopClock()
    const op = await startForDevices({
      ttl: { DeviceCode: (_ctx, _code, client) => (client.clientId === 'tv' ? 90 : 1) },
    })

    const { body } = await op.post('device_authorization', { client_id: 'tv' })

    expect(body['expires_in']).to.equal(90)
  })

  it('F188 says a number of seconds also where ttl.DeviceCode is Infinity (§3.2: expires_in is required)', async () => {
    stopClock()
    const op = await startForDevices({ ttl: { DeviceCode: Number.POSITIVE_INFINITY } })

    const { body } = await op.post('device_authorization', { client_id: 'tv' })

    expect(body['expires_in']).to.equal(365 * 24 * 60 * 60)
  })

  it('F093 F095 charset and mask make the user code', async () => {
    const op = await startForDevices({ deviceFlow: { charset: 'digits', mask: '*** *** *** ***' } })

    const { userCode } = await askForCodes(op)

    expect(userCode).to.match(/^\d{3} \d{3} \d{3} \d{3}$/)
  })

  it('F094 deviceInfo describes the device', async () => {
    const op = await startForDevices({
      deviceFlow: { deviceInfo: (ctx) => ({ name: ctx.get('x-name') }) },
    })

    const { body } = await op.post('device_authorization', { client_id: 'tv' }, { 'x-name': 'kitchen' })

    expect((await op.provider.DeviceCode.find(String(body['device_code'])))?.deviceInfo).to.deep.equal({
      name: 'kitchen',
    })
  })

  it('F094 a deviceInfo that returns no object is our failure, and nothing is stored', async () => {
    const storage = countingAdapter(memoryAdapter())
    const op = await startForDevices({
      adapter: storage.adapter,
      // @ts-expect-error -- not what it must return
      deviceFlow: { deviceInfo: () => 'a television' },
    })
    storage.reset()

    const { status, body } = await op.post('device_authorization', { client_id: 'tv' })

    expect(status).to.equal(500)
    expect(body['error']).to.equal('server_error')
    expect(storage.calls).to.deep.equal([])
  })

  it('A032 F256 browsers of an origin that the client expects may ask', async () => {
    const op = await startForDevices({
      clientBasedCORS: (_ctx, origin) => origin === 'https://tv.example.com',
    })
    const url = op.provider.urlFor('device_authorization')
    const ask = (origin: string) => op.post('device_authorization', { client_id: 'tv' }, { origin })

    const preflight = await op.agent().request(url, {
      method: 'OPTIONS',
      headers: { origin: 'https://tv.example.com', 'access-control-request-method': 'POST' },
    })
    const allowed = await ask('https://tv.example.com')
    const refused = await ask('https://evil.example.com')

    expect(preflight.headers.get('access-control-allow-origin')).to.equal('https://tv.example.com')
    expect(allowed.headers.get('access-control-allow-origin')).to.equal('https://tv.example.com')
    expect(refused.status).to.equal(400)
    expect(refused.headers.get('access-control-allow-origin')).to.equal(null)
  })

  it('discovery names the endpoint and the grant type while the feature is on (RFC 8628 §4)', async () => {
    const op = await startForDevices()
    const document = await (await op.agent().get(op.provider.urlFor('discovery'))).text()

    expect(JSON.parse(document)).to.include({
      device_authorization_endpoint: op.provider.urlFor('device_authorization'),
    })
    expect(document).to.include(DEVICE_CODE)
  })

  it('F4 a user code that is taken is not given twice, whoever stored it at the same time (§6.1)', async () => {
    const op = await startForDevices({ deviceFlow: { charset: 'digits', mask: '*' } })

    const asked = await Promise.all(Array.from({ length: 5 }, () => askForCodes(op)))

    expect(new Set(asked.map(({ userCode }) => userCode)).size).to.equal(5)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('A095 extra parameters and hints reach the screens', async () => {
    const shown: unknown[] = []
    const op = await startForDevices(
      { extraParams: ['room'] },
      {
        use: [
          async (ctx, next) => {
            await next()
            if (ctx['oidc']?.entities?.Interaction) shown.push(ctx['oidc'].entities.Interaction.params)
          },
        ],
      },
    )
    const { userCode } = await askForCodes(op, { room: 'kitchen', login_hint: 'ann' })
    const agent = op.agent()
    await confirmCode(op, agent, userCode)

    expect(shown).to.deep.equal([{ client_id: 'tv', scope: 'openid', room: 'kitchen', login_hint: 'ann' }])
  })

  it('routes.device_authorization and routes.code_verification move them', async () => {
    const op = await startForDevices({
      routes: { device_authorization: '/tv/start', code_verification: '/tv' },
    })
    const codes = await askForCodes(op)

    expect(op.provider.urlFor('device_authorization')).to.match(/\/tv\/start$/)
    expect((await openPage(op, op.agent())).status).to.equal(200)
    await abort(op, op.agent(), codes.userCode)
    expect((await poll(op, codes)).body['error']).to.equal('access_denied')
  })
})
