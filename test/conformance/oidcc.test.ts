import { expect } from 'chai'
import { UnsecuredJWT } from 'jose'
import sinon from 'sinon'
import type { Configuration } from '../../types/configuration.ts'
import { type Claims, documentOf, hmacKey, sign } from '../actions/client_auth/assertions.ts'
import {
  EVERYTHING,
  HYBRID_CLIENT,
  halfHash,
  RESPONSE_TYPES,
  readAnswer,
  request,
  verifyIdToken,
} from '../support/authorization_answer.ts'
import { jwtPayload } from '../support/jwt_payload.ts'
import { isLoggedIn } from '../support/logging_out.ts'
import {
  ACCOUNT,
  pkce,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../support/start_provider.ts'

/** What OpenID Connect Core 1.0 §5.4 has scopes for. */
const PERSON = {
  sub: ACCOUNT,
  name: 'Alice Adams',
  given_name: 'Alice',
  email: 'alice@example.com',
  email_verified: true,
  phone_number: '+49 30 1',
  phone_number_verified: false,
  address: { country: 'DE' },
}
const SCOPES = {
  profile: ['name', 'given_name'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
}

const start = (configuration: Configuration = {}) =>
  startProvider({
    ...EVERYTHING,
    clients: [{ ...HYBRID_CLIENT, require_auth_time: true }],
    claims: SCOPES,
    findAccount: () => ({ accountId: ACCOUNT, claims: () => PERSON }),
    ...configuration,
  })

const FLOWS = RESPONSE_TYPES.filter((type) => type !== 'none')
const nonceOf = (responseType: string): Record<string, string> =>
  responseType.includes('id_token') ? { nonce: 'the nonce' } : {}

const hashOf = (value: string | undefined) => (value === undefined ? undefined : halfHash(value))

/** When somebody logged in, as the ID Token of a code says. */
async function authTime(op: RunningProvider, { code, verifier }: { code: string; verifier: string }) {
  const { body } = await op.exchange(code, verifier)
  return Number(jwtPayload(body['id_token'])['auth_time'])
}

const later = (seconds: number) => sinon.useFakeTimers({ now: Date.now() + seconds * 1000, toFake: ['Date'] })

describe('the conformance suite about OpenID Connect: every flow', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  for (const response_type of FLOWS) {
    for (const response_mode of ['', 'form_post']) {
      it(`oidcc-server, oidcc-idtoken-signature: ${response_type}${response_mode && ' by form_post'}: tokens that are valid`, async () => {
        const op = await start()
        const params = { response_type, state: 'the state', ...nonceOf(response_type) }

        const { way, members, verifier } = await request(
          op,
          response_mode === '' ? params : { ...params, response_mode },
        )

        expect(way).to.equal(
          response_mode === 'form_post' ? 'form' : response_type === 'code' ? 'query' : 'fragment',
        )
        expect(members).to.include({ state: 'the state' })
        if (response_type.includes('id_token')) {
          const { c_hash, at_hash, ...claims } = await verifyIdToken(op, members['id_token'])
          expect(claims).to.include({ sub: ACCOUNT, nonce: 'the nonce' })
          expect(c_hash).to.equal(hashOf(members['code']))
          expect(at_hash).to.equal(hashOf(members['access_token']))
        }
        if (response_type.endsWith(' token'))
          expect((await op.userinfo(members['access_token'])).body).to.include({ sub: ACCOUNT })
        if (response_type.includes('code')) {
          const { body } = await op.exchange(members['code'] ?? '', verifier)
          expect(await verifyIdToken(op, body['id_token'])).to.include({ sub: ACCOUNT })
        }
      })
    }
  }

  for (const response_type of FLOWS.filter((type) => type.includes('id_token'))) {
    it(`oidcc-ensure-request-without-nonce-fails: ${response_type} is invalid_request in the fragment`, async () => {
      const { way, members } = await request(await start(), { response_type })

      expect([way, members['error']]).to.deep.equal(['fragment', 'invalid_request'])
    })
  }

  it('oidcc-ensure-request-without-nonce-succeeds-for-code-flow: the ID Token has none', async () => {
    const { body } = await (await start()).login()

    expect(jwtPayload(body['id_token'])).to.not.have.property('nonce')
  })

  it('oidcc-response-type-missing: invalid_request is sent back', async () => {
    const op = await start()
    const url = new URL(op.authorizationUrl({ state: 'the state' }))
    url.searchParams.delete('response_type')
    const agent = op.agent()

    const { way, members } = await readAnswer(await agent.follow(await agent.get(url.href)))

    expect(way).to.equal('query')
    expect(members).to.include({ error: 'invalid_request', state: 'the state' })
  })

  it('oidcc-ensure-registered-redirect-uri: a page, and nobody is redirected', async () => {
    const { way, status } = await request(await start(), { redirect_uri: `${REDIRECT_URI}/more` })

    expect([way, status]).to.deep.equal(['page', 400])
  })

  it('oidcc-server-client-secret-post: the code is exchanged', async () => {
    expect((await (await start()).login()).status).to.equal(200)
  })

  it('oidcc-ensure-request-with-valid-pkce-succeeds: the code is exchanged with its code_verifier', async () => {
    const op = await start({ pkce: { required: () => false } })
    const { code, verifier } = await op.authorize()

    expect((await op.exchange(code, verifier)).status).to.equal(200)
  })

  it('oidcc-ensure-post-request-succeeds: a form is answered like a query', async () => {
    const op = await start({ enableHttpPostMethods: true, cookies: { long: { sameSite: 'none' } } })
    const { challenge } = pkce()
    const agent = op.agent()
    const form = new URL(op.authorizationUrl({ code_challenge: challenge, code_challenge_method: 'S256' }))
      .searchParams

    const first = await agent.post(op.provider.urlFor('authorization'), Object.fromEntries(form))

    expect((await readAnswer(await agent.follow(first))).members).to.have.property('code')
  })

  for (const [name, seconds] of [
    ['oidcc-codereuse', 0],
    ['oidcc-codereuse-30seconds', 30],
  ] as const) {
    it(`${name}: invalid_grant, and the first access token is revoked`, async () => {
      const op = await start()
      const { body, code, verifier } = await op.login()
      later(seconds)

      const again = await op.exchange(code, verifier)

      expect([again.status, again.body['error']]).to.deep.equal([400, 'invalid_grant'])
      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
    })
  }

  it('oidcc-refresh-token: the new ID Token is about the same login', async () => {
    const op = await start({ issueRefreshToken: () => true })
    const { body } = await op.login()

    const renewed = await op.refresh(body['refresh_token'])

    const [first, second] = [body, renewed.body].map(({ id_token }) => jwtPayload(id_token))
    expect(renewed.status).to.equal(200)
    expect(second).to.include({ sub: first?.['sub'], aud: first?.['aud'], auth_time: first?.['auth_time'] })
  })
})

describe('the conformance suite about OpenID Connect: parameters', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  for (const [name, params] of [
    ['oidcc-display-page', { display: 'page' }],
    ['oidcc-display-popup', { display: 'popup' }],
    ['oidcc-login-hint', { login_hint: 'bob@example.com' }],
    ['oidcc-ui-locales', { ui_locales: 'se en' }],
    ['oidcc-claims-locales', { claims_locales: 'se en' }],
    ['oidcc-ensure-request-with-acr-values-succeeds', { acr_values: '1 2' }],
    ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
  ] as const) {
    it(`${name}: the request is answered`, async () => {
      const op = await start()
      const { code, verifier } = await op.authorize(params)

      expect((await op.exchange(code, verifier)).status).to.equal(200)
    })
  }

  it('oidcc-prompt-none-not-logged-in: login_required is sent back', async () => {
    const { way, members } = await request(await start(), { prompt: 'none', state: 'the state' })

    expect(way).to.equal('query')
    expect(members).to.include({ error: 'login_required', state: 'the state' })
  })

  it('oidcc-prompt-none-logged-in: the same login, by no screen', async () => {
    const op = await start()
    const { agent, ...first } = await op.authorize()
    const second = await op.authorize({ prompt: 'none' }, agent)

    expect(await authTime(op, second)).to.equal(await authTime(op, first))
  })

  it('oidcc-prompt-login: a login that is new', async () => {
    const op = await start()
    const { agent, ...first } = await op.authorize()
    const before = await authTime(op, first)
    later(2)

    const second = await op.authorize({ prompt: 'login' }, agent)

    expect(await authTime(op, second)).to.be.greaterThan(before)
  })

  it('oidcc-max-age-1: after two seconds the login is new, and its time is told', async () => {
    const op = await start()
    const { agent, ...first } = await op.authorize()
    const before = await authTime(op, first)
    later(2)

    const second = await op.authorize({ max_age: '1' }, agent)

    expect(await authTime(op, second)).to.be.greaterThan(before)
  })

  it('oidcc-max-age-10000: after two seconds it is the same login', async () => {
    const op = await start()
    const { agent, ...first } = await op.authorize()
    const before = await authTime(op, first)
    later(2)

    const second = await op.authorize({ max_age: '10000', prompt: 'none' }, agent)

    expect(await authTime(op, second)).to.equal(before)
  })

  it('oidcc-id-token-hint: prompt=none with a hint about the person who is logged in is answered', async () => {
    const op = await start()
    const { agent, body } = await op.login()

    const { code } = await op.authorize({ prompt: 'none', id_token_hint: String(body['id_token']) }, agent)

    expect(code).to.not.equal('')
    expect(await isLoggedIn(op, agent)).to.equal(true)
  })
})

