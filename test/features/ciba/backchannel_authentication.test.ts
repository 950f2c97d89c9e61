import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { errors } from '../../../lib/index.ts'
import type { AdapterFactory } from '../../../types/adapter.ts'
import {
  approve,
  CALL_CENTRE,
  find,
  messageOf,
  NOTIFICATION_TOKEN,
  pinged,
  poll,
  request,
  requestId,
  startForCiba,
} from '../../support/ciba.ts'
import { startClock, stopClock } from '../../support/clock.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { jwtPayload } from '../../support/jwt_payload.ts'
import { PAIRWISE_SUBJECT, pairwiseClient } from '../../support/pairwise_client.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const PING_CLIENT = pinged(1)

describe('backchannel authentication endpoint (OpenID Connect CIBA Core 1.0 §7)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  it('F076 A198 is not there while the feature is off', async () => {
    const op = await startProvider()

    expect((await op.agent().post(`${op.issuer}/backchannel`, {})).status).to.equal(404)
    const answer = await op.token({ grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: 'x' })
    expect(answer.body['error']).to.equal('unsupported_grant_type')
  })

  describe('who may ask', () => {
    it('a client that does not authenticate is invalid_client (§7.1, §13)', async () => {
      const op = await startForCiba()

      const { status, body, headers } = await request(op, { client_secret: 'wrong' })

      expect([status, body['error']]).to.deep.equal([401, 'invalid_client'])
      expect(headers.get('cache-control')).to.equal('no-store')
    })

    it('A121 a client that has not registered the grant type is unauthorized_client (§13)', async () => {
      const op = await startForCiba({ clients: [WEB_CLIENT] })

      const { status, body } = await request(op)

      expect([status, body['error']]).to.deep.equal([400, 'unauthorized_client'])
    })

    it('a public client is unauthorized_client: anybody can call themselves one (§7.1)', async () => {
      const { client_secret: _, ...open } = CALL_CENTRE
      const op = await startForCiba({ clients: [{ ...open, token_endpoint_auth_method: 'none' }] })

      const { status, body } = await request(op)

      expect([status, body['error']]).to.deep.equal([400, 'unauthorized_client'])
    })
  })

  it('F077 A175 F356 who registers is told that `push` does not exist, and that public clients cannot ask (§4)', async () => {
    const op = await startForCiba({ features: { registration: { enabled: true } } })
    const { client_id: _id, client_secret: _secret, ...metadata } = CALL_CENTRE
    const register = async (more: object) => {
      const response = await op.agent().request(op.provider.urlFor('registration'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...metadata, ...more }),
      })
      return { status: response.status, body: Object(await response.json()) }
    }

    const push = await register({ backchannel_token_delivery_mode: 'push' })
    const open = await register({ token_endpoint_auth_method: 'none' })

    expect((await register({})).status).to.equal(201)
    for (const { status, body } of [push, open]) {
      expect([status, body.error]).to.deep.equal([400, 'invalid_client_metadata'])
    }
    expect(open.body.error_description).to.match(/^grant_types must not contain/)
  })

  for (const [option, value] of [
    ['interval', 0],
    ['interval', 1.5],
    ['userCodeAttempts', -1],
  ] as const) {
    it(`an ${option} of ${value} stops the provider from being constructed`, async () => {
      expect(await messageOf(startForCiba({ ciba: { [option]: value } }))).to.match(
        new RegExp(`^TypeError: features\\.ciba\\.${option} must be`),
      )
    })
  }

  describe('what is refused', () => {
    const refused: readonly (readonly [title: string, params: Record<string, string>, error: string])[] = [
      ['A173 B1 no hint (§7.1)', { login_hint: '' }, 'invalid_request'],
      ['A173 B1 two hints (§7.1)', { login_hint: 'alice', login_hint_token: 'alice' }, 'invalid_request'],
      ['A173 no openid scope (§7.1)', { scope: 'profile' }, 'invalid_request'],
      ['A173 no scope at all (§7.1)', { scope: '' }, 'invalid_request'],
      ['a malformed scope (§13)', { scope: 'openid "' }, 'invalid_scope'],
      ['A173 requested_expiry=0 (§7.1)', { requested_expiry: '0' }, 'invalid_request'],
      ['A173 requested_expiry=-1 (§7.1)', { requested_expiry: '-1' }, 'invalid_request'],
      ['A173 requested_expiry=1.5 (§7.1)', { requested_expiry: '1.5' }, 'invalid_request'],
      ['A173 requested_expiry=1e3 (§7.1)', { requested_expiry: '1e3' }, 'invalid_request'],
      [
        'A173 a requested_expiry of centuries (§7.1)',
        { requested_expiry: '9'.repeat(20) },
        'invalid_request',
      ],
      ['an id_token_hint that is none (§13)', { id_token_hint: 'x.y.z' }, 'invalid_request'],
      ['B2 A174 a login_hint that names nobody (§13)', { login_hint: 'nobody' }, 'unknown_user_id'],
      [
        'B2 A174 a login_hint_token that names nobody (§13)',
        { login_hint_token: 'nobody' },
        'unknown_user_id',
      ],
      ['a request object where none are supported', { request: 'a.b.c' }, 'invalid_request'],
      ['a request_uri (§7.1.1)', { request_uri: 'https://rp.example.com/r' }, 'invalid_request'],
      ['a resource that is none (RFC 8707 §2)', { resource: 'not a URI' }, 'invalid_target'],
    ]
    for (const [title, params, error] of refused) {
      it(`${title} is ${error}`, async () => {
        const triggered = sinon.spy()
        const op = await startForCiba({ ciba: { triggerAuthenticationDevice: triggered } })
        const failed = op.nextError('backchannel_authentication.error')

        const { status, body, headers } = await request(op, params)

        expect([status, body['error']]).to.deep.equal([400, error])
        expect(headers.get('cache-control')).to.equal('no-store')
        expect((await failed).error).to.equal(error)
        expect(triggered.called).to.equal(false)
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('F055 a parameter that is repeated is invalid_request, and backchannel_authentication.error tells', async () => {
      const op = await startForCiba()
      const failed = op.nextError('backchannel_authentication.error')
      const { client_id, client_secret } = CALL_CENTRE
      const form = `client_id=${client_id}&client_secret=${encodeURIComponent(client_secret ?? '')}`

      const { body } = await op.post(
        'backchannel_authentication',
        `${form}&scope=openid&login_hint=a&login_hint=b`,
        {
          'content-type': 'application/x-www-form-urlencoded',
        },
      )

      expect(body['error']).to.equal('invalid_request')
      expect((await failed).error).to.equal('invalid_request')
    })

    for (const [what, token] of [
      ['no', undefined],
      ['an empty', ''],
      ['a too long', 'x'.repeat(1025)],
      ['a malformed', 'not a token'],
    ] as const) {
      it(`B8 A173 ${what} client_notification_token of a ping client is invalid_request (§7.1)`, async () => {
        const op = await startForCiba({ clients: [PING_CLIENT] })

        const { status, body } = await request(
          op,
          token === undefined ? {} : { client_notification_token: token },
        )

        expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
      })
    }

    it('B8 the longest client_notification_token is accepted (§7.1)', async () => {
      const op = await startForCiba({ clients: [PING_CLIENT] })

      expect((await request(op, { client_notification_token: 'x'.repeat(1024) })).status).to.equal(200)
    })
  })

  describe('binding_message', () => {
    for (const [what, message] of [
      ['longer than 20 characters', 'x'.repeat(21)],
      ['with blanks', 'two words'],
      ['with markup', '<b>'],
      ['with a line break at its end', 'W4SCT\n'],
    ] as const) {
      it(`B4 F081 one ${what} is invalid_binding_message (§13)`, async () => {
        const op = await startForCiba()

        const { status, body } = await request(op, { binding_message: message })

        expect([status, body['error']]).to.deep.equal([400, 'invalid_binding_message'])
      })
    }

    it('F081 one that fits is accepted, and the host has it in the params of the request', async () => {
      const op = await startForCiba()
      const id = await requestId(op, { binding_message: 'W4SCT' })

      expect((await find(op, id)).params).to.include({ binding_message: 'W4SCT' })
    })
  })

  describe('who is asked', () => {
    it('F078 processLoginHint is handed the hint, and names the account', async () => {
      const op = await startForCiba({
        ciba: { processLoginHint: (ctx, hint) => `${ctx.oidc.route}:${hint}` },
      })
      const id = await requestId(op, { login_hint: '+44 1' })

      expect((await find(op, id)).accountId).to.equal('backchannel_authentication:+44 1')
    })

    it('F079 processLoginHintToken is handed the token, and names the account', async () => {
      const op = await startForCiba({ ciba: { processLoginHintToken: (_ctx, token) => `${token}!` } })
      const id = await requestId(op, { login_hint_token: 'token' })

      expect((await find(op, id)).accountId).to.equal('token!')
    })

    it('F079 a login_hint_token that the host calls expired is expired_login_hint_token (§13)', async () => {
      const processLoginHintToken = () => {
        throw new errors.ExpiredLoginHintToken('an hour ago')
      }
      const op = await startForCiba({ ciba: { processLoginHintToken } })

      const { status, body } = await request(op, { login_hint_token: 'old' })

      expect(status).to.equal(400)
      expect(body).to.deep.equal({ error: 'expired_login_hint_token', error_description: 'an hour ago' })
    })

    it('F078 what the host throws about a login_hint is answered', async () => {
      const processLoginHint = () => {
        throw new errors.InvalidRequest('no phone number')
      }
      const op = await startForCiba({ ciba: { processLoginHint } })

      const { body } = await request(op)

      expect(body).to.deep.equal({ error: 'invalid_request', error_description: 'no phone number' })
    })

    for (const [what, processLoginHint] of [
      ['undefined', () => undefined],
      ['null', () => Object(Promise.resolve(null))],
      ['nothing but a text without characters', () => ''],
    ] as const) {
      it(`A174 where the hint hook returns ${what} it is unknown_user_id (§13)`, async () => {
        const op = await startForCiba({ ciba: { processLoginHint } })

        expect((await request(op)).body['error']).to.equal('unknown_user_id')
      })
    }

    it('A174 an account that is not there, or not any more, is unknown_user_id with the same text (§13)', async () => {
      const op = await startForCiba({ findAccount: () => undefined })
      const other = await startForCiba()

      const [gone, unknown] = [await request(op), await request(other, { login_hint: 'nobody' })]

      expect(gone.body).to.deep.equal(unknown.body)
      expect(gone.body['error']).to.equal('unknown_user_id')
    })

    it('a hook that returns something that is no id is a failure of ours', async () => {
      const op = await startForCiba({ ciba: { processLoginHint: () => Object({ id: 1 }) } })

      expect((await request(op)).body['error']).to.equal('server_error')
      expect(op.serverErrors).to.have.length(1)
    })

    for (const [param, hook] of [
      ['login_hint', 'processLoginHint'],
      ['login_hint_token', 'processLoginHintToken'],
    ] as const) {
      it(`${hook} that the host has not written is server_error, and the host hears which`, async () => {
        const op = await startForCiba({ ciba: { [hook]: undefined } })

        const { status, body } = await request(op, { [param]: 'alice' })

        expect([status, body['error']]).to.deep.equal([500, 'server_error'])
        expect(String(op.serverErrors[0])).to.include(`features.ciba.${hook} not implemented`)
      })
    }

    const BOTH = {
      ...CALL_CENTRE,
      grant_types: [...(CALL_CENTRE.grant_types ?? []), 'authorization_code'],
      response_types: ['code' as const],
      redirect_uris: WEB_CLIENT.redirect_uris ?? [],
    }

    it('A173 an ID Token of ours names its account, also when it is expired (§7.1)', async () => {
      const op = await startForCiba({ clients: [BOTH], ttl: { IdToken: 1 } })
      const { body } = await op.login()
      const idToken = String(body['id_token'])
      const clock = sinon.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] })
      try {
        const id = await requestId(op, { id_token_hint: idToken })
        expect((await find(op, id)).accountId).to.equal('alice')
      } finally {
        clock.restore()
      }
    })

    describe('an ID Token whose subject is pairwise (OpenID Connect Core 1.0 §8)', () => {
      /** The host finds accounts by what each sector calls them. */
      async function startPairwise(nameOf: (subject: string) => string) {
        const { client, configuration, proof } = await pairwiseClient(BOTH)
        const op = await startForCiba({
          ...configuration,
          clients: [client],
          findAccount: (_ctx, id) => {
            const accountId = nameOf(id)
            return { accountId, claims: () => ({ sub: accountId }) }
          },
        })
        const { code, verifier } = await op.authorize()
        const { body } = await op.exchange(code, verifier, await proof(op))
        return { op, proof: () => proof(op), hint: String(body['id_token']) }
      }

      it('A173 names the account that has it, and the tokens say it again', async () => {
        const { op, proof, hint } = await startPairwise((id) => id.split(' at ')[0] ?? '')
        const id = await requestId(op, { ...(await proof()), id_token_hint: hint })
        const { accountId } = await find(op, id)
        await approve(op, id)
        const { body } = await poll(op, id, await proof())

        expect(jwtPayload(hint)['sub']).to.equal(PAIRWISE_SUBJECT)
        expect(accountId).to.equal('alice')
        expect(jwtPayload(String(body['id_token']))['sub']).to.equal(PAIRWISE_SUBJECT)
        expect((await op.userinfo(body['access_token'])).body['sub']).to.equal(PAIRWISE_SUBJECT)
      })

      it('A174 is unknown_user_id where the host takes it for somebody else’s (§13)', async () => {
        const { op, proof, hint } = await startPairwise((id) => (id === PAIRWISE_SUBJECT ? 'mallory' : id))

        const { body: refused } = await request(op, { ...(await proof()), id_token_hint: hint })

        expect(refused['error']).to.equal('unknown_user_id')
      })
    })

    it('an ID Token for another client is no hint (§7.1)', async () => {
      const op = await startForCiba({ clients: [BOTH, { ...BOTH, client_id: 'other' }] })
      const { body } = await op.login()

      const { body: refused } = await request(op, {
        client_id: 'other',
        id_token_hint: String(body['id_token']),
      })

      expect(refused['error']).to.equal('invalid_request')
    })

    it('A174 an ID Token of an account that is gone is unknown_user_id (§13)', async () => {
      const known = new Set(['alice'])
      const op = await startForCiba({
        clients: [BOTH],
        findAccount: (_ctx, accountId) =>
          known.has(accountId) ? { accountId, claims: () => ({ sub: accountId }) } : undefined,
      })
      const { body } = await op.login()
      known.clear()

      expect((await request(op, { id_token_hint: String(body['id_token']) })).body['error']).to.equal(
        'unknown_user_id',
      )
    })

    it('an ID Token whose `sub` finds somebody else is unknown_user_id', async () => {
      const op = await startForCiba({
        clients: [BOTH],
        findAccount: (ctx, sub) => ({
          accountId: ctx.oidc.route === 'backchannel_authentication' ? 'mallory' : sub,
          claims: () => ({ sub }),
        }),
      })
      const { body } = await op.login()

      expect((await request(op, { id_token_hint: String(body['id_token']) })).body['error']).to.equal(
        'unknown_user_id',
      )
    })
  })

  describe('user_code', () => {
    const WITH_CODE = { ...CALL_CENTRE, backchannel_user_code_parameter: true }
    const verifyUserCode = sinon.spy((_ctx: unknown, _account: unknown, code: string | undefined) => {
      if (code === undefined) throw new errors.MissingUserCode('say your code')
      if (code !== '4711') throw new errors.InvalidUserCode('wrong code')
    })
    beforeEach(() => verifyUserCode.resetHistory())

    it('B5 F083 a missing one is missing_user_code, a wrong one invalid_user_code (§13)', async () => {
      const op = await startForCiba({ clients: [WITH_CODE], ciba: { verifyUserCode } })

      const [missing, wrong] = [await request(op), await request(op, { user_code: '1' })]

      expect([missing.status, missing.body['error']]).to.deep.equal([400, 'missing_user_code'])
      expect([wrong.status, wrong.body['error']]).to.deep.equal([400, 'invalid_user_code'])
    })

    it('A901 the hook is handed the account and the code, not the hint, and the code is not stored', async () => {
      const op = await startForCiba({ clients: [WITH_CODE], ciba: { verifyUserCode } })
      const id = await requestId(op, { user_code: '4711' })

      expect(verifyUserCode.firstCall.args[1]).to.include({ accountId: 'alice' })
      expect(verifyUserCode.firstCall.args[2]).to.equal('4711')
      expect(JSON.stringify((await find(op, id)).params)).to.not.include('4711')
    })

    it('clients that have not said that they send one are not asked for it (§4)', async () => {
      const op = await startForCiba({ ciba: { verifyUserCode } })

      expect((await request(op)).status).to.equal(200)
      expect(verifyUserCode.called).to.equal(false)
    })

    it('B5 after ten wrong ones for one person a right one is refused as well, for every process', async () => {
      const adapter = memoryAdapter()
      const host = { adapter, clients: [WITH_CODE], ciba: { verifyUserCode } }
      const [one, other] = [await startForCiba(host), await startForCiba(host)]
      for (let tried = 0; tried < 10; tried += 1) {
        expect((await request(one, { user_code: '1' })).status).to.equal(400)
      }

      const { status, headers, body } = await request(one, { user_code: '4711' })

      expect([status, body['error']]).to.deep.equal([429, 'temporarily_unavailable'])
      expect(Number(headers.get('retry-after'))).to.be.within(1, 300)
      expect((await request(other, { user_code: '1' })).status).to.equal(429)
      expect((await request(one, { user_code: '4711', login_hint: 'bob' })).status).to.equal(200)
    })

    it('B5 fifty guesses at once are not more than ten', async () => {
      const op = await startForCiba({ clients: [WITH_CODE], ciba: { verifyUserCode } })

      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) => request(op, { user_code: String(n) })),
      )

      expect(answers.filter(({ status }) => status === 400)).to.have.length(10)
      expect(answers.filter(({ status }) => status === 429)).to.have.length(40)
      expect(verifyUserCode.callCount).to.be.at.most(11)
    })

    it('B5 one code is checked at a time for one person, twenty requests wait, and more are 429', async () => {
      let checking = 0
      let most = 0
      let open = () => {}
      const opened = new Promise<void>((resolve) => {
        open = resolve
      })
      const op = await startForCiba({
        clients: [WITH_CODE],
        ciba: {
          verifyUserCode: async () => {
            checking += 1
            most = Math.max(most, checking)
            await opened
            checking -= 1
          },
        },
      })
      const statuses: number[] = []
      const asked = Array.from({ length: 25 }, async () => {
        statuses.push((await request(op, { user_code: '4711' })).status)
        // The last of those that are not to wait lets the others go on.
        if (statuses.length === 4) open()
      })
      await Promise.all(asked)

      expect(most).to.equal(1)
      expect(statuses.filter((status) => status === 429)).to.have.length(4)
      expect(statuses.filter((status) => status === 200)).to.have.length(21)
    })

    it('userCodeAttempts: 0 bounds nothing, for hosts that do it themselves', async () => {
      const op = await startForCiba({ clients: [WITH_CODE], ciba: { verifyUserCode, userCodeAttempts: 0 } })
      for (let tried = 0; tried < 12; tried += 1) await request(op, { user_code: '1' })

      expect((await request(op, { user_code: '4711' })).status).to.equal(200)
    })
  })

  describe('request_context', () => {
    it('F082 a host that has a policy is asked, with or without it', async () => {
      const handed: unknown[] = []
      const op = await startForCiba({
        ciba: {
          validateRequestContext: (_ctx, context) => {
            handed.push(context)
            if (context === 'bad') throw new errors.InvalidRequest('not from there')
          },
        },
      })
      await request(op)
      const { body } = await request(op, { request_context: 'bad' })

      expect(handed).to.deep.equal([undefined, 'bad'])
      expect(body).to.deep.equal({ error: 'invalid_request', error_description: 'not from there' })
    })

    it('F082 without one it is ignored, as any parameter nobody knows (§7.2)', async () => {
      const op = await startForCiba()

      expect((await request(op, { request_context: 'x' })).status).to.equal(200)
    })
  })

  describe('the answer', () => {
    it('A175 F076 holds auth_req_id, expires_in and interval, and nothing else (§7.3)', async () => {
      stopClock()
      const op = await startForCiba()
      const told = op.next('backchannel_authentication.success')
      const saved = op.next('backchannel_authentication_request.saved')

      const { status, headers, body } = await request(op)

      expect(status).to.equal(200)
      expect(headers.get('cache-control')).to.equal('no-store')
      expect(headers.get('content-type')).to.match(/^application\/json/)
      expect(body).to.deep.equal({ auth_req_id: body['auth_req_id'], expires_in: 600, interval: 5 })
      expect(body['auth_req_id']).to.match(/^[A-Za-z0-9._-]{27,}$/)
      expect((await told)[1]).to.deep.equal(body)
      expect((await saved)[0]).to.include({
        kind: 'BackchannelAuthenticationRequest',
        jti: body['auth_req_id'],
      })
    })

    it('A173 F188 requested_expiry shortens it, and ten minutes are the most (§7.1)', async () => {
      stopClock()
      const op = await startForCiba()

      expect((await request(op, { requested_expiry: '60' })).body['expires_in']).to.equal(60)
      expect((await request(op, { requested_expiry: '6000' })).body['expires_in']).to.equal(600)
    })

    it('F188 ttl.BackchannelAuthenticationRequest decides, with the request and the client', async () => {
      stopClock()
      const handed: unknown[] = []
      const op = await startForCiba({
        ttl: {
          BackchannelAuthenticationRequest: (_ctx, asked, client) => {
            handed.push([asked.accountId, client.clientId])
            return 42
          },
        },
      })

      expect((await request(op)).body['expires_in']).to.be.oneOf([41, 42])
      expect(handed).to.deep.equal([['alice', 'calls']])
    })

    it('`interval` is the one that was configured (§7.3)', async () => {
      const op = await startForCiba({ ciba: { interval: 30 } })

      expect((await request(op)).body['interval']).to.equal(30)
    })

    it('one that would never end ends within a year, for expires_in has to be a number (§7.3)', async () => {
      stopClock()
      const op = await startForCiba({ ttl: { BackchannelAuthenticationRequest: Number.POSITIVE_INFINITY } })

      expect((await request(op)).body['expires_in']).to.equal(365 * 24 * 60 * 60)
    })
  })

  describe('triggerAuthenticationDevice', () => {
    it('F080 A174 is handed request, account and client before the answer, when the request is stored', async () => {
      const handed: unknown[] = []
      const op = await startForCiba({
        ciba: {
          async triggerAuthenticationDevice(ctx, asked, account, client) {
            const { BackchannelAuthenticationRequest: Requests } = ctx.oidc.provider
            const stored = await Requests.find(asked.jti)
            handed.push([
              stored?.accountId,
              asked.params?.['acr_values'],
              asked.scope,
              account.accountId,
              client.clientId,
            ])
            handed.push(ctx.oidc.entities.BackchannelAuthenticationRequest?.jti === asked.jti)
          },
        },
      })
      const id = await requestId(op, { scope: 'openid profile', acr_values: 'gold' })

      expect(handed).to.deep.equal([['alice', 'gold', 'openid profile', 'alice', 'calls'], true])
      expect((await find(op, id)).claims).to.deep.equal({ id_token: { acr: { values: ['gold'] } } })
    })

    it('the person may have answered when it returns', async () => {
      const op = await startForCiba({
        ciba: {
          async triggerAuthenticationDevice(ctx, asked, account, client) {
            const { accountId } = account
            const grant = new ctx.oidc.provider.Grant({ accountId, clientId: client.clientId })
            grant.addOIDCScope('openid')
            await grant.save()
            await ctx.oidc.provider.backchannelResult(asked, grant)
          },
        },
      })

      const { status, body } = await poll(op, await requestId(op))

      expect(status).to.equal(200)
      expect(jwtPayload(String(body['id_token']))).to.include({ sub: 'alice' })
    })

    it('B17 a limit of the host’s own refuses there: its error is answered and no request is left (§15)', async () => {
      const counting = countingAdapter(memoryAdapter())
      let asked = 0
      const op = await startForCiba({
        adapter: counting.adapter,
        ciba: {
          triggerAuthenticationDevice() {
            asked += 1
            if (asked > 5) throw new errors.CustomOIDCProviderError('temporarily_unavailable', 'ask later')
          },
        },
      })
      const ids: unknown[] = []
      op.provider.on('backchannel_authentication_request.saved', ({ jti }) => ids.push(jti))

      const answers = []
      for (let n = 0; n < 100; n += 1) answers.push(await request(op))

      expect(answers.filter(({ status }) => status === 200)).to.have.length(5)
      expect(answers[99]?.body).to.deep.equal({
        error: 'temporarily_unavailable',
        error_description: 'ask later',
      })
      const left = await Promise.all(
        ids.map((id) => op.provider.BackchannelAuthenticationRequest.find(String(id))),
      )
      expect(left.filter((found) => found !== undefined)).to.have.length(5)
    })

    it('access_denied of the host’s is 403 (§13)', async () => {
      const triggerAuthenticationDevice = () => {
        throw new errors.AccessDenied('not this client')
      }
      const op = await startForCiba({ ciba: { triggerAuthenticationDevice } })

      const { status, body } = await request(op)

      expect(status).to.equal(403)
      expect(body).to.deep.equal({ error: 'access_denied', error_description: 'not this client' })
    })

    it('one that fails is server_error, and the request is gone', async () => {
      const destroyed: unknown[] = []
      const triggerAuthenticationDevice = () => Promise.reject(new Error('no push service'))
      const op = await startForCiba({ ciba: { triggerAuthenticationDevice } })
      op.provider.on('backchannel_authentication_request.destroyed', (gone) => destroyed.push(gone.jti))

      const { status, body } = await request(op)

      expect([status, body['error']]).to.deep.equal([500, 'server_error'])
      expect(String(op.serverErrors[0])).to.include('no push service')
      expect(destroyed).to.have.length(1)
    })

    it('one that fails while storage does too is the failure that is answered; the other one is told, too', async () => {
      const inner = memoryAdapter()
      const adapter: AdapterFactory = (model) => {
        const own = inner(model)
        if (model === 'BackchannelAuthenticationRequest')
          own.destroy = () => Promise.reject(new Error('no storage'))
        return own
      }
      const triggerAuthenticationDevice = () => {
        throw new errors.AccessDenied()
      }
      const op = await startForCiba({ adapter, ciba: { triggerAuthenticationDevice } })

      expect((await request(op)).status).to.equal(403)
      expect(String(op.serverErrors)).to.include('no storage')
    })

    it('one that the host has not written is server_error, and the host hears which', async () => {
      const op = await startForCiba({ ciba: { triggerAuthenticationDevice: undefined } })

      expect((await request(op)).status).to.equal(500)
      expect(String(op.serverErrors[0])).to.include(
        'features.ciba.triggerAuthenticationDevice not implemented',
      )
    })
  })

  describe('what is stored', () => {
    it('F289 the documented payload, without credentials', async () => {
      const op = await startForCiba({ clients: [PING_CLIENT] })
      const id = await requestId(op, { client_notification_token: NOTIFICATION_TOKEN, nonce: 'n' })
      const stored = await find(op, id)

      expect(stored).to.include({
        kind: 'BackchannelAuthenticationRequest',
        accountId: 'alice',
        clientId: 'calls',
        scope: 'openid',
        gty: 'ciba',
        nonce: 'n',
        isPending: true,
        isValid: true,
      })
      expect(stored.params).to.deep.equal({
        client_id: 'calls',
        client_notification_token: NOTIFICATION_TOKEN,
        login_hint: 'alice',
        nonce: 'n',
        scope: 'openid',
      })
    })

    it('F289 consumes once, and is found by its grant', async () => {
      const op = await startForCiba()
      const id = await requestId(op)
      await approve(op, id)
      const stored = await find(op, id)
      await stored.consume()

      expect(stored.isValid).to.equal(false)
      await op.provider.BackchannelAuthenticationRequest.revokeByGrantId(stored.grantId ?? '')
      expect(await op.provider.BackchannelAuthenticationRequest.find(id)).to.equal(undefined)
    })
  })

  it('A095 extra parameters of the host’s are taken here as well', async () => {
    const op = await startForCiba({ extraParams: ['purpose'] })
    const id = await requestId(op, { purpose: 'payment' })

    expect((await find(op, id)).params).to.include({ purpose: 'payment' })
  })

  it('F076 F077 discovery names the endpoint, the modes and whether codes are checked (§4)', async () => {
    const read = async (op: Awaited<ReturnType<typeof startForCiba>>) =>
      Object(await (await op.agent().get(op.provider.urlFor('discovery'))).json())
    const op = await startForCiba()
    const signed = await startForCiba({
      ciba: { verifyUserCode: () => {}, deliveryModes: ['poll'] },
      features: { requestObjects: { request: true } },
      enabledJWA: { requestObjectSigningAlgValues: ['HS256', 'ES256', 'PS256'] },
    })

    const [plain, more] = [await read(op), await read(signed)]

    expect(plain).to.deep.include({
      backchannel_authentication_endpoint: op.provider.urlFor('backchannel_authentication'),
      backchannel_token_delivery_modes_supported: ['poll', 'ping'],
      backchannel_user_code_parameter_supported: false,
    })
    expect(plain.grant_types_supported).to.include('urn:openid:params:grant-type:ciba')
    expect(plain).to.not.have.property('backchannel_authentication_request_signing_alg_values_supported')
    expect(more).to.deep.include({
      backchannel_token_delivery_modes_supported: ['poll'],
      backchannel_user_code_parameter_supported: true,
      backchannel_authentication_request_signing_alg_values_supported: ['ES256', 'PS256'],
    })
  })
})
