import { expect } from 'chai'
import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { CALL_CENTRE, find, NOTIFICATION_TOKEN, pinged, request, startForCiba } from '../../support/ciba.ts'
import { startClock, stopClock } from '../../support/clock.ts'
import { ecPair, rsaPair } from '../../support/key_pair.ts'
import type { RunningProvider } from '../../support/start_provider.ts'
import { stopProviders } from '../../support/start_provider.ts'

// Nothing is awaited while this file is loaded: it would be loaded in another way than all others, and the library with it.
const es256 = ecPair()
const rs256 = rsaPair()
const JWKS = {
  keys: [
    { kty: 'EC', ...es256.publicKey.export({ format: 'jwk' }), kid: 'es', alg: 'ES256' },
    { kty: 'RSA', ...rs256.publicKey.export({ format: 'jwk' }), kid: 'rs', alg: 'RS256' },
  ],
}

const SIGNING = { ...CALL_CENTRE, jwks: JWKS, backchannel_authentication_request_signing_alg: 'ES256' }
const UNBOUND = { ...CALL_CENTRE, jwks: JWKS }
const ON = {
  enabledJWA: { requestObjectSigningAlgValues: ['HS256' as const, 'RS256' as const, 'ES256' as const] },
  features: { requestObjects: { request: true, requestUri: true }, encryption: { enabled: true } },
}
const now = () => Math.floor(Date.now() / 1000)

const claimsFor = (op: RunningProvider): JWTPayload => ({
  iss: 'calls',
  aud: op.issuer,
  exp: now() + 60,
  iat: now(),
  nbf: now(),
  jti: crypto.randomUUID(),
  scope: 'openid',
  login_hint: 'alice',
})

const sign = (claims: JWTPayload, alg = 'ES256', typ = 'JWT') =>
  new SignJWT(claims)
    .setProtectedHeader({ alg, typ })
    .sign(alg === 'RS256' ? rs256.privateKey : es256.privateKey)

const start = (client: object = {}, host: object = {}) =>
  startForCiba({ clients: [{ ...SIGNING, ...client }], ...ON, ...host })

/** Everything is in the request object, as it has to be. */
const send = (op: RunningProvider, jwt: string) => request(op, { request: jwt, scope: '' })

