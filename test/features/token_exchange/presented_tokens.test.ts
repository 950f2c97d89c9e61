import { expect } from 'chai'
import { decodeJwt, decodeProtectedHeader, type KeyInput } from 'jose'
import { developmentKeys } from '../../../lib/helpers/jose/development_keys.ts'
import { Keystore } from '../../../lib/helpers/jose/keystore.ts'
import type { JWKS } from '../../../types/client.ts'
import { type Claims, hmacKey, keyPair, now, sign } from '../../actions/client_auth/assertions.ts'
import { stopProviders, type TokenAnswer } from '../../support/start_provider.ts'
import { introspect, revoke } from '../../support/token_endpoints.ts'
import {
  ACCESS_TOKEN,
  API,
  clientToken,
  EVERYTHING,
  FRONT,
  ID_TOKEN,
  JWT,
  login,
  PLAIN,
  REFRESH_TOKEN,
  type Started,
  startExchange,
} from './exchanging.ts'

/** Made once: they are what takes time. */
const KEYS: JWKS = developmentKeys()

async function expectInvalid(
  { op, exchange, entries }: Started,
  params: Record<string, string>,
  clientId = 'web',
): Promise<void> {
  const { size } = entries
  const { status, body } = await exchange(params, clientId)

  expect([status, body['error'], body['error_description']]).to.deep.equal([
    400,
    'invalid_request',
    'subject_token is not valid',
  ])
  expect(entries.size).to.equal(size)
  expect(op.serverErrors).to.deep.equal([])
}

