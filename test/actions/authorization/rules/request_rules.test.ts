import { expect } from 'chai'
import { SignJWT, UnsecuredJWT } from 'jose'
import type { ClientMetadata } from '../../../../types/client.ts'
import type { Configuration } from '../../../../types/configuration.ts'
import { EVERYTHING, HYBRID_CLIENT, readAnswer, request } from '../../../support/authorization_answer.ts'
import { startClock, stopClock } from '../../../support/clock.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
} from '../../../support/start_provider.ts'

const OTHER_URI = 'https://rp.example.com/other'
const CONFIGURATION: Configuration = {
  ...EVERYTHING,
  clients: [
    HYBRID_CLIENT,
    { ...HYBRID_CLIENT, client_id: 'two', redirect_uris: [REDIRECT_URI, OTHER_URI] },
    { ...HYBRID_CLIENT, client_id: 'narrow', scope: 'openid' },
    { ...HYBRID_CLIENT, client_id: 'acr', default_acr_values: ['gold'] },
    { ...HYBRID_CLIENT, client_id: 'age', default_max_age: 0 },
    { ...HYBRID_CLIENT, client_id: 'time', require_auth_time: true },
  ],
  acrValues: ['gold'],
  scopes: ['openid', 'offline_access', 'api'],
  features: { claimsParameter: { enabled: true } },
}

/** Sends it as it is written; nothing is added. */
const send = async (op: RunningProvider, query: string) =>
  readAnswer(await op.agent().get(`${op.provider.urlFor('authorization')}?${query}`, { accept: 'text/html' }))

const PROVEN = `client_id=web&redirect_uri=${encodeURIComponent(REDIRECT_URI)}`
const CODE =
  'response_type=code&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256'
const FINE = `${CODE}&scope=openid`

/** What a request without these would be fine with. */
const RULES: readonly [ids: string, query: string, error: string][] = [
  ['A35', 'scope=openid', 'invalid_request'],
  ['A37', 'response_type=code%20code&scope=openid', 'unsupported_response_type'],
  ['A37', 'response_type=__proto__&scope=openid', 'unsupported_response_type'],
  ['A41', `${FINE}&response_mode=smoke`, 'unsupported_response_mode'],
  ['A41', `${FINE}&response_mode=__proto__`, 'unsupported_response_mode'],
  ['A41', `${FINE}&response_mode=query&response_mode=fragment`, 'invalid_request'],
  ['A48 A069', `${FINE}&scope=openid`, 'invalid_request'],
  ['A48 A069', `${FINE}&nonce=a&nonce=a`, 'invalid_request'],
  ['A50', `${CODE}&scope=openid%22`, 'invalid_scope'],
  ['A50', `${CODE}&scope=openid%20%20api`, 'invalid_scope'],
  ['A50', `${CODE}&scope=openid%0Aapi`, 'invalid_scope'],
  ['A50', `${CODE}&scope=op%C3%A9nid`, 'invalid_scope'],
  ['A54 A073', `${FINE}&prompt=none%20login`, 'invalid_request'],
  ['A54 A073', `${FINE}&prompt=foo`, 'invalid_request'],
  ['A55', `${FINE}&prompt=none`, 'login_required'],
  ['A074', `${FINE}&max_age=-1`, 'invalid_request'],
  ['A074', `${FINE}&max_age=1.5`, 'invalid_request'],
  ['A65 A083', `${FINE}&resource=relative`, 'invalid_target'],
  ['A65 A083', `${FINE}&resource=https%3A%2F%2Fapi.example.com%23a`, 'invalid_target'],
  ['A68 A069', `${FINE}&registration=%7B%7D`, 'registration_not_supported'],
  ['A70', `${FINE}&request=a.b.c`, 'request_not_supported'],
  ['A70', `${FINE}&request_uri=https%3A%2F%2Fevil.example`, 'request_uri_not_supported'],
  ['A75 A079', 'response_type=code&scope=openid', 'invalid_request'],
  ['A77 A079', `response_type=code&scope=openid&code_challenge=${'a'.repeat(43)}`, 'invalid_request'],
  ['A78', 'response_type=code&scope=openid&code_challenge_method=S256', 'invalid_request'],
  ['A78', `response_type=code&scope=openid&code_challenge=a&code_challenge_method=S256`, 'invalid_request'],
  ['A61', `${FINE}&id_token_hint=garbage`, 'invalid_request'],
  ['A47 A077', 'response_type=id_token&scope=openid', 'invalid_request'],
  ['A47 A077', `${FINE.replace('=code&', '=code%20id_token&')}`, 'invalid_request'],
  ['A52 A076', `${CODE}&scope=api&nonce=n`, 'invalid_request'],
  ['A52 A076', `${CODE}&scope=api&acr_values=gold`, 'invalid_request'],
  ['A52 A076', `${CODE}&scope=api&claims=%7B%22id_token%22%3A%7B%7D%7D`, 'invalid_request'],
  ['A52 A076', `${CODE}&scope=api&claims_locales=cs`, 'invalid_request'],
  ['A52 A076', `${CODE}&scope=api&id_token_hint=a`, 'invalid_request'],
  ['A52 A076', `${CODE}&scope=api&max_age=1`, 'invalid_request'],
  ['A52 A076', 'response_type=id_token&scope=api&nonce=n', 'invalid_request'],
  ['A58', `${FINE}&claims=%5B%5D`, 'invalid_request'],
]

