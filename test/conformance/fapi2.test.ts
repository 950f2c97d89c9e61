import { expect } from 'chai'
import { UnsecuredJWT } from 'jose'
import { type Claims, now } from '../actions/client_auth/assertions.ts'
import { refusal, sign } from '../features/fapi/fapi_host.ts'
import {
  forToken,
  type HeldKey,
  hashOf,
  newKey,
  prove,
  proveUserinfo,
  rsaKey,
  userinfoWith,
} from '../support/dpop.ts'
import { jwtPayload } from '../support/jwt_payload.ts'
import { stopProviders } from '../support/start_provider.ts'
import { type Form, outcome, type Started, signAsOther, startWorld, WORLDS } from './fapi_world.ts'

const [, WORLD] = WORLDS
const P = WORLD.prefix
const start = () => startWorld(WORLD)

const fromRequestUri = ({ body }: { body: Record<string, unknown> }) => String(body['request_uri'])

describe('the conformance suite about FAPI 2.0: requests', () => {
  afterEach(stopProviders)

  it(`${P}-ensure-unsigned-authorization-request-without-using-par-fails: invalid_request is sent back`, async () => {
    const { visit } = await start()

    const { error, answer } = await visit({})

    expect(error).to.equal('invalid_request')
    expect(answer.get('state')).to.equal('the state')
  })

  it(`${P}-ensure-response-type-code-idtoken-fails: refused where it is pushed`, async () => {
    const { push } = await start()

    expect(refusal(await push({ response_type: 'code id_token' }))).to.deep.equal([
      400,
      'unsupported_response_type',
    ])
  })

  it(`${P}-state-only-outside-request-object-not-used: a state beside request_uri is not answered`, async () => {
    const { op, push, urlOf } = await start()
    const uri = fromRequestUri(await push({}, ['state']))
    const agent = op.agent()

    const response = await agent.follow(await agent.get(`${urlOf(uri)}&state=outside`))

    const { searchParams } = new URL(response.headers.get('location') ?? '')
    expect(searchParams.has('code')).to.equal(true)
    expect(searchParams.has('state')).to.equal(false)
  })

  it(`${P}-ensure-different-nonce-inside-and-outside-request-object: the ID Token has the one that was pushed`, async () => {
    const { op, exchange, pushed, urlOf } = await start()
    const agent = op.agent()

    const response = await agent.follow(await agent.get(`${urlOf(await pushed())}&nonce=outside`))

    const { searchParams } = new URL(response.headers.get('location') ?? '')
    const { body } = await exchange(searchParams.get('code') ?? '')
    expect(jwtPayload(body['id_token'])).to.include({ nonce: 'the nonce' })
  })

  it(`${P}-ensure-authorization-request-without-nonce-success: the ID Token has none`, async () => {
    const { exchange, open, push } = await start()
    const { members } = await open(fromRequestUri(await push({}, ['nonce'])))

    const { status, body } = await exchange(members['code'] ?? '')

    expect(status).to.equal(200)
    expect(jwtPayload(body['id_token'])).to.not.have.property('nonce')
  })

  for (const [module, length] of [
    ['ensure-authorization-request-with-64-char-nonce-success', 64],
    ['ensure-authorization-request-with-long-nonce', 384],
  ] as const) {
    it(`${P}-${module}: it comes back whole`, async () => {
      const { code, exchange } = await start()
      const nonce = 'n'.repeat(length)

      const { body } = await exchange(await code({ nonce }))

      expect(jwtPayload(body['id_token'])).to.include({ nonce })
    })
  }

  it(`${P}-ensure-authorization-request-with-long-state: it comes back whole`, async () => {
    const { open, pushed } = await start()
    const state = 's'.repeat(1000)

    expect((await open(await pushed({ state }))).members).to.include({ state })
  })

  it(`${P}-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds: the login may be loaded twice`, async () => {
    const { op, open, pushed, urlOf } = await start()
    const uri = await pushed()
    const agent = op.agent()

    const first = await agent.get(urlOf(uri))
    const second = await open(uri, 'partner', agent)

    expect(first.status).to.equal(303)
    expect(outcome(second)).to.equal('query success')
  })
})

