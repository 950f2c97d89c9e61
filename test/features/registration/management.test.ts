import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { errors } from '../../../lib/index.ts'
import type { AdapterFactory, AdapterPayload } from '../../../types/adapter.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { FAULTS, faultyAdapter } from '../../support/faulty_adapter.ts'
import { gateAdapter } from '../../support/gate_adapter.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import {
  asUpdate,
  bearer,
  manage,
  REGISTRATION,
  register,
  send,
  startRegistering,
  storedAs,
} from '../../support/registering.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'

const METHODS = ['GET', 'PUT', 'DELETE'] as const
const EVENTS = {
  GET: 'registration_read.error',
  PUT: 'registration_update.error',
  DELETE: 'registration_delete.error',
} as const

const clientOf = (op: RunningProvider, registered: Record<string, unknown>) =>
  op.provider.Client.find(String(registered['client_id']))

/** Every registration access token that was stored and not removed, as listeners heard of it. */
function livingTokens(op: RunningProvider): Set<string> {
  const living = new Set<string>()
  op.provider.on('registration_access_token.saved', ({ jti }) => living.add(jti))
  op.provider.on('registration_access_token.destroyed', ({ jti }) => living.delete(jti))
  return living
}

describe('client configuration endpoint (RFC 7592)', () => {
  afterEach(stopProviders)

  describe('§2 the registration access token', () => {
    for (const method of METHODS) {
      it(`A162 is required by ${method}, in the header`, async () => {
        const op = await startRegistering({}, { acceptQueryParamAccessTokens: true })
        const { body: client } = await register(op)
        const url = String(client['registration_client_uri'])
        const update = method === 'PUT' ? asUpdate(client) : undefined
        const failed = op.nextError(EVENTS[method])

        const none = await send(url, method, update)
        const unknown = await send(url, method, update, bearer('unknown'))
        const bare = await send(url, method, update, { authorization: 'Bearer' })
        const query = await send(`${url}?access_token=${client['registration_access_token']}`, method, update)

        expect([none, unknown, bare, query].map(({ status }) => status)).to.deep.equal([401, 401, 400, 400])
        expect(none.headers.get('www-authenticate')).to.equal(`Bearer realm="${op.issuer}"`)
        expect(none.headers.get('cache-control')).to.equal('no-store')
        expect(unknown.body['error']).to.equal('invalid_token')
        expect(unknown.headers.get('www-authenticate')).to.equal(
          `Bearer realm="${op.issuer}", error="invalid_token", error_description="invalid token provided"`,
        )
        expect(await failed).to.be.instanceOf(errors.InvalidToken)
        expect((await manage('GET', client)).status).to.equal(200)
      })

      it(`A162 is a bearer token: sent to ${method} as DPoP it is refused (RFC 6750 §2.1)`, async () => {
        const op = await startRegistering()
        const { body: client } = await register(op)

        const { status, body } = await send(
          String(client['registration_client_uri']),
          method,
          method === 'PUT' ? asUpdate(client) : undefined,
          { authorization: `DPoP ${client['registration_access_token']}` },
        )

        expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'invalid_request' })
        expect((await manage('GET', client)).status).to.equal(200)
      })

      it(`J30 A162 of another client is destroyed when it is used to ${method}, and that client is untouched`, async () => {
        const op = await startRegistering()
        const { body: mine } = await register(op)
        const { body: theirs } = await register(op)
        const living = livingTokens(op)
        const token = mine['registration_access_token']
        living.add(storedAs(token))

        const { status, body } = await manage(
          method,
          theirs,
          method === 'PUT' ? asUpdate(theirs) : undefined,
          token,
        )

        expect(status).to.equal(401)
        expect(body['error']).to.equal('invalid_token')
        expect([...living]).to.deep.equal([])
        expect((await manage('GET', mine)).status).to.equal(401)
        expect((await manage('GET', theirs)).status).to.equal(200)
      })

      it(`J31 is revoked when its client is gone by the time it is used to ${method}`, async () => {
        const storage = memoryAdapter()
        const op = await startRegistering({}, { adapter: storage })
        const { body: client } = await register(op)
        await storage('Client').destroy(String(client['client_id']))
        const failed = op.nextError(EVENTS[method])

        const { status } = await manage(method, client, method === 'PUT' ? asUpdate(client) : undefined)

        expect(status).to.equal(401)
        expect((await failed).error_detail).to.equal('registration access token of a client that is gone')
        const token = await op.provider.RegistrationAccessToken.find(
          String(client['registration_access_token']),
        )
        expect(token).to.equal(undefined)
      })

      it(`J40 as it is stored is of no use to ${method} with`, async () => {
        const op = await startRegistering()
        const { body: client } = await register(op)
        const stolen = storedAs(client['registration_access_token'])

        const { status } = await manage(
          method,
          client,
          method === 'PUT' ? asUpdate(client) : undefined,
          stolen,
        )

        expect(await op.provider.RegistrationAccessToken.find(stolen)).to.equal(undefined)
        expect(status).to.equal(401)
        expect((await manage('GET', client)).status).to.equal(200)
      })

      it(`A039 J38 does not let a static client ${method} its registration`, async () => {
        const op = await startRegistering({}, { clients: [WEB_CLIENT] })
        const token = await new op.provider.RegistrationAccessToken({ clientId: 'web' }).save()
        const update = { client_id: 'web', ...REGISTRATION }

        const { status, body } = await send(
          op.provider.urlFor('client', { params: { clientId: 'web' } }),
          method,
          method === 'PUT' ? update : undefined,
          bearer(token),
        )

        expect(status).to.equal(403)
        expect(body['error']).to.equal('invalid_request')
        expect((await op.provider.Client.find('web'))?.clientSecret).to.equal(WEB_CLIENT.client_secret)
      })

      it(`A041 ends with a client that is not valid any more when it is used to ${method}`, async () => {
        const storage = memoryAdapter()
        const op = await startRegistering({}, { adapter: storage })
        const { body: client } = await register(op)
        const id = String(client['client_id'])
        await storage('Client').upsert(id, { client_id: id, ...JSON.parse('{ "redirect_uris": 5 }') })
        const failed = op.nextError(EVENTS[method])

        const { status, body } = await manage(method, client, method === 'PUT' ? asUpdate(client) : undefined)

        expect(status).to.equal(401)
        expect(body).to.deep.equal({ error: 'invalid_token', error_description: 'invalid token provided' })
        expect((await failed).error_detail).to.match(/is not valid: redirect_uris must be an array/)
      })
    }

    it('J32 does not help with strange paths', async () => {
      const op = await startRegistering()

      for (const path of ['..%2f..%2fx', 'x'.repeat(4096), '__proto__', '%00', '%E0%A4', 'a%20b']) {
        const { status } = await send(`${op.issuer}/reg/${path}`, 'GET', undefined, bearer('unknown'))

        expect(status, path).to.be.oneOf([400, 401, 404])
      }
      expect(op.serverErrors).to.deep.equal([])
    })
  })

  describe('§2.1 read', () => {
    it('A166 answers what the registration was answered with', async () => {
      const op = await startRegistering()
      const { body: client } = await register(op, { ...REGISTRATION, client_name: 'RP' })

      const { status, body, headers } = await manage('GET', client)

      expect(status).to.equal(200)
      expect(body).to.deep.equal(client)
      expect(headers.get('cache-control')).to.equal('no-store')
    })

    it('is there without registrationManagement, update and delete are not', async () => {
      const op = await startRegistering({}, {}, { enabled: false })
      const { body: client } = await register(op)

      expect((await manage('GET', client)).status).to.equal(200)
      for (const method of ['PUT', 'DELETE'] as const) {
        const { status, headers } = await send(
          String(client['registration_client_uri']),
          method,
          undefined,
          bearer(client['registration_access_token']),
        )
        expect(status).to.equal(405)
        expect(headers.get('allow')).not.to.include(method)
      }
    })
  })

  describe('§2.2 update', () => {
    const forbidden: [title: string, change: Record<string, unknown>, description: RegExp][] = [
      [
        'registration_access_token',
        { registration_access_token: 'x' },
        /must not include the registration_access_token/,
      ],
      [
        'registration_client_uri',
        { registration_client_uri: 'x' },
        /must not include the registration_client_uri/,
      ],
      [
        'client_secret_expires_at',
        { client_secret_expires_at: 0 },
        /must not include the client_secret_expires_at/,
      ],
      ['client_id_issued_at', { client_id_issued_at: 0 }, /must not include the client_id_issued_at/],
      ['the client_id of another', { client_id: 'other' }, /client_id must be the one/],
      ['no client_id', { client_id: undefined }, /client_id must be the one/],
      ['another client_secret', { client_secret: 'other' }, /client_secret must be the one/],
      ['a client_secret that is no text', { client_secret: 5 }, /client_secret must be the one/],
    ]
    for (const [title, change, description] of forbidden) {
      it(`A163 refuses ${title}, and changes nothing`, async () => {
        const op = await startRegistering()
        const { body: client } = await register(op)

        const { status, body } = await manage(
          'PUT',
          client,
          asUpdate(client, { client_name: 'new', ...change }),
        )

        expect(status).to.equal(400)
        expect(body['error']).to.equal('invalid_request')
        expect(body['error_description']).to.match(description)
        expect((await manage('GET', client)).body).to.deep.equal(client)
      })
    }

    it('A163 compares the secret as the host does', async () => {
      const op = await startRegistering()
      op.provider.Client.prototype.compareClientSecret = async (secret) => secret === 'known to the host'
      const { body: client } = await register(op)

      const wrong = await manage('PUT', client, asUpdate(client))
      const right = await manage('PUT', client, asUpdate(client, { client_secret: 'known to the host' }))

      expect([wrong.status, right.status]).to.deep.equal([400, 200])
      expect(right.body['client_secret']).to.equal(client['client_secret'])
    })

    it('A165 refuses metadata that a registration would be refused for, and changes nothing', async () => {
      const op = await startRegistering()
      const { body: client } = await register(op)
      const failed = op.nextError('registration_update.error')

      const uris = await manage('PUT', client, asUpdate(client, { redirect_uris: ['https://a.b/#'] }))
      const other = await manage('PUT', client, asUpdate(client, { default_max_age: -1 }))
      const body = await manage('PUT', client, '[]')

      expect(uris.body['error']).to.equal('invalid_redirect_uri')
      expect(other.body['error']).to.equal('invalid_client_metadata')
      expect(body.body['error']).to.equal('invalid_request')
      expect((await failed).error).to.equal('invalid_redirect_uri')
      expect((await manage('GET', client)).body).to.deep.equal(client)
    })

    it('A163 J34 replaces everything: what is left out, null or empty is deleted', async () => {
      const op = await startRegistering()
      const { body: client } = await register(op, {
        ...REGISTRATION,
        client_name: 'RP',
        client_uri: 'https://rp.example.com',
        logo_uri: 'https://rp.example.com/logo.png',
        default_max_age: 60,
      })
      const announced = op.next('registration_update.success')

      const { status, body } = await manage('PUT', client, {
        client_id: client['client_id'],
        redirect_uris: ['https://rp.example.com/new'],
        client_name: 'New',
        client_uri: null,
        logo_uri: '',
      })

      const { client_uri, logo_uri, default_max_age, ...kept } = client
      expect(status).to.equal(200)
      expect(body).to.deep.equal({
        ...kept,
        client_name: 'New',
        redirect_uris: ['https://rp.example.com/new'],
        registration_access_token: body['registration_access_token'],
      })
      expect((await clientOf(op, client))?.redirectUris).to.deep.equal(['https://rp.example.com/new'])
      expect((await announced)[1]).to.include({ clientName: 'New' })
    })

    it('keeps the secret whether it is sent or not, drops it when it is not needed, and makes one when it is', async () => {
      const op = await startRegistering()
      const { body: client } = await register(op)

      const sent = await manage('PUT', client, asUpdate(client))
      const leftOut = await manage('PUT', sent.body, asUpdate(client, { client_secret: undefined }))
      const dropped = await manage(
        'PUT',
        leftOut.body,
        asUpdate(client, { token_endpoint_auth_method: 'none' }),
      )
      const made = await manage('PUT', dropped.body, asUpdate(client, { client_secret: undefined }))

      expect(sent.body['client_secret']).to.equal(client['client_secret'])
      expect(leftOut.body['client_secret']).to.equal(client['client_secret'])
      expect(dropped.body).not.to.have.any.keys('client_secret', 'client_secret_expires_at')
      expect(made.body['client_secret'])
        .to.match(/^[\w-]{86}$/)
        .and.not.equal(client['client_secret'])
      expect(made.body['client_secret_expires_at']).to.equal(0)
    })

    it('A163 rotates the registration access token, and the old one dies', async () => {
      const op = await startRegistering()
      const { body: client } = await register(op)
      const destroyed = op.next('registration_access_token.destroyed')

      const { body } = await manage('PUT', client, asUpdate(client))

      expect(body['registration_access_token']).not.to.equal(client['registration_access_token'])
      expect((await manage('GET', client)).status).to.equal(401)
      expect((await manage('GET', body)).status).to.equal(200)
      expect((await destroyed)[0]).to.include({ jti: storedAs(client['registration_access_token']) })
    })

    it('A163 shows middleware of the host the token that went, and the one that came', async () => {
      const op = await startRegistering()
      const { body: client } = await register(op)
      const seen: (string | undefined)[] = []
      op.provider.use(async (ctx, next) => {
        await next()
        const { RotatedRegistrationAccessToken: old, RegistrationAccessToken: token } = ctx.oidc.entities
        seen.push(old?.jti, token?.jti)
      })

      const { body } = await manage('PUT', client, asUpdate(client))

      expect(seen).to.deep.equal(
        [client, body].map(({ registration_access_token: value }) => storedAs(value)),
      )
    })

    const keeping: [title: string, rotate: boolean | (() => boolean | Promise<boolean>)][] = [
      ['false', false],
      ['a function', () => false],
      ['a promise', async () => false],
    ]
    for (const [title, rotateRegistrationAccessToken] of keeping) {
      it(`F123 A163 keeps the registration access token where ${title} says so`, async () => {
        const op = await startRegistering({}, {}, { rotateRegistrationAccessToken })
        const { body: client } = await register(op)

        const { status, body } = await manage('PUT', client, asUpdate(client, { client_name: 'New' }))

        expect(status).to.equal(200)
        expect(body['registration_access_token']).to.equal(client['registration_access_token'])
        expect((await manage('GET', client)).body).to.deep.equal(body)
      })
    }

    it('A160 runs the policies of the token, and hands them on to the next one', async () => {
      const routes: unknown[] = []
      const op = await startRegistering({
        initialAccessToken: true,
        policies: {
          name: (ctx, properties) => {
            routes.push(ctx.oidc.route)
            properties.client_name = `named at ${ctx.oidc.route}`
          },
        },
      })
      const initial = await new op.provider.InitialAccessToken({ policies: ['name'] }).save()
      const { body: client } = await register(op, REGISTRATION, bearer(initial))

      const first = await manage('PUT', client, asUpdate(client, { client_name: 'other' }))
      const second = await manage('PUT', first.body, asUpdate(client, { client_name: 'other' }))

      expect(second.body['client_name']).to.equal('named at client_update')
      expect(routes).to.deep.equal(['registration', 'client_update', 'client_update'])
    })

    it('reads token and client together, and writes once', async () => {
      const storage = countingAdapter(memoryAdapter())
      const op = await startRegistering({}, { adapter: storage.adapter })
      const { body: client } = await register(op)
      storage.reset()

      await manage('PUT', client, asUpdate(client))

      const names = storage.calls.map(({ name }) => name)
      expect(names).to.deep.equal(['RegistrationAccessToken.find', 'Client.find', 'commit'])
    })

    const adapters: [string, () => AdapterFactory][] = [
      ['an adapter that commits', memoryAdapter],
      ['an adapter that does not', legacyAdapter],
    ]
    it('J35 refuses an update whose token was used up after it was looked up, and changes nothing', async () => {
      const gate = gateAdapter(memoryAdapter())
      const op = await startRegistering({}, { adapter: gate.adapter })
      const { body: client } = await register(op)
      const failed = op.nextError('registration_update.error')
      gate.gather('RegistrationAccessToken.find', 2)

      const answers = await Promise.all(
        ['one', 'other'].map((client_name) => manage('PUT', client, asUpdate(client, { client_name }))),
      )

      const [won] = answers.filter(({ status }) => status === 200)
      const [lost] = answers.filter(({ status }) => status !== 200)
      expect({ status: lost?.status, error: lost?.body['error'] }).to.deep.equal({
        status: 401,
        error: 'invalid_token',
      })
      expect(lost?.body).not.to.have.property('registration_access_token')
      expect((await failed).error_detail).to.equal(
        'RegistrationAccessToken was removed by a concurrent request',
      )
      expect((await clientOf(op, client))?.clientName).to.equal(won?.body['client_name'])
    })

    it('A163 keeps the end of a secret that expires', async () => {
      const end = Math.floor(Date.now() / 1000) + 3600
      const op = await startRegistering({
        initialAccessToken: true,
        policies: {
          expire: (ctx, properties) => {
            if (ctx.oidc.route === 'registration') properties.client_secret_expires_at = end
          },
        },
      })
      const initial = await new op.provider.InitialAccessToken({ policies: ['expire'] }).save()
      const { body: client } = await register(op, REGISTRATION, bearer(initial))

      const { body } = await manage('PUT', client, asUpdate(client, { client_name: 'new' }))

      expect([client, body].map((answer) => answer['client_secret_expires_at'])).to.deep.equal([end, end])
    })

    for (const [kind, adapter] of adapters) {
      it(`J35 lets one of 50 concurrent updates with one token win, with ${kind}`, async () => {
        const op = await startRegistering({}, { adapter: adapter() })
        const { body: client } = await register(op)
        const living = livingTokens(op)

        const answers = await Promise.all(
          Array.from({ length: 50 }, (_, at) =>
            manage('PUT', client, asUpdate(client, { client_name: `${at}` })),
          ),
        )

        const [won, ...others] = answers.filter(({ status }) => status === 200)
        expect(others).to.deep.equal([])
        expect(answers.filter(({ status }) => status === 401)).to.have.lengthOf(49)
        expect([...living]).to.deep.equal([storedAs(won?.body['registration_access_token'])])
        expect((await clientOf(op, client))?.clientName).to.equal(won?.body['client_name'])
        expect(op.serverErrors).to.deep.equal([])
      })

      it(`lets only one of an update and a deletion take effect, with ${kind}`, async () => {
        const op = await startRegistering({}, { adapter: adapter() })
        const { body: client } = await register(op)

        const [updated, deleted] = await Promise.all([
          manage('PUT', client, asUpdate(client)),
          manage('DELETE', client),
        ])

        expect([updated.status, deleted.status].toSorted()).to.deep.equal(
          updated.status === 200 ? [200, 401] : [204, 401],
        )
        expect((await clientOf(op, client)) === undefined).to.equal(deleted.status === 204)
      })
    }

    for (const fault of FAULTS.filter((name) => name !== 'hang')) {
      it(`J28 changes client and token both or neither when storage fails: ${fault}`, async () => {
        for (let call = 1; call <= 3; call += 1) {
          const storage = faultyAdapter(memoryAdapter())
          const op = await startRegistering({}, { adapter: storage.adapter })
          const { body: client } = await register(op)
          storage.arm(call, fault)

          const { status, body } = await manage('PUT', client, asUpdate(client, { client_name: 'New' }))

          storage.disarm()
          const good = status === 200 ? body : client
          expect(status).to.be.oneOf([200, 500])
          expect((await manage('GET', good)).body['client_name']).to.equal(status === 200 ? 'New' : undefined)
          expect((await manage('GET', client)).status).to.equal(status === 200 ? 401 : 200)
          await stopProviders()
        }
      })
    }
  })

  describe('§2.3 delete', () => {
    for (const fault of ['throw-before', 'throw-after'] as const) {
      for (const at of [1, 2]) {
        it(`a repeated request completes a half-done one without commit (removal ${at}: ${fault})`, async () => {
          const rows = new Map<string, AdapterPayload>()
          const storage = faultyAdapter(legacyAdapter(rows))
          const op = await startRegistering({}, { adapter: storage.adapter })
          const { body: client } = await register(op)
          // Both are read first, by the request and by its conditions.
          storage.arm(4 + at, fault)

          const first = await manage('DELETE', client)
          const left = [...rows.keys()].map((key) => key.split(':')[0])
          storage.disarm()
          const second = await manage('DELETE', client)

          expect(first.status).to.be.oneOf([500, 503])
          // A client that is gone is answered 401, and its token is revoked (RFC 7592 §2.3).
          expect(second.status).to.equal(left.includes('Client') ? 204 : 401)
          if (left.includes('Client')) expect(left).to.include('RegistrationAccessToken')
          expect([...rows.keys()]).to.deep.equal([])
        })
      }
    }

    it('A164 removes client and token, and answers 204 with nothing', async () => {
      const op = await startRegistering()
      const { body: client } = await register(op)
      const announced = op.next('registration_delete.success')
      const destroyed = op.next('registration_access_token.destroyed')

      const { status, body, headers } = await manage('DELETE', client)

      expect(status).to.equal(204)
      expect(body).to.deep.equal({})
      expect(headers.get('cache-control')).to.equal('no-store')
      expect(await clientOf(op, client)).to.equal(undefined)
      expect((await manage('GET', client)).status).to.equal(401)
      expect((await announced)[1]).to.include({ clientId: client['client_id'] })
      expect((await destroyed)[0]).to.include({ jti: storedAs(client['registration_access_token']) })
    })

    it('J37 makes everything that was issued to the client worthless at once', async () => {
      const op = await startRegistering()
      const { body: client } = await register(op, {
        ...REGISTRATION,
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
      })
      const credentials = {
        client_id: String(client['client_id']),
        client_secret: String(client['client_secret']),
      }
      const { code, verifier } = await op.authorize({
        client_id: credentials.client_id,
        scope: 'openid offline_access',
        prompt: 'consent',
      })
      const { code: unused, verifier: proof } = await op.authorize({ client_id: credentials.client_id })
      const { body: tokens, status: exchanged } = await op.exchange(code, verifier, credentials)
      const before = await op.userinfo(tokens['access_token'])

      await manage('DELETE', client)

      const userinfo = await op.userinfo(tokens['access_token'])
      const refreshed = await op.refresh(tokens['refresh_token'], credentials)
      const late = await op.exchange(unused, proof, credentials)
      const { response } = await op.authorize({ client_id: credentials.client_id })
      expect([exchanged, before.status]).to.deep.equal([200, 200])
      expect(tokens).to.have.property('refresh_token')
      expect([userinfo, refreshed, late, response].map(({ status }) => status)).to.deep.equal([
        401, 401, 401, 400,
      ])
      expect(refreshed.body['error']).to.equal('invalid_client')
    })
  })

  it('registers at the redirect URI that is used afterwards', async () => {
    const op = await startRegistering()
    const { body: client } = await register(op, { ...REGISTRATION, token_endpoint_auth_method: 'none' })

    const { location } = await op.authorize({ client_id: String(client['client_id']) })

    expect(location).to.match(/^https:\/\/rp\.example\.com\/cb\?code=/)
    expect(location?.startsWith(REDIRECT_URI)).to.equal(true)
  })
})
