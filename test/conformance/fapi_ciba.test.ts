import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { UnsecuredJWT } from 'jose'
import sinon from 'sinon'
import { errors } from '../../lib/index.ts'
import type { ClientMetadata } from '../../types/client.ts'
import { ASSERTION_TYPE, type Claims, documentOf, now } from '../actions/client_auth/assertions.ts'
import { PARTNER, refusal, sign } from '../features/fapi/fapi_host.ts'
import { selfSigned } from '../support/certificates.ts'
import {
  approve,
  CALL_CENTRE,
  CIBA,
  find,
  NOTIFICATION_TOKEN,
  type PingAnswer,
  pinged,
  startForCiba,
  startReceiver,
  stopReceivers,
} from '../support/ciba.ts'
import { jwtPayload } from '../support/jwt_payload.ts'
import { from, MTLS } from '../support/mtls.ts'
import { stopProviders } from '../support/start_provider.ts'
import { type Form, otherAssertion, otherClient, signAsOther } from './fapi_world.ts'

const P = 'fapi-ciba-id1'

const { client_secret: _, ...withoutSecret } = CALL_CENTRE
const CALLS: ClientMetadata = {
  ...withoutSecret,
  ...(PARTNER.jwks === undefined ? {} : { jwks: PARTNER.jwks }),
  token_endpoint_auth_method: 'private_key_jwt',
  tls_client_certificate_bound_access_tokens: true,
  id_token_signed_response_alg: 'PS256',
}

/** A partner that signs what it asks, and holds a certificate. */
async function start(client: Partial<ClientMetadata> = {}) {
  const partner = { ...CALLS, ...client }
  const op = await startForCiba({
    clients: [partner, otherClient(partner)],
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256'],
      requestObjectSigningAlgValues: ['RS256', 'PS256', 'ES256'],
    },
    issueRefreshToken: () => true,
    features: {
      fapi: { enabled: true, profile: '1.0 Final' },
      requestObjects: { request: true },
      mTLS: MTLS,
    },
  })
  const certificate = await selfSigned()
  const assertion = async (alg?: string): Promise<Form> => ({
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await sign(
      { iss: 'calls', sub: 'calls', aud: op.issuer, jti: randomUUID(), exp: now() + 60 },
      alg,
    ),
  })
  const claimsOf = (claims: Claims = {}): Claims => ({
    iss: 'calls',
    aud: op.issuer,
    exp: now() + 300,
    iat: now(),
    nbf: now(),
    jti: randomUUID(),
    scope: 'openid',
    login_hint: 'alice',
    binding_message: 'W4SCT',
    ...claims,
  })
  const askWith = async (form: Form) =>
    op.post('backchannel_authentication', { client_id: 'calls', ...(await assertion()), ...form })
  const ask = async (claims?: Claims) => askWith({ request: await sign(claimsOf(claims)) })
  const askFor = async (claims?: Claims) => String((await ask(claims)).body['auth_req_id'])
  const poll = async (id: string, params: Form = {}, headers: Form = from(certificate)) =>
    op.post(
      'token',
      { grant_type: CIBA, client_id: 'calls', auth_req_id: id, ...(await assertion()), ...params },
      headers,
    )
  return { op, assertion, certificate, claimsOf, ask, askWith, askFor, poll }
}