describe('the conformance suite about FAPI 2.0: client assertions', () => {
  afterEach(stopProviders)

  for (const [module, claims] of [
    ['ensure-client-assertion-with-exp-is-5-minutes-in-past-fails', () => ({ exp: now() - 300 })],
    ['ensure-client-assertion-with-wrong-aud-fails', () => ({ aud: 'https://other.example.com' })],
    ['ensure-client-assertion-with-no-sub-fails', () => ({ sub: undefined })],
  ] as const satisfies readonly (readonly [string, () => Claims])[]) {
    it(`${P}-${module}: invalid_client, at both endpoints`, async () => {
      const { assertion, code, exchange, push } = await start()

      expect(refusal(await push(await assertion(claims())))).to.deep.equal([401, 'invalid_client'])
      expect(refusal(await exchange(await code(), await assertion(claims())))).to.deep.equal([
        401,
        'invalid_client',
      ])
    })
  }

  it(`${P}-ensure-client-assertion-with-iss-aud-succeeds`, async () => {
    const { op, assertion, code, exchange } = await start()

    const { status } = await exchange(await code(), await assertion({ aud: op.issuer }))

    expect(status).to.equal(200)
  })
})

/** Pushes with these headers, and exchanges the code with a proof by this key. */
async function bound({ op, request, assertion, open, exchange }: Started, params: Form, pushKey?: HeldKey) {
  const htu = op.provider.urlFor('pushed_authorization_request')
  const headers: Form = pushKey === undefined ? {} : { dpop: await prove(pushKey, { htm: 'POST', htu }) }
  const form = { ...request, ...(await assertion()), ...params }
  const answer = await op.post('pushed_authorization_request', form, headers)
  const exchangeBy = async (key: HeldKey) => {
    const { members } = await open(fromRequestUri(answer))
    return exchange(members['code'] ?? '', {}, [], { dpop: await prove(key, forToken(op)) })
  }
  return { answer, exchangeBy }
}

describe('the conformance suite about FAPI 2.0: proofs of possession', () => {
  afterEach(stopProviders)

  it(`${P}-ensure-holder-of-key-required: a code without a proof is refused`, async () => {
    const { code, exchange } = await start()

    const { status, body } = await exchange(await code(), {}, [], {})

    expect(status).to.equal(400)
    expect(body['error']).to.be.oneOf(['invalid_request', 'invalid_dpop_proof'])
  })

  it(`${P}-ensure-holder-of-key-required: a token without a proof opens nothing`, async () => {
    const { op, code, exchange } = await start()
    const { body } = await exchange(await code())

    for (const scheme of ['DPoP', 'Bearer']) {
      const authorization = `${scheme} ${body['access_token']}`
      const { status } = await op.agent().get(op.provider.urlFor('userinfo'), { authorization })
      expect(status, scheme).to.equal(401)
    }
  })

  for (const [module, offset] of [
    ['ensure-dpopproof-with-iat-10seconds-before-succeeds', -10],
    ['ensure-dpopproof-with-iat-10seconds-after-succeeds', 10],
  ] as const) {
    it(`${P}-${module}: the code is exchanged`, async () => {
      const { op, code, exchange, key } = await start()
      const dpop = await prove(key, { ...forToken(op), iat: now() + offset })

      expect((await exchange(await code(), {}, [], { dpop })).status).to.equal(200)
    })
  }

  it(`${P}-ensure-dpop-auth-code-binding-success: dpop_jkt of the request, proof of its key`, async () => {
    const key = newKey()
    const { exchangeBy } = await bound(await start(), { dpop_jkt: key.jkt })

    expect((await exchangeBy(key)).status).to.equal(200)
  })

  it(`${P}-ensure-dpopproof-at-par-endpoint-binding-success: the proof of the request binds, too`, async () => {
    const key = newKey()
    const { exchangeBy } = await bound(await start(), {}, key)

    expect((await exchangeBy(key)).status).to.equal(200)
  })

  it(`${P}-ensure-mismatched-dpop-jkt-fails: dpop_jkt of another key than that of the proof`, async () => {
    const { answer } = await bound(await start(), { dpop_jkt: newKey().jkt }, newKey())

    expect(answer.status).to.equal(400)
    expect(answer.body['error']).to.be.oneOf(['invalid_dpop_proof', 'invalid_request'])
  })

  it(`${P}-ensure-token-endpoint-fails-with-mismatched-dpop-jkt`, async () => {
    const { exchangeBy } = await bound(await start(), { dpop_jkt: newKey().jkt })

    const { status, body } = await exchangeBy(newKey())

    expect(status).to.equal(400)
    expect(body['error']).to.be.oneOf(['invalid_grant', 'invalid_dpop_proof'])
  })

  it(`${P}-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt`, async () => {
    const { exchangeBy } = await bound(await start(), {}, newKey())

    const { status, body } = await exchangeBy(newKey())

    expect(status).to.equal(400)
    expect(body['error']).to.be.oneOf(['invalid_grant', 'invalid_dpop_proof'])
  })
})