describe('F214 subject tokens that are stored (RFC 8693 §2.1, §2.2.2)', () => {
  afterEach(stopProviders)

  it('one that is unknown is refused, whatever it is taken for', async () => {
    const started = await startExchange()
    for (const subject_token_type of [ACCESS_TOKEN, REFRESH_TOKEN, ID_TOKEN, JWT])
      for (const subject_token of ['unknown', 'a.b.c', `${'x'.repeat(20_000)}.y.z`])
        await expectInvalid(started, { subject_token, subject_token_type })
  })

  it('one that is taken for another kind is refused', async () => {
    const started = await startExchange()
    const { access_token, refresh_token } = await login(started.op)

    await expectInvalid(started, { subject_token: refresh_token })
    await expectInvalid(started, { subject_token: access_token, subject_token_type: REFRESH_TOKEN })
    await expectInvalid(started, { subject_token: access_token, subject_token_type: ID_TOKEN })
    await expectInvalid(started, { subject_token: access_token, subject_token_type: JWT })
  })

  it('one that has expired is refused', async () => {
    const started = await startExchange()
    const { AccessToken } = started.op.provider
    const { access_token } = await login(started.op)
    const key = `AccessToken:${access_token}`
    started.entries.set(key, { ...started.entries.get(key), exp: now() - 1 })

    expect(await AccessToken.find(access_token)).to.equal(undefined)
    await expectInvalid(started, { subject_token: access_token })
  })

  it('one that was revoked is refused (RFC 7009 §2.1)', async () => {
    const started = await startExchange()
    const { access_token } = await login(started.op)
    await revoke(started.op, access_token)

    await expectInvalid(started, { subject_token: access_token })
  })

  for (const kind of ['access_token', 'refresh_token'] as const) {
    it(`the ${kind} of a grant that was revoked is refused`, async () => {
      const started = await startExchange()
      const tokens = await login(started.op)
      for (const key of started.entries.keys()) if (key.startsWith('Grant:')) started.entries.delete(key)

      const type = kind === 'access_token' ? ACCESS_TOKEN : REFRESH_TOKEN
      await expectInvalid(started, { subject_token: tokens[kind], subject_token_type: type })
    })
  }

  it("another client's refresh token is refused, and lives on (RFC 6749 §10.4)", async () => {
    const started = await startExchange()
    const { refresh_token } = await login(started.op)

    await expectInvalid(
      started,
      { subject_token: refresh_token, subject_token_type: REFRESH_TOKEN },
      'gateway',
    )
    expect((await started.op.refresh(refresh_token)).status).to.equal(200)
  })

  it('a refresh token that was rotated out is refused, its own one is not used up', async () => {
    const started = await startExchange()
    const { refresh_token } = await login(started.op)
    const params = { subject_token: refresh_token, subject_token_type: REFRESH_TOKEN }

    expect((await started.exchange(params)).status).to.equal(200)
    expect((await started.op.refresh(refresh_token)).status).to.equal(200)
    await expectInvalid(started, params)
  })

  for (const bound of [{ jkt: 'a'.repeat(43) }, { 'x5t#S256': 'a'.repeat(43) }]) {
    it(`one that is bound by ${Object.keys(bound)} is refused without its key (RFC 9449 §5, RFC 8705 §3)`, async () => {
      const started = await startExchange()
      const { access_token, refresh_token } = await login(started.op)
      for (const key of [`AccessToken:${access_token}`, `RefreshToken:${refresh_token}`])
        started.entries.set(key, { ...started.entries.get(key), ...bound })

      await expectInvalid(started, { subject_token: access_token })
      await expectInvalid(started, { subject_token: refresh_token, subject_token_type: REFRESH_TOKEN })
    })
  }

  it('one whose account is gone is refused', async () => {
    let exists = true
    const started = await startExchange(EVERYTHING, {
      findAccount: (_ctx, accountId) =>
        exists ? { accountId, claims: () => ({ sub: accountId }) } : undefined,
    })
    const { access_token } = await login(started.op)
    exists = false

    await expectInvalid(started, { subject_token: access_token })
  })

  it('the token of a client itself is about nobody, whoever the policy says', async () => {
    const started = await startExchange()
    await expectInvalid(started, { subject_token: await clientToken(started.op) }, 'gateway')
  })

  it('of a race between exchange and revocation no live token is left', async () => {
    const { op, exchange } = await startExchange()
    const { access_token, refresh_token } = await login(op)
    const [answers] = await Promise.all([
      Promise.all(Array.from({ length: 50 }, () => exchange({ subject_token: access_token }))),
      revoke(op, refresh_token),
    ])
    const issued = answers.flatMap(({ body }) =>
      body['access_token'] === undefined ? [] : [String(body['access_token'])],
    )
    const active = await Promise.all(issued.map((token) => introspect(op, token, {}, 'web')))

    expect(active.filter(({ body }) => body['active'] === true)).to.deep.equal([])
    expect(
      answers.every(({ status, body }) => status === 200 || body['error'] === 'invalid_request'),
    ).to.equal(true)
  })

  it('a token that is revoked while the policy thinks gets nothing', async () => {
    let revokeNow = async () => {}
    const { op, exchange, entries } = await startExchange({
      enabled: true,
      policy: async () => {
        await revokeNow()
        return { scope: 'read' }
      },
    })
    const { access_token } = await login(op)
    revokeNow = async () => void (await revoke(op, access_token))
    const { size } = entries
    const { status, body } = await exchange({ subject_token: access_token, resource: PLAIN }, 'gateway')

    expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
    expect(entries.size).to.equal(size - 1)
  })

  it("what the client's own grant covers ends with that grant", async () => {
    const { op, exchange, kinds } = await startExchange()
    const { access_token, refresh_token } = await login(op)
    const { body } = await exchange({ subject_token: access_token })
    expect(kinds().filter((kind) => kind === 'Grant')).to.have.length(1)
    await revoke(op, refresh_token)
    const told = await introspect(op, String(body['access_token']), {}, 'web')

    expect(told.body).to.deep.equal({ active: false })
  })

  describe('what another client exchanged it for', () => {
    const [byGateway, byFront] = ['gateway', 'web']
    const isActive = async ({ op }: Started, { body }: TokenAnswer, clientId: string) =>
      (await introspect(op, String(body['access_token']), {}, clientId)).body['active']

    it('ends with the grant of the subject token (RFC 7009 §2.1)', async () => {
      const started = await startExchange({ enabled: true, policy: () => ({ scope: 'openid' }) })
      const { op, exchange } = started
      const { access_token, refresh_token } = await login(op)
      const exchanged = await exchange({ subject_token: access_token }, byGateway)
      const before = [
        await isActive(started, exchanged, byGateway),
        (await op.userinfo(exchanged.body['access_token'])).status,
      ]
      await revoke(op, refresh_token)
      const after = [
        await isActive(started, exchanged, byGateway),
        (await op.userinfo(exchanged.body['access_token'])).status,
      ]

      expect([before, after]).to.deep.equal([
        [true, 200],
        [false, 401],
      ])
    })

    it('ends with it however often it was exchanged, and is exchanged no more', async () => {
      const started = await startExchange({ enabled: true, policy: () => ({ scope: 'openid' }) })
      const { op, exchange } = started
      const { access_token, refresh_token } = await login(op)
      const first = await exchange({ subject_token: access_token }, byGateway)
      const second = await exchange({ subject_token: String(first.body['access_token']) }, byFront)
      const before = await isActive(started, second, byFront)
      await revoke(op, refresh_token)

      expect([before, await isActive(started, second, byFront)]).to.deep.equal([true, false])
      const third = await exchange({ subject_token: String(second.body['access_token']) }, byGateway)
      expect([third.status, third.body['error']]).to.deep.equal([400, 'invalid_request'])
    })

    it('ends with a grant in between that is revoked, and leaves the first one alone', async () => {
      const started = await startExchange({ enabled: true, policy: () => ({ scope: 'openid' }) })
      const { op, exchange } = started
      const { access_token } = await login(op)
      const first = await exchange({ subject_token: access_token }, byGateway)
      const second = await exchange({ subject_token: String(first.body['access_token']) }, byFront)
      const between = await op.provider.AccessToken.find(String(first.body['access_token']))
      await op.provider.revokeGrant('alice', between?.grantId ?? '')

      expect(await isActive(started, second, byFront)).to.equal(false)
      expect((await op.userinfo(access_token)).status).to.equal(200)
    })

    it('cannot be exchanged without end: each use would look every grant up', async () => {
      const { op, exchange } = await startExchange({ enabled: true, policy: () => ({ scope: 'openid' }) })
      let { access_token: token } = await login(op)
      const statuses: number[] = []
      for (let count = 0; count < 11; count += 1) {
        const { status, body } = await exchange(
          { subject_token: token },
          count % 2 === 0 ? byGateway : byFront,
        )
        statuses.push(status)
        token = status === 200 ? String(body['access_token']) : token
      }

      expect(statuses).to.deep.equal([...Array(10).fill(200), 400])
    })
  })

  for (const [whose, clientId] of [
    ['its own', 'web'],
    ["another client's", 'gateway'],
  ] as const)
    it(`a session that ends takes exchanged tokens with it, where it takes the subject token: ${whose}`, async () => {
      const { op, exchange, entries } = await startExchange(EVERYTHING, { expiresWithSession: () => true })
      const { access_token } = await login(op)
      const { body } = await exchange({ subject_token: access_token }, clientId)
      const again = await exchange({ subject_token: String(body['access_token']) }, 'web')
      const tokens = [body['access_token'], again.body['access_token']].map(String)
      const actives = () =>
        Promise.all(tokens.map(async (token) => (await introspect(op, token, {}, 'web')).body['active']))
      const before = await actives()
      for (const key of entries.keys()) if (key.startsWith('Session:')) entries.delete(key)

      expect([before, await actives()]).to.deep.equal([
        [true, true],
        [false, false],
      ])
      expect((await exchange({ subject_token: tokens[0] ?? '' }, clientId)).status).to.equal(400)
    })
})

