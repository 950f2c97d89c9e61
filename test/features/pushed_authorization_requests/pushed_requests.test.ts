import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import type { AdapterFactory, AdapterPayload } from '../../../types/adapter.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { stopClock } from '../../support/clock.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { latencyAdapter } from '../../support/latency_adapter.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import {
  pkce,
  REDIRECT_URI,
  type StartOptions,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'
import type { UserAgent } from '../../support/user_agent.ts'

const OTHER_CLIENT: ClientMetadata = { ...WEB_CLIENT, client_id: 'other' }
const PUBLIC_CLIENT: ClientMetadata = {
  client_id: 'spa',
  redirect_uris: [REDIRECT_URI],
  token_endpoint_auth_method: 'none',
}
const SECRET = { client_id: 'web', client_secret: WEB_CLIENT.client_secret ?? '' }

async function start(configuration: Configuration = {}, options: StartOptions = {}) {
  const op = await startProvider(
    { clients: [WEB_CLIENT, OTHER_CLIENT, PUBLIC_CLIENT], ...configuration },
    options,
  )
  const { verifier, challenge } = pkce()
  const request = {
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    state: 'the state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  const push = (params: Record<string, string> = {}, credentials: Record<string, string> = SECRET) =>
    op.post('pushed_authorization_request', { ...request, ...credentials, ...params })
  const pushed = async (params: Record<string, string> = {}, credentials?: Record<string, string>) =>
    String((await push(params, credentials)).body['request_uri'])
  const urlOf = (requestUri: string, params: Record<string, string> = {}) =>
    `${op.provider.urlFor('authorization')}?${new URLSearchParams({
      client_id: 'web',
      request_uri: requestUri,
      ...params,
    })}`
  /** Sends a browser with the pushed request, and answers every prompt. */
  const visit = async (
    requestUri: string,
    params: Record<string, string> = {},
    agent: UserAgent = op.agent(),
  ) => {
    const response = await agent.follow(await agent.get(urlOf(requestUri, params)))
    const location = response.headers.get('location')
    const answer = location === null ? new URLSearchParams() : new URL(location).searchParams
    return { agent, response, location, answer, code: answer.get('code') ?? '', page: await response.text() }
  }
  return { op, request, push, pushed, urlOf, visit, verifier }
}

describe('pushed authorization requests (RFC 9126)', () => {
  afterEach(() => {
    sinon.restore()
    return stopProviders()
  })

  describe('§2 the endpoint', () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      it(`P1 answers ${method} with 405`, async () => {
        const { op } = await start()

        const response = await op
          .agent()
          .request(op.provider.urlFor('pushed_authorization_request'), { method })

        expect(response.status).to.equal(405)
      })
    }

    for (const [title, credentials] of [
      ['a wrong secret', { client_id: 'web', client_secret: 'wrong' }],
      ['no secret', { client_id: 'web' }],
      ['an unknown client', { client_id: 'nobody', client_secret: 'x' }],
    ] as const) {
      it(`P2 refuses ${title}, and stores nothing`, async () => {
        const counting = countingAdapter(memoryAdapter())
        const { push } = await start({ adapter: counting.adapter })

        const { status, body } = await push({}, credentials)

        expect(status).to.equal(401)
        expect(body['error']).to.equal('invalid_client')
        expect(
          counting.calls.filter(({ name }) => name === 'commit' || name.endsWith('upsert')),
        ).to.deep.equal([])
      })
    }

    it('P4 refuses request_uri in the form (§2.1)', async () => {
      const { push, pushed } = await start()

      const { status, body } = await push({ request_uri: await pushed() })

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_request')
    })

    for (const redirectUri of [
      'https://evil.example.com/cb',
      `${REDIRECT_URI}/../x`,
      `${REDIRECT_URI}#fragment`,
      'https://rp.example.com@evil.example.com/cb',
      'javascript:alert(1)',
    ]) {
      it(`P5 refuses the redirect_uri ${redirectUri} with JSON`, async () => {
        const { op, push } = await start()
        const failed = op.nextError('pushed_authorization_request.error')

        const { status, body, headers } = await push({ redirect_uri: redirectUri })

        expect(status).to.equal(400)
        expect(body['error']).to.equal('invalid_request')
        expect(headers.get('cache-control')).to.equal('no-store')
        expect((await failed).error).to.equal('invalid_request')
      })
    }

    it('P7 answers 413 to a form that is too long', async () => {
      const { push } = await start()

      expect((await push({ state: 'x'.repeat(60_000) })).status).to.equal(413)
    })

    it('answers other mistakes of the request as JSON, too (§2.3)', async () => {
      const { push } = await start()

      expect((await push({ scope: '"' })).body['error']).to.equal('invalid_scope')
      expect((await push({ response_type: 'bogus' })).body['error']).to.equal('unsupported_response_type')
      expect((await push({ response_mode: 'bogus' })).status).to.equal(400)
      expect((await push({ code_challenge: '' })).status).to.equal(400)
    })

    it('A085 answers 201 with a request_uri that lives for 60 seconds (§2.2)', async () => {
      stopClock()
      const { op, push } = await start()
      const heard = op.next('pushed_authorization_request.success')

      const { status, body, headers } = await push()

      expect(status).to.equal(201)
      expect(headers.get('cache-control')).to.equal('no-store')
      expect(body['expires_in']).to.be.oneOf([59, 60])
      expect(body['request_uri']).to.match(/^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}$/)
      const [, client] = await heard
      expect(client).to.have.property('clientId', 'web')
    })

    it('P18 stores the parameters without the credentials they came with', async () => {
      const { op, pushed } = await start()

      const uri = await pushed()

      const stored = await op.provider.PushedAuthorizationRequest.find(uri.split(':').at(-1) ?? '')
      const [, claims = ''] = stored?.request?.split('.') ?? []
      const written = Buffer.from(claims, 'base64url').toString()
      expect(written).to.include('the state')
      expect(written).not.to.include(SECRET.client_secret)
      expect(JSON.stringify(stored)).not.to.include(SECRET.client_secret)
    })

    it('stores the parameters as a request object of the client for us (RFC 9101 §4)', async () => {
      const { op, pushed } = await start()
      const stored = await op.provider.PushedAuthorizationRequest.find(
        (await pushed()).split(':').at(-1) ?? '',
      )
      const [, claims = ''] = stored?.request?.split('.') ?? []

      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).to.include({
        iss: 'web',
        client_id: 'web',
        aud: op.issuer,
      })
    })

    it('tells listeners of what was stored', async () => {
      const { op, pushed } = await start()
      const told: unknown[] = []
      op.provider.on('pushed_authorization_request.success', ({ oidc: { entities } }) =>
        told.push(entities.PushedAuthorizationRequest?.jti),
      )
      const uri = await pushed()

      expect(told).to.deep.equal([uri.split(':').at(-1)])
    })

    it('F115 tells discovery (§5)', async () => {
      const { op } = await start({
        features: { pushedAuthorizationRequests: { requirePushedAuthorizationRequests: true } },
      })

      const response = await op.agent().get(op.provider.urlFor('discovery'))

      expect(await response.json()).to.include({
        pushed_authorization_request_endpoint: op.provider.urlFor('pushed_authorization_request'),
        require_pushed_authorization_requests: true,
      })
    })

    it('is not there while the feature is off', async () => {
      const { op, visit } = await start({ features: { pushedAuthorizationRequests: { enabled: false } } })

      const response = await op.agent().post(`${op.issuer}/request`, {})
      const { answer } = await visit('urn:ietf:params:oauth:request_uri:x', { redirect_uri: REDIRECT_URI })

      expect(response.status).to.equal(404)
      expect(answer.get('error')).to.equal('request_uri_not_supported')
    })
  })

  describe('§2.4 redirect URIs that are not registered', () => {
    const allowing = { features: { pushedAuthorizationRequests: { allowUnregisteredRedirectUris: true } } }
    const FRESH = 'https://rp.example.com/other/cb'

    it('P5 are refused to public clients', async () => {
      const { push } = await start(allowing)

      const { body } = await push({ redirect_uri: FRESH }, { client_id: 'spa' })

      expect(body['error']).to.equal('invalid_request')
    })

    for (const redirectUri of [
      'javascript:alert(1)',
      `${FRESH}#x`,
      'https://a@b.example.com',
      'custom:/cb',
    ]) {
      it(`P5 are refused where they could not be registered: ${redirectUri}`, async () => {
        const { push } = await start(allowing)

        expect((await push({ redirect_uri: redirectUri })).body['error']).to.equal('invalid_request')
      })
    }

    it('P5 are refused with wildcards in the host name', async () => {
      const { push } = await start({ ...allowing, clients: [WEB_CLIENT] })
      const { body } = await push({ redirect_uri: 'https://*.example.com/cb' })

      expect(body['error']).to.equal('invalid_request')
    })

    it('P5 are refused without https where a token would arrive in them (RFC 9700 §4.1.3)', async () => {
      const client: ClientMetadata = {
        ...WEB_CLIENT,
        grant_types: ['authorization_code', 'implicit'],
        response_types: ['code', 'code token'],
      }
      const { push } = await start({
        ...allowing,
        clients: [client],
        responseTypes: ['code', 'code token'],
      })
      const plain = { redirect_uri: 'http://rp.example.com/other' }

      expect((await push({ ...plain, response_type: 'code token', nonce: 'n' })).body['error']).to.equal(
        'invalid_request',
      )
      expect((await push(plain)).status).to.equal(201)
    })

    it('may be what a native client could register (RFC 8252 §7.1)', async () => {
      const client: ClientMetadata = { ...WEB_CLIENT, application_type: 'native' }
      const { push } = await start({ ...allowing, clients: [client] })

      expect((await push({ redirect_uri: 'com.example.app:/cb' })).status).to.equal(201)
    })

    it('may be left out where one is registered', async () => {
      const { op, push } = await start(allowing)
      const { status, body } = await push({ redirect_uri: '' })

      expect({ status, error: body['error'] }).to.deep.equal({ status: 201, error: undefined })
      expect(op.serverErrors).to.deep.equal([])
    })

    it('P5 are refused beside the endpoint', async () => {
      const { op } = await start(allowing)

      const { response, location } = await op.authorize({ redirect_uri: FRESH })

      expect(response.status).to.equal(400)
      expect(location).to.equal(null)
    })

    it('are used for the answer, also after an interaction', async () => {
      const { op, pushed, visit, verifier } = await start(allowing)

      const { location, code } = await visit(await pushed({ redirect_uri: FRESH }))
      const { status } = await op.exchange(code, verifier, { redirect_uri: FRESH })

      expect(location?.startsWith(`${FRESH}?`)).to.equal(true)
      expect(status).to.equal(200)
    })
  })

  describe('§4 the authorization request', () => {
    it('A085 takes the parameters that were pushed, and none beside them', async () => {
      const { op, pushed, visit, verifier } = await start()

      const { location, answer, code } = await visit(await pushed(), {
        state: 'another',
        scope: 'openid email',
        redirect_uri: 'https://evil.example.com',
        nonce: 'n',
      })
      const { status, body } = await op.exchange(code, verifier)

      expect(location?.startsWith(`${REDIRECT_URI}?`)).to.equal(true)
      expect(answer.get('state')).to.equal('the state')
      expect(status).to.equal(200)
      expect(body['scope']).to.equal('openid')
    })

    for (const [title, suffix] of [
      ['unknown', 'x'.repeat(43)],
      ['empty', ''],
      ['very long', 'x'.repeat(3000)],
      ['strange', '../../x"\u0000'],
    ] as const) {
      it(`P10 shows a page for a request_uri that is ${title}, and nobody is redirected`, async () => {
        const { op, visit } = await start()
        const failed = op.nextError('authorization.error')

        const { response, location } = await visit(`urn:ietf:params:oauth:request_uri:${suffix}`, {
          redirect_uri: REDIRECT_URI,
        })

        expect(response.status).to.equal(400)
        expect(location).to.equal(null)
        expect((await failed).error).to.equal('invalid_request_uri')
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('P8 shows a page to another client, which does not use the request up (§7.3)', async () => {
      const { pushed, visit } = await start()
      const uri = await pushed()

      const stolen = await visit(uri, { client_id: 'other' })
      const own = await visit(uri)

      expect(stolen.response.status).to.equal(400)
      expect(stolen.location).to.equal(null)
      expect(stolen.page).to.include('invalid_request_uri')
      expect(own.code).not.to.equal('')
    })

    it('P10 looks nothing up that cannot be one of ours', async () => {
      const counting = countingAdapter(memoryAdapter())
      const { visit } = await start({ adapter: counting.adapter })
      const looked = () =>
        counting.calls.filter(({ name }) => name === 'PushedAuthorizationRequest.find').length
      for (const value of ['', 'x'.repeat(257)]) await visit(`urn:ietf:params:oauth:request_uri:${value}`)
      const before = looked()
      await visit(`urn:ietf:params:oauth:request_uri:${'x'.repeat(256)}`)

      expect([before, looked()]).to.deep.equal([0, 1])
    })

    it('P11 refuses one that storage says was used', async () => {
      const entries = new Map<string, AdapterPayload>()
      const { pushed, visit } = await start({ adapter: mapAdapter(entries) })
      const uri = await pushed()
      const key = `PushedAuthorizationRequest:${uri.split(':').at(-1)}`
      entries.set(key, { ...entries.get(key), consumed: true })
      const { response, location } = await visit(uri)

      expect([response.status, location]).to.deep.equal([400, null])
    })

    it('P11 destroys the one that was answered, and tells listeners', async () => {
      const entries = new Map<string, AdapterPayload>()
      const { op, pushed, visit } = await start({ adapter: mapAdapter(entries) })
      const told: unknown[] = []
      op.provider.on('pushed_authorization_request.destroyed', ({ kind, jti, clientId }) =>
        told.push([kind, jti, clientId]),
      )
      const first = (await pushed()).split(':')
      const { agent } = await visit(first.join(':'))
      const second = (await pushed()).split(':')
      await visit(second.join(':'), {}, agent)

      expect(told).to.deep.equal(
        [first, second].map((uri) => ['PushedAuthorizationRequest', uri.at(-1), 'web']),
      )
      expect([...entries.keys()].filter((key) => key.startsWith('PushedAuthorizationRequest'))).to.deep.equal(
        [],
      )
    })

    it('P10 refuses an expired request_uri', async () => {
      const { pushed, visit } = await start()
      const uri = await pushed()
      sinon.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] })

      const { response, location, page } = await visit(uri)

      expect(response.status).to.equal(400)
      expect(location).to.equal(null)
      expect(page).to.include('invalid_request_uri')
    })

    it('P20 checks the client again: one that may no longer use the redirect URI is refused', async () => {
      const memory = memoryAdapter()
      const { op, push, visit } = await start({ adapter: memory, clients: [OTHER_CLIENT] })
      const { client_id: id, ...metadata } = { ...WEB_CLIENT, client_id: 'stored' }
      await memory('Client').upsert(id, metadata)
      const { body } = await push({}, { client_id: id, client_secret: SECRET.client_secret })
      await memory('Client').upsert(id, { ...metadata, redirect_uris: ['https://moved.example.com'] })

      const moved = await visit(String(body['request_uri']), { client_id: id })
      await memory('Client').destroy(id)
      const gone = await visit(String(body['request_uri']), { client_id: id })

      expect([moved.response.status, moved.location]).to.deep.equal([400, null])
      expect([gone.response.status, gone.location]).to.deep.equal([400, null])
      expect(op.serverErrors).to.deep.equal([])
    })

    it('P11 refuses a request_uri that was answered', async () => {
      const { op, pushed, visit } = await start()
      const uri = await pushed()
      const { agent, code } = await visit(uri)
      const failed = op.nextError('authorization.error')

      const again = await visit(uri, {}, agent)

      expect(code).not.to.equal('')
      expect(again.response.status).to.equal(400)
      expect(again.location).to.equal(null)
      expect((await failed).error).to.equal('invalid_request_uri')
    })

    it('P12 lets the login page be loaded twice, and answers once', async () => {
      const { op, pushed, urlOf, visit } = await start()
      const uri = await pushed()
      const [first, second] = [op.agent(), op.agent()]
      const screens = await Promise.all([first, second, second].map((agent) => agent.get(urlOf(uri))))
      expect(screens.map(({ status }) => status)).to.deep.equal([303, 303, 303])

      const answered = await visit(uri, {}, second)
      const late = await first.follow(screens[0] ?? Response.error())

      expect(answered.code).not.to.equal('')
      expect(late.status).to.equal(400)
      expect(late.headers.get('location')).to.equal(null)
    })

    it('P12 lets the end-user take longer than the request_uri lives, but not for ever', async () => {
      const { op, pushed, urlOf } = await start({
        ttl: { Interaction: 7 * 24 * 3600, Session: 30 * 24 * 3600 },
      })
      const started = async () => {
        const agent = op.agent()
        return { agent, response: await agent.get(urlOf(await pushed())) }
      }
      const soon = await started()
      const late = await started()

      const clock = sinon.useFakeTimers({ now: Date.now() + 3600_000, toFake: ['Date'] })
      const answered = await soon.agent.follow(soon.response)
      clock.tick(24 * 3600_000)
      const refused = await late.agent.follow(late.response)

      expect(answered.headers.get('location')).to.include('code=')
      expect(refused.status).to.equal(400)
      expect(refused.headers.get('location')).to.equal(null)
    })

    for (const [title, seconds, location] of [
      ['a second before 24 hours are over', 24 * 3600 - 1, /code=/],
      ['when 24 hours are over', 24 * 3600, undefined],
    ] as const) {
      it(`P12 ${location === undefined ? 'refuses' : 'answers'} an interaction that returns ${title}`, async () => {
        const { op, pushed, urlOf } = await start({
          ttl: { Interaction: 7 * 24 * 3600, Session: 30 * 24 * 3600 },
        })
        const uri = await pushed()
        const clock = sinon.useFakeTimers({
          now: Math.ceil(Date.now() / 1000) * 1000,
          toFake: ['Date'],
        })
        const agent = op.agent()
        const response = await agent.get(urlOf(uri))
        clock.tick(seconds * 1000)
        const answered = await agent.follow(response)

        if (location === undefined) expect(answered.headers.get('location')).to.equal(null)
        else expect(answered.headers.get('location')).to.match(location)
      })
    }

    for (const [title, adapter] of [
      ['an adapter that commits', () => memoryAdapter()],
      ['an adapter that does not', () => legacyAdapter()],
    ] as const) {
      it(`P11 answers one of 50 browsers that use a request_uri at the same time, with ${title}`, async () => {
        const { op, pushed, urlOf, visit } = await start({ adapter: latencyAdapter(adapter(), 2) })
        const { agent } = await visit(await pushed())
        const uri = await pushed()

        const answers = await Promise.all(Array.from({ length: 50 }, () => agent.get(urlOf(uri))))

        const locations = answers.flatMap((answer) => answer.headers.get('location') ?? [])
        expect(locations).to.have.lengthOf(1)
        expect(locations[0]).to.include('code=')
        expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([303, 400]))
        expect(op.serverErrors).to.deep.equal([])
      }).timeout(10_000)
    }

    it('P11 answers one of 50 interactions about one request_uri', async () => {
      const { op, pushed, urlOf } = await start({ adapter: latencyAdapter(memoryAdapter(), 2) })
      const uri = await pushed()
      const started = await Promise.all(
        Array.from({ length: 50 }, async () => {
          const agent = op.agent()
          return { agent, response: await agent.get(urlOf(uri)) }
        }),
      )

      const answers = await Promise.all(started.map(({ agent, response }) => agent.follow(response)))

      const locations = answers.flatMap((answer) => answer.headers.get('location') ?? [])
      expect(locations).to.have.lengthOf(1)
      expect(op.serverErrors).to.deep.equal([])
    }).timeout(10_000)

    it('P18 shows the parameters in no URL, cookie or log', async () => {
      const logged: string[] = []
      const log = (...args: unknown[]) => void logged.push(args.map(String).join(' '))
      const { op, pushed, urlOf } = await start({ logger: { info: log, warn: log, error: log } })
      const agent = op.agent()

      const response = await agent.get(
        urlOf(await pushed({ login_hint: 'secret-hint', state: 'secret-state' })),
      )

      const cookies = [...agent.cookies.values()].map(({ value }) => value)
      const seen = [response.headers.get('location'), ...cookies, ...logged].join('\n')
      expect(seen).not.to.match(/secret-(hint|state)/)
      expect(decodeURIComponent(seen)).not.to.match(/secret-(hint|state)/)
    })

    for (const [title, credentials, trusted] of [
      ['says which parameters an authenticated client sent', SECRET, true],
      ['does not trust a public client', { client_id: 'spa' }, false],
    ] as const) {
      it(`A089 ctx.oidc.trusted ${title}, in the interaction as well`, async () => {
        const trustedIn: (readonly string[])[] = []
        const { pushed, visit } = await start({
          loadExistingGrant: async (ctx) => {
            trustedIn.push(ctx.oidc.trusted)
            return undefined
          },
          interactions: {
            url: (ctx, interaction) => {
              trustedIn.push(interaction.trusted ?? [])
              return ctx.oidc.urlFor('authorization')
            },
          },
        })

        await visit(await pushed({}, credentials), { client_id: credentials.client_id }).catch(
          () => undefined,
        )

        for (const names of trustedIn.slice(0, 2)) {
          expect(names.includes('scope')).to.equal(trusted)
          expect(names.includes('state')).to.equal(trusted)
        }
        expect(trustedIn.length).to.be.at.least(2)
      })
    }
  })

  describe('§5, §6 required by provider or client', () => {
    const REQUIRING = { ...WEB_CLIENT, require_pushed_authorization_requests: true }

    for (const [title, configuration] of [
      ['the client', { clients: [REQUIRING] }],
      [
        'the provider',
        { features: { pushedAuthorizationRequests: { requirePushedAuthorizationRequests: true } } },
      ],
    ] as const) {
      it(`F115 P14 refuses a request that was not pushed where ${title} requires it, by redirect`, async () => {
        const { op, pushed, visit } = await start({
          ...configuration,
          ...configuration,
          clients: 'clients' in configuration ? [...configuration.clients] : [WEB_CLIENT],
        })

        const { answer } = await op.authorize({ state: 's' })
        const { code } = await visit(await pushed())

        expect(answer.get('error')).to.equal('invalid_request')
        expect(answer.get('state')).to.equal('s')
        expect(code).not.to.equal('')
      })
    }

    it('P15 does not concern the token endpoint', async () => {
      const { op } = await start({
        clients: [{ ...REQUIRING, grant_types: ['authorization_code', 'client_credentials'] }],
        features: { clientCredentials: { enabled: true } },
      })

      expect((await op.token({ grant_type: 'client_credentials' })).status).to.equal(200)
    })
  })

  describe('what it costs', () => {
    async function measured() {
      const counting = countingAdapter(latencyAdapter(memoryAdapter(), 2))
      const adapter: AdapterFactory = counting.adapter
      return { counting, ...(await start({ adapter })) }
    }

    it('a pushed request is one round trip', async () => {
      const { counting, push } = await measured()

      await push()

      expect(counting.depth()).to.equal(1)
      expect(counting.calls.map(({ name }) => name)).to.deep.equal(['commit'])
    })

    it('an authorization by pushed request is three round trips', async () => {
      const { counting, pushed, urlOf, visit } = await measured()
      const { agent } = await visit(await pushed())
      const uri = await pushed()
      counting.reset()

      const response = await agent.get(urlOf(uri))

      expect(response.headers.get('location')).to.include('code=')
      expect(counting.depth()).to.be.at.most(3)
    })
  })
})
