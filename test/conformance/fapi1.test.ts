import { expect } from 'chai'
import { UnsecuredJWT } from 'jose'
import { type Claims, now } from '../actions/client_auth/assertions.ts'
import { PARTNER, refusal, startFapi } from '../features/fapi/fapi_host.ts'
import { readAnswer } from '../support/authorization_answer.ts'
import { authority } from '../support/certificates.ts'
import { jwtPayload } from '../support/jwt_payload.ts'
import { from, MTLS } from '../support/mtls.ts'
import { REDIRECT_URI, stopProviders } from '../support/start_provider.ts'
import { type Form, outcome, signAsOther, startWorld, WORLDS } from './fapi_world.ts'

const [WORLD] = WORLDS
const P = WORLD.prefix
const HYBRID = { response_type: WORLD.responseType }

/** A provider, and a browser that brings a signed request with these parameters beside it. */
async function start() {
  const host = await startWorld(WORLD)
  const { op, request, requestObject } = host
  const bring = async (params: Form, without: readonly string[] = []) => {
    const sent = Object.entries({ ...request, ...HYBRID, ...params }).filter(
      ([name]) => !without.includes(name),
    )
    const agent = op.agent()
    const url = `${op.provider.urlFor('authorization')}?${new URLSearchParams(sent)}`
    return readAnswer(await agent.follow(await agent.get(url)))
  }
  const signed = async (claims: Claims = {}, alg?: string, without?: readonly string[]) =>
    bring({ request: await requestObject({ ...HYBRID, ...claims }, alg) }, without)
  return { ...host, bring, signed }
}

describe('the conformance suite about FAPI 1.0 Final: requests', () => {
  afterEach(stopProviders)

  const missing = undefined
  const refused: readonly (readonly [module: string, claims: () => Claims, error: string])[] = [
    ['ensure-request-object-without-exp-fails', () => ({ exp: missing }), 'invalid_request_object'],
    ['ensure-request-object-without-nbf-fails', () => ({ nbf: missing }), 'invalid_request_object'],
    ['ensure-expired-request-object-fails', () => ({ exp: now() - 300 }), 'invalid_request_object'],
    [
      'ensure-request-object-with-bad-aud-fails',
      () => ({ aud: 'https://other.example.com' }),
      'invalid_request_object',
    ],
    [
      'ensure-request-object-with-exp-over-60-fails',
      () => ({ exp: now() + 70 * 60 }),
      'invalid_request_object',
    ],
    [
      'ensure-request-object-with-nbf-over-60-fails',
      () => ({ nbf: now() - 70 * 60 }),
      'invalid_request_object',
    ],
    ['ensure-request-object-without-scope-fails', () => ({ scope: missing }), 'invalid_request'],
    ['ensure-request-object-without-nonce-fails', () => ({ nonce: missing }), 'invalid_request'],
    ['ensure-response-mode-query', () => ({ response_mode: 'query' }), 'invalid_request'],
  ]
  for (const [module, claims, error] of refused) {
    it(`${P}-${module}: ${error} is sent back in the fragment`, async () => {
      const { signed } = await start()

      const answer = await signed(claims())

      expect(outcome(answer)).to.equal(`fragment ${error}`)
      expect(answer.to).to.equal(REDIRECT_URI)
    })
  }

  it(`${P}-ensure-response-type-code-fails: invalid_request is sent back, where a code alone would be`, async () => {
    const { bring, requestObject } = await start()
    const code = { response_type: 'code' }

    expect(outcome(await bring({ ...code, request: await requestObject(code) }))).to.equal(
      'query invalid_request',
    )
  })

  it(`${P}-ensure-signed-request-object-with-RS256-fails: invalid_request_object is sent back`, async () => {
    const { signed } = await start()

    expect(outcome(await signed({}, 'RS256'))).to.equal('fragment invalid_request_object')
  })

  it(`${P}-ensure-request-object-signature-algorithm-is-not-none: invalid_request_object is sent back`, async () => {
    const { op, bring, request } = await start()
    const claims = { ...request, ...HYBRID, iss: 'partner', aud: op.issuer, nbf: now(), exp: now() + 300 }

    const answer = await bring({ request: new UnsecuredJWT(claims).encode() })

    expect(outcome(answer)).to.equal('fragment invalid_request_object')
  })

  it(`${P}-ensure-request-object-with-invalid-signature-fails: invalid_request_object is sent back`, async () => {
    const { bring, requestObject } = await start()
    const [header, payload] = (await requestObject(HYBRID)).split('.')
    const [, , signature] = (await requestObject({ ...HYBRID, nonce: 'another' })).split('.')

    const answer = await bring({ request: `${header}.${payload}.${signature}` })

    expect(outcome(answer)).to.equal('fragment invalid_request_object')
  })

  it(`${P}-ensure-matching-key-in-authorization-request: a key of another client is invalid_request_object`, async () => {
    const { op, bring, request } = await start()
    const claims = { ...request, ...HYBRID, iss: 'partner', aud: op.issuer, nbf: now(), exp: now() + 300 }

    expect(outcome(await bring({ request: await signAsOther(claims) }))).to.equal(
      'fragment invalid_request_object',
    )
  })

  it(`${P}-ensure-authorization-request-without-request-object-fails: invalid_request is sent back`, async () => {
    const { bring } = await start()

    expect(outcome(await bring({}))).to.equal('fragment invalid_request')
  })

  it(`${P}-ensure-request-object-without-redirect-uri-fails: a page, whatever stands beside it`, async () => {
    const { signed } = await start()

    expect(outcome(await signed({ redirect_uri: undefined }))).to.equal('page 400')
  })

  it(`${P}-ensure-redirect-uri-in-authorization-request: a page where it stands nowhere`, async () => {
    const { signed } = await start()

    const answer = await signed({ redirect_uri: undefined }, undefined, ['redirect_uri'])

    expect(outcome(answer)).to.equal('page 400')
  })

  it(`${P}-ensure-registered-redirect-uri: a page, and nobody is redirected`, async () => {
    const { signed } = await start()

    expect(outcome(await signed({ redirect_uri: `${REDIRECT_URI}/more` }))).to.equal('page 400')
  })

  it(`${P}-ensure-request-object-with-multiple-aud-succeeds: the issuer is one of them`, async () => {
    const { op, signed } = await start()

    const answer = await signed({ aud: ['https://other.example.com', op.issuer] })

    expect(outcome(answer)).to.equal('fragment success')
  })

  it(`${P}-ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted`, async () => {
    const { signed } = await start()

    expect(outcome(await signed({ nbf: now() + 8 }))).to.equal('fragment success')
  })

  it(`${P}-ensure-different-nonce-inside-and-outside-request-object: the ID Token has the one inside`, async () => {
    const { signed } = await start()

    const { members } = await signed({ nonce: 'inside' })

    expect(jwtPayload(members['id_token'])).to.include({ nonce: 'inside' })
  })

  it(`${P}-ensure-different-state-inside-and-outside-request-object: the answer has the one inside`, async () => {
    const { signed } = await start()

    expect((await signed({ state: 'inside' })).members).to.include({ state: 'inside' })
  })

  it(`${P}-state-only-outside-request-object-not-used: the answer has none, and no s_hash`, async () => {
    const { signed } = await start()

    const { members } = await signed({ state: undefined })

    expect(members).to.have.property('code')
    expect(members).to.not.have.property('state')
    expect(jwtPayload(members['id_token'])).to.not.have.property('s_hash')
  })
})

