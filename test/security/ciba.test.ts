import { expect } from 'chai'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import sinon from 'sinon'
import { errors } from '../../lib/index.ts'
import type { Configuration } from '../../types/configuration.ts'
import {
  approve,
  CALL_CENTRE,
  grantFor,
  messageOf,
  NOTIFICATION_TOKEN,
  pinged,
  poll,
  request,
  requestId,
  startReceiver,
  stopReceivers,
} from '../support/ciba.ts'
import { attack, expectRefusal } from '../support/invariants.ts'

const OTHER = { ...CALL_CENTRE, client_id: 'other' }
const LAST = { ...CALL_CENTRE, backchannel_user_code_parameter: true }

type CibaOptions = NonNullable<NonNullable<Configuration['features']>['ciba']>

const asking = (ciba: CibaOptions = {}, more: Configuration = {}): Configuration => ({
  clients: [CALL_CENTRE, OTHER],
  allowSpecialUseAddresses: true,
  ...more,
  features: {
    ...more.features,
    ciba: {
      enabled: true,
      deliveryModes: ['poll', 'ping'],
      processLoginHint: (_ctx, hint) => (hint === 'nobody' ? undefined : hint),
      processLoginHintToken: (_ctx, hint) => hint,
      triggerAuthenticationDevice: () => {},
      ...ciba,
    },
  },
})

const REQUEST = 'insert BackchannelAuthenticationRequest'

