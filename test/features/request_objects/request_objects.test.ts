import { createHash, type KeyObject, randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { CompactEncrypt, CompactSign } from 'jose'
import sinon from 'sinon'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { errors } from '../../../lib/index.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { stopClock } from '../../support/clock.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { ecPair, jwkOf, rsaPair } from '../../support/key_pair.ts'
import { latencyAdapter } from '../../support/latency_adapter.ts'
import { type LocalServer, startServer, stopServers } from '../../support/local_server.ts'
import { REDIRECT_URI, startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const CHALLENGE = 'ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA'
const SECRET = WEB_CLIENT.client_secret ?? ''

const client = ecPair()
const stranger = ecPair()
const clientRsa = rsaPair()
const ownRsa = rsaPair()
const ownEc = ecPair()

const JWKS = { keys: [jwkOf(ownRsa.privateKey, { kid: 'rsa' }), jwkOf(ownEc.privateKey, { kid: 'ec' })] }
const CLIENT: ClientMetadata = {
  ...WEB_CLIENT,
  jwks: { keys: [jwkOf(client.publicKey, { kid: 'ec' }), jwkOf(clientRsa.publicKey, { kid: 'rsa' })] },
}

type Claims = Record<string, unknown>
type Options = NonNullable<NonNullable<Configuration['features']>['requestObjects']>
interface Signing {
  alg?: string
  key?: KeyObject | Uint8Array
  header?: Record<string, unknown>
}

const now = () => Math.floor(Date.now() / 1000)
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const bytes = (text: string) => new TextEncoder().encode(text)

function sign(claims: unknown, { alg = 'ES256', key = client.privateKey, header = {} }: Signing = {}) {
  return new CompactSign(bytes(JSON.stringify(claims))).setProtectedHeader({ alg, ...header }).sign(key)
}

const unsigned = (claims: unknown) => `${encode({ alg: 'none' })}.${encode(claims)}.`

async function start(
  options: Options = {},
  metadata: Partial<ClientMetadata> = {},
  configuration: Configuration = {},
) {
  const op = await startProvider({
    jwks: JWKS,
    clients: [
      { ...CLIENT, ...metadata },
      { ...WEB_CLIENT, client_id: 'other', jwks: { keys: [jwkOf(stranger.publicKey)] } },
    ],
    ...configuration,
    features: {
      encryption: { enabled: true },
      requestObjects: { request: true, ...options },
      ...configuration.features,
    },
  })
  const claims = (more: Claims = {}): Claims => ({
    iss: 'web',
    aud: op.issuer,
    client_id: 'web',
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    state: 'inside',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...more,
  })
  /** Sends a browser with parameters beside the request object, and answers every prompt. */
  const visit = async (request: string, beside: Record<string, string> = {}) => {
    const agent = op.agent()
    const params = {
      client_id: 'web',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: REDIRECT_URI,
      request,
    }
    const url = `${op.provider.urlFor('authorization')}?${new URLSearchParams({ ...params, ...beside })}`
    const response = await agent.follow(await agent.get(url))
    const location = response.headers.get('location')
    const answer = location === null ? new URLSearchParams() : new URL(location).searchParams
    return { response, location, answer, error: answer.get('error'), code: answer.get('code') ?? '' }
  }
  const push = (params: Record<string, string>) =>
    op.post('pushed_authorization_request', { client_id: 'web', client_secret: SECRET, ...params })
  return { op, claims, visit, push }
}

const encryptTo = (
  content: string,
  key: KeyObject | Uint8Array,
  header: { alg: string; enc: string } & Record<string, unknown>,
) => new CompactEncrypt(bytes(content)).setProtectedHeader(header).encrypt(key)

describe('request objects (RFC 9101, OpenID Connect Core 1.0 §6)', () => {
  afterEach(async () => {
    sinon.restore()
    await Promise.all([stopProviders(), stopServers()])
  })

  describe('RFC 9101 §6.2 what is refused, by redirect', () => {
    type Make = (claims: (more?: Claims) => Claims) => string | Promise<string>
    const cases: readonly (readonly [string, Make])[] = [
      ['Q1 alg none', (claims) => unsigned(claims())],
      ['Q1 alg None', (claims) => `${encode({ alg: 'None' })}.${encode(claims())}.`],
      ['Q1 an empty alg', (claims) => `${encode({ alg: '' })}.${encode(claims())}.`],
      ['Q2 a bad signature', async (claims) => `${(await sign(claims())).slice(0, -4)}AAAA`],
      ["Q2 a signature by another client's key", (claims) => sign(claims(), { key: stranger.privateKey })],
      [
        'Q4 HS256 keyed with the public key',
        (claims) =>
          sign(claims(), {
            alg: 'HS256',
            key: bytes(String(clientRsa.publicKey.export({ type: 'spki', format: 'pem' }))),
          }),
      ],
      [
        'Q4 HS256 with another secret',
        (claims) => sign(claims(), { alg: 'HS256', key: bytes('x'.repeat(32)) }),
      ],
      [
        'Q5 an algorithm that is not enabled',
        (claims) => sign(claims(), { alg: 'RS512', key: clientRsa.privateKey }),
      ],
      ['Q7 a kid that is a path', (claims) => sign(claims(), { header: { kid: '../../etc/passwd' } })],
      ['Q7 a kid of 8 KB', (claims) => sign(claims(), { header: { kid: 'x'.repeat(8000) } })],
      ['Q8 another typ', (claims) => sign(claims(), { header: { typ: 'at+jwt' } })],
      ['Q10 no aud', (claims) => sign(claims({ aud: undefined }))],
      ['Q10 another aud', (claims) => sign(claims({ aud: 'https://evil.example.com' }))],
      ['Q10 several aud without the issuer', (claims) => sign(claims({ aud: ['a', 'b'] }))],
      ['Q10 an aud that is no string', (claims) => sign(claims({ aud: { iss: 1 } }))],
      ['Q11 no iss', (claims) => sign(claims({ iss: undefined }))],
      ['Q11 another iss', (claims) => sign(claims({ iss: 'other' }))],
      ['Q11 another client_id', (claims) => sign(claims({ client_id: 'other' }))],
      ['A086 another response_type', (claims) => sign(claims({ response_type: 'id_token' }))],
      ['Q11 the client as sub', (claims) => sign(claims({ sub: 'web' }))],
      ['Q12 an exp in the past', (claims) => sign(claims({ exp: now() - 60 }))],
      ['Q12 an exp that is no number', (claims) => sign(claims({ exp: '1e12' }))],
      ['Q12 an nbf in the future', (claims) => sign(claims({ nbf: now() + 60 }))],
      ['Q12 an iat in the future', (claims) => sign(claims({ iat: now() + 60 }))],
      ['A086 a jti that is no string', (claims) => sign(claims({ jti: 5, exp: now() + 60 }))],
      ['Q18 an array', () => sign([])],
      ['Q18 null', () => sign(null)],
      ['Q18 a number', () => sign(5)],
      ['Q18 text', () => 'text'],
      ['Q18 nothing but dots', () => '..'],
      ['X8 a padded signature', async (claims) => `${await sign(claims())}=`],
      ['X7 an unencoded payload', (claims) => sign(claims(), { header: { b64: true, crit: ['b64'] } })],
    ]
    for (const [title, make] of cases) {
      it(`${title} is an invalid_request_object`, async () => {
        const { op, claims, visit } = await start()

        const { error, answer, location } = await visit(await make(claims), { state: 'beside' })

        expect(location?.startsWith(`${REDIRECT_URI}?`)).to.equal(true)
        expect(error).to.equal('invalid_request_object')
        expect(answer.get('state')).to.equal('beside')
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('Q25 refuses claims that are no JWT at all, whatever the host allows (RFC 9101 §4)', async () => {
      const { claims, visit } = await start({ allowUnsigned: true })

      expect((await visit(JSON.stringify(claims()))).error).to.equal('invalid_request_object')
    })

    it('F126 A70 refuses one by value while only those by reference are on (OpenID Connect Core 1.0 §6.1)', async () => {
      const { claims, visit } = await start({ request: false, requestUri: true })

      expect((await visit(await sign(claims()))).error).to.equal('request_not_supported')
    })

    it('refuses request and request_uri together (RFC 9101 §5)', async () => {
      const { claims, visit } = await start({ requestUri: true, requireUriRegistration: false })
      const request = await sign(claims())
      const { error, answer } = await visit(request, { request_uri: 'https://rp.example.com/object' })

      expect(error).to.equal('invalid_request')
      expect(answer.get('error_description')).to.include('together')
    })

    for (const name of ['request', 'request_uri']) {
      it(`refuses ${name} that is sent twice (RFC 6749 §3.1)`, async () => {
        const { op, claims } = await start({ requestUri: true, requireUriRegistration: false })
        const request = await sign(claims())
        const url = `${op.authorizationUrl({ code_challenge: CHALLENGE, code_challenge_method: 'S256' })}&request=${request}`
        const failed = op.nextError('authorization.error')
        const location = (await op.agent().get(`${url}&${name}=a&${name}=b`)).headers.get('location') ?? ''

        expect(new URL(location).searchParams.get('error')).to.equal('invalid_request')
        expect((await failed).error_description).to.include(
          `'${name}' parameter must not be sent more than once`,
        )
      })
    }

    it('answers in the response mode beside it (OAuth 2.0 Multiple Response Types §2.1)', async () => {
      const { visit } = await start()
      const { location } = await visit('text', { response_mode: 'fragment' })

      expect(location?.startsWith(`${REDIRECT_URI}#`)).to.equal(true)
      expect(location).to.include('error=invalid_request_object')
    })

    for (const name of ['request', 'request_uri']) {
      it(`P4 A086 ${name} inside a request object is an invalid_request_object (RFC 9101 §4)`, async () => {
        const { claims, visit, push } = await start()
        const request = await sign(claims({ [name]: 'urn:x' }))

        expect((await visit(request)).error).to.equal('invalid_request_object')
        expect((await push({ request })).body['error']).to.equal('invalid_request_object')
      })
    }

    for (const [name, value] of [
      ['scope', ['openid']],
      ['scope', { openid: true }],
      ['state', 1],
      ['state', { a: 1 }],
      ['nonce', true],
      ['prompt', ['login']],
      ['redirect_uri', [REDIRECT_URI]],
      ['code_challenge', 5],
    ] as const) {
      it(`refuses a ${name} of ${JSON.stringify(value)}, which is no text (RFC 9101 §4)`, async () => {
        const { claims, visit } = await start()

        expect((await visit(await sign(claims({ [name]: value })))).error).to.equal('invalid_request_object')
      })
    }

    it('shows a page where the redirect_uri beside it is not registered (RFC 6749 §4.1.2.1)', async () => {
      const { claims, visit } = await start()

      const { response, location } = await visit(unsigned(claims()), {
        redirect_uri: 'https://evil.example.com',
      })

      expect(response.status).to.equal(400)
      expect(location).to.equal(null)
    })

    it('Q15 shows a page where the redirect_uri inside it is not registered', async () => {
      const { claims, visit } = await start()

      const { response, location } = await visit(
        await sign(claims({ redirect_uri: 'https://evil.example.com' })),
      )

      expect(response.status).to.equal(400)
      expect(location).to.equal(null)
    })

    it('Q5 refuses another algorithm than the client registered', async () => {
      const { claims, visit } = await start({}, { request_object_signing_alg: 'PS256' })

      const refused = await visit(await sign(claims()))
      const accepted = await visit(await sign(claims(), { alg: 'PS256', key: clientRsa.privateKey }))

      expect(refused.error).to.equal('invalid_request_object')
      expect(accepted.code).not.to.equal('')
    })

    it('Q24 reads request objects of 60 KB up to the limit of the form, and no further', async () => {
      const { op, claims } = await start()
      const request = await sign(claims({ padding: 'x'.repeat(60_000) }))

      const response = await op
        .agent()
        .post(op.provider.urlFor('authorization'), { client_id: 'web', request })

      expect(response.status).to.equal(413)
    })

    it('lets the host refuse with assertJwtClaimsAndHeader', async () => {
      const { claims, visit } = await start({
        assertJwtClaimsAndHeader: (_ctx, { purpose }, { alg }, { clientId }) => {
          if (purpose !== `${alg} ${clientId}`) throw new errors.InvalidRequestObject('no purpose')
        },
      })

      const refused = await visit(await sign(claims()))
      const accepted = await visit(await sign(claims({ purpose: 'ES256 web' })))

      expect(refused.answer.get('error_description')).to.equal('no purpose')
      expect(accepted.code).not.to.equal('')
    })
  })

  it('assertJwtClaimsAndHeader that fails is a failure of ours, which no client is told about', async () => {
    const { op, claims, visit } = await start({
      assertJwtClaimsAndHeader: () => {
        throw new Error('no connection')
      },
    })

    const { response, location } = await visit(await sign(claims()))

    expect([response.status, location]).to.deep.equal([500, null])
    expect(String(op.serverErrors[0])).to.equal('Error: no connection')
  })

  describe('RFC 9101 §6.3 which parameters count', () => {
    it('Q14 strict: those inside alone', async () => {
      const { op, claims, visit } = await start()
      const told: unknown[] = []
      op.provider.on('authorization.accepted', ({ oidc }) => told.push(oidc.params))

      const { answer, code } = await visit(await sign(claims({ state: undefined })), {
        state: 's',
        nonce: 'n',
      })

      expect(code).not.to.equal('')
      expect(answer.get('state')).to.equal(null)
      expect(told[0]).not.to.have.any.keys('nonce', 'state', 'request')
    })

    it('F125 A087 lax: those beside it as well, where they are not inside', async () => {
      const { op, claims, visit } = await start({ mode: 'lax' })
      const told: Claims[] = []
      op.provider.on('authorization.accepted', ({ oidc }) => told.push({ ...oidc.params }))

      const { answer } = await visit(await sign(claims()), { state: 'beside', nonce: 'n' })

      expect(answer.get('state')).to.equal('inside')
      expect(told[0]).to.include({ nonce: 'n' })
      expect(told[0]).not.to.have.any.keys('request')
    })

    for (const mode of ['strict', 'lax'] as const) {
      it(`Q14 ${mode}: what is sent twice beside it does not matter where it is inside as well`, async () => {
        const { op, claims, visit } = await start({ mode })
        const request = await sign(claims())
        const url = op.authorizationUrl({ request })
        const agent = op.agent()
        const response = await agent.follow(await agent.get(`${url}&state=a&state=b`))

        expect((await visit(request)).answer.get('state')).to.equal('inside')
        expect(response.headers.get('location')).to.include('code=').and.include('state=inside')
      })

      it(`Q14 ${mode}: what is sent twice beside it and is not inside ${mode === 'lax' ? 'is an error' : 'is ignored'}`, async () => {
        const { op, claims } = await start({ mode })
        const url = op.authorizationUrl({ request: await sign(claims()) })
        const agent = op.agent()
        const response = await agent.follow(await agent.get(`${url}&nonce=a&nonce=b`))

        expect(response.headers.get('location')).to.include(
          mode === 'lax' ? 'error=invalid_request' : 'code=',
        )
      })

      it(`Q14 ${mode}: what is too long inside is an error, though it would be fine beside it`, async () => {
        const { claims, visit } = await start({ mode })
        const { error } = await visit(await sign(claims({ nonce: 'n'.repeat(4001) })), { nonce: 'n' })

        expect(error).to.equal('invalid_request')
      })
    }

    it('A087 lax: no typ is wrong, strict: another is', async () => {
      const lax = await start({ mode: 'lax' })
      const { code } = await lax.visit(await sign(lax.claims(), { header: { typ: 'own+jwt' } }))

      expect(code).not.to.equal('')
    })

    it('A089 trusts nothing that is unsigned, though it is accepted', async () => {
      const { op, claims, visit } = await start({ allowUnsigned: true })
      let trusted: readonly string[] | undefined
      op.provider.on('authorization.accepted', ({ oidc }) => {
        trusted = oidc.trusted
      })
      await visit(unsigned(claims()))

      expect(trusted).to.deep.equal([])
    })

    it('A089 trusts what is unsigned when an authenticated client pushed it (RFC 9126 §3)', async () => {
      const { op, claims, push } = await start({ allowUnsigned: true })
      let trusted: readonly string[] | undefined
      op.provider.on('authorization.accepted', ({ oidc }) => {
        trusted = oidc.trusted
      })
      const { body } = await push({ request: unsigned(claims()) })
      const query = new URLSearchParams({ client_id: 'web', request_uri: String(body['request_uri']) })
      const agent = op.agent()
      await agent.follow(await agent.get(`${op.provider.urlFor('authorization')}?${query}`))

      expect(trusted).to.include.members(['scope', 'state'])
    })

    it('A087 lax: iss, aud and typ may be missing or another, but not wrong', async () => {
      const { claims, visit } = await start({ mode: 'lax' })

      const bare = await visit(await sign(claims({ iss: undefined, aud: undefined })))
      const wrong = await visit(await sign(claims({ aud: 'https://evil.example.com' })))

      expect(bare.code).not.to.equal('')
      expect(wrong.error).to.equal('invalid_request_object')
    })

    it('Q17 empty strings inside count as omitted', async () => {
      const { claims, visit } = await start()

      const { answer, code } = await visit(await sign(claims({ state: '', nonce: '', client_id: '' })))

      expect(code).not.to.equal('')
      expect(answer.get('state')).to.equal(null)
    })

    it('understands parameters that are JSON inside (OpenID Connect Core 1.0 §6.1)', async () => {
      const { op, claims, visit } = await start()
      const told: Claims[] = []
      op.provider.on('authorization.accepted', ({ oidc }) => told.push({ ...oidc.params, age: oidc.maxAge }))

      await visit(await sign(claims({ max_age: 86400 })))

      expect(told[0]).to.include({ max_age: '86400', age: 86400 })
    })

    it('A089 says which parameters a signed request object held', async () => {
      const { op, claims, visit } = await start({ mode: 'lax' })
      let trusted: readonly string[] = []
      op.provider.on('authorization.accepted', ({ oidc }) => {
        trusted = oidc.trusted
      })

      await visit(await sign(claims()), { nonce: 'n' })

      expect(trusted).to.include.members(['scope', 'state'])
      expect(trusted).not.to.include('nonce')
    })
  })

  describe('RFC 9101 §6.2 what is accepted', () => {
    for (const [title, header, more] of [
      ['the typ oauth-authz-req+jwt', { typ: 'oauth-authz-req+jwt' }, {}],
      ['the typ JWT', { typ: 'JWT' }, {}],
      ['several aud with the issuer among them', {}, { aud: 'list' }],
      ['an nbf and iat some seconds ahead', {}, { nbf: 'soon' }],
      ['the kid of the key', { kid: 'ec' }, {}],
    ] as const) {
      it(`Q10 Q12 accepts ${title}`, async () => {
        const { op, claims, visit } = await start()
        const audience = 'aud' in more ? { aud: ['https://x.example.com', op.issuer] } : {}

        const soon = now() + 8
        const times = 'nbf' in more ? { nbf: soon, iat: soon, exp: soon + 300 } : {}

        const { code } = await visit(await sign(claims({ ...audience, ...times }), { header }))

        expect(code).not.to.equal('')
      })
    }

    it('Q25 unsigned ones need to name neither iss nor aud (RFC 9101 §10.8)', async () => {
      const { claims, visit } = await start({ allowUnsigned: true })

      expect((await visit(unsigned(claims({ iss: undefined, aud: undefined })))).code).not.to.equal('')
    })

    it("accepts HS256 with the client's secret", async () => {
      const { claims, visit } = await start()

      expect((await visit(await sign(claims(), { alg: 'HS256', key: bytes(SECRET) }))).code).not.to.equal('')
    })

    it('Q25 accepts unsigned ones only where the host allows them, from clients that registered no algorithm', async () => {
      const allowing = await start({ allowUnsigned: true })
      const registered = await start({ allowUnsigned: true }, { request_object_signing_alg: 'ES256' })

      expect((await allowing.visit(unsigned(allowing.claims()))).code).not.to.equal('')
      expect((await registered.visit(unsigned(registered.claims()))).error).to.equal('invalid_request_object')
    })
  })

  describe('RFC 9101 §10.2 replay', () => {
    it('A086 uses a jti once', async () => {
      const { claims, visit } = await start()
      const request = await sign(claims({ jti: randomUUID(), exp: now() + 300 }))

      const first = await visit(request)
      const second = await visit(request)

      expect(first.code).not.to.equal('')
      expect(second.error).to.equal('invalid_request_object')
    })

    it('A086 uses another jti of the same client, and the same of another client', async () => {
      const { claims, visit } = await start()
      const [jti, exp] = [randomUUID(), now() + 300]
      const theirs = { iss: 'other', client_id: 'other', jti, exp }
      const answers = [
        await visit(await sign(claims({ jti, exp }))),
        await visit(await sign(claims({ jti: randomUUID(), exp }))),
        await visit(await sign(claims(theirs), { key: stranger.privateKey }), { client_id: 'other' }),
      ]

      for (const { code, error } of answers)
        expect({ error, code: code !== '' }).to.deep.equal({ error: null, code: true })
    })

    it('A086 remembers a use as long as the clock tolerance lets it come again', async () => {
      const { op, claims, visit } = await start({}, {}, { clockTolerance: 5 })
      const told: unknown[] = []
      op.provider.on('replay_detection.saved', (record) => told.push([record.iss, record.exp]))
      const exp = now() + 60
      await visit(await sign(claims({ jti: randomUUID(), exp: exp - 0.5 })))

      expect(told).to.deep.equal([['web', exp + 6]])
    })

    for (const [title, more] of [
      ['jti', { exp: now() + 3000 }],
      ['exp', { jti: 'again and again' }],
    ] as const) {
      it(`A086 without ${title} it may come again: nothing says until when it has to be remembered`, async () => {
        const { claims, visit } = await start()
        const request = await sign(claims(more))

        expect((await visit(request)).code).not.to.equal('')
        expect((await visit(request)).code).not.to.equal('')
      })
    }

    it('A086 uses a jti once of 20 requests at the same time, each in one round trip', async () => {
      const counting = countingAdapter(latencyAdapter(memoryAdapter(), 2))
      const { claims, push } = await start({}, {}, { adapter: counting.adapter })
      const request = await sign(claims({ jti: randomUUID(), exp: now() + 300 }))

      const answers = await Promise.all(Array.from({ length: 20 }, () => push({ request })))

      const statuses = answers.map(({ status }) => status).sort()
      expect(statuses).to.deep.equal([201, ...Array.from({ length: 19 }, () => 400)])
      expect(counting.calls).to.have.lengthOf(20)
    })

    it('A086 uses a pushed jti once, and lets the browser load what was pushed', async () => {
      stopClock()
      const { op, claims, push } = await start()
      const request = await sign(claims({ jti: randomUUID(), exp: now() + 30 }))

      const first = await push({ request })
      const second = await push({ request })
      const url = `${op.provider.urlFor('authorization')}?${new URLSearchParams({
        client_id: 'web',
        request_uri: String(first.body['request_uri']),
      })}`
      const agent = op.agent()
      const answered = await agent.follow(await agent.get(url))

      expect(first.status).to.equal(201)
      expect(first.body['expires_in']).to.be.within(28, 30)
      expect(second.body['error']).to.equal('invalid_request_object')
      expect(answered.headers.get('location')).to.include('code=')
      expect(answered.headers.get('location')).to.include('state=inside')
    })
  })

  describe('RFC 9126 §3 pushed request objects', () => {
    it('live no longer than any pushed request, whatever their exp (§2.2)', async () => {
      stopClock()
      const { claims, push } = await start()
      const { body } = await push({ request: await sign(claims({ exp: now() + 3000 })) })

      expect(body['expires_in']).to.be.within(58, 60)
    })

    it('A087 ignores what is beside them, whatever the mode', async () => {
      const { op, claims, push } = await start({ mode: 'lax' })
      const told: Claims[] = []
      op.provider.on('authorization.accepted', ({ oidc }) => told.push({ ...oidc.params }))
      const { body } = await push({ request: await sign(claims()), nonce: 'beside' })

      await op.agent().get(
        `${op.provider.urlFor('authorization')}?${new URLSearchParams({
          client_id: 'web',
          request_uri: String(body['request_uri']),
        })}`,
      )

      expect(told[0]).to.include({ state: 'inside' })
      expect(told[0]).not.to.have.any.keys('nonce', 'client_secret')
    })

    it('P20 refuses one when the browser comes after its key was withdrawn', async () => {
      const memory = memoryAdapter()
      const { op, claims, push } = await start({}, {}, { adapter: memory })
      const { client_id: _, ...metadata } = CLIENT
      await memory('Client').upsert('stored', metadata)
      const request = await sign(claims({ iss: 'stored', client_id: 'stored' }))
      const pushed = await push({ client_id: 'stored', request })
      await memory('Client').upsert('stored', { ...metadata, jwks: { keys: [jwkOf(clientRsa.publicKey)] } })
      const query = { client_id: 'stored', request_uri: String(pushed.body['request_uri']) }

      const response = await op
        .agent()
        .get(`${op.provider.urlFor('authorization')}?${new URLSearchParams(query)}`)

      expect(pushed.status).to.equal(201)
      expect(response.headers.get('location')).to.include('error=invalid_request_object')
    })

    it('P20 verifies and checks them again when the browser comes', async () => {
      let accepted = true
      const { op, claims, push } = await start({
        assertJwtClaimsAndHeader: () => {
          if (!accepted) throw new errors.InvalidRequestObject()
        },
      })
      const { body } = await push({ request: await sign(claims()) })
      accepted = false

      const response = await op.agent().get(
        `${op.provider.urlFor('authorization')}?${new URLSearchParams({
          client_id: 'web',
          request_uri: String(body['request_uri']),
        })}`,
      )

      expect(response.headers.get('location')).to.include('error=invalid_request_object')
      expect(response.headers.get('location')).not.to.include('code=')
    })
  })

  describe('RFC 9101 §10.5 required by provider or client', () => {
    for (const [title, options, metadata] of [
      ['the client', {}, { require_signed_request_object: true }],
      ['the provider', { requireSignedRequestObject: true }, {}],
    ] as const) {
      it(`F128 Q22 refuses a plain request where ${title} requires a signed one`, async () => {
        const { op, claims, visit, push } = await start({ allowUnsigned: true, ...options }, metadata)

        const plain = await op.authorize({ state: 's' })
        const plainlyPushed = await push({ response_type: 'code', redirect_uri: REDIRECT_URI })

        expect(plain.answer.get('error')).to.equal('invalid_request')
        expect(plain.answer.get('state')).to.equal('s')
        expect(plainlyPushed.body['error']).to.equal('invalid_request')
        expect((await visit(unsigned(claims()))).error).to.equal('invalid_request_object')
        expect((await visit(await sign(claims()))).code).not.to.equal('')
      })
    }
  })

  describe('RFC 9101 §6.1 encrypted request objects', () => {
    const secretKey = (size: number) => createHash('sha256').update(SECRET).digest().subarray(0, size)

    for (const [alg, key] of [
      ['RSA-OAEP', ownRsa.publicKey],
      ['RSA-OAEP-256', ownRsa.publicKey],
      ['ECDH-ES', ownEc.publicKey],
      ['ECDH-ES+A128KW', ownEc.publicKey],
      ['A128KW', secretKey(16)],
      ['A256KW', secretKey(32)],
      ['A128GCMKW', secretKey(16)],
      ['dir', secretKey(32)],
    ] as const) {
      it(`opens what is signed and then encrypted with ${alg}`, async () => {
        const { claims, visit } = await start(
          {},
          {},
          {
            enabledJWA: {
              requestObjectEncryptionAlgValues: [alg],
              requestObjectEncryptionEncValues: ['A128CBC-HS256'],
            },
          },
        )

        const jwe = await encryptTo(await sign(claims()), key, { alg, enc: 'A128CBC-HS256', cty: 'JWT' })

        expect((await visit(jwe)).code).not.to.equal('')
      })
    }

    for (const [method, isTrusted] of [
      ['client_secret_post', true],
      ['none', false],
    ] as const) {
      it(`A089 what anybody can have encrypted is ${isTrusted ? '' : 'not '}trusted where a client of ${method} pushed it (RFC 9126 §3)`, async () => {
        const { op, claims, push } = await start(
          { allowUnsigned: true },
          { token_endpoint_auth_method: method },
        )
        let trusted: readonly string[] | undefined
        op.provider.on('authorization.accepted', ({ oidc }) => {
          trusted = oidc.trusted
        })
        const request = await encryptTo(unsigned(claims()), ownRsa.publicKey, {
          alg: 'RSA-OAEP',
          enc: 'A128CBC-HS256',
        })
        const { body } = await push({ request, ...(isTrusted ? {} : { client_secret: '' }) })
        const query = new URLSearchParams({ client_id: 'web', request_uri: String(body['request_uri']) })
        const agent = op.agent()
        await agent.follow(await agent.get(`${op.provider.urlFor('authorization')}?${query}`))

        expect(trusted?.includes('scope')).to.equal(isTrusted)
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('A089 trusts claims that only the client can have encrypted, and no others', async () => {
      const { claims, visit } = await start()
      const content = JSON.stringify(claims())

      const bySecret = await encryptTo(content, secretKey(32), { alg: 'dir', enc: 'A128CBC-HS256' })
      const byAnybody = await encryptTo(content, ownRsa.publicKey, { alg: 'RSA-OAEP', enc: 'A128CBC-HS256' })

      expect((await visit(bySecret)).code).not.to.equal('')
      expect((await visit(byAnybody)).error).to.equal('invalid_request_object')
    })

    it('Q20 refuses zip, PBES2, RSA1_5 and what is not enabled, all with the same words', async () => {
      const { claims, visit } = await start()
      const content = await sign(claims())
      const good = await encryptTo(content, ownRsa.publicKey, { alg: 'RSA-OAEP', enc: 'A128CBC-HS256' })
      const [, ...rest] = good.split('.')
      const withHeader = (header: unknown) => [encode(header), ...rest].join('.')
      const refused = [
        withHeader({ alg: 'RSA-OAEP', enc: 'A128CBC-HS256', zip: 'DEF' }),
        withHeader({ alg: 'PBES2-HS256+A128KW', enc: 'A128CBC-HS256', p2c: 1e8, p2s: 'AAAA' }),
        withHeader({ alg: 'RSA1_5', enc: 'A128CBC-HS256' }),
        withHeader({ alg: 'RSA-OAEP', enc: 'A192GCM' }),
        withHeader({ alg: 'RSA-OAEP', enc: 'A128CBC-HS256', kid: 'changed' }),
        withHeader({
          alg: 'ECDH-ES',
          enc: 'A128CBC-HS256',
          epk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
        }),
        await encryptTo(good, ownRsa.publicKey, { alg: 'RSA-OAEP', enc: 'A128CBC-HS256' }),
      ]

      const answers = await Promise.all(refused.map((jwe) => visit(jwe)))

      expect(answers.map(({ error }) => error)).to.deep.equal(refused.map(() => 'invalid_request_object'))
      const words = answers.slice(0, -1).map(({ answer }) => answer.get('error_description'))
      expect(new Set(words).size).to.equal(1)
    })

    it('Q21 refuses another algorithm than the client registered for encryption', async () => {
      const { claims, visit } = await start({}, { request_object_encryption_alg: 'ECDH-ES' })

      const jwe = await encryptTo(await sign(claims()), ownRsa.publicKey, {
        alg: 'RSA-OAEP',
        enc: 'A128CBC-HS256',
      })

      expect((await visit(jwe)).error).to.equal('invalid_request_object')
    })

    it('Q21 opens those alone that are encrypted as the client registered', async () => {
      const { claims, visit } = await start(
        {},
        { request_object_encryption_alg: 'RSA-OAEP', request_object_encryption_enc: 'A256GCM' },
        { enabledJWA: { requestObjectEncryptionEncValues: ['A128CBC-HS256', 'A256GCM'] } },
      )
      const content = await sign(claims())
      const encrypted = (enc: string) => encryptTo(content, ownRsa.publicKey, { alg: 'RSA-OAEP', enc })

      expect((await visit(await encrypted('A256GCM'))).code).not.to.equal('')
      expect((await visit(await encrypted('A128CBC-HS256'))).error).to.equal('invalid_request_object')
    })

    it('refuses them while encryption is off', async () => {
      const { claims, visit } = await start({}, {}, { features: { encryption: { enabled: false } } })

      const jwe = await encryptTo(await sign(claims()), ownRsa.publicKey, {
        alg: 'RSA-OAEP',
        enc: 'A128CBC-HS256',
      })

      expect((await visit(jwe)).error).to.equal('invalid_request_object')
    })
  })

  describe('F124 F127 RFC 9101 §5.2 request objects by reference', () => {
    /** A client's server with one request object, and a provider that may ask it. */
    async function hosted(
      options: Options = {},
      type = 'application/oauth-authz-req+jwt',
      status = 200,
      headers: Record<string, string> = {},
    ) {
      let body = ''
      let answers = status
      let ready = Promise.resolve()
      let asked = () => {}
      const server: LocalServer = await startServer((_req, res) => {
        asked()
        ready.then(() => res.writeHead(answers, { 'content-type': type, ...headers }).end(body))
      })
      const provider = await start(
        { requestUri: true, requireUriRegistration: false, ...options },
        {},
        { allowSpecialUseAddresses: true },
      )
      body = await sign(provider.claims())
      const visit = (uri: string) => provider.visit('', { request_uri: uri })
      return {
        ...provider,
        server,
        visit,
        uri: `${server.origin}/object`,
        serve: (text: string) => {
          body = text
        },
        fail: (failure = 503) => {
          answers = failure
        },
        /** @returns when the server is asked next, and what lets it answer */
        hold: () => {
          let release = () => {}
          ready = new Promise((resolve) => {
            release = resolve
          })
          const next = new Promise<void>((resolve) => {
            asked = resolve
          })
          return { next, release }
        },
      }
    }

    it('A70 fetches nothing while the feature is off', async () => {
      const { server, visit, uri } = await hosted({ requestUri: false })

      expect((await visit(uri)).error).to.equal('request_uri_not_supported')
      expect(server.requests).to.have.lengthOf(0)
    })

    it('asks for nothing where there is no request_uri', async () => {
      const { op, server } = await hosted()

      expect((await op.authorize()).code).not.to.equal('')
      expect(server.requests).to.have.lengthOf(0)
    })

    it('A088 fetches nothing of a client that has registered something else (RFC 9101 §10.4.1)', async () => {
      const server = await startServer((_req, res) => res.end('x'))
      const { op, claims } = await start(
        { requestUri: true },
        { request_uris: ['https://rp.example.com/object'] },
        { allowSpecialUseAddresses: true },
      )
      const { answer } = await op.authorize({ request_uri: `${server.origin}/object` })

      expect(claims()).to.include({ iss: 'web' })
      expect(answer.get('error')).to.equal('invalid_request_uri')
      expect(server.requests).to.have.lengthOf(0)
    })

    it('fetches from a URI of 512 characters, and no longer one (OpenID Connect Core 1.0 §6.2)', async () => {
      const { server, visit, uri } = await hosted()
      const longest = `${uri}?`.padEnd(512, 'x')

      expect((await visit(`${longest}x`)).error).to.equal('invalid_request_uri')
      expect(server.requests).to.have.lengthOf(0)
      expect((await visit(longest)).code).not.to.equal('')
    })

    it('F129 A088 fetches nothing that is not registered', async () => {
      const { server, visit, uri } = await hosted({ requireUriRegistration: true })

      expect((await visit(uri)).error).to.equal('invalid_request_uri')
      expect(server.requests).to.have.lengthOf(0)
    })

    for (const uri of [
      'file:///etc/passwd',
      'ftp://x.example.com/',
      'data:,x',
      'https://a:b@x.example.com/',
      'x',
      `https://x.example.com/${'x'.repeat(512)}`,
    ]) {
      it(`S27 S28 refuses ${uri.slice(0, 40)}`, async () => {
        const { visit } = await hosted()

        expect((await visit(uri)).error).to.equal('invalid_request_uri')
      })
    }

    it('S24 refuses addresses of the own network', async () => {
      const { claims, op } = await start({ requestUri: true, requireUriRegistration: false })
      const server = await startServer((_req, res) => res.end('x'))
      expect(claims()).to.include({ aud: op.issuer })

      const { answer } = await op.authorize({ request_uri: `${server.origin}/object` })

      expect(answer.get('error')).to.equal('invalid_request_uri')
      expect(server.requests).to.have.lengthOf(0)
    })

    for (const [title, type, status] of [
      ['another content type', 'text/html', 200],
      ['another status', 'application/jwt', 404],
      ['a redirect', 'application/jwt', 302],
    ] as const) {
      it(`S34 refuses ${title}, and does not ask again at once`, async () => {
        const { server, visit, uri } = await hosted({}, type, status)

        expect((await visit(uri)).error).to.equal('invalid_request_uri')
        expect((await visit(uri)).error).to.equal('invalid_request_uri')
        expect(server.requests).to.have.lengthOf(1)
      })
    }

    it('S30 cuts an answer that is too long', async () => {
      const { visit, uri, serve } = await hosted()
      serve('x'.repeat(100_000))

      expect((await visit(uri)).error).to.equal('invalid_request_uri')
    })

    it('A086 opens what it fetched, and S37 sends nothing of the browser along', async () => {
      const { server, visit, uri } = await hosted()

      expect((await visit(`${uri}#v1`)).code).not.to.equal('')
      expect(server.requests[0]?.url).to.equal('/object')
      expect(server.requests[0]?.headers).not.to.have.any.keys('cookie', 'authorization', 'referer')
    })

    it('A088 compares with registered URIs without their fragments', async () => {
      const { op, claims } = await start(
        { requestUri: true },
        { request_uris: ['https://rp.example.com/object#v1'] },
      )
      const failed = op.nextError('authorization.error')

      await op.authorize({ request_uri: 'https://rp.example.com/object#v2' })

      expect(claims()).to.include({ iss: 'web' })
      // It got as far as fetching, which nobody answers here.
      expect((await failed).error_description).to.equal('could not load or parse request_uri')
    })

    it('A088 refuses an unsigned one that came by http', async () => {
      const { visit, uri, serve, claims } = await hosted({ allowUnsigned: true })
      serve(unsigned(claims()))

      expect((await visit(uri)).error).to.equal('invalid_request_object')
    })

    it('S32 fetches once for all who ask at the same time, A088 and again when an hour has passed', async () => {
      const { server, visit, uri } = await hosted()

      await Promise.all(Array.from({ length: 20 }, () => visit(uri)))
      const together = server.requests.length
      sinon.useFakeTimers({ now: Date.now() + 3601_000, toFake: ['Date'] })
      await visit(uri)

      expect(together).to.equal(1)
      expect(server.requests).to.have.lengthOf(2)
    })

    it('A907 fragments that strangers make up lead to one more fetch per half minute', async () => {
      const { server, visit, uri } = await hosted()

      for (let n = 0; n < 10; n += 1) await visit(`${uri}#${n}`)
      const within = server.requests.length
      sinon.useFakeTimers({ now: Date.now() + 31_000, toFake: ['Date'] })
      await visit(`${uri}#10`)
      await visit(`${uri}#11`)

      expect([within, server.requests.length]).to.deep.equal([2, 3])
    })

    it('A907 is not lost because a fragment that a stranger made up could not be fetched', async () => {
      const { server, visit, uri, fail } = await hosted()
      await visit(`${uri}#1`)
      fail()
      const stranger = await visit(`${uri}#made-up`)

      expect(stranger.error).to.equal('invalid_request_uri')
      expect((await visit(`${uri}#1`)).code).not.to.equal('')
      expect(server.requests).to.have.lengthOf(2)
    })

    it('A907 that is gone is not opened any more, under no fragment', async () => {
      const { visit, uri, fail } = await hosted()
      await visit(`${uri}#1`)
      fail(404)

      expect((await visit(`${uri}#made-up`)).error).to.equal('invalid_request_uri')
      expect((await visit(`${uri}#1`)).error).to.equal('invalid_request_uri')
    })

    it('A907 does not wait for a version that a stranger made up', async () => {
      const { visit, uri, hold } = await hosted()
      await visit(`${uri}#1`)
      const { next, release } = hold()
      const stranger = visit(`${uri}#made-up`)
      await next

      expect((await visit(`${uri}#1`)).code).not.to.equal('')
      release()
      expect((await stranger).code).not.to.equal('')
    })

    it('A088 is fetched again in the very second in which its time is over (RFC 9111 §4.2)', async () => {
      const clock = sinon.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] })
      const { server, visit, uri } = await hosted({}, undefined, undefined, {
        'cache-control': 'max-age=100',
      })

      const fetched: number[] = []
      for (const seconds of [0, 99, 1]) {
        clock.tick(seconds * 1000)
        await visit(uri)
        fetched.push(server.requests.length)
      }

      expect(fetched).to.deep.equal([1, 1, 2])
    })

    it('A907 a failure is remembered for the document, whatever its fragment', async () => {
      const { server, visit, uri } = await hosted({}, undefined, 500)

      for (let n = 0; n < 10; n += 1)
        expect((await visit(`${uri}#${n}`)).error).to.equal('invalid_request_uri')

      expect(server.requests).to.have.lengthOf(1)
    })

    it('is never taken for a version whose hash it does not have (OpenID Connect Core 1.0 §6.2)', async () => {
      const { visit, uri } = await hosted()
      await visit(uri)
      await visit(`${uri}#new`)

      expect((await visit(`${uri}#${'a'.repeat(43)}`)).error).to.equal('invalid_request_uri')
    })

    it('A907 is not kept for ever: neither when its headers want that, nor under another fragment', async () => {
      const forever = { 'cache-control': 'public, max-age=31536000, immutable' }
      const { server, visit, uri } = await hosted({}, undefined, undefined, forever)

      await visit(uri)
      await visit(uri)
      expect(server.requests).to.have.lengthOf(1)
      await visit(`${uri}#2`)
      expect(server.requests).to.have.lengthOf(2)
      sinon.useFakeTimers({ now: Date.now() + 3601_000, toFake: ['Date'] })
      await visit(uri)
      expect(server.requests).to.have.lengthOf(3)
    })
  })

  it('tells discovery what is supported (RFC 9101 §9)', async () => {
    const { op } = await start({ requestUri: true, requireSignedRequestObject: true })

    const response = await op.agent().get(op.provider.urlFor('discovery'))
    const metadata: Claims = JSON.parse(await response.text())

    expect(metadata).to.include({
      request_parameter_supported: true,
      request_uri_parameter_supported: true,
      require_request_uri_registration: true,
      require_signed_request_object: true,
    })
    expect(metadata['request_object_signing_alg_values_supported']).to.not.include('none')
  })

  it('tells discovery how they may be signed (OpenID Connect Discovery 1.0 §3)', async () => {
    const algorithms = async (options: Options) => {
      const configuration: Configuration = {
        enabledJWA: { requestObjectSigningAlgValues: ['ES256', 'RS256'] },
      }
      const { op } = await start(options, {}, configuration)
      const response = await op.agent().get(op.provider.urlFor('discovery'))
      const metadata: Claims = JSON.parse(await response.text())
      return metadata['request_object_signing_alg_values_supported']
    }

    expect(await algorithms({})).to.deep.equal(['ES256', 'RS256'])
    expect(await algorithms({ allowUnsigned: true })).to.deep.equal(['ES256', 'RS256', 'none'])
  })
})