describe('the conformance suite about OpenID Connect: claims', () => {
  afterEach(stopProviders)

  for (const [name, scope, claims] of [
    ['oidcc-scope-profile', 'openid profile', SCOPES.profile],
    ['oidcc-scope-email', 'openid email', SCOPES.email],
    ['oidcc-scope-phone', 'openid phone', SCOPES.phone],
    ['oidcc-scope-address', 'openid address', SCOPES.address],
    ['oidcc-scope-all', 'openid profile email phone address', Object.values(SCOPES).flat()],
    ['oidcc-ensure-other-scope-order-succeeds', 'email openid', SCOPES.email],
  ] as const) {
    it(`${name}: userinfo has the claims of ${scope}, and no others`, async () => {
      const op = await start()
      const { body } = await op.login({ scope })

      const userinfo = await op.userinfo(body['access_token'])

      expect(Object.keys(userinfo.body)).to.have.members(['sub', ...claims])
    })

    it(`${name}: with response type id_token the ID Token has them`, async () => {
      const { members } = await request(await start(), {
        response_type: 'id_token',
        nonce: 'the nonce',
        scope,
      })

      expect(jwtPayload(members['id_token'])).to.include.keys(...claims)
    })
  }

  it('oidcc-claims-essential: userinfo has a claim that was asked for by name', async () => {
    const op = await start({ features: { claimsParameter: { enabled: true } } })
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } })

    const { body } = await op.login({ claims })

    expect((await op.userinfo(body['access_token'])).body).to.include({ name: PERSON.name })
  })

  for (const [name, ask] of [
    [
      'oidcc-userinfo-get',
      (op, token) => op.agent().get(op.provider.urlFor('userinfo'), { authorization: `Bearer ${token}` }),
    ],
    [
      'oidcc-userinfo-post-header',
      (op, token) =>
        op.agent().post(op.provider.urlFor('userinfo'), {}, { authorization: `Bearer ${token}` }),
    ],
    [
      'oidcc-userinfo-post-body',
      (op, token) => op.agent().post(op.provider.urlFor('userinfo'), { access_token: String(token) }),
    ],
  ] as const satisfies readonly (readonly [
    string,
    (op: RunningProvider, token: unknown) => Promise<Response>,
  ])[]) {
    it(`${name}: it says who it is`, async () => {
      const op = await start()
      const { body } = await op.login()

      const response = await ask(op, body['access_token'])

      expect(response.status).to.equal(200)
      expect(await response.json()).to.include({ sub: ACCOUNT })
    })
  }

  it('oidcc-userinfo-rs256: userinfo is a JWT for the client', async () => {
    const op = await start({
      clients: [{ ...WEB_CLIENT, userinfo_signed_response_alg: 'RS256' }],
      features: { jwtUserinfo: { enabled: true } },
    })
    const { body } = await op.login()

    const response = await op
      .agent()
      .get(op.provider.urlFor('userinfo'), { authorization: `Bearer ${body['access_token']}` })

    expect(response.headers.get('content-type')).to.include('application/jwt')
    expect(jwtPayload(await response.text())).to.include({ iss: op.issuer, aud: 'web', sub: ACCOUNT })
  })
})