describe('the conformance suite about FAPI-CIBA', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
    await stopReceivers()
  })

  it(`${P}: a signed request, a poll, tokens that are bound to the certificate`, async () => {
    const { op, askFor, poll } = await start()
    const id = await askFor()
    await approve(op, id)

    const { status, body } = await poll(id)

    expect(status).to.equal(200)
    expect(jwtPayload(body['id_token'])).to.include({ sub: 'alice', aud: 'calls' })
  })

  it(`${P}-discovery-end-point-verification: endpoint, modes, algorithms`, async () => {
    const { op } = await start()

    const document = await documentOf(op)

    expect(document['backchannel_authentication_endpoint']).to.equal(
      op.provider.urlFor('backchannel_authentication'),
    )
    expect(document['backchannel_token_delivery_modes_supported']).to.include.members(['poll', 'ping'])
    expect(document['grant_types_supported']).to.include(CIBA)
    expect(document['backchannel_authentication_request_signing_alg_values_supported']).to.include('PS256')
    expect(document['tls_client_certificate_bound_access_tokens']).to.equal(true)
  })

  it(`${P}-user-rejects-authentication: access_denied`, async () => {
    const { op, askFor, poll } = await start()
    const id = await askFor()
    await op.provider.backchannelResult(id, new errors.AccessDenied())

    expect(refusal(await poll(id))).to.deep.equal([400, 'access_denied'])
  })

  it(`${P}-multiple-call-to-token-endpoint: authorization_pending, then slow_down`, async () => {
    const { askFor, poll } = await start()
    const id = await askFor()

    expect(refusal(await poll(id))).to.deep.equal([400, 'authorization_pending'])
    expect(refusal(await poll(id))).to.deep.equal([400, 'slow_down'])
  })

  it(`${P}-auth-req-id-expired: expired_token`, async () => {
    const { askFor, poll } = await start()
    const id = await askFor({ requested_expiry: 30 })
    sinon.useFakeTimers({ now: Date.now() + 31_000, toFake: ['Date'] })

    expect(refusal(await poll(id))).to.deep.equal([400, 'expired_token'])
  })

  it(`${P}-refresh-token: its client gets a new access token, another one invalid_grant`, async () => {
    const { op, assertion, askFor, certificate, poll } = await start()
    const id = await askFor({ scope: 'openid offline_access' })
    await approve(op, id)
    const { body } = await poll(id)
    const refresh = (client: Form) =>
      op.post(
        'token',
        { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']), ...client },
        from(certificate),
      )

    const stolen = await refresh({ client_id: 'other', ...(await otherAssertion(op.issuer)) })
    const renewed = await refresh({ client_id: 'calls', ...(await assertion()) })

    expect(refusal(stolen)).to.deep.equal([400, 'invalid_grant'])
    expect(renewed.status).to.equal(200)
  })

  it(`${P}-ensure-mtls-holder-of-key-required: without a certificate there are no tokens`, async () => {
    const { op, askFor, poll } = await start()
    const id = await askFor()
    await approve(op, id)

    expect(refusal(await poll(id, {}, {}))).to.deep.equal([400, 'invalid_request'])
    expect((await poll(id)).status).to.equal(200)
  })

  it(`${P}-ensure-unsigned-backchannel-authorization-request-fails: invalid_request`, async () => {
    const { askWith } = await start()

    const refused = await askWith({ scope: 'openid', login_hint: 'alice', binding_message: 'W4SCT' })

    expect(refusal(refused)).to.deep.equal([400, 'invalid_request'])
  })

  it(`${P}-ensure-authorization-request-with-multiple-hints-fails: invalid_request`, async () => {
    const { ask } = await start()

    expect(refusal(await ask({ login_hint_token: 'alice' }))).to.deep.equal([400, 'invalid_request'])
  })

  it(`${P}-ensure-authorization-request-with-potentially-bad-binding-message: kept, or invalid_binding_message`, async () => {
    const { op, ask } = await start()
    const binding_message = '1234 👍🏿 𠜎 <b>transaction</b> &amp; reference'

    const { status, body } = await ask({ binding_message })

    if (status === 200) {
      const { params } = await find(op, String(body['auth_req_id']))
      expect(params?.['binding_message']).to.equal(binding_message)
    } else {
      expect([status, body['error']]).to.deep.equal([400, 'invalid_binding_message'])
    }
  })

  it(`${P}-ensure-authorization-request-with-binding-message-succeeds`, async () => {
    const { ask } = await start()

    expect((await ask({ binding_message: '1234' })).status).to.equal(200)
  })

  for (const [module, claims] of [
    ...['aud', 'iss', 'exp', 'iat', 'nbf', 'jti'].map(
      (name) => [`missing-${name}`, () => ({ [name]: undefined })] as const,
    ),
    ['bad-aud', () => ({ aud: 'https://other.example.com' })],
    ['bad-iss', () => ({ iss: 'https://other.example.com' })],
    ['expired-exp', () => ({ exp: now() - 300 })],
    ['exp-is-70-minutes-in-future', () => ({ exp: now() + 70 * 60 })],
    ['nbf-is-10-minutes-in-future', () => ({ nbf: now() + 10 * 60 })],
    ['nbf-is-70-minutes-in-past', () => ({ nbf: now() - 70 * 60 })],
  ] as const satisfies readonly (readonly [string, () => Claims])[]) {
    it(`${P}-ensure-request-object-${module}-fails: invalid_request`, async () => {
      const { ask } = await start()

      expect(refusal(await ask(claims()))).to.deep.equal([400, 'invalid_request'])
    })
  }

  for (const [module, make] of [
    ['signature-algorithm-is-none', (claims) => new UnsecuredJWT(claims).encode()],
    ['signature-algorithm-is-RS256', (claims) => sign(claims, 'RS256')],
    ['signed-by-other-client', signAsOther],
  ] as const satisfies readonly (readonly [string, (claims: Claims) => string | Promise<string>])[]) {
    it(`${P}-ensure-request-object-${module}-fails: invalid_request`, async () => {
      const { askWith, claimsOf } = await start()

      const refused = await askWith({ request: await make(claimsOf()) })

      expect(refusal(refused)).to.deep.equal([400, 'invalid_request'])
    })
  }

  it(`${P}-ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails`, async () => {
    const { assertion, askWith, claimsOf } = await start()

    const refused = await askWith({ request: await sign(claimsOf()), ...(await assertion('RS256')) })

    expect(refusal(refused)).to.deep.equal([401, 'invalid_client'])
  })

  it(`${P}-ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails`, async () => {
    const { assertion, askFor, poll } = await start()

    const refused = await poll(await askFor(), await assertion('RS256'))

    expect(refusal(refused)).to.deep.equal([401, 'invalid_client'])
  })

  for (const [module, answer] of [
    ['response-has-body', { status: 200, body: '{"this":"is ignored"}' }],
    ['response-401', { status: 401 }],
    ['response-403', { status: 403 }],
    ['return-redirect-request', { status: 302, headers: { location: '/elsewhere' } }],
  ] as const satisfies readonly (readonly [string, PingAnswer])[]) {
    it(`${P}-ping-backchannel-notification-endpoint-${module}: one ping, and the tokens are there`, async () => {
      const { port, pings } = await startReceiver(() => answer)
      const { client_secret: _secret, ...metadata } = pinged(port)
      const { op, askFor, poll } = await start({
        ...metadata,
        token_endpoint_auth_method: 'private_key_jwt',
      })
      const id = await askFor({ client_notification_token: NOTIFICATION_TOKEN })
      await approve(op, id)

      const { status } = await poll(id)

      expect(pings.map(({ url }) => url)).to.deep.equal(['/ping'])
      expect(pings[0]?.headers.authorization).to.equal(`Bearer ${NOTIFICATION_TOKEN}`)
      expect(status).to.equal(200)
    })
  }
})