describe('the conformance suite about FAPI 2.0: proofs with a mistake', () => {
  afterEach(stopProviders)

  const rsa = rsaKey('RS256', 2048)
  const other = newKey()
  type Mistake = readonly [
    title: string,
    claims?: Record<string, unknown>,
    header?: Record<string, unknown>,
    by?: HeldKey,
  ]
  const privateJwk = other.privateKey.export({ format: 'jwk' })
  const mistakes: readonly Mistake[] = [
    ['without jti', { jti: undefined }],
    ['without htm', { htm: undefined }],
    ['without htu', { htu: undefined }],
    ['without iat', { iat: undefined }],
    ['with an htm of GET', { htm: 'GET' }],
    ['for another endpoint', { htu: 'https://other.example.com/token' }],
    ['with an iat an hour ago', { iat: now() - 3600 }],
    ['with an iat an hour ahead', { iat: now() + 3600 }],
    ['without typ', {}, { typ: undefined }],
    ['with another typ', {}, { typ: 'JWT' }],
    ['without jwk', {}, { jwk: undefined }],
    ['with a jwk that is private', {}, { jwk: privateJwk }, other],
    ['with the jwk of another key', {}, { jwk: other.jwk }],
    ['with an alg that the profile does not know', {}, {}, rsa],
  ]
  for (const [title, claims, header, by] of mistakes) {
    it(`${P}-dpop-negative-tests: a proof ${title} is invalid_dpop_proof`, async () => {
      const { op, code, exchange, key } = await start()
      const dpop = await prove(by ?? key, { ...forToken(op), ...claims }, header)

      expect(refusal(await exchange(await code(), {}, [], { dpop }))).to.deep.equal([
        400,
        'invalid_dpop_proof',
      ])
    })
  }

  it(`${P}-dpop-negative-tests: a proof that was used is invalid_dpop_proof`, async () => {
    const { op, code, exchange, key } = await start()
    const dpop = await prove(key, forToken(op))

    expect((await exchange(await code(), {}, [], { dpop })).status).to.equal(200)
    expect(refusal(await exchange(await code(), {}, [], { dpop }))).to.deep.equal([400, 'invalid_dpop_proof'])
  })

  for (const [title, ath] of [
    ['without ath', undefined],
    ['with the ath of another token', hashOf('another token')],
  ] as const) {
    it(`${P}-dpop-negative-tests: a proof ${title} opens nothing`, async () => {
      const { op, code, exchange, key } = await start()
      const { body } = await exchange(await code())
      const token = body['access_token']
      const dpop = await proveUserinfo(op, key, token, { ath })

      const { status, headers } = await userinfoWith(op, token, { dpop })

      expect(status).to.equal(401)
      expect(headers.get('www-authenticate')).to.include('error="invalid_dpop_proof"')
    })
  }

  for (const [title, claims] of [
    ['an exp in the past', () => ({ exp: now() - 600 })],
    ['an nbf in the future', () => ({ nbf: now() + 600 })],
  ] as const) {
    it(`${P}-check-dpop-proof-nbf-exp: a proof with ${title} is invalid_dpop_proof`, async () => {
      const { op, code, exchange, key } = await start()
      const dpop = await prove(key, { ...forToken(op), ...claims() })

      expect(refusal(await exchange(await code(), {}, [], { dpop }))).to.deep.equal([
        400,
        'invalid_dpop_proof',
      ])
    })
  }
})