describe('the conformance suite about OpenID Connect: request objects', () => {
  afterEach(stopProviders)

  const claimsOf = (op: RunningProvider, claims: Claims = {}): Claims => ({
    client_id: 'web',
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    iss: 'web',
    aud: op.issuer,
    ...claims,
  })
  const MODULE = 'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported'

  for (const [error, isOn] of [
    ['request_not_supported', false],
    ['invalid_request_object', true],
  ] as const) {
    it(`${MODULE}: ${error} is sent back where request objects are ${isOn ? 'on: they have to be signed' : 'off'}`, async () => {
      const op = await start({ features: { requestObjects: { request: isOn } } })

      const answer = await request(op, {
        request: new UnsecuredJWT(claimsOf(op)).encode(),
        state: 'the state',
      })

      expect(answer.members).to.include({ error, state: 'the state' })
      expect((await documentOf(op))['request_object_signing_alg_values_supported'] ?? []).to.not.include(
        'none',
      )
    })
  }

  it('oidcc-ensure-request-object-with-redirect-uri: the answer goes to the one inside', async () => {
    const other = 'https://rp.example.com/other'
    const op = await start({
      clients: [{ ...WEB_CLIENT, redirect_uris: [REDIRECT_URI, other] }],
      features: { requestObjects: { request: true } },
      pkce: { required: () => false },
    })
    const claims = claimsOf(op, { redirect_uri: other })

    const { to, members } = await request(op, { request: await sign(claims, { alg: 'HS256' }, hmacKey()) })

    expect(to).to.equal(other)
    expect(members).to.have.property('code')
  })
})

describe('the conformance suite about OpenID Connect: discovery', () => {
  afterEach(stopProviders)

  it('oidcc-discovery-endpoint-verification: the document has what is required, by https or as the issuer is', async () => {
    const op = await start()

    const document = await documentOf(op)
    const keys: unknown = await (await op.agent().get(op.provider.urlFor('jwks'))).json()

    expect(document['issuer']).to.equal(op.issuer)
    for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])
      expect(String(document[name]).startsWith(op.origin), name).to.equal(true)
    expect(document['response_types_supported']).to.include.members([...RESPONSE_TYPES])
    expect(document['subject_types_supported']).to.deep.equal(['public'])
    expect(document['id_token_signing_alg_values_supported']).to.include('RS256')
    expect(document['scopes_supported']).to.include('openid')
    expect(document['claims_supported']).to.include.members(['sub', 'email'])
    expect(JSON.stringify(keys)).to.not.match(/"(?:d|p|q|dp|dq|qi|k)":/)
  })
})
