import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { errors } from '../../../lib/index.ts'
import type { AdapterPayload, CommitOperation } from '../../../types/adapter.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { latencyAdapter } from '../../support/latency_adapter.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import {
  type RunningProvider,
  startProvider,
  stopProviders,
  type TokenAnswer,
} from '../../support/start_provider.ts'
import { wrapAdapter } from '../../support/wrap_adapter.ts'
import {
  ASSERTION_TYPE,
  type Claims,
  claimsFor,
  documentOf,
  hmacKey,
  type KeyPair,
  keyClient,
  keyPair,
  now,
  requestToken,
  SECRET,
  secretClient,
  sign,
} from './assertions.ts'

const FEATURES = { clientCredentials: { enabled: true } }
const REFUSED = { error: 'invalid_client', error_description: 'client authentication failed' }

describe('client assertions (RFC 7523, OpenID Connect Core 1.0 §9)', () => {
  let es256: KeyPair
  let rs256: KeyPair
  let es384: KeyPair

  before(async () => {
    ;[es256, rs256, es384] = await Promise.all([
      keyPair('ES256', 'e'),
      keyPair('RS256', 'r'),
      keyPair('ES384', 'x'),
    ])
  })
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  const start = (configuration: Configuration = {}): Promise<RunningProvider> =>
    startProvider({
      clients: [
        secretClient(),
        keyClient([es256.publicJwk, rs256.publicJwk, es384.publicJwk]),
        keyClient([es256.publicJwk], { client_id: 'other' }),
      ],
      ...configuration,
      features: FEATURES,
    })

  const bySecret = (op: RunningProvider, more: Claims = {}) =>
    sign(claimsFor('by-secret', op, more), { alg: 'HS256' }, hmacKey())
  const byKey = (op: RunningProvider, more: Claims = {}, clientId = 'by-key') =>
    sign(claimsFor(clientId, op, more), { alg: 'ES256', kid: 'e' }, es256.privateKey)

  function expectRefused({ status, body, headers }: TokenAnswer): void {
    expect({ status, body }).to.deep.equal({ status: 401, body: REFUSED })
    expect(headers.get('cache-control')).to.equal('no-store')
    // Basic was not tried, so there is nothing to challenge for (RFC 6749 §5.2).
    expect(headers.get('www-authenticate')).to.equal(null)
  }

  describe('A066 the assertion', () => {
    it('authenticates with the secret and with a private key', async () => {
      const op = await start()

      const answers = [
        await requestToken(op, await bySecret(op)),
        await requestToken(op, await byKey(op)),
        await requestToken(op, await sign(claimsFor('by-key', op), { alg: 'RS256' }, rs256.privateKey)),
        await requestToken(op, await byKey(op), { client_id: 'by-key' }),
      ]

      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200])
    })

    it('is remembered by issuer and jti as long as it could come again (RFC 7523 §3)', async () => {
      const entries = new Map<string, AdapterPayload>()
      const op = await start({ adapter: mapAdapter(entries) })
      const exp = now() + 60
      const { status } = await requestToken(op, await byKey(op, { exp }))
      const [key, record] = [...entries].find(([name]) => name.startsWith('ReplayDetection:')) ?? []

      expect(status).to.equal(200)
      expect(record).to.include({
        iss: 'by-key',
        kind: 'ReplayDetection',
        jti: key?.slice('ReplayDetection:'.length),
      })
      expect(record?.exp).to.be.at.least(exp)
    })

    for (const [what, audience] of [
      ['the issuer', (op: RunningProvider) => op.issuer],
      ['the token endpoint', (op: RunningProvider) => op.provider.urlFor('token')],
      ['both in an array', (op: RunningProvider) => [op.issuer, op.provider.urlFor('token')]],
    ] as const) {
      it(`may be addressed to ${what} (RFC 7523 §3)`, async () => {
        const op = await start()

        expect((await requestToken(op, await byKey(op, { aud: audience(op) }))).status).to.equal(200)
      })
    }

    for (const endpoint of ['token', 'pushed_authorization_request']) {
      it(`may be addressed to the ${endpoint} endpoint when a request is pushed (RFC 9126 §2)`, async () => {
        const op = await start()
        const assertion = await byKey(op, { aud: op.provider.urlFor(endpoint) })

        const { body } = await op.post('pushed_authorization_request', {
          client_assertion: assertion,
          client_assertion_type: ASSERTION_TYPE,
        })

        // Past authentication: it is the request that is not complete.
        expect(body['error']).to.equal('invalid_request')
      })
    }

    it('H7 is not addressed to us by a Host header of the sender’s choice', async () => {
      const op = await start()
      const assertion = await byKey(op, { aud: 'https://evil.example/token' })

      const answer = await op.post(
        'token',
        {
          grant_type: 'client_credentials',
          client_assertion_type: ASSERTION_TYPE,
          client_assertion: assertion,
        },
        { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      )

      expectRefused(answer)
    })

    it('is addressed to the mounted endpoint under its path', async () => {
      const op = await startProvider(
        { clients: [secretClient()], features: FEATURES },
        { mountPath: '/oidc' },
      )

      const token = await requestToken(op, await bySecret(op, { aud: `${op.issuer}/token` }))

      expect(token.status).to.equal(200)
    })

    for (const [title, claims] of [
      ['C14 without exp', { exp: undefined }],
      ['C14 with a past exp', { exp: now() - 60 }],
      ['C14 with exp as a string', { exp: String(now() + 60) }],
      ['C14 with exp of 1e308', { exp: 1e308 }],
      ['C14 that lives for more than an hour', { exp: now() + 36_000 }],
      ['C15 without jti', { jti: undefined }],
      ['C15 with an empty jti', { jti: '' }],
      ['C15 with a number as jti', { jti: 5 }],
      ['C15 with an object as jti', { jti: { a: 1 } }],
      ['C15 with a jti of 20 KB', { jti: 'x'.repeat(20_000) }],
      ['C18 with another iss', { iss: 'other' }],
      ['C20 with nbf hours ahead', { nbf: now() + 9000 }],
      ['C20 with iat hours ahead', { iat: now() + 9000 }],
      ['X20 with a number as aud', { aud: 5 }],
      ['X20 with an object as aud', { aud: {} }],
      ['X20 with numbers among its aud', { aud: [5] }],
      ['X20 addressed to somebody else', { aud: 'https://evil.example' }],
      ['X21 with an array as sub', { sub: ['by-key'] }],
      ['X21 with a number as iss', { iss: 5 }],
    ] as const) {
      it(`${title} is refused`, async () => {
        const op = await start()

        expectRefused(await requestToken(op, await byKey(op, claims)))
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('C20 whose clock is ten seconds ahead is accepted (FAPI 2.0 Security Profile §5.3.2.1)', async () => {
      const op = await start({ clockTolerance: 0 })

      const { status } = await requestToken(op, await byKey(op, { nbf: now() + 9, iat: now() + 9 }))

      expect(status).to.equal(200)
    })

    for (const [title, sub] of [
      ['none', undefined],
      ['an empty one', ''],
      ['a number', 5],
      ['a list', ['by-key']],
    ] as const) {
      it(`C18 whose sub is ${title} names no client`, async () => {
        const op = await start()
        const failed = op.nextError('grant.error')

        expectRefused(await requestToken(op, await byKey(op, { sub })))
        expect((await failed).error_detail).to.equal('client assertion sub must be a string')
      })
    }

    it('C22 that is no JWT is refused as such', async () => {
      const op = await start()
      const failed = op.nextError('grant.error')

      expectRefused(await requestToken(op, 'no.jwt'))
      expect((await failed).error_detail).to.equal('client assertion is not a compact JWT')
    })

    it('may have 16384 characters, and no more', async () => {
      const op = await start()
      const make = (length: number) => byKey(op, { padding: 'x'.repeat(length) })
      const base = (await make(0)).length
      let padding = Math.floor(((16_384 - base) * 3) / 4)
      while ((await make(padding)).length < 16_384) padding += 1
      const longest = await make(padding)
      const failed = op.nextError('grant.error')

      expect(longest).to.have.lengthOf(16_384)
      expect((await requestToken(op, longest)).status).to.equal(200)
      expectRefused(await requestToken(op, await make(padding + 1)))
      expect((await failed).error_detail).to.equal('client assertion is too long')
    })

    it('C18 of another client than client_id is refused', async () => {
      const op = await start()

      expectRefused(await requestToken(op, await byKey(op), { client_id: 'other' }))
    })

    it('C21 without its type, with another type, or a type without assertion, is refused', async () => {
      const op = await start()
      const assertion = await byKey(op)
      const form = { grant_type: 'client_credentials' }

      const answers = [
        await op.post('token', { ...form, client_assertion: assertion }),
        await op.post('token', {
          ...form,
          client_assertion: assertion,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
        }),
        await op.post('token', { ...form, client_assertion_type: ASSERTION_TYPE }),
      ]

      for (const { status, body } of answers) {
        expect(status).to.equal(400)
        expect(body['error']).to.equal('invalid_request')
      }
    })

    it('C5 together with a secret, in the form or the header, is refused', async () => {
      const op = await start()
      const form = {
        grant_type: 'client_credentials',
        client_id: 'by-key',
        client_assertion: await byKey(op),
        client_assertion_type: ASSERTION_TYPE,
      }
      const { client_id: _, ...unnamed } = form

      const answers = [
        await op.post('token', { ...form, client_secret: 'x' }),
        await op.post('token', unnamed, { authorization: `Basic ${btoa('by-key:x')}` }),
      ]

      for (const { status, body } of answers) {
        expect(status).to.equal(400)
        expect(body['error_description']).to.match(/one mechanism/)
      }
    })

    it('C8 sent twice is refused', async () => {
      const op = await start()
      const assertion = await byKey(op)
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: assertion,
      })
      form.append('client_assertion', assertion)

      const { status, body } = await op.post('token', form.toString())

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_request')
    })

    it('of a client that registered another method is refused', async () => {
      const op = await startProvider({
        clients: [secretClient({ token_endpoint_auth_method: 'client_secret_post' })],
        features: FEATURES,
      })

      expectRefused(await requestToken(op, await bySecret(op)))
    })

    it('C2 of a client that does not exist gets the same answer', async () => {
      const op = await start()

      expectRefused(await requestToken(op, await byKey(op, {}, 'nobody')))
      expectRefused(await requestToken(op, await sign(claimsFor('nobody', op), { alg: 'HS256' }, hmacKey())))
    })
  })

  describe('its typ (RFC 8725 §3.11)', () => {
    const typed = async (typ: string | undefined) => {
      const op = await start()
      const header = typ === undefined ? { alg: 'HS256' } : { alg: 'HS256', typ }
      return requestToken(op, await sign(claimsFor('by-secret', op), header, hmacKey()))
    }

    for (const typ of [
      'at+jwt',
      'dpop+jwt',
      'logout+jwt',
      'oauth-authz-req+jwt',
      'application/at+jwt',
      'x',
    ]) {
      it(`${typ} belongs to something else: it is refused`, async () => {
        expectRefused(await typed(typ))
      })
    }

    for (const typ of [
      undefined,
      'JWT',
      'jwt',
      'client-authentication+jwt',
      'application/client-authentication+jwt',
    ]) {
      it(`${typ} passes`, async () => {
        expect((await typed(typ)).status).to.equal(200)
      })
    }
  })

  describe('how long it lives (RFC 7523 §3)', () => {
    const living = async (seconds: number, configuration: Configuration = {}) => {
      const op = await start(configuration)
      const claims = { ...claimsFor('by-secret', op), exp: now() + seconds }
      return requestToken(op, await sign(claims, { alg: 'HS256' }, hmacKey()))
    }

    it('may be an hour, as libraries in wide use have it', async () => {
      expect((await living(3600)).status).to.equal(200)
    })

    it('is what clientAssertionLifetime says', async () => {
      expectRefused(await living(400, { clientAssertionLifetime: 300 }))
      expect((await living(300, { clientAssertionLifetime: 300 })).status).to.equal(200)
    })
  })

  describe('its signature (RFC 8725 §3.1)', () => {
    const unsecured = (claims: Claims, alg: unknown) =>
      `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`

    for (const alg of ['none', 'None', 'NONE', '', ['HS256'], undefined, 5]) {
      it(`X1 X2 C12 with alg ${JSON.stringify(alg)} is refused`, async () => {
        const op = await start()

        expectRefused(await requestToken(op, unsecured(claimsFor('by-key', op), alg)))
      })
    }

    it('C12 made with the public key as a shared secret is refused', async () => {
      const op = await start()
      const key = new TextEncoder().encode(JSON.stringify(es256.publicJwk))

      expectRefused(
        await requestToken(op, await sign(claimsFor('by-key', op), { alg: 'HS256', kid: 'e' }, key)),
      )
    })

    it('C12 by private key is refused from a client that registered its secret (OpenID Connect Core 1.0 §9)', async () => {
      const op = await start({ clients: [secretClient({ jwks: { keys: [es256.publicJwk] } })] })
      const assertion = await sign(claimsFor('by-secret', op), { alg: 'ES256', kid: 'e' }, es256.privateKey)
      const failed = op.nextError('grant.error')

      expectRefused(await requestToken(op, assertion))
      expect((await failed).error_detail).to.match(/alg is not allowed/)
    })

    it('C12 by secret is refused from a client that registered its private key (OpenID Connect Core 1.0 §9)', async () => {
      const op = await start({ clients: [keyClient([es256.publicJwk], { client_secret: SECRET })] })
      const assertion = await sign(claimsFor('by-key', op), { alg: 'HS256' }, hmacKey())
      const failed = op.nextError('grant.error')

      expectRefused(await requestToken(op, assertion))
      expect((await failed).error_detail).to.match(/alg is not allowed/)
    })

    it('C12 X4 with an algorithm that is not offered is refused, though the key is there', async () => {
      const op = await start()

      expectRefused(
        await requestToken(op, await sign(claimsFor('by-key', op), { alg: 'ES384' }, es384.privateKey)),
      )
    })

    it('X4 naming a key that belongs to another algorithm is refused', async () => {
      const op = await start()

      expectRefused(
        await requestToken(
          op,
          await sign(claimsFor('by-key', op), { alg: 'ES256', kid: 'x' }, es256.privateKey),
        ),
      )
    })

    it('A066 with another algorithm than the client registered is refused', async () => {
      const op = await startProvider({
        clients: [
          keyClient([es256.publicJwk, rs256.publicJwk], { token_endpoint_auth_signing_alg: 'RS256' }),
        ],
        features: FEATURES,
      })

      const refused = await requestToken(op, await byKey(op))
      const accepted = await requestToken(
        op,
        await sign(claimsFor('by-key', op), { alg: 'RS256' }, rs256.privateKey),
      )

      expectRefused(refused)
      expect(accepted.status).to.equal(200)
    })

    for (const [title, spoil] of [
      ['C12 X5 of zeros', () => Buffer.alloc(64).toString('base64url')],
      ['C12 of one byte', () => 'AA'],
      ['C12 that is empty', () => ''],
      ['X5 that is too long', (signature: string) => `${signature}AAAA`],
      ['X5 that is DER', () => Buffer.from('3006020101020101', 'hex').toString('base64url')],
      ['X8 with padding', (signature: string) => `${signature}==`],
      ['X8 with a space', (signature: string) => `${signature} `],
      [
        'X8 with unused bits set',
        (signature: string) => {
          const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(
            signature.slice(-1),
          )
          return (
            signature.slice(0, -1) +
            'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last + 1]
          )
        },
      ],
    ] as const) {
      it(`${title} is refused`, async () => {
        const op = await start()
        const assertion = await byKey(op)
        const [header, payload, signature = ''] = assertion.split('.')

        expectRefused(await requestToken(op, `${header}.${payload}.${spoil(signature)}`))
        // It was the signature: untouched it is good.
        expect((await requestToken(op, assertion)).status).to.equal(200)
      })
    }

    it('X7 over an unencoded payload is refused', async () => {
      const op = await start()
      const assertion = await sign(
        claimsFor('by-secret', op),
        { alg: 'HS256', crit: ['b64'], b64: true },
        hmacKey(),
      )

      expectRefused(await requestToken(op, assertion))
    })

    it('X12 with a kid that is no short string is refused', async () => {
      const op = await start()
      for (const kid of [5, {}, 'x'.repeat(8192), '']) {
        const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid })).toString('base64url')
        const [, payload, signature] = (await byKey(op)).split('.')
        expectRefused(await requestToken(op, `${header}.${payload}.${signature}`))
      }
    })

    for (const [title, malformed] of [
      ['C22 X8 with four parts', (jwt: string) => `${jwt}.AAAA`],
      ['C22 X8 in the JSON serialization', () => '{"payload":"e30","signatures":[]}'],
      ['C22 of 50 KB', (jwt: string) => jwt + 'A'.repeat(50_000)],
      ['C22 that is empty', () => ''],
      ['C22 of dots', () => '..'],
      [
        'X11 with a header of 100 KB',
        () => `${Buffer.from(`{"alg":"${'x'.repeat(100_000)}"}`).toString('base64url')}..`,
      ],
    ] as const) {
      it(`${title} is refused`, async () => {
        const op = await start()

        const { status, body } = await requestToken(op, malformed(await byKey(op)))

        expect(status).to.be.oneOf([400, 401, 413])
        expect(body['error']).to.be.oneOf(['invalid_request', 'invalid_client'])
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('H30 whose claims have a member named __proto__ is refused', async () => {
      const op = await start()
      const claims = JSON.stringify(claimsFor('by-secret', op)).replace('{', '{"__proto__":{"a":1},')

      expectRefused(await requestToken(op, await sign(claims, { alg: 'HS256' }, hmacKey())))
    })

    it('X24 is tried with twenty keys at most', async () => {
      const others = await Promise.all(Array.from({ length: 20 }, () => keyPair('ES256')))
      const op = await startProvider({
        clients: [keyClient([...others.map(({ publicJwk }) => publicJwk), { ...es256.publicJwk, kid: 'e' }])],
        features: FEATURES,
      })
      const unnamed = await sign(claimsFor('by-key', op), { alg: 'ES256' }, es256.privateKey)

      expectRefused(await requestToken(op, unnamed))
    })

    it('C10 A063 made with an expired secret is refused, and the event says why', async () => {
      const op = await startProvider({
        clients: [secretClient({ client_secret_expires_at: now() - 1 })],
        features: FEATURES,
      })
      const failed = op.nextError('grant.error')

      expectRefused(await requestToken(op, await bySecret(op)))
      expect((await failed).error_detail).to.match(/secret is expired/)
    })
  })

  describe('its single use', () => {
    it('A066 a second use is refused', async () => {
      const op = await start()
      const assertion = await byKey(op)

      const first = await requestToken(op, assertion)
      const failed = op.nextError('grant.error')
      const second = await requestToken(op, assertion)

      expect(first.status).to.equal(200)
      expectRefused(second)
      expect((await failed).error_detail).to.match(/used before/)
    })

    for (const [storage, make] of [
      ['storage 2 ms away', () => latencyAdapter(memoryAdapter(), 2)],
      ['storage that cannot commit', () => latencyAdapter(legacyAdapter(), 2)],
    ] as const) {
      it(`C16 of 50 uses at once exactly one is accepted, and one token is stored: ${storage}`, async () => {
        const op = await start({ adapter: make() })
        const assertion = await byKey(op)
        let saved = 0
        op.provider.on('client_credentials.saved', () => {
          saved += 1
        })

        const answers = await Promise.all(Array.from({ length: 50 }, () => requestToken(op, assertion)))

        expect(answers.filter(({ status }) => status === 200)).to.have.length(1)
        for (const answer of answers.filter(({ status }) => status !== 200)) expectRefused(answer)
        expect(saved).to.equal(1)
      })
    }

    it('a use is stored in the one commit that issues the token', async () => {
      const counting = countingAdapter(latencyAdapter(memoryAdapter(), 2))
      const op = await start({ adapter: counting.adapter })
      const assertion = await byKey(op)
      counting.reset()

      await requestToken(op, assertion)

      expect(counting.calls.map(({ name }) => name)).to.deep.equal(['commit'])
    })

    it('a use is spent by a request that fails for another reason', async () => {
      const op = await start()
      const assertion = await byKey(op)

      const failed = await requestToken(op, assertion, { scope: 'unknown' })
      const again = await requestToken(op, assertion)

      expect(failed.body['error']).to.equal('invalid_scope')
      expectRefused(again)
    })

    it('a use is not spent when storage fails before anything is written', async () => {
      const adapter = memoryAdapter()
      const op = await start({ adapter })
      const assertion = await byKey(op)
      const commit = sinon.stub(adapter, 'commit').rejects(new Error('storage is down'))

      const failed = await requestToken(op, assertion)
      commit.restore()
      const again = await requestToken(op, assertion)

      expect(failed.status).to.equal(500)
      expect(again.status).to.equal(200)
    })

    it('C17 is remembered where the request fails, with all that storage needs to know, and by a name that tells no jti (RFC 7523 §3)', async () => {
      const committed: CommitOperation[] = []
      const adapter = wrapAdapter(memoryAdapter(), async ({ name, args }, run) => {
        if (name === 'commit' && Array.isArray(args[0])) committed.push(...args[0])
        return run()
      })
      const op = await start({ adapter })
      const claims = claimsFor('by-key', op)
      const assertion = await sign(claims, { alg: 'ES256', kid: 'e' }, es256.privateKey)
      await requestToken(op, assertion, { grant_type: 'authorization_code', code: 'unknown' })
      const record = committed.find(({ model }) => model === 'ReplayDetection')
      const payload = record?.op === 'insert' ? record.payload : undefined

      expect(payload).to.include({ kind: 'ReplayDetection', iss: 'by-key', jti: record?.id })
      expect(payload?.exp).to.be.within(Number(claims['exp']), Number(claims['exp']) + 60)
      expect(payload?.['attempt']).to.be.a('string')
      expect(record?.id).to.not.include(String(claims['jti']))
    })

    it('C17 two clients may use the same jti', async () => {
      const op = await start()

      const answers = [
        await requestToken(op, await byKey(op, { jti: 'one' })),
        await requestToken(op, await byKey(op, { jti: 'one' }, 'other')),
      ]

      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200])
    })

    it('C17 a jti that a host has seen in something else may stand in an assertion as well', async () => {
      const op = await start()
      await op.provider.ReplayDetection.unique('by-key', 'one')

      expect((await requestToken(op, await byKey(op, { jti: 'one' }))).status).to.equal(200)
    })

    it('a use is remembered until the assertion cannot be accepted any more', async () => {
      const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
      const op = await start({ clockTolerance: 15 })
      const assertion = await byKey(op, { exp: now() + 60 })
      await requestToken(op, assertion)

      clock.tick(74_000)
      const failed = op.nextError('grant.error')
      expectRefused(await requestToken(op, assertion))
      expect((await failed).error_detail).to.match(/used before/)
    })

    it('a use is stored until the clock tolerance is over, too', async () => {
      const op = await start({ clockTolerance: 15 })
      const told: unknown[] = []
      op.provider.on('replay_detection.saved', ({ iss, exp }) => told.push([iss, exp]))
      const exp = now() + 60
      await requestToken(op, await byKey(op, { exp: exp - 0.5 }))

      expect(told).to.deep.equal([['by-key', exp + 16]])
    })

    it('C1 a first use is told to listeners', async () => {
      const op = await start()
      const told = op.next('replay_detection.saved')

      await requestToken(op, await byKey(op))

      expect(await told).to.have.length(1)
    })
  })

  describe('the host’s own rules (assertJwtClientAuthClaimsAndHeader)', () => {
    it('hear the verified claims and header, and may refuse', async () => {
      const heard: unknown[] = []
      const op = await start({
        assertJwtClientAuthClaimsAndHeader: async (_ctx, claims, header, client) => {
          heard.push([claims['sub'], header['alg'], client.clientId])
          if (claims['strict'] === true) throw new errors.InvalidClientAuth('too strict')
        },
      })

      const accepted = await requestToken(op, await byKey(op))
      const refused = await requestToken(op, await byKey(op, { strict: true }))
      const forged = await requestToken(
        op,
        await sign(claimsFor('by-key', op), { alg: 'RS256' }, (await keyPair('RS256')).privateKey),
      )

      expect(accepted.status).to.equal(200)
      expectRefused(refused)
      expectRefused(forged)
      expect(heard).to.deep.equal([
        ['by-key', 'ES256', 'by-key'],
        ['by-key', 'ES256', 'by-key'],
      ])
    })
  })

  describe('discovery (RFC 8414 §2)', () => {
    it('A012 lists the algorithms of the methods that are on', async () => {
      const all = await documentOf(await start())
      const op = await startProvider({ clientAuthMethods: ['private_key_jwt'], clients: [] })
      const byKeyOnly = await documentOf(op)

      expect(all['token_endpoint_auth_signing_alg_values_supported']).to.include.members(['HS256', 'ES256'])
      expect(byKeyOnly['token_endpoint_auth_signing_alg_values_supported'])
        .to.include('ES256')
        .and.not.include('HS256')
    })

    it('K4 lists none when no such method is on', async () => {
      const op = await startProvider({ clientAuthMethods: ['none'], clients: [] })

      expect(await documentOf(op)).not.to.have.property('token_endpoint_auth_signing_alg_values_supported')
    })
  })
})