const SIGNING = { ...WORLD, profile: '2.0 Message Signing' } as const

/** Pushes a request object of these claims. */
async function startSigning() {
  const host = await startWorld(SIGNING)
  const { op, assertion, request } = host
  const claimsOf = (claims: Claims = {}): Claims => ({
    ...request,
    response_mode: 'jwt',
    iss: 'partner',
    aud: op.issuer,
    nbf: now(),
    exp: now() + 300,
    ...claims,
  })
  const pushJwt = async (jwt?: string) =>
    op.post('pushed_authorization_request', {
      client_id: 'partner',
      ...(await assertion()),
      ...(jwt === undefined ? request : { request: jwt }),
    })
  return { ...host, claimsOf, pushJwt }
}

describe('the conformance suite about FAPI 2.0 Message Signing', () => {
  afterEach(stopProviders)

  it(`${P}-ensure-unsigned-request-at-par-endpoint-fails: invalid_request`, async () => {
    const { pushJwt } = await startSigning()

    expect(refusal(await pushJwt())).to.deep.equal([400, 'invalid_request'])
  })

  const missing = undefined
  for (const [module, claims] of [
    ['ensure-request-object-without-exp-fails', () => ({ exp: missing })],
    ['ensure-request-object-without-nbf-fails', () => ({ nbf: missing })],
    ['ensure-request-object-with-bad-aud-fails', () => ({ aud: 'https://other.example.com' })],
    ['ensure-request-object-with-exp-over-60-fails', () => ({ exp: now() + 70 * 60 })],
    ['ensure-request-object-with-nbf-over-60-fails', () => ({ nbf: now() - 70 * 60 })],
    ['ensure-expired-request-object-fails', () => ({ exp: now() - 300 })],
  ] as const satisfies readonly (readonly [string, () => Claims])[]) {
    it(`${P}-${module}: invalid_request_object where it is pushed`, async () => {
      const { claimsOf, pushJwt } = await startSigning()

      const refused = await pushJwt(await sign(claimsOf(claims())))

      expect(refusal(refused)).to.deep.equal([400, 'invalid_request_object'])
    })
  }

  for (const [module, make] of [
    ['ensure-request-object-signature-algorithm-is-not-none', (claims) => new UnsecuredJWT(claims).encode()],
    ['ensure-signed-request-object-with-RS256-fails', (claims) => sign(claims, 'RS256')],
    [
      'ensure-request-object-with-invalid-signature-fails',
      async (claims) => {
        const [header, payload] = (await sign(claims)).split('.')
        const [, , signature] = (await sign({ ...claims, nonce: 'another' })).split('.')
        return `${header}.${payload}.${signature}`
      },
    ],
    ['ensure-matching-key-in-authorization-request', signAsOther],
  ] as const satisfies readonly (readonly [string, (claims: Claims) => string | Promise<string>])[]) {
    it(`${P}-${module}: invalid_request_object where it is pushed`, async () => {
      const { claimsOf, pushJwt } = await startSigning()

      const refused = await pushJwt(await make(claimsOf()))

      expect(refusal(refused)).to.deep.equal([400, 'invalid_request_object'])
    })
  }

  it(`${P}-ensure-request-object-with-multiple-aud-succeeds: 201`, async () => {
    const { op, claimsOf, pushJwt } = await startSigning()
    const aud = ['https://other.example.com', op.issuer]

    expect((await pushJwt(await sign(claimsOf({ aud })))).status).to.equal(201)
  })

  it(`${P}-ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted: 201`, async () => {
    const { claimsOf, pushJwt } = await startSigning()

    expect((await pushJwt(await sign(claimsOf({ nbf: now() + 8 })))).status).to.equal(201)
  })

  it(`${P}-happy-flow, signed: the request, and the answer with the code`, async () => {
    const { claimsOf, exchange, open, pushJwt } = await startSigning()

    const { members } = await open(fromRequestUri(await pushJwt(await sign(claimsOf()))))
    const response = jwtPayload(members['response'])
    const { status } = await exchange(String(response['code']))

    expect(response).to.include({ aud: 'partner', state: 'the state' })
    expect(status).to.equal(200)
  })
})