describe('F214 subject tokens that this provider signed (RFC 8693 §2.1, RFC 9068 §4, RFC 8725 §3.11)', () => {
  afterEach(stopProviders)

  /** A JWT access token of the front end for the API, and what can be made of it. */
  async function startSigned(policy = EVERYTHING.policy) {
    const keystore = new Keystore(KEYS)
    const started = await startExchange({ enabled: true, policy }, { jwks: KEYS })
    const tokens = await login(started.op, { scope: 'openid read', resource: API })
    const { body } = await started.op.refresh(tokens.refresh_token, { resource: API, scope: 'read' })
    const token = String(body['access_token'])
    const { alg = '', kid = '', typ = '' } = decodeProtectedHeader(token)
    const key = keystore.keyFor(alg, kid)
    if (key === undefined) throw new Error('no key')
    const forge = (claims: Claims = {}, header: Claims = {}, by: KeyInput = key.privateKey) =>
      sign({ ...decodeJwt(token), ...claims }, { alg, kid, typ, ...header }, by)
    return { ...started, started, token, forge, idToken: tokens.id_token, key }
  }

  it('a JWT access token is exchanged at its own resource server with its scope', async () => {
    const { exchange, token } = await startSigned()
    const { status, body } = await exchange({ subject_token: token, resource: API }, 'gateway')
    const issued = decodeJwt(String(body['access_token']))

    expect([status, body['scope']]).to.deep.equal([200, 'read'])
    expect(issued).to.include({ sub: 'alice', client_id: 'gateway', aud: API, scope: 'read' })
    expect(issued.exp).to.be.at.most(decodeJwt(token).exp ?? 0)
  })

  it('what is made of one ends with it, whatever lifetime it would have had (RFC 8693 §2.2.1)', async () => {
    const { exchange, forge } = await startSigned()
    const end = now() + 30
    const { status, body } = await exchange({ subject_token: await forge({ exp: end }), resource: API })

    expect(status).to.equal(200)
    expect(decodeJwt(String(body['access_token'])).exp).to.be.within(end - 1, end)
  })

  const FORGED: readonly [what: string, claims: Claims, header?: Claims][] = [
    ['expired', { exp: now() - 1 }],
    ['without exp', { exp: undefined }],
    ['without iat', { iat: undefined }],
    ['of another issuer', { iss: 'https://other.example.com' }],
    ['of a client that is gone', { client_id: 'gone' }],
    ['without a client', { client_id: undefined }],
    ['without a subject', { sub: undefined }],
    ['about its client itself', { sub: 'web' }],
    ['bound to a key', { cnf: { jkt: 'x' } }],
    ['that is a logout token', { events: {} }],
    ['with a critical extension', {}, { crit: ['b64'], b64: true }],
    ['declared as nothing', {}, { typ: undefined }],
    ['declared as JWT', {}, { typ: 'JWT' }],
    ['declared as a logout token', {}, { typ: 'logout+jwt' }],
    ['whose actor is nobody', { act: {} }],
    ['whose actor is text', { act: 'gateway' }],
  ]
  for (const [what, claims, header = {}] of FORGED) {
    it(`an access token ${what} is refused`, async () => {
      const { started, forge } = await startSigned()

      await expectInvalid(started, { subject_token: await forge(claims, header), resource: API })
    })
  }

  it('one that somebody else signed is refused: by another key, by a public key as a secret, by nobody', async () => {
    const { started, token, forge, key } = await startSigned()
    const { privateKey } = await keyPair(decodeProtectedHeader(token).alg ?? '')
    const [, payload = ''] = token.split('.')
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
    const asSecret = key.publicKey.export({ format: 'pem', type: 'spki' }).toString()

    await expectInvalid(started, { subject_token: await forge({}, {}, privateKey) })
    await expectInvalid(started, { subject_token: await forge({}, { alg: 'HS256' }, hmacKey(asSecret)) })
    await expectInvalid(started, { subject_token: await forge({}, { alg: 'HS256' }, hmacKey()) })
    await expectInvalid(started, { subject_token: `${none}.${payload}.` })
    await expectInvalid(started, { subject_token: `${token.slice(0, -8)}AAAAAAAA` })
    await expectInvalid(started, {
      subject_token: await forge({}, { jwk: key.publicJwk, kid: undefined }, privateKey),
    })
  })

  it('an ID Token is no access token, an access token is no ID Token, neither is a JWT of a trusted issuer', async () => {
    const { started, token, idToken } = await startSigned()

    await expectInvalid(started, { subject_token: idToken })
    await expectInvalid(started, { subject_token: token, subject_token_type: ID_TOKEN })
    await expectInvalid(started, { subject_token: token, subject_token_type: JWT })
    await expectInvalid(started, { subject_token: idToken, subject_token_type: JWT })
    await expectInvalid(started, { subject_token: token, subject_token_type: REFRESH_TOKEN })
  })

  it('the policy hears what a JWT access token, and an ID Token, say', async () => {
    const told: unknown[] = []
    const { op, exchange, token, idToken } = await startSigned((_ctx, { subject }) => {
      told.push(subject)
      return true
    })
    await exchange({ subject_token: token, resource: API }, 'gateway')
    await exchange({ subject_token: idToken, subject_token_type: ID_TOKEN })
    const alice = { issuer: op.issuer, subject: 'alice', accountId: 'alice', clientId: 'web' }

    expect(told[0]).to.deep.include({ ...alice, type: ACCESS_TOKEN, scopes: ['read'], audience: [API] })
    expect(told[1]).to.deep.include({ ...alice, type: ID_TOKEN, scopes: [], audience: ['web'] })
  })

  it('the scope of a JWT access token is worth nothing at another resource server, nor at none', async () => {
    const { exchange, token } = await startSigned()
    const there = await exchange({ subject_token: token, resource: PLAIN, scope: 'read' })
    const unnamed = await exchange({ subject_token: token, resource: PLAIN })

    expect(there.body['error']).to.equal('invalid_scope')
    expect([unnamed.status, unnamed.body['scope']]).to.deep.equal([200, undefined])
  })

  it('tokens of a client that stands in storage are exchanged like those of others', async () => {
    const stored = { ...FRONT, client_id: 'stored' }
    const started = await startExchange(EVERYTHING, { jwks: KEYS })
    started.entries.set('Client:stored', stored)
    const { op, exchange } = started
    const { code, verifier } = await op.authorize({
      client_id: 'stored',
      scope: 'openid read',
      resource: API,
    })
    const own = { client_id: 'stored' }
    const { body } = await op.exchange(code, verifier, { ...own, resource: API })
    const opaque = await op.refresh(body['refresh_token'], { ...own, scope: 'openid' })

    for (const [subject_token, resource] of [
      [String(body['access_token']), API],
      [String(opaque.body['access_token']), ''],
    ] as const)
      expect((await exchange({ subject_token, resource }, 'gateway')).status, resource).to.equal(200)
  })

  it('an ID Token counts for the client it was issued to, and for no other (OpenID Connect Core 1.0 §2)', async () => {
    const { started, idToken } = await startSigned()
    const params = { subject_token: idToken, subject_token_type: ID_TOKEN }

    await expectInvalid(started, params, 'gateway')
    expect((await started.exchange(params)).status).to.equal(200)
  })

  for (const [what, claims, header = {}] of [
    ['expired', { exp: now() - 1 }],
    ['for another client', { aud: 'gateway' }],
    ['for several', { aud: ['web', 'gateway'] }],
    ['that is a logout token', { events: {} }],
    ['without exp, like a signed UserInfo response', { exp: undefined }],
    ['declared as a logout token', {}, { typ: 'logout+jwt' }],
    ['declared as an introspection response', {}, { typ: 'token-introspection+jwt' }],
  ] as readonly [string, Claims, Claims?][]) {
    it(`an ID Token ${what} is refused`, async () => {
      const { started, idToken, key } = await startSigned()
      const { alg = '' } = decodeProtectedHeader(idToken)
      const forged = await sign(
        { ...decodeJwt(idToken), ...claims },
        { ...decodeProtectedHeader(idToken), alg, ...header },
        key.privateKey,
      )

      await expectInvalid(started, { subject_token: forged, subject_token_type: ID_TOKEN })
    })
  }

  it('an ID Token that is signed by the secret of its client is no word of ours', async () => {
    const started = await startExchange(EVERYTHING, {
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'HS256'] },
      clients: [{ ...FRONT, id_token_signed_response_alg: 'HS256' }],
    })
    const { id_token } = await login(started.op)

    await expectInvalid(started, { subject_token: id_token, subject_token_type: ID_TOKEN })
  })
})