describe('backchannel authentication (OpenID Connect CIBA Core 1.0)', () => {
  afterEach(stopReceivers)

  attack('B1', 'no hint, two, and three are refused (§7.1)', async (scene) => {
    const op = await scene.start(asking())
    scene.begin()

    expectRefusal(await request(op, { login_hint: '' }), 400, 'invalid_request')
    const two = { login_hint: 'alice', login_hint_token: 'alice' }
    expectRefusal(await request(op, two), 400, 'invalid_request')
    expectRefusal(await request(op, { ...two, id_token_hint: 'a.b.c' }), 400, 'invalid_request')
  })

  attack(
    'B2',
    'nobody, and somebody who is locked, are unknown_user_id in the same words (§13)',
    async (scene) => {
      const findAccount: Configuration['findAccount'] = (_ctx, accountId) =>
        accountId === 'locked' ? undefined : { accountId, claims: () => ({ sub: accountId }) }
      const op = await scene.start(asking({}, { findAccount }))
      scene.begin()

      const [nobody, locked] = [
        await request(op, { login_hint: 'nobody' }),
        await request(op, { login_hint: 'locked' }),
      ]
      expectRefusal(nobody, 400, 'unknown_user_id')
      expectRefusal(locked, 400, 'unknown_user_id')
      expect(locked.body).to.deep.equal(nobody.body)
    },
  )

  attack(
    'B4',
    'a binding_message that could be taken for markup, or hides the rest, is refused (§7.1)',
    async (scene) => {
      const op = await scene.start(asking())
      scene.begin()

      for (const message of ['<script>', 'x'.repeat(21), 'a\u202eb', 'a b', 'ä']) {
        expectRefusal(await request(op, { binding_message: message }), 400, 'invalid_binding_message')
      }
    },
  )

  attack('B5', 'user codes are asked for, checked, and guessed ten times at most (§13)', async (scene) => {
    const verifyUserCode: CibaOptions['verifyUserCode'] = (_ctx, _account, code) => {
      if (code === undefined) throw new errors.MissingUserCode()
      if (code !== '4711') throw new errors.InvalidUserCode()
    }
    const op = await scene.start(asking({ verifyUserCode }, { clients: [LAST] }))
    scene.begin(...Array.from({ length: 10 }, () => 'insert ReplayDetection'))

    expectRefusal(await request(op), 400, 'missing_user_code')
    for (let guess = 0; guess < 10; guess += 1)
      expectRefusal(await request(op, { user_code: String(guess) }), 400, 'invalid_user_code')
    expectRefusal(await request(op, { user_code: '4711' }), 429, 'temporarily_unavailable')
  })

  attack(
    'B7',
    'a request that is not signed by who registered to sign, is refused (§7.1.1)',
    async (scene) => {
      const keys = await generateKeyPair('ES256', { extractable: true })
      const client = {
        ...CALL_CENTRE,
        jwks: { keys: [await exportJWK(keys.publicKey)] },
        backchannel_authentication_request_signing_alg: 'ES256',
      }
      const features = { requestObjects: { request: true } }
      const op = await scene.start(asking({}, { clients: [client], features }))
      scene.begin()
      const forged = await new SignJWT({ scope: 'openid', login_hint: 'alice', jti: 'x' })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer('calls')
        .setAudience(op.issuer)
        .setIssuedAt()
        .setNotBefore('0s')
        .setExpirationTime('1m')
        .sign((await generateKeyPair('ES256')).privateKey)

      expectRefusal(await request(op), 400, 'invalid_request')
      expectRefusal(await request(op, { request: forged }), 400, 'invalid_request')
      expectRefusal(await request(op, { request: 'e30.e30.' }), 400, 'invalid_request')
    },
  )

  attack(
    'B8',
    'a ping client without a token, with a long or malformed one, is refused (§7.1)',
    async (scene) => {
      const op = await scene.start(asking({}, { clients: [pinged(1)] }))
      scene.begin()

      for (const token of ['', 'x'.repeat(1025), 'a b', 'ä', 'a\r\nx-evil: 1', '=']) {
        expectRefusal(await request(op, { client_notification_token: token }), 400, 'invalid_request')
      }
    },
  )

  attack('B10', 'who polls too fast is told to slow down, and learns nothing else (§11)', async (scene) => {
    const op = await scene.start(asking())
    const id = await requestId(op)
    scene.begin()

    expectRefusal(await poll(op, id), 400, 'authorization_pending')
    for (const _ of [1, 2, 3]) expectRefusal(await poll(op, id), 400, 'slow_down')
  })

  attack('B11', 'what is over, refused, unknown or of somebody else gets no tokens (§11)', async (scene) => {
    const op = await scene.start(asking())
    const [late, refused, foreign] = [await requestId(op), await requestId(op), await requestId(op)]
    await op.provider.backchannelResult(refused, new errors.AccessDenied())
    await approve(op, foreign)
    scene.begin('destroy BackchannelAuthenticationRequest')

    expectRefusal(await poll(op, refused), 400, 'access_denied')
    expectRefusal(await poll(op, 'unknown'), 400, 'invalid_grant')
    expectRefusal(await poll(op, foreign, { client_id: 'other' }), 400, 'invalid_grant')
    const clock = sinon.useFakeTimers({ now: Date.now() + 601_000, toFake: ['Date'] })
    try {
      expectRefusal(await poll(op, late), 400, 'expired_token')
    } finally {
      clock.restore()
    }
  })

  attack('B11', 'the poll of another client does not spend what is approved (§11)', async (scene) => {
    const op = await scene.start(asking())
    const id = await requestId(op)
    await approve(op, id)
    expectRefusal(await poll(op, id, { client_id: 'other' }), 400, 'invalid_grant')
    scene.begin('consume BackchannelAuthenticationRequest', 'insert AccessToken')

    expect((await poll(op, id)).status).to.equal(200)
  })

  attack(
    'B14',
    'a notification endpoint that refuses, redirects or is this machine changes nothing (§10.2)',
    async (scene) => {
      const { port, pings } = await startReceiver(() => ({
        status: 307,
        headers: { location: '/elsewhere' },
      }))
      const op = await scene.start(asking({}, { clients: [pinged(port)], allowSpecialUseAddresses: false }))
      const id = await requestId(op, { client_notification_token: NOTIFICATION_TOKEN })
      const failed = op.next('backchannel_ping.error')
      const grant = await grantFor(op, id)
      scene.begin(
        'put BackchannelAuthenticationRequest',
        'consume BackchannelAuthenticationRequest',
        'insert AccessToken',
      )

      await op.provider.backchannelResult(id, grant)

      const [error] = await failed
      expect(String(error)).to.not.include(NOTIFICATION_TOKEN)
      expect(pings).to.deep.equal([])
      expect((await poll(op, id)).status).to.equal(200)
    },
  )

  attack('B15', 'an account that is locked after it was asked gets nobody tokens', async (scene) => {
    let isLocked = false
    const findAccount: Configuration['findAccount'] = (_ctx, accountId) =>
      isLocked ? undefined : { accountId, claims: () => ({ sub: accountId }) }
    const op = await scene.start(asking({}, { findAccount }))
    const id = await requestId(op)
    await approve(op, id)
    isLocked = true
    scene.begin()

    expectRefusal(await poll(op, id), 400, 'invalid_grant')
    expectRefusal(await request(op), 400, 'unknown_user_id')
  })

  attack(
    'B17',
    'a host that has had enough of requests for one person says so, and none is left (§15)',
    async (scene) => {
      const asked = new Map<string, number>()
      const triggerAuthenticationDevice: CibaOptions['triggerAuthenticationDevice'] = (
        _ctx,
        _request,
        account,
      ) => {
        const times = (asked.get(account.accountId) ?? 0) + 1
        asked.set(account.accountId, times)
        if (times > 3) throw new errors.AccessDenied('asked too often')
      }
      const op = await scene.start(asking({ triggerAuthenticationDevice }))
      for (const _ of [1, 2, 3]) await requestId(op)
      scene.begin(REQUEST, 'destroy BackchannelAuthenticationRequest')

      expectRefusal(await request(op), 403, 'access_denied')
    },
  )

  attack(
    'P15',
    'a client that must push its authorization requests may ask here all the same (RFC 9126 §5)',
    async (scene) => {
      const client = { ...CALL_CENTRE, require_pushed_authorization_requests: true }
      const op = await scene.start(asking({}, { clients: [client] }))
      scene.begin(REQUEST)

      expect((await request(op)).status).to.equal(200)
    },
  )

  attack('B11', 'a grant of somebody else, or for another client, opens nothing', async (scene) => {
    const op = await scene.start(asking())
    const id = await requestId(op)
    const foreign = [
      await grantFor(op, id, { accountId: 'mallory' }),
      await grantFor(op, id, { clientId: 'other' }),
    ]
    scene.begin()

    for (const grant of foreign) {
      expect(await messageOf(op.provider.backchannelResult(id, grant))).to.match(/another (?:account|client)/)
    }
    expectRefusal(await poll(op, id), 400, 'authorization_pending')
  })

  attack('H32', 'answers about logins on other devices are not stored', async (scene) => {
    const op = await scene.start(asking())
    scene.begin(REQUEST)
    const { headers } = await request(op)

    expect(headers.get('cache-control')).to.equal('no-store')
  })
})
