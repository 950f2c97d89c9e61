import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import Provider, { errors } from '../../../lib/index.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { FAULTS, faultyAdapter } from '../../support/faulty_adapter.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import {
  bearer,
  REGISTRATION,
  register,
  send,
  startRegistering,
  storedAs,
} from '../../support/registering.ts'
import { REDIRECT_URI, startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

describe('registration endpoint (RFC 7591, OpenID Connect Dynamic Client Registration 1.0)', () => {
  afterEach(stopProviders)

  describe('request (RFC 7591 §3.1)', () => {
    const deep = (open: string, close: string) => `{"jwks":${open.repeat(25_000)}${close.repeat(25_000)}}`
    const malformed: [title: string, body: string][] = [
      ['an array', '[]'],
      ['null', 'null'],
      ['a number', '5'],
      ['a text', '"x"'],
      ['nothing', ''],
      ['half of an object', '{"redirect_uris":["https://rp.exam'],
      ['a byte order mark', `\uFEFF${JSON.stringify(REGISTRATION)}`],
      ['arrays nested 25,000 deep', deep('[', ']')],
      ['an object nested 17 deep', `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`],
      ['a form', 'redirect_uris=https://rp.example.com/cb'],
    ]
    for (const [title, body] of malformed) {
      it(`H30 refuses ${title} in place of a JSON object`, async () => {
        const op = await startRegistering()

        const answer = await register(op, body)

        expect(answer.status).to.equal(400)
        expect(answer.body).to.deep.equal({
          error: 'invalid_request',
          error_description: 'request body must be a JSON object',
        })
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('H30 refuses objects nested 8,000 deep without overflowing', async () => {
      const op = await startRegistering()

      expect((await register(op, `${'{"a":'.repeat(8000)}1${'}'.repeat(8000)}`)).status).to.equal(400)
      expect(op.serverErrors).to.deep.equal([])
    })

    it('J22 takes null for absent, and an empty text where it is only shown (RFC 7591 §2)', async () => {
      const op = await startRegistering()

      const { status, body } = await register(op, {
        ...REGISTRATION,
        client_name: '',
        jwks: null,
        logo_uri: '',
        grant_types: null,
        contacts: null,
        token_endpoint_auth_method: null,
      })

      expect(status).to.equal(201)
      expect(body).not.to.have.any.keys('client_name', 'jwks', 'logo_uri', 'contacts')
      expect(body).to.include({ token_endpoint_auth_method: 'client_secret_basic' })
      expect(body['grant_types']).to.deep.equal(['authorization_code'])
      expect(body['client_secret']).to.be.a('string')
    })

    it('H30 takes the last of members that repeat', async () => {
      const op = await startRegistering()

      const { status, body } = await register(
        op,
        `{"client_name":"first","redirect_uris":["${REDIRECT_URI}"],"client_name":"last"}`,
      )

      expect(status).to.equal(201)
      expect(body['client_name']).to.equal('last')
    })

    it('J10 never lets __proto__ or constructor into metadata', async () => {
      const seen: object[] = []
      const op = await startRegistering(
        { initialAccessToken: true, policies: { look: (_ctx, properties) => seen.push(properties) } },
        { extraClientMetadata: { properties: ['level'] } },
      )
      const token = await new op.provider.InitialAccessToken({ policies: ['look'] }).save()

      const { status, body } = await register(
        op,
        `{"redirect_uris":["${REDIRECT_URI}"],"__proto__":{"level":1},"constructor":{"x":1},"noManage":true}`,
        bearer(token),
      )

      expect(status).to.equal(201)
      expect(body).not.to.have.any.keys('level', '__proto__', 'constructor', 'noManage')
      expect(Object.getPrototypeOf(seen[0])).to.equal(Object.prototype)
      expect(seen[0]).not.to.have.property('level')
      expect(await op.provider.Client.find(String(body['client_id']))).not.to.have.property('level')
    })

    for (const [title, body, status] of [
      ['an object', { ...REGISTRATION, client_name: 'RP' }, 201],
      ['something else', [REGISTRATION], 400],
    ] as const) {
      it(`reads ${title} that the host's own parser has left behind`, async () => {
        const op = await startRegistering(
          {},
          {},
          {},
          {
            use: [
              async (ctx, next) => {
                for await (const _ of ctx.req);
                Object.assign(ctx.req, { body })
                return next()
              },
            ],
          },
        )

        expect((await register(op, '{}')).status).to.equal(status)
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('refuses a body that is too long', async () => {
      const op = await startRegistering()

      const { status, body } = await register(op, { ...REGISTRATION, client_name: 'x'.repeat(60_000) })

      expect(status).to.equal(413)
      expect(body['error']).to.equal('invalid_request')
    })

    it('refuses a body of another media type', async () => {
      const op = await startRegistering()

      const { status, body } = await register(op, JSON.stringify(REGISTRATION), {
        'content-type': 'text/plain',
      })

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_request')
    })

    const refused: [title: string, metadata: object, error: string][] = [
      ['J4 redirect_uris that are missing', { redirect_uris: undefined }, 'invalid_redirect_uri'],
      ['J4 redirect_uris that are a text', { redirect_uris: REDIRECT_URI }, 'invalid_redirect_uri'],
      ['J4 redirect_uris of numbers', { redirect_uris: [1, 2] }, 'invalid_redirect_uri'],
      ['J4 no redirect_uris for a code client', { redirect_uris: [] }, 'invalid_redirect_uri'],
      [
        'J4 1,500 redirect_uris',
        { redirect_uris: Array.from({ length: 1500 }, (_, at) => `https://a.b/${at}`) },
        'invalid_redirect_uri',
      ],
      [
        'J5 a redirect URI with a fragment',
        { redirect_uris: ['https://rp.example.com/cb#x'] },
        'invalid_redirect_uri',
      ],
      [
        'J5 a redirect URI with an empty fragment',
        { redirect_uris: ['https://rp.example.com/cb#'] },
        'invalid_redirect_uri',
      ],
      [
        'J7 a redirect URI with userinfo',
        { redirect_uris: ['https://rp@evil.example/cb'] },
        'invalid_redirect_uri',
      ],
      [
        'J7 a redirect URI with a wildcard host',
        { redirect_uris: ['https://*.example.com/cb'] },
        'invalid_redirect_uri',
      ],
      ['J11 a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }, 'invalid_client_metadata'],
      [
        'J12 jwks together with jwks_uri',
        { jwks: { keys: [] }, jwks_uri: 'https://rp.example.com/jwks' },
        'invalid_client_metadata',
      ],
      ['J14 a jwks_uri without TLS', { jwks_uri: 'http://rp.example.com/jwks' }, 'invalid_client_metadata'],
      ['J17 unsigned ID Tokens', { id_token_signed_response_alg: 'none' }, 'invalid_client_metadata'],
      ['J18 an unknown algorithm', { id_token_signed_response_alg: 'XS256' }, 'invalid_client_metadata'],
      ['J20 a scope beyond what there is', { scope: 'openid admin' }, 'invalid_client_metadata'],
      [
        'J21 client_credentials without authentication',
        { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'client_credentials'] },
        'invalid_client_metadata',
      ],
      ['J22 a client_name of 5,000 characters', { client_name: 'x'.repeat(5000) }, 'invalid_client_metadata'],
      [
        'A053 J24 40,000 characters of contacts',
        { contacts: [`${'a@'.repeat(20_000)}`] },
        'invalid_client_metadata',
      ],
      ['J25 a negative default_max_age', { default_max_age: -1 }, 'invalid_client_metadata'],
      ['A055 an unknown default_acr_values', { default_acr_values: ['gold'] }, 'invalid_client_metadata'],
      [
        'A043 response_types without their grant type',
        { response_types: ['id_token'] },
        'invalid_client_metadata',
      ],
    ]
    for (const [title, metadata, error] of refused) {
      it(`A165 refuses ${title} with ${error}, and stores nothing`, async () => {
        const storage = countingAdapter(memoryAdapter())
        const op = await startRegistering(
          {},
          {
            adapter: storage.adapter,
            features: { clientCredentials: { enabled: true } },
          },
        )
        const failed = op.nextError('registration_create.error')

        const { status, body, headers } = await register(op, { ...REGISTRATION, ...metadata })

        expect(status).to.equal(400)
        expect(body['error']).to.equal(error)
        expect(headers.get('www-authenticate')).to.equal(null)
        expect((await failed).error).to.equal(error)
        expect(storage.calls).to.deep.equal([])
      })
    }

    it('A032 has no CORS', async () => {
      const op = await startRegistering({}, { clientBasedCORS: () => true })

      const { headers, status } = await register(op, REGISTRATION, { origin: 'https://spa.example.com' })
      const preflight = await send(op.provider.urlFor('registration'), 'OPTIONS', undefined, {
        origin: 'https://spa.example.com',
        'access-control-request-method': 'POST',
      })

      expect(status).to.equal(201)
      expect(headers.get('access-control-allow-origin')).to.equal(null)
      expect(preflight.headers.get('access-control-allow-origin')).to.equal(null)
    })

    it('is not there while the feature is off', async () => {
      const op = await startProvider({})

      expect((await send(`${op.issuer}/reg`, 'POST', REGISTRATION)).status).to.equal(404)
      expect(() => op.provider.urlFor('registration')).to.throw(TypeError)
    })
  })

  describe('response (RFC 7591 §3.2.1)', () => {
    it('A159 A166 answers 201 with everything that is effective', async () => {
      const op = await startRegistering({}, { clientDefaults: { default_max_age: 60 } })
      const announced = op.next('registration_create.success')
      const saved = op.next('registration_access_token.saved')

      const { status, body, headers } = await register(op, { ...REGISTRATION, client_name: 'RP', unknown: 1 })

      expect(status).to.equal(201)
      expect(headers.get('cache-control')).to.equal('no-store')
      expect(headers.get('content-type')).to.match(/^application\/json/)
      const { client_id, client_id_issued_at, client_secret, registration_access_token, ...rest } = body
      expect(client_id).to.match(/^[\w-]{22}$/)
      expect(client_secret).to.match(/^[\w-]{86}$/)
      expect(registration_access_token).to.match(/^[\w-]{43}$/)
      expect(client_id_issued_at).to.be.closeTo(Date.now() / 1000, 5)
      expect(rest).to.deep.equal({
        application_type: 'web',
        client_name: 'RP',
        client_secret_expires_at: 0,
        default_max_age: 60,
        grant_types: ['authorization_code'],
        id_token_signed_response_alg: 'RS256',
        redirect_uris: [REDIRECT_URI],
        post_logout_redirect_uris: [],
        registration_client_uri: `${op.issuer}/reg/${client_id}`,
        require_auth_time: false,
        require_pushed_authorization_requests: false,
        response_types: ['code'],
        subject_type: 'public',
        token_endpoint_auth_method: 'client_secret_basic',
      })
      expect((await announced)[1]).to.include({ clientId: client_id, clientName: 'RP' })
      expect((await saved)[0]).to.include({ jti: storedAs(registration_access_token), clientId: client_id })
    })

    const secrets: [title: string, metadata: object, has: boolean][] = [
      ['a public client', { token_endpoint_auth_method: 'none' }, false],
      [
        'a public client that asks for HMAC',
        { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'HS256' },
        true,
      ],
      ['client_secret_post', { token_endpoint_auth_method: 'client_secret_post' }, true],
      [
        'a client with keys',
        { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://rp.example.com/jwks' },
        false,
      ],
    ]
    for (const [title, metadata, has] of secrets) {
      it(`A159 gives ${title} ${has ? 'a' : 'no'} secret`, async () => {
        const op = await startRegistering(
          {},
          {
            enabledJWA: { idTokenSigningAlgValues: ['RS256', 'HS256'] },
          },
        )

        const { status, body } = await register(op, { ...REGISTRATION, client_secret: 'mine', ...metadata })

        expect(status).to.equal(201)
        expect(Object.hasOwn(body, 'client_secret')).to.equal(has)
        expect(Object.hasOwn(body, 'client_secret_expires_at')).to.equal(has)
        expect(body['client_secret']).not.to.equal('mine')
      })
    }

    it('gives what only the server may give, whatever is sent', async () => {
      const op = await startRegistering()

      const { body } = await register(op, {
        ...REGISTRATION,
        client_id: 'admin',
        client_id_issued_at: 1,
        client_secret_expires_at: 1,
        registration_access_token: 'x',
        registration_client_uri: 'https://evil.example',
      })

      expect(body['client_id']).not.to.equal('admin')
      expect(body['client_id_issued_at']).to.be.greaterThan(1)
      expect(body['client_secret_expires_at']).to.equal(0)
      expect(body['registration_access_token']).not.to.equal('x')
      expect(body['registration_client_uri']).to.equal(`${op.issuer}/reg/${body['client_id']}`)
    })

    it('A159 asks the factories, with ctx, and waits for them', async () => {
      const seen: unknown[] = []
      const op = await startRegistering({
        idFactory: async (ctx) => {
          seen.push(ctx.oidc.route)
          return 'urn:example:made'
        },
        secretFactory: async (ctx) => {
          seen.push(ctx.oidc.body?.['client_name'])
          return 'a secret made by the host, long enough'
        },
      })

      const { body } = await register(op, { ...REGISTRATION, client_name: 'RP' })

      expect(body).to.include({
        client_id: 'urn:example:made',
        client_secret: 'a secret made by the host, long enough',
        registration_client_uri: `${op.issuer}/reg/urn%3Aexample%3Amade`,
      })
      expect(seen).to.deep.equal(['registration', 'RP'])
    })

    for (const [title, id] of [
      ['of a static client', 'web'],
      ['of a registered client', 'taken'],
      ['that nothing can be stored under', 'a\nb'],
      ['that is the path itself (RFC 3986 §5.2.4)', '.'],
      ['that is the path above (RFC 3986 §5.2.4)', '..'],
    ] as const) {
      it(`never gives a client the identifier ${title}`, async () => {
        const op = await startRegistering({ idFactory: () => id }, { clients: [WEB_CLIENT] })
        const first =
          id === 'taken' ? await register(op, { ...REGISTRATION, client_name: 'first' }) : undefined

        const { status, body } = await register(op, { ...REGISTRATION, client_name: 'second' })

        expect(status).to.equal(500)
        expect(body['error']).to.equal('server_error')
        expect(String(op.serverErrors[0])).to.match(/features\.registration\.idFactory/)
        const found = await op.provider.Client.find(id)
        expect(found?.clientName).to.equal(first?.body['client_name'])
      })
    }

    const issuing: [title: string, issue: boolean | (() => boolean | Promise<boolean>), issued: boolean][] = [
      ['false', false, false],
      ['a function that returns false', () => false, false],
      ['a promise of false', async () => false, false],
      ['a promise of true', async () => true, true],
    ]
    for (const [title, issueRegistrationAccessToken, issued] of issuing) {
      it(`F119 A161 A191 A912 ${issued ? 'issues a' : 'issues no'} registration access token with ${title}`, async () => {
        const op = await startRegistering({ issueRegistrationAccessToken })

        const { status, body } = await register(op)

        expect(status).to.equal(201)
        expect(Object.hasOwn(body, 'registration_access_token')).to.equal(issued)
        expect(Object.hasOwn(body, 'registration_client_uri')).to.equal(issued)
      })
    }

    it('A057 A058 gives ctx to the validator of extra metadata, and keeps them under their own name', async () => {
      const routes: unknown[] = []
      const op = await startRegistering(
        {},
        {
          extraClientMetadata: {
            properties: ['urn:example:level'],
            validator: (ctx, _key, value, metadata) => {
              routes.push(ctx?.oidc.route)
              if (value === 'wrong') throw new errors.InvalidClientMetadata('wrong level')
              metadata['urn:example:level'] = Number(value)
            },
          },
        },
      )

      const bad = await register(op, { ...REGISTRATION, 'urn:example:level': 'wrong' })
      const { body } = await register(op, { ...REGISTRATION, 'urn:example:level': '5' })
      const client = await op.provider.Client.find(String(body['client_id']))

      expect(bad.body).to.deep.equal({ error: 'invalid_client_metadata', error_description: 'wrong level' })
      expect(body['urn:example:level']).to.equal(5)
      expect(client?.['urn:example:level']).to.equal(5)
      expect(routes).to.deep.equal(['registration', 'registration', undefined])
    })

    it('is named in discovery', async () => {
      const op = await startRegistering()

      const { body } = await send(`${op.issuer}/.well-known/openid-configuration`, 'GET')

      expect(body['registration_endpoint']).to.equal(`${op.issuer}/reg`)
    })
  })

  describe('F118 initial access token (RFC 7591 §3)', () => {
    it('J1 J2 A160 refuses requests without the configured text', async () => {
      const op = await startRegistering({ initialAccessToken: 'the-token' })

      const none = await register(op)
      const wrong = await register(op, REGISTRATION, bearer('another-token'))
      const empty = await register(op, REGISTRATION, { authorization: 'Bearer' })
      const two = await register(op, REGISTRATION, { authorization: 'Bearer the-token, Bearer the-token' })
      const inBody = await register(op, { ...REGISTRATION, access_token: 'the-token' })
      const right = await register(op, REGISTRATION, bearer('the-token'))

      expect([none, wrong, empty, two, inBody, right].map(({ status }) => status)).to.deep.equal([
        401, 401, 400, 400, 401, 201,
      ])
      expect(none.body['error']).to.equal('invalid_token')
      expect(none.headers.get('www-authenticate')).to.equal(`Bearer realm="${op.issuer}"`)
      expect(wrong.headers.get('www-authenticate')).to.include('error="invalid_token"')
    })

    it('A162 never takes a token from the query', async () => {
      const op = await startRegistering(
        { initialAccessToken: 'the-token' },
        { acceptQueryParamAccessTokens: true },
      )

      const { status, body } = await send(`${op.issuer}/reg?access_token=the-token`, 'POST', REGISTRATION)

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_request')
    })

    it('J1 A160 refuses stored tokens that are unknown, expired, used up or for something else', async () => {
      const storage = memoryAdapter()
      const op = await startRegistering({ initialAccessToken: true }, { adapter: storage })
      const { InitialAccessToken, RegistrationAccessToken } = op.provider
      const expired = await new InitialAccessToken({ exp: 1 }).save()
      const spent = await new InitialAccessToken().save()
      await storage('InitialAccessToken').consume(spent)
      const other = await new RegistrationAccessToken({ clientId: 'x' }).save()

      for (const token of ['unknown', expired, spent, other]) {
        const failed = op.nextError('registration_create.error')
        const { status, body, headers } = await register(op, REGISTRATION, bearer(token))

        expect(status).to.equal(401)
        expect(body).to.deep.equal({ error: 'invalid_token', error_description: 'invalid token provided' })
        expect(headers.get('www-authenticate')).to.include('error="invalid_token"')
        expect((await failed).error_detail).to.match(/^initial access token /)
      }
    })

    it('A160 accepts a stored token as long as it is there', async () => {
      const op = await startRegistering({ initialAccessToken: true })
      const saved = op.next('initial_access_token.saved')
      const destroyed = op.next('initial_access_token.destroyed')
      const value = await new op.provider.InitialAccessToken({}).save()

      const first = await register(op, REGISTRATION, bearer(value))
      const second = await register(op, REGISTRATION, bearer(value))
      const token = await op.provider.InitialAccessToken.find(value)
      await token?.destroy()
      const third = await register(op, REGISTRATION, bearer(value))

      expect([first, second, third].map(({ status }) => status)).to.deep.equal([201, 201, 401])
      expect((await saved)[0]).to.include({ jti: value })
      expect((await destroyed)[0]).to.equal(token)
    })

    for (const [title, registration] of [
      ['a text that no header can carry', { initialAccessToken: 'two words' }],
      ['an empty text', { initialAccessToken: '' }],
      ['policies without a token to hang on', { policies: { p: () => undefined } }],
    ] as const) {
      it(`stops the provider from being constructed with ${title}`, () => {
        const features = { registration: { enabled: true, ...registration } }

        expect(() => new Provider('https://op.example.com', { features })).to.throw(
          TypeError,
          /features\.registration\./,
        )
      })
    }
  })

  describe('F120 policies (RFC 7591 §3.2.1)', () => {
    it('A160 run in order, may change metadata, and go on to the registration access token', async () => {
      const order: string[] = []
      const op = await startRegistering({
        initialAccessToken: true,
        policies: {
          second: async (_ctx, properties) => {
            order.push('second')
            properties.client_name = `${properties.client_name}!`
            properties.token_endpoint_auth_method = 'none'
          },
          first: (ctx, properties) => {
            order.push(`first at ${ctx.oidc.route}`)
            properties.client_name ??= 'nameless'
          },
        },
      })
      const token = await new op.provider.InitialAccessToken({ policies: ['first', 'second'] }).save()

      const { body } = await register(op, REGISTRATION, bearer(token))
      const kept = await op.provider.RegistrationAccessToken.find(String(body['registration_access_token']))

      expect(order).to.deep.equal(['first at registration', 'second'])
      expect(body['client_name']).to.equal('nameless!')
      expect(body).not.to.have.property('client_secret')
      expect(kept?.policies).to.deep.equal(['first', 'second'])
    })

    for (const own of [['later'], []]) {
      it(`A160 may give the registration access token policies of its own: ${JSON.stringify(own)}`, async () => {
        const op = await startRegistering({
          initialAccessToken: true,
          policies: {
            first: (ctx) => {
              const { RegistrationAccessToken: token } = ctx.oidc.entities
              if (token !== undefined) token.policies = own
            },
            later: () => undefined,
          },
        })
        const token = await new op.provider.InitialAccessToken({ policies: ['first'] }).save()

        const { body } = await register(op, REGISTRATION, bearer(token))
        const kept = await op.provider.RegistrationAccessToken.find(String(body['registration_access_token']))

        expect(kept?.policies).to.deep.equal(own)
      })
    }

    it('J27 refuse with the error that they throw, and nothing is stored', async () => {
      const storage = countingAdapter(memoryAdapter())
      const op = await startRegistering(
        {
          initialAccessToken: true,
          policies: {
            refuse: async () => {
              throw new errors.UnapprovedSoftwareStatement('not here')
            },
          },
        },
        { adapter: storage.adapter },
      )
      const token = await new op.provider.InitialAccessToken({ policies: ['refuse'] }).save()
      storage.reset()

      const { status, body } = await register(op, REGISTRATION, bearer(token))

      expect(status).to.equal(400)
      expect(body).to.deep.equal({ error: 'unapproved_software_statement', error_description: 'not here' })
      expect(storage.calls.map(({ name }) => name)).to.deep.equal(['InitialAccessToken.find'])
    })

    it('A160 that are missing are our failure, and none of the others runs', async () => {
      const storage = memoryAdapter()
      let ran = false
      const before = await startRegistering(
        {
          initialAccessToken: true,
          policies: { kept: () => undefined, constructor_: () => undefined, gone: () => undefined },
        },
        { adapter: storage },
      )
      const token = await new before.provider.InitialAccessToken({ policies: ['kept', 'gone'] }).save()
      const op = await startRegistering(
        {
          initialAccessToken: true,
          policies: {
            kept: () => {
              ran = true
            },
          },
        },
        { adapter: storage },
      )

      const { status, body } = await register(op, REGISTRATION, bearer(token))

      expect(status).to.equal(500)
      expect(body['error']).to.equal('server_error')
      expect(String(op.serverErrors[0])).to.match(
        /policy "gone" is not among features\.registration\.policies/,
      )
      expect(ran).to.equal(false)
    })

    for (const policies of [['constructor'], ['missing']]) {
      it(`cannot be put on a token unless they are configured: ${policies}`, async () => {
        const op = await startRegistering({ initialAccessToken: true, policies: { known: () => undefined } })

        const outcome = await new op.provider.InitialAccessToken({ policies }).save().catch((error) => error)

        expect(outcome).to.be.instanceOf(TypeError).with.property('message').that.includes(policies[0])
      })
    }
  })

  describe('storage', () => {
    it('writes client and token at once, after one read', async () => {
      const storage = countingAdapter(memoryAdapter())
      const op = await startRegistering({ initialAccessToken: true }, { adapter: storage.adapter })
      const token = await new op.provider.InitialAccessToken().save()
      storage.reset()

      await register(op, REGISTRATION, bearer(token))

      expect(storage.calls.map(({ name }) => name)).to.deep.equal(['InitialAccessToken.find', 'commit'])
    })

    it('J28 answers 503 when storage hangs, and leaves neither client nor token behind', async () => {
      const storage = faultyAdapter(memoryAdapter())
      const op = await startRegistering(
        { idFactory: () => 'c' },
        { adapter: storage.adapter, storageTimeout: 0.05 },
      )
      storage.arm(1, 'hang')

      const { status, headers, body } = await register(op)

      storage.disarm()
      expect(status).to.equal(503)
      expect(headers.get('retry-after')).to.match(/^\d+$/)
      expect(body['error']).to.equal('temporarily_unavailable')
      expect(await op.provider.Client.find('c')).to.equal(undefined)
    })

    for (const [kind, inner] of [
      ['an adapter that commits', memoryAdapter],
      ['an adapter that does not', legacyAdapter],
    ] as const) {
      for (const fault of FAULTS.filter((name) => name !== 'hang')) {
        it(`J28 leaves client and token both or neither behind when ${kind} fails: ${fault}`, async () => {
          for (let call = 1; call < 5; call += 1) {
            const stored = inner()
            const storage = faultyAdapter(stored)
            const op = await startRegistering({ idFactory: () => 'c' }, { adapter: storage.adapter })
            const values: string[] = []
            op.provider.on('registration_access_token.saved', ({ jti }) => values.push(jti))
            storage.arm(call, fault)

            const { status } = await register(op)

            storage.disarm()
            const client = await op.provider.Client.find('c')
            expect(status).to.be.oneOf([201, 500])
            expect(client !== undefined).to.equal(status === 201)
            expect(values).to.have.lengthOf(status === 201 ? 1 : 0)
            await stopProviders()
          }
        })
      }
    }
  })
})
