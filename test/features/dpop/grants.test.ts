import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { decodeJwt } from 'jose'
import type { GrantHandler } from '../../../lib/index.ts'
import { CIBA, grantFor, request as requestLogin } from '../../support/ciba.ts'
import { allow, askForCodes, DEVICE_CODE } from '../../support/device.ts'
import {
  BOUND,
  CONFIDENTIAL,
  codeForm,
  credentialsOf,
  forToken,
  loginWith,
  newKey,
  prove,
  startForDPoP,
  tokenWith,
} from '../../support/dpop.ts'
import { bearerForm, CUSTOM, customForm, exchangeForm } from '../../support/granting.ts'
import { type RunningProvider, stopProviders } from '../../support/start_provider.ts'

type Form = Record<string, string>

/** What each grant is asked with, by the client of this name. */
const FORMS: Readonly<Record<string, (op: RunningProvider, clientId: string) => Promise<Form> | Form>> = {
  'authorization code': async (op, clientId) => {
    const { code, verifier } = await op.authorize({ client_id: clientId })
    return codeForm(code, verifier)
  },
  'client credentials': () => ({ grant_type: 'client_credentials' }),
  'device code': async (op, clientId) => {
    const codes = await askForCodes(op, credentialsOf(clientId))
    await allow(op, op.agent(), codes.userCode)
    return { grant_type: DEVICE_CODE, device_code: codes.deviceCode }
  },
  CIBA: async (op, clientId) => {
    const { body } = await requestLogin(op, credentialsOf(clientId))
    const id = String(body['auth_req_id'])
    await op.provider.backchannelResult(id, await grantFor(op, id))
    return { grant_type: CIBA, auth_req_id: id }
  },
  'token exchange': async (op) => {
    const { code, verifier } = await op.authorize()
    const { body } = await op.exchange(code, verifier)
    return exchangeForm(String(body['access_token']))
  },
  'JWT bearer': (op) => bearerForm(op),
  'a grant of the host': () => customForm(),
}

describe('DPoP with every grant (RFC 9449 §5)', () => {
  let op: RunningProvider
  const key = newKey()
  before(async () => {
    op = await startForDPoP()
  })
  after(stopProviders)

  for (const [grant, formOf] of Object.entries(FORMS)) {
    it(`A134 ${grant}: a proof binds the access token, and the answer says token_type DPoP`, async () => {
      const { status, body } = await tokenWith(op, key, await formOf(op, 'web'))
      const value = String(body['access_token'])
      const token =
        (await op.provider.AccessToken.find(value)) ?? (await op.provider.ClientCredentials.find(value))

      expect(status).to.equal(200)
      expect(body['token_type']).to.equal('DPoP')
      expect(token?.jkt).to.equal(key.jkt)
    })

    it(`${grant}: without a proof, a client that need not send one gets a bearer token`, async () => {
      const { body } = await op.post('token', { ...credentialsOf('web'), ...(await formOf(op, 'web')) })

      expect(body['token_type']).to.equal('Bearer')
    })

    it(`D20 ${grant}: a client with dpop_bound_access_tokens gets nothing without a proof (§5.2)`, async () => {
      const form = await formOf(op, 'bound')
      const refused = await op.post('token', { ...credentialsOf('bound'), ...form })

      expect(refused.body).to.include({ error: 'invalid_dpop_proof' })
      expect(refused.status).to.equal(400)
      // Nothing is used up by it.
      expect((await tokenWith(op, key, form, 'bound')).body['token_type']).to.equal('DPoP')
    })

    it(`${grant}: a proof that does not hold leads to nothing`, async () => {
      const dpop = await prove(key, { ...forToken(op), htm: 'GET' })
      const { status, body } = await op.post(
        'token',
        { ...credentialsOf('web'), ...(await formOf(op, 'web')) },
        { dpop },
      )

      expect([status, body['error']]).to.deep.equal([400, 'invalid_dpop_proof'])
    })
  }

  it('an unbound access token may be exchanged for one that is bound, a bound one not (RFC 8693 §5)', async () => {
    const bound = await loginWith(op, key)
    const { status, body } = await tokenWith(op, key, exchangeForm(String(bound.body['access_token'])))

    expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
  })

  it('introspection tells the key and the type (§6.2)', async () => {
    const { body } = await tokenWith(op, key, { grant_type: 'client_credentials' })
    const answer = await op.post('introspection', {
      ...credentialsOf('web'),
      token: String(body['access_token']),
    })

    expect(answer.body).to.deep.include({ active: true, token_type: 'DPoP', cnf: { jkt: key.jkt } })
  })
})