describe('the conformance suite about FAPI 1.0 Final: certificates', () => {
  afterEach(stopProviders)

  it(`${P}-ensure-mtls-holder-of-key-required: without a certificate there are no tokens`, async () => {
    const { code, exchange } = await start()

    expect(refusal(await exchange(await code(), {}, [], {}))).to.deep.equal([400, 'invalid_request'])
  })

  it(`${P}-ensure-mtls-holder-of-key-required: without it, or with another, a token opens nothing`, async () => {
    const { op, code, exchange } = await start()
    const { body } = await exchange(await code())
    const other = await (await authority('CA')).issue({})

    for (const headers of [{}, from(other)]) {
      const authorization = `Bearer ${body['access_token']}`
      const { status } = await op.agent().get(op.provider.urlFor('userinfo'), { authorization, ...headers })
      expect(status).to.equal(401)
    }
  })

  it(`${P}-ensure-registered-certificate-for-authorization-code: another certificate is invalid_client`, async () => {
    const ca = await authority('CA')
    const [own, other] = await Promise.all(
      ['client.example.com', 'other.example.com'].map((value) =>
        ca.issue({ alternatives: [{ type: 'dns', value }] }),
      ),
    )
    const { op, verifier, visit } = await startFapi('1.0 Final', {
      clients: [
        {
          ...PARTNER,
          token_endpoint_auth_method: 'tls_client_auth',
          tls_client_auth_san_dns: 'client.example.com',
          tls_client_certificate_bound_access_tokens: true,
          response_types: ['code id_token'],
        },
      ],
      clientAuthMethods: ['tls_client_auth'],
      features: { mTLS: MTLS },
    })
    const { answer } = await visit(HYBRID)
    const exchange = (credential: typeof own) =>
      op.post(
        'token',
        {
          client_id: 'partner',
          grant_type: 'authorization_code',
          code: answer.get('code') ?? '',
          redirect_uri: REDIRECT_URI,
          code_verifier: verifier,
        },
        from(credential),
      )

    expect(refusal(await exchange(other))).to.deep.equal([401, 'invalid_client'])
    expect((await exchange(own)).status).to.equal(200)
  })
})