describe('F214 pairwise subjects (OpenID Connect Core 1.0 §8.1)', () => {
  afterEach(stopProviders)

  const PAIRWISE = {
    subjectTypes: ['public', 'pairwise'],
    clientDefaults: { subject_type: 'pairwise' },
    pairwiseIdentifier: (_ctx: unknown, accountId: string, client: { clientId: string }) =>
      `${accountId}@${client.clientId}`,
  } as const

  it('a JWT that names one leads to no account, unless the policy knows it', async () => {
    const told: unknown[] = []
    let accountId: string | undefined
    const started = await startExchange(
      {
        enabled: true,
        policy: (_ctx, { subject }) => {
          told.push([subject.subject, subject.accountId])
          return { accountId }
        },
      },
      { ...PAIRWISE, subjectTypes: [...PAIRWISE.subjectTypes] },
    )
    const { id_token } = await login(started.op)
    const params = { subject_token: id_token, subject_token_type: ID_TOKEN }
    await expectInvalid(started, params)
    accountId = 'alice'
    const { status } = await started.exchange(params)

    expect(told).to.deep.equal([
      ['alice@web', undefined],
      ['alice@web', undefined],
    ])
    expect(status).to.equal(200)
  })

  it('the new token names the account, and its actor, as the exchanging client knows them', async () => {
    const { op, exchange } = await startExchange(
      { enabled: true, policy: () => ({ scope: 'read' }) },
      { ...PAIRWISE, subjectTypes: [...PAIRWISE.subjectTypes] },
    )
    const { access_token } = await login(op)
    const { body } = await exchange(
      {
        subject_token: access_token,
        actor_token: access_token,
        actor_token_type: ACCESS_TOKEN,
        resource: API,
      },
      'gateway',
    )

    expect(decodeJwt(String(body['access_token']))).to.deep.include({
      sub: 'alice@gateway',
      act: { sub: 'alice@gateway', client_id: 'web' },
    })
  })
})