describe('DPoP-bound JWT access tokens (RFC 9449 §6.1)', () => {
  afterEach(stopProviders)

  it('say so in cnf', async () => {
    const key = newKey()
    const op = await startForDPoP({
      features: {
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({ scope: 'read', accessTokenFormat: 'jwt' }),
        },
      },
    })
    const resource = 'https://api.example.com'
    const form = { grant_type: 'client_credentials', scope: 'read', resource }
    const { body } = await tokenWith(op, key, form)

    expect(body['token_type']).to.equal('DPoP')
    expect(decodeJwt(String(body['access_token']))).to.deep.include({ cnf: { jkt: key.jkt } })
  })
})

describe('grants of hosts that make their tokens themselves', () => {
  afterEach(stopProviders)

  const handler: GrantHandler = async (ctx, _next, toolkit) => {
    const { client, provider } = ctx.oidc
    if (client === undefined) throw new Error('no client')
    const token = new provider.ClientCredentials({ client, scope: 'read' })
    toolkit.bindToSender(token)
    ctx.body = { access_token: await token.save(), token_type: token.tokenType }
  }

  it('A140 bind them by the toolkit (RFC 9449 §5)', async () => {
    const key = newKey()
    const op = await startForDPoP()
    op.provider.registerGrantType('urn:example:own', handler)
    op.provider.registerGrantType(CUSTOM, handler)

    const { body } = await tokenWith(op, key, { grant_type: CUSTOM })
    const token = await op.provider.ClientCredentials.find(String(body['access_token']))

    expect(body['token_type']).to.equal('DPoP')
    expect(token?.jkt).to.equal(key.jkt)
  })

  it('their proofs count once as well (RFC 9449 §11.1)', async () => {
    const op = await startForDPoP()
    op.provider.registerGrantType(CUSTOM, handler)
    const dpop = await prove(newKey(), forToken(op))
    const send = () => op.post('token', { ...credentialsOf('web'), grant_type: CUSTOM }, { dpop })
    expect((await send()).status).to.equal(200)

    const { status, body } = await send()

    expect([status, body['error']]).to.deep.equal([400, 'invalid_dpop_proof'])
    expect(body).not.to.have.property('access_token')
  })

  it('G7 what is no token cannot be bound', async () => {
    const op = await startForDPoP()
    const told: unknown[] = []
    op.provider.registerGrantType(CUSTOM, async (ctx, _next, toolkit) => {
      const grant: object = new ctx.oidc.provider.Grant({ accountId: 'a', clientId: 'web' })
      try {
        Reflect.apply(toolkit.bindToSender, toolkit, [grant])
      } catch (error) {
        told.push(error)
      }
      ctx.body = {}
    })
    await tokenWith(op, newKey(), { grant_type: CUSTOM })

    expect(told[0]).to.be.instanceOf(TypeError)
  })
})