describe('signed backchannel authentication requests (OpenID Connect CIBA Core 1.0 §7.1.1)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  it('A173 a request that is signed as registered is accepted, and its parameters count', async () => {
    const op = await start()

    const { status, body } = await send(op, await sign({ ...claimsFor(op), binding_message: 'W4SCT' }))

    expect(status).to.equal(200)
    const { params } = await find(op, String(body['auth_req_id']))
    expect(params).to.deep.equal({
      client_id: 'calls',
      scope: 'openid',
      login_hint: 'alice',
      binding_message: 'W4SCT',
    })
  })

  it('A087 parameters beside it count for nothing, whatever the mode (§7.1.1)', async () => {
    const features = { requestObjects: { request: true, mode: 'lax' as const } }
    const op = await start({}, { features })
    const jwt = await sign(claimsFor(op))

    const { body } = await request(op, { request: jwt, login_hint: 'mallory', acr_values: 'none' })

    const stored = await find(op, String(body['auth_req_id']))
    expect(stored.accountId).to.equal('alice')
    expect(stored.params).to.not.have.property('acr_values')
  })

  it('requested_expiry may be a number or a text there (§7.1)', async () => {
    stopClock()
    const op = await start()
    for (const requested_expiry of [60, '60']) {
      const { body } = await send(op, await sign({ ...claimsFor(op), requested_expiry }))
      expect(body['expires_in']).to.be.oneOf([59, 60])
    }
  })

  it('a ping client’s token may stand in it (§7.1.1)', async () => {
    const op = await startForCiba({ clients: [{ ...SIGNING, ...pinged(1) }], ...ON })
    const claims = { ...claimsFor(op), client_notification_token: NOTIFICATION_TOKEN }

    expect((await send(op, await sign(claims))).status).to.equal(200)
  })

  it('B7 an unsigned request of a client that registered an algorithm is invalid_request (§4)', async () => {
    const op = await start()

    const { status, body } = await request(op)

    expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
  })

  const refused: readonly (readonly [
    title: string,
    make: (op: RunningProvider) => Promise<string> | string,
  ])[] = [
    ...['iss', 'aud', 'exp', 'iat', 'nbf', 'jti'].map(
      (name) =>
        [`without ${name}`, (op: RunningProvider) => sign({ ...claimsFor(op), [name]: undefined })] as const,
    ),
    ['with another iss', (op) => sign({ ...claimsFor(op), iss: 'other' })],
    ['for another aud', (op) => sign({ ...claimsFor(op), aud: 'https://other.example.com' })],
    ['that is expired', (op) => sign({ ...claimsFor(op), exp: now() - 60 })],
    ['with an exp 70 minutes ahead', (op) => sign({ ...claimsFor(op), exp: now() + 4200 })],
    ['with an nbf 70 minutes ago', (op) => sign({ ...claimsFor(op), nbf: now() - 4200 })],
    ['with an nbf in the future', (op) => sign({ ...claimsFor(op), nbf: now() + 60 })],
    ['with an iat in the future', (op) => sign({ ...claimsFor(op), iat: now() + 60 })],
    ['with a jti that is no text', (op) => sign({ ...claimsFor(op), jti: Object(5).valueOf() })],
    ['with alg none', (op) => new UnsecuredJWT(claimsFor(op)).encode()],
    ['with RS256 instead of what was registered', (op) => sign(claimsFor(op), 'RS256')],
    [
      'with the client secret',
      (op) =>
        new SignJWT(claimsFor(op))
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode(op.client.client_secret ?? '')),
    ],
    [
      'with a signature of somebody else',
      async (op) =>
        new SignJWT(claimsFor(op))
          .setProtectedHeader({ alg: 'ES256' })
          .sign((await generateKeyPair('ES256')).privateKey),
    ],
    ['of another type', (op) => sign(claimsFor(op), 'ES256', 'at+jwt')],
    ['with a request inside', (op) => sign({ ...claimsFor(op), request: 'a.b.c' })],
    ['with a text that is an object', (op) => sign({ ...claimsFor(op), login_hint: { name: 'alice' } })],
    ['that is encrypted', () => 'a.b.c.d.e'],
    ['that is no JWT', () => 'a request'],
  ]
  for (const [title, make] of refused) {
    it(`B7 A173 a request object ${title} is invalid_request (§7.2, §13)`, async () => {
      const op = await start()
      const failed = op.nextError('backchannel_authentication.error')

      const { status, body } = await send(op, await make(op))

      expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
      expect((await failed).error).to.equal('invalid_request')
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  it('B7 a request object that is used twice is invalid_request (§7.1.1 jti)', async () => {
    const op = await start()
    const jwt = await sign(claimsFor(op))
    expect((await send(op, jwt)).status).to.equal(200)

    expect((await send(op, jwt)).body['error']).to.equal('invalid_request')
  })

  it('request_uri is none of this endpoint’s parameters, also where it is supported elsewhere (§7.1.1)', async () => {
    const op = await startForCiba({ clients: [UNBOUND], ...ON })

    const { body } = await request(op, { request_uri: 'https://rp.example.com/request.jwt' })

    expect(body['error']).to.equal('invalid_request')
  })

  describe('of a client that registered no algorithm', () => {
    for (const alg of ['ES256', 'RS256']) {
      it(`A173 one with ${alg} is accepted, as is an unsigned request`, async () => {
        const op = await startForCiba({ clients: [UNBOUND], ...ON })

        expect((await send(op, await sign(claimsFor(op), alg))).status).to.equal(200)
        expect((await request(op)).status).to.equal(200)
      })
    }

    it('B7 one with alg none is refused, also where that is allowed elsewhere', async () => {
      const features = { requestObjects: { request: true, allowUnsigned: true } }
      const op = await startForCiba({ clients: [UNBOUND], ...ON, features })

      const { body } = await send(op, new UnsecuredJWT(claimsFor(op)).encode())

      expect(body['error']).to.equal('invalid_request')
    })

    it('B7 one with the client secret is refused (§7.1.1: asymmetric)', async () => {
      const op = await startForCiba({ clients: [UNBOUND], ...ON })
      const key = new TextEncoder().encode(op.client.client_secret ?? '')
      const jwt = await new SignJWT(claimsFor(op)).setProtectedHeader({ alg: 'HS256' }).sign(key)

      expect((await send(op, jwt)).body['error']).to.equal('invalid_request')
    })

    it('require_signed_request_object counts here as well (RFC 9101 §10.5)', async () => {
      const clients = [{ ...UNBOUND, require_signed_request_object: true }]
      const op = await startForCiba({ clients, ...ON })

      expect((await request(op)).body['error']).to.equal('invalid_request')
      expect((await send(op, await sign(claimsFor(op)))).status).to.equal(200)
    })
  })
})