/** Nobody can be trusted with these, whatever else is wrong. */
const UNPROVEN: readonly [ids: string, title: string, query: string][] = [
  ['A070', 'no client_id', `redirect_uri=${encodeURIComponent(REDIRECT_URI)}`],
  ['A070', 'an unknown client', `client_id=nobody&redirect_uri=${encodeURIComponent(REDIRECT_URI)}`],
  ['A070', 'a repeated client_id', `client_id=web&${PROVEN}`],
  ['A070', 'an unregistered redirect_uri', 'client_id=web&redirect_uri=https%3A%2F%2Fevil.example%2Fcb'],
  ['A070', 'a repeated redirect_uri', `${PROVEN}&redirect_uri=${encodeURIComponent(REDIRECT_URI)}`],
  ['A070 A080', 'no redirect_uri where two are registered', 'client_id=two'],
]

describe('rules of authorization requests (OpenID Connect Core 1.0 §3.1.2.2)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  describe('A71 who hears about an error (RFC 9700 §4.11.2)', () => {
    for (const [ids, query, error] of RULES) {
      it(`${ids} ${decodeURIComponent(query.replace(CODE, 'code')).slice(0, 70)}: the client, by redirect`, async () => {
        const op = await startProvider(CONFIGURATION)

        const answer = await send(op, `${PROVEN}&${query}&state=s`)

        expect(answer.to).to.equal(REDIRECT_URI)
        expect(answer.way).to.equal(/=(code(%20|\+))?id_token/.test(query) ? 'fragment' : 'query')
        expect(answer.members).to.include({ error, state: 's', iss: op.issuer })
        expect(answer.members).to.not.have.any.keys('code', 'id_token', 'access_token')
      })
    }

    for (const [ids, title, query] of UNPROVEN) {
      it(`${ids} with ${title}: the end-user on a page, whatever else is wrong`, async () => {
        const op = await startProvider(CONFIGURATION)

        for (const [, rule] of [...RULES, ['', `${FINE}&response_mode=form_post`]]) {
          const answer = await send(op, `${query}&${rule}&state=s`)

          expect({ rule, way: answer.way, status: answer.status }).to.deep.equal({
            rule,
            way: 'page',
            status: 400,
          })
          expect(answer.response.headers.getSetCookie()).to.deep.equal([])
        }
      })
    }

    it('A48 a repeated state is not echoed', async () => {
      const op = await startProvider(CONFIGURATION)

      const { members } = await send(op, `${PROVEN}&${FINE}&state=a&state=b`)

      expect(members).to.include({ error: 'invalid_request' }).and.not.have.property('state')
    })

    it('A64 hints are opaque, and escaped where they are shown', async () => {
      const seen: unknown[] = []
      const hostile = `<b>"${'x'.repeat(3000)}`
      const op = await startProvider({
        ...CONFIGURATION,
        interactions: {
          url: (_ctx, { params }) => {
            seen.push(params['login_hint'], params['ui_locales'], params['display'])
            return '/stop'
          },
        },
      })

      await request(op, { login_hint: hostile, ui_locales: hostile, display: hostile })

      expect(seen).to.deep.equal([hostile, hostile, hostile])
    })
  })

  it('A38 the order of the words of response_type means nothing (RFC 6749 §3.1.1)', async () => {
    const op = await startProvider(CONFIGURATION)

    const { members } = await request(op, { response_type: 'id_token code', nonce: 'n' })

    expect(members).to.include.keys('code', 'id_token')
  })

  it('A47 the code flow needs no nonce', async () => {
    const op = await startProvider(CONFIGURATION)

    const { members, verifier } = await request(op)
    const { body } = await op.exchange(members['code'] ?? '', verifier)

    expect(body).to.have.property('id_token')
  })

  it('A51 a scope that the client did not register is refused, one that nobody knows is dropped and reported', async () => {
    const op = await startProvider(CONFIGURATION)

    const refused = await request(op, { client_id: 'narrow', scope: 'openid api' })
    const { members } = await request(op, {
      response_type: 'id_token token',
      scope: 'openid moon',
      nonce: 'n',
    })

    const ignored = await request(op, { client_id: 'narrow', scope: 'openid moon' })

    expect(refused.members).to.include({ error: 'invalid_scope', scope: 'api' })
    expect(members['scope']).to.equal('openid')
    expect(ignored.members).to.have.property('code')
  })

  describe('requests without the openid scope (OAuth 2.0)', () => {
    it('A076 gets a code, and tokens without an ID Token', async () => {
      const op = await startProvider(CONFIGURATION)

      const { members, verifier } = await request(op, { scope: 'api' })
      const { status, body } = await op.exchange(members['code'] ?? '', verifier)

      expect(status).to.equal(200)
      expect(body).to.include({ scope: 'api' }).and.not.have.property('id_token')
      expect((await op.userinfo(body['access_token'])).status).to.equal(403)
    })

    for (const clientId of ['acr', 'age', 'time']) {
      it(`A076 is refused for a client whose metadata is about ID Tokens: ${clientId}`, async () => {
        const op = await startProvider(CONFIGURATION)

        const { members } = await request(op, { client_id: clientId, scope: 'api' })

        expect(members['error']).to.equal('invalid_request')
        expect(members['error_description']).to.include('openid scope must be requested')
      })
    }

    it('A101 is denied where nothing was asked for that could be granted', async () => {
      const op = await startProvider(CONFIGURATION)

      const { members } = await request(op, { scope: 'moon' })

      expect(members['error']).to.equal('access_denied')
    })
  })

  describe('offline_access (OpenID Connect Core 1.0 §11)', () => {
    const scopeOf = async (params: Record<string, string>, metadata: Partial<ClientMetadata> = {}) => {
      const op = await startProvider({ ...CONFIGURATION, clients: [{ ...HYBRID_CLIENT, ...metadata }] })
      const seen = op.next('authorization.accepted')
      const { members } = await request(op, {
        scope: 'openid offline_access',
        prompt: 'consent',
        nonce: 'n',
        ...params,
      })
      await seen
      expect(members).to.not.have.property('error')
      const code = await op.provider.AuthorizationCode.find(members['code'] ?? '')
      return code?.scope ?? members['scope']
    }

    it('A073 is granted with a code, prompt=consent and the refresh_token grant', async () => {
      expect(await scopeOf({})).to.equal('openid offline_access')
    })

    for (const [title, params, metadata] of [
      ['prompt=consent', { prompt: 'login' }, {}],
      ['a code', { response_type: 'id_token token' }, {}],
      ['the refresh_token grant', {}, { grant_types: ['authorization_code', 'implicit'] }],
    ] satisfies [string, Record<string, string>, Partial<ClientMetadata>][]) {
      it(`A073 is dropped in silence without ${title}`, async () => {
        expect(await scopeOf(params, metadata)).to.equal('openid')
      })
    }
  })

  describe('allowOmittingSingleRegisteredRedirectUri (RFC 6749 §3.1.2.3)', () => {
    const omitting = `client_id=web&${FINE}&prompt=none`

    it('A080 the only registered redirect_uri is taken', async () => {
      const op = await startProvider(CONFIGURATION)

      expect(await send(op, omitting)).to.deep.include({ way: 'query', to: REDIRECT_URI })
    })

    it('A080 unless the option is off', async () => {
      const op = await startProvider({ ...CONFIGURATION, allowOmittingSingleRegisteredRedirectUri: false })

      expect((await send(op, omitting)).way).to.equal('page')
    })

    it('A080 and at the token endpoint alike', async () => {
      for (const allow of [true, false]) {
        const op = await startProvider({ ...CONFIGURATION, allowOmittingSingleRegisteredRedirectUri: allow })
        const { members, verifier } = await request(op)

        const { status } = await op.exchange(members['code'] ?? '', verifier, { redirect_uri: '' })

        expect(status, `${allow}`).to.equal(allow ? 200 : 400)
      }
    })
  })

  describe('native apps (RFC 8252)', () => {
    const NATIVE: ClientMetadata = {
      ...HYBRID_CLIENT,
      application_type: 'native',
      redirect_uris: [
        'http://127.0.0.1/cb',
        'http://[::1]/cb',
        'com.example.app:/cb',
        'https://app.example.com/cb',
      ],
    }
    const wayOf = async (redirectUri: string, metadata: Partial<ClientMetadata> = {}) => {
      const op = await startProvider({ ...CONFIGURATION, clients: [{ ...NATIVE, ...metadata }] })
      const { way, to } = await request(op, { redirect_uri: redirectUri, prompt: 'none' })
      return { way, to }
    }

    for (const uri of [
      'http://127.0.0.1:51004/cb',
      'http://[::1]:99/cb',
      'com.example.app:/cb',
      'https://app.example.com/cb',
    ]) {
      it(`A27 A32 ${uri} is where the answer goes (§7)`, async () => {
        expect(await wayOf(uri)).to.deep.equal({ way: 'query', to: uri })
      })
    }

    for (const uri of [
      'http://localhost:51004/cb',
      'http://127.1/cb',
      'http://2130706433/cb',
      'http://[::ffff:127.0.0.1]/cb',
      'http://127.0.0.1:51004/cb/',
      'com.example.app://evil/cb',
      'com.example.App:/cb',
      'https://app.example.com:444/cb',
    ]) {
      it(`A28 A30 A32 ${uri} is not (§7, §8.3)`, async () => {
        expect((await wayOf(uri)).way).to.equal('page')
      })
    }

    it('A31 web clients have no such freedom with ports', async () => {
      const web = {
        application_type: 'web',
        redirect_uris: ['http://127.0.0.1/cb'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      } as const

      const { way } = await wayOf('http://127.0.0.1:51004/cb', {
        ...web,
        redirect_uris: [...web.redirect_uris],
        response_types: [...web.response_types],
        grant_types: [...web.grant_types],
      })

      expect(way).to.equal('page')
    })

    it('A100 the end-user is always asked: nobody can tell one app from another (§8.6)', async () => {
      const op = await startProvider({ ...CONFIGURATION, clients: [NATIVE] })
      const params = { redirect_uri: 'com.example.app:/cb', response_type: 'code' }
      const { agent, members } = await request(op, params)

      const again = await request(op, { ...params, prompt: 'none' }, agent)
      const none = await request(op, { ...params, response_type: 'none', prompt: 'none' }, agent)

      expect(members).to.have.property('code')
      expect(again.members['error']).to.equal('interaction_required')
      expect(none.members).to.not.have.property('error')
    })
  })

  describe('id_token_hint (OpenID Connect Core 1.0 §3.1.2.1)', () => {
    const hintOf = async (op: RunningProvider) =>
      (await request(op, { response_type: 'id_token', nonce: 'n' })).members['id_token'] ?? ''

    it('A082 one that has expired is as good as another', async () => {
      stopClock()
      const op = await startProvider({ ...CONFIGURATION, ttl: { IdToken: 1 } })
      const { members, agent } = await request(op, { response_type: 'id_token', nonce: 'n' })
      const [, payload = ''] = (members['id_token'] ?? '').split('.')
      const { exp, iat } = JSON.parse(Buffer.from(payload, 'base64url').toString())

      const { IdToken } = op.provider
      const client = await op.provider.Client.find('web')
      const old =
        client && (await new IdToken({ sub: 'alice' }, { client }).issue({ use: 'idtoken', expiresAt: 1000 }))
      const answer = await request(op, { prompt: 'none', id_token_hint: old ?? '' }, agent)

      expect(exp - iat).to.equal(1)
      expect(answer.members).to.have.property('code')
    })

    it('A62 the session has to be of the person it names', async () => {
      const op = await startProvider(CONFIGURATION, {
        interact: async (provider, prompt, { clientId, scope }) => {
          if (prompt === 'login') return { login: { accountId: 'bob' } }
          const grant = new provider.Grant({ accountId: 'bob', clientId })
          grant.addOIDCScope(scope.join(' '))
          return { consent: { grantId: await grant.save() } }
        },
      })
      const { agent } = await request(op)
      const client = await op.provider.Client.find('web')
      const hint =
        client && (await new op.provider.IdToken({ sub: 'alice' }, { client }).issue({ use: 'idtoken' }))

      const { members } = await request(op, { prompt: 'none', id_token_hint: hint ?? '' }, agent)

      expect(members['error']).to.equal('login_required')
    })

    it('A61 one that this provider did not make for this client is refused', async () => {
      const op = await startProvider(CONFIGURATION)
      const hint = await hintOf(op)
      const jwks = await (await op.agent().get(op.provider.urlFor('jwks'))).text()
      const claims = { iss: op.issuer, aud: 'web', sub: 'alice' }
      const forged = [
        new UnsecuredJWT(claims).encode(),
        await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(jwks)),
        `${hint.slice(0, -4)}AAAA`,
      ]

      for (const id_token_hint of forged) {
        const { members } = await request(op, { id_token_hint, prompt: 'none' })
        expect(members['error']).to.equal('invalid_request')
      }
      const { members } = await request(op, { client_id: 'two', id_token_hint: hint, prompt: 'none' })
      expect(members['error']).to.equal('invalid_request')
    })
  })
})