describe('R8 A130 refresh tokens and DPoP (RFC 9449 §5)', () => {
  let op: RunningProvider
  before(async () => {
    op = await startForDPoP({ refreshTokenReuseWindow: 10 })
  })
  after(stopProviders)

  const refresh = (token: unknown) => ({ grant_type: 'refresh_token', refresh_token: String(token) })

  it('those of public clients are bound to the key, through every rotation', async () => {
    const key = newKey()
    const first = await loginWith(op, key, 'spa')
    const second = await tokenWith(op, key, refresh(first.body['refresh_token']), 'spa')
    const third = await tokenWith(op, key, refresh(second.body['refresh_token']), 'spa')

    expect(third.status).to.equal(200)
    for (const { body } of [first, second, third]) {
      const token = await op.provider.RefreshToken.find(String(body['refresh_token']))
      expect(token?.jkt).to.equal(key.jkt)
      expect(body['token_type']).to.equal('DPoP')
    }
  })

  it('R8 a bound one is refused without a proof and with another key, and stays usable', async () => {
    const key = newKey()
    const { body } = await loginWith(op, key, 'spa')
    const form = refresh(body['refresh_token'])
    const bare = await op.post('token', { ...credentialsOf('spa'), ...form })
    const other = await tokenWith(op, newKey(), form, 'spa')

    expect([bare.status, bare.body['error']]).to.deep.equal([400, 'invalid_grant'])
    expect([other.status, other.body['error']]).to.deep.equal([400, 'invalid_grant'])
    expect((await tokenWith(op, key, form, 'spa')).status).to.equal(200)
  })

  it('R8 a used one that a thief presents without the key revokes nothing', async () => {
    const strict = await startForDPoP()
    const key = newKey()
    const first = await loginWith(strict, key, 'spa')
    const form = refresh(first.body['refresh_token'])
    const second = await tokenWith(strict, key, form, 'spa')
    await tokenWith(strict, newKey(), form, 'spa')

    const next = await tokenWith(strict, key, refresh(second.body['refresh_token']), 'spa')
    expect(next.status).to.equal(200)
  })

  it('R4 within the window a repetition by the same key gets the same successor', async () => {
    const key = newKey()
    const { body } = await loginWith(op, key, 'spa')
    const form = refresh(body['refresh_token'])
    const answers = [await tokenWith(op, key, form, 'spa'), await tokenWith(op, key, form, 'spa')]

    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200])
    expect(answers[0]?.body['refresh_token']).to.equal(answers[1]?.body['refresh_token'])
  })

  it('an unbound one of a public client is bound when a proof comes with it', async () => {
    const key = newKey()
    const { code, verifier } = await op.authorize({ client_id: 'spa' })
    const first = await op.post('token', { ...credentialsOf('spa'), ...codeForm(code, verifier) })
    const { status, body } = await tokenWith(op, key, refresh(first.body['refresh_token']), 'spa')

    expect(status).to.equal(200)
    expect((await op.provider.RefreshToken.find(String(body['refresh_token'])))?.jkt).to.equal(key.jkt)
  })

  it('those of clients that authenticate are not bound: the key may change, the access token follows', async () => {
    const first = await loginWith(op, newKey())
    const stored = await op.provider.RefreshToken.find(String(first.body['refresh_token']))
    const key = newKey()
    const { status, body } = await tokenWith(op, key, refresh(first.body['refresh_token']))

    expect(stored?.jkt).to.equal(undefined)
    expect(status).to.equal(200)
    expect((await op.provider.AccessToken.find(String(body['access_token'])))?.jkt).to.equal(key.jkt)
  })

  it('D20 R8 a client with dpop_bound_access_tokens cannot refresh without a proof (§5.2)', async () => {
    const { body } = await loginWith(op, newKey(), 'bound')
    const form = { ...credentialsOf('bound'), ...refresh(body['refresh_token']) }
    const refused = await op.post('token', form)

    expect([refused.status, refused.body['error']]).to.deep.equal([400, 'invalid_dpop_proof'])
  })

  it('a proof that was used is refused, and leaves the refresh token usable', async () => {
    const key = newKey()
    const { body } = await loginWith(op, key, 'spa')
    const form = { ...credentialsOf('spa'), ...refresh(body['refresh_token']) }
    const dpop = await prove(key, { ...forToken(op), jti: randomUUID() })
    await op.post('token', { ...credentialsOf('spa'), ...refresh('unknown') }, { dpop })
    const first = await op.post('token', form, { dpop })
    const replayed = await op.post('token', { ...form, ...refresh(first.body['refresh_token']) }, { dpop })

    expect(first.status).to.equal(200)
    expect(replayed.body['error']).to.equal('invalid_dpop_proof')
    const again = await tokenWith(op, key, refresh(first.body['refresh_token']), 'spa')
    expect(again.status).to.equal(200)
  })
})

describe('metadata of clients that use DPoP', () => {
  afterEach(stopProviders)

  const FRONT_CHANNEL = ['id_token token', 'code id_token token', 'code token'] as const

  for (const responseType of FRONT_CHANNEL) {
    it(`D25 a client with dpop_bound_access_tokens may not have the response type ${responseType}`, async () => {
      const outcome = await startForDPoP({
        responseTypes: ['code', ...FRONT_CHANNEL],
        clients: [
          { ...BOUND, response_types: [responseType], grant_types: ['authorization_code', 'implicit'] },
        ],
      }).catch((error: Error) => error.message)

      expect(outcome).to.include('response_types must not yield access tokens')
    })
  }

  it('D25 one without it may', async () => {
    const op = await startForDPoP({
      responseTypes: ['code', ...FRONT_CHANNEL],
      clients: [
        {
          ...CONFIDENTIAL,
          response_types: [...FRONT_CHANNEL],
          grant_types: ['authorization_code', 'implicit'],
        },
      ],
    })
    expect(op.client.response_types).to.have.length(FRONT_CHANNEL.length)
  })
})
