import { expect } from 'chai'
import { errors } from '../../../lib/index.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { startClock, stopClock } from '../../support/clock.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const API = 'https://api.example.com/v1'
const OTHER = 'urn:example:other'

const SERVERS: Record<string, { scope: string; audience?: string; accessTokenTTL?: number }> = {
  [API]: { scope: 'api:read api:write', audience: 'the-api', accessTokenTTL: 7200 },
  [OTHER]: { scope: 'other:read' },
}

type Options = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>

function withResources(options: Options = {}, configuration: Configuration = {}): Configuration {
  return {
    ...configuration,
    clients: configuration.clients ?? [
      { ...WEB_CLIENT, grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] },
    ],
    features: {
      clientCredentials: { enabled: true },
      ...configuration.features,
      resourceIndicators: {
        getResourceServerInfo: (_ctx, indicator) => {
          const server = SERVERS[indicator]
          if (server === undefined) throw new errors.InvalidTarget()
          return server
        },
        ...options,
      },
    },
  }
}

/** The `resource` parameter as often as wanted, at the end of a URL or form. */
const resources = (...values: string[]) =>
  values.map((value) => `&resource=${encodeURIComponent(value)}`).join('')

/** A defaultResource as a host without types may write it. */
const answering = (answer: unknown): Options => Object({ defaultResource: () => answer })

async function start(options: Options = {}, configuration: Configuration = {}) {
  const op = await startProvider(withResources(options, configuration))
  /** Authorizes with any number of resources. */
  const authorize = async (scope: string, ...named: string[]) => {
    const agent = op.agent()
    const verifier = 'a'.repeat(43)
    const challenge = 'ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA'
    const url = op.authorizationUrl({
      scope,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      prompt: 'consent',
    })
    const response = await agent.follow(await agent.get(url + resources(...named)))
    const location = response.headers.get('location')
    const answer = location === null ? new URLSearchParams() : new URL(location).searchParams
    return { agent, answer, code: answer.get('code') ?? '', verifier }
  }
  const tokenFor = async (params: Record<string, string>, ...named: string[]) => {
    const form = new URLSearchParams({
      client_id: 'web',
      client_secret: WEB_CLIENT.client_secret ?? '',
      ...params,
    })
    return op.post('token', form.toString() + resources(...named))
  }
  const exchange = ({ code, verifier }: { code: string; verifier: string }, ...named: string[]) =>
    tokenFor(
      {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: 'https://rp.example.com/cb',
      },
      ...named,
    )
  const stored = async (value: unknown) => {
    const token = await op.provider.AccessToken.find(String(value))
    if (token === undefined) throw new Error('the access token is not stored')
    return token
  }
  return { op, authorize, exchange, tokenFor, stored }
}

describe('resource indicators (RFC 8707)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  describe('§2.1 authorization request', () => {
    for (const [title, named] of [
      ['that is relative', ['/v1']],
      ['with a fragment', [`${API}#x`]],
      ['with an empty fragment', [`${API}#`]],
      ['that nobody knows', ['https://unknown.example.com']],
      ['beside a known one that nobody knows', [API, 'https://unknown.example.com']],
      ['with white space', ['https://api.example.com/a b']],
      ['twenty-one times', Array.from({ length: 21 }, (_, index) => `${API}/${index}`)],
    ] as const) {
      it(`A65 A083 refuses a resource ${title}`, async () => {
        const { op, authorize } = await start()

        const { answer, code } = await authorize('openid api:read', ...named)

        expect(answer.get('error')).to.equal('invalid_target')
        expect(code).to.equal('')
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('A65 takes twenty resources', async () => {
      const { authorize } = await start({ getResourceServerInfo: () => ({ scope: 'api:read' }) })
      const twenty = Array.from({ length: 20 }, (_, index) => `${API}/${index}`)

      expect((await authorize('openid api:read', ...twenty)).code).to.not.equal('')
    })

    it('A65 refuses every resource while the host describes none', async () => {
      const op = await startProvider()

      const { answer } = await op.authorize({ resource: API })

      expect(answer.get('error')).to.equal('invalid_target')
    })

    it('ignores the parameter while the feature is off', async () => {
      const op = await startProvider({ features: { resourceIndicators: { enabled: false } } })

      const { code, verifier } = await op.authorize({ resource: API })
      const { status, body } = await op.exchange(code, verifier)

      expect(status).to.equal(200)
      expect((await op.provider.AccessToken.find(String(body['access_token'])))?.aud).to.equal(undefined)
    })

    it('tells a server error, not an invalid target, when the host describes nonsense', async () => {
      for (const info of [{ scope: 1 }, { scope: 'a', audience: '' }, { scope: 'a', accessTokenTTL: -1 }]) {
        const { op, authorize } = await start({ getResourceServerInfo: () => Object(info) })

        const { answer } = await authorize('openid api:read', API)

        expect(answer.get('error')).to.equal('server_error')
        expect(op.serverErrors[0]).to.be.instanceOf(TypeError)
      }
    })

    it('F136 F188 a ttl of the host comes before accessTokenTTL of the resource server (RFC 6749 §5.1)', async () => {
      stopClock()
      const ttls = { AccessToken: () => 111, ClientCredentials: 222 }
      const { op, authorize } = await start({}, { ttl: ttls })
      const { code, verifier } = await authorize('openid api:read', API)

      const forUser = await op.exchange(code, verifier, { resource: API })
      const forClient = await op.token({ grant_type: 'client_credentials', scope: 'api:read', resource: API })

      expect(forUser.body['expires_in']).to.equal(111)
      expect(forClient.body['expires_in']).to.equal(222)
    })

    it('F136 F188 a ttl of the host is the end of the token too, and what it says nothing of follows the resource server', async () => {
      stopClock()
      const { op, authorize } = await start({}, { ttl: { AccessToken: 111 } })
      const { code, verifier } = await authorize('openid api:read', API)

      const forUser = await op.exchange(code, verifier, { resource: API })
      const forClient = await op.token({ grant_type: 'client_credentials', scope: 'api:read', resource: API })

      const token = await op.provider.AccessToken.find(String(forUser.body['access_token']))
      expect([token?.remainingTTL, token?.aud]).to.deep.equal([111, 'the-api'])
      expect(forClient.body['expires_in']).to.equal(7200)
    })

    it('F136 without one the resource server decides', async () => {
      stopClock()
      const { op, authorize } = await start()
      const { code, verifier } = await authorize('openid api:read', API)

      const forUser = await op.exchange(code, verifier, { resource: API })
      const forClient = await op.token({ grant_type: 'client_credentials', scope: 'api:read', resource: API })

      expect(forUser.body['expires_in']).to.equal(7200)
      expect(forClient.body['expires_in']).to.equal(7200)
    })

    it('A900 takes several resources, and asks for consent to the scopes of each', async () => {
      let asked: Record<string, string[]> = {}
      const op = await startProvider(withResources(), {
        interact: async (_provider, prompt, missing) => {
          if (prompt === 'login') return { login: { accountId: 'alice' } }
          asked = missing.resources
          return { error: 'access_denied' }
        },
      })
      const agent = op.agent()
      const url = op.authorizationUrl({
        scope: 'openid api:read other:read',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      })

      await agent.follow(await agent.get(url + resources(API, OTHER)))

      expect(asked).to.deep.equal({ [API]: ['api:read'], [OTHER]: ['other:read'] })
    })

    describe('with a token from the authorization endpoint', () => {
      const client: ClientMetadata = {
        ...WEB_CLIENT,
        grant_types: ['authorization_code', 'implicit'],
        response_types: ['code', 'code token', 'code id_token token'],
      }
      const configuration: Configuration = {
        clients: [client],
        responseTypes: ['code', 'code token', 'code id_token token'],
      }
      const request = {
        response_type: 'code id_token token',
        nonce: 'n',
        scope: 'openid api:read other:read',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      }
      const answered = async (...named: string[]) => {
        const { op } = await start({}, configuration)
        const agent = op.agent()
        const response = await agent.follow(
          await agent.get(op.authorizationUrl(request) + resources(...named)),
        )
        const { hash } = new URL(response.headers.get('location') ?? '')
        return { op, answer: new URLSearchParams(hash.slice(1)) }
      }

      it('A65 A084 refuses two resources', async () => {
        const { answer } = await answered(API, OTHER)

        expect(answer.get('error')).to.equal('invalid_target')
        expect(answer.get('access_token')).to.equal(null)
      })

      it('A084 issues the token for the one resource, with its scopes only', async () => {
        const { op, answer } = await answered(API)

        const token = await op.provider.AccessToken.find(answer.get('access_token') ?? '')
        expect(token?.aud).to.equal('the-api')
        expect(token?.scope).to.equal('api:read')
      })
    })

    it('A900 takes several resources from a pushed request, too', async () => {
      const { op, exchange, stored } = await start()
      const form = new URLSearchParams({
        client_id: 'web',
        client_secret: WEB_CLIENT.client_secret ?? '',
        response_type: 'code',
        redirect_uri: 'https://rp.example.com/cb',
        scope: 'api:read other:read',
        code_challenge: 'ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA',
        code_challenge_method: 'S256',
      })
      const pushed = await op.post('pushed_authorization_request', form.toString() + resources(API, OTHER))
      const agent = op.agent()
      const uri = new URLSearchParams({ client_id: 'web', request_uri: String(pushed.body['request_uri']) })
      const response = await agent.follow(await agent.get(`${op.provider.urlFor('authorization')}?${uri}`))
      const code = new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? ''

      const { body } = await exchange({ code, verifier: 'a'.repeat(43) }, OTHER)

      expect((await stored(body['access_token'])).aud).to.equal(OTHER)
    })

    it('F131 A083 takes the resource that defaultResource names when the client names none', async () => {
      const { authorize, exchange, stored } = await start({
        defaultResource: (_ctx, _client, oneOf) => oneOf ?? API,
      })

      const { body } = await exchange(await authorize('api:read'))

      expect((await stored(body['access_token'])).aud).to.equal('the-api')
    })

    for (const nothing of [undefined, null, []]) {
      it(`A083 takes no resource where defaultResource answers ${JSON.stringify(nothing)}`, async () => {
        const { op, authorize, exchange } = await start(answering(nothing))
        const { body } = await exchange(await authorize('openid'))

        expect((await op.userinfo(body['access_token'])).status).to.equal(200)
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    for (const nonsense of [[API, 5], ['no uri'], `${API}#fragment`]) {
      it(`a defaultResource that answers ${JSON.stringify(nonsense)} is a server error`, async () => {
        const { op, authorize } = await start(answering(nonsense))
        const { answer } = await authorize('openid')

        expect(answer.get('error')).to.equal('server_error')
        expect(String(op.serverErrors[0])).to.match(/defaultResource must return absolute URIs/)
      })
    }

    it('refuses nothing silently: a defaultResource that returns nonsense is a server error', async () => {
      const { op, authorize } = await start({ defaultResource: () => Object(1) })

      const { answer } = await authorize('openid')

      expect(answer.get('error')).to.equal('server_error')
      expect(op.serverErrors[0]).to.be.instanceOf(TypeError)
    })

    it('asks again for consent to a resource scope that was not granted, and only then', async () => {
      const { op, authorize } = await start()
      const { agent } = await authorize('openid api:read', API)
      const again = (scope: string) => op.authorize({ scope, resource: API, prompt: 'none' }, agent)

      const more = await again('openid api:write')
      const same = await again('openid api:read')

      expect(more.answer.get('error')).to.equal('consent_required')
      expect(same.code).not.to.equal('')
    })
  })

  describe('§2.2 access token request', () => {
    it('A127 a scope that the resource server no longer knows is not issued, though it was granted', async () => {
      const server = { scope: 'api:read api:write' }
      const { op, authorize, exchange, stored } = await start({
        getResourceServerInfo: () => ({ ...server }),
      })
      const { agent } = await authorize('openid api:read api:write', API)
      server.scope = 'api:read'
      const { code, verifier } = await op.authorize(
        { scope: 'openid api:read api:write', resource: API, prompt: 'none' },
        agent,
      )

      const kept = await op.provider.AuthorizationCode.find(code)
      const { body } = await exchange({ code, verifier }, API)

      expect(kept?.scope).to.equal('openid api:read')
      expect((await stored(body['access_token'])).scope).to.equal('api:read')
    })

    it('A127 nor is one that went between the answer and the token', async () => {
      const server = { scope: 'api:read api:write' }
      const { authorize, exchange, stored } = await start({ getResourceServerInfo: () => ({ ...server }) })
      const answer = await authorize('openid api:read api:write', API)
      server.scope = 'api:read'
      const { body } = await exchange(answer, API)

      expect((await stored(body['access_token'])).scope).to.equal('api:read')
    })

    it('T18 refuses a resource that was not granted, and leaves the code usable', async () => {
      const { authorize, exchange } = await start()
      const granted = await authorize('openid api:read', API)

      const refused = await exchange(granted, OTHER)
      const answered = await exchange(granted, API)

      expect(refused.status).to.equal(400)
      expect(refused.body['error']).to.equal('invalid_target')
      expect(answered.status).to.equal(200)
    })

    it('A126 refuses a named resource when the request named none', async () => {
      const { authorize, exchange } = await start()

      const { status, body } = await exchange(await authorize('openid'), API)

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_target')
    })

    it('A126 refuses when several were granted and none is named', async () => {
      const { authorize, exchange } = await start()

      const { body } = await exchange(await authorize('api:read other:read', API, OTHER))

      expect(body['error']).to.equal('invalid_target')
    })

    it('A126 refuses two named resources', async () => {
      const { authorize, exchange } = await start()

      const { body } = await exchange(await authorize('api:read other:read', API, OTHER), API, OTHER)

      expect(body['error']).to.equal('invalid_target')
    })

    it('A126 refuses a resource that defaultResource names but nobody granted', async () => {
      const { authorize, exchange } = await start({
        defaultResource: (_ctx, _client, oneOf) =>
          oneOf === undefined ? undefined : 'https://evil.example.com',
      })

      const { body } = await exchange(await authorize('api:read other:read', API, OTHER))

      expect(body['error']).to.equal('invalid_target')
    })

    for (const [title, chosen] of [
      ['none', undefined],
      ['two', [API, OTHER]],
    ] as const) {
      it(`A126 refuses when defaultResource chooses ${title} of several`, async () => {
        const { authorize, exchange } = await start({
          defaultResource: (_ctx, _client, oneOf) =>
            oneOf === undefined || chosen === undefined ? undefined : [...chosen],
        })
        const { body } = await exchange(await authorize('api:read other:read', API, OTHER))

        expect(body['error']).to.equal('invalid_target')
      })
    }

    it('F133 A126 asks useGrantedResource only where resources were granted', async () => {
      let asked = 0
      const useGrantedResource = () => {
        asked += 1
        return false
      }
      const { authorize, exchange } = await start({ useGrantedResource })
      await exchange(await authorize('openid'))
      const before = asked
      await exchange(await authorize('openid api:read', API))

      expect([before, asked]).to.deep.equal([0, 1])
    })

    it('T18 ignores a scope parameter', async () => {
      const { authorize, tokenFor, stored } = await start()
      const { code, verifier } = await authorize('openid api:read', API)

      const { body } = await tokenFor(
        {
          grant_type: 'authorization_code',
          code,
          code_verifier: verifier,
          redirect_uri: 'https://rp.example.com/cb',
          scope: 'api:write',
        },
        API,
      )

      expect((await stored(body['access_token'])).scope).to.equal('api:read')
    })

    it('A126 A900 issues a token for the one that is named of several', async () => {
      const { authorize, exchange, stored } = await start()

      const { body } = await exchange(await authorize('openid api:read other:read', API, OTHER), OTHER)

      const token = await stored(body['access_token'])
      expect(token.aud).to.equal(OTHER)
      expect(token.scope).to.equal('other:read')
    })

    it('A126 takes the one of several that defaultResource chooses', async () => {
      const { authorize, exchange, stored } = await start({
        defaultResource: (_ctx, _client, oneOf) => oneOf?.[1],
      })

      const { body } = await exchange(await authorize('api:read other:read', API, OTHER))

      expect((await stored(body['access_token'])).aud).to.equal(OTHER)
    })

    it('A126 issues a userinfo token for openid when none is named', async () => {
      const { op, authorize, exchange, stored } = await start()

      const { body } = await exchange(await authorize('openid api:read', API))

      const token = await stored(body['access_token'])
      expect(token.aud).to.equal(undefined)
      expect(token.scope).to.equal('openid')
      expect((await op.userinfo(body['access_token'])).status).to.equal(200)
    })

    it('F133 A126 takes the granted one when useGrantedResource says so', async () => {
      const { authorize, exchange, stored } = await start({ useGrantedResource: async () => true })

      const { body } = await exchange(await authorize('openid api:read', API))

      expect((await stored(body['access_token'])).aud).to.equal('the-api')
    })

    it('A126 takes the granted one without openid', async () => {
      const { authorize, exchange, stored } = await start()

      const { body } = await exchange(await authorize('api:read', API))

      expect((await stored(body['access_token'])).aud).to.equal('the-api')
    })

    it('A126 takes the granted one when there is no userinfo endpoint', async () => {
      const { authorize, exchange, stored } = await start({}, { features: { userinfo: { enabled: false } } })

      const { body } = await exchange(await authorize('openid api:read', API))

      expect((await stored(body['access_token'])).aud).to.equal('the-api')
      expect(body['id_token']).to.be.a('string')
    })

    it('A127 a token holds scopes of its resource server only, and lives as long as that says', async () => {
      stopClock()
      const { op, authorize, exchange, stored } = await start()

      const { body } = await exchange(await authorize('openid api:read other:read', API), API)

      expect((await stored(body['access_token'])).scope).to.equal('api:read')
      expect(body['scope']).to.equal('api:read')
      expect(body['expires_in']).to.equal(7200)
      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
    })

    it('A127 the answer says when nothing is left of what was asked for: absent, it would be all of it (RFC 6749 §5.1)', async () => {
      const { authorize, exchange } = await start({ getResourceServerInfo: () => ({ scope: '' }) })

      const { status, body } = await exchange(await authorize('openid', API), API)

      expect([status, body['scope']]).to.deep.equal([200, ''])
    })

    it('R7 a refresh token gets tokens for every granted resource, never for another', async () => {
      const { authorize, exchange, tokenFor, stored } = await start()
      const first = await exchange(
        await authorize('openid offline_access api:read other:read', API, OTHER),
        API,
      )
      const refresh = { grant_type: 'refresh_token', refresh_token: String(first.body['refresh_token']) }

      const refused = await tokenFor(refresh, 'https://unknown.example.com')
      const answered = await tokenFor(refresh, OTHER)

      expect(refused.body['error']).to.equal('invalid_target')
      expect((await stored(answered.body['access_token'])).aud).to.equal(OTHER)
    })
  })

  describe('RFC 6749 §4.4 client credentials', () => {
    it('A128 refuses two resources', async () => {
      const { tokenFor } = await start()

      const { body } = await tokenFor({ grant_type: 'client_credentials' }, API, OTHER)

      expect(body['error']).to.equal('invalid_target')
    })

    it('A128 takes the resource that defaultResource names when the client names none', async () => {
      const { op, tokenFor } = await start({ defaultResource: () => API })
      const { body } = await tokenFor({ grant_type: 'client_credentials' })
      const token = await op.provider.ClientCredentials.find(String(body['access_token']))

      expect(token?.aud).to.equal('the-api')
    })

    it('A128 a token for a resource holds scopes of its server only, and is told to listeners', async () => {
      const { op, tokenFor } = await start({}, { scopes: ['openid', 'offline_access', 'own'] })
      const told: unknown[] = []
      op.provider.on('grant.success', ({ oidc }) => told.push(oidc.entities.ClientCredentials?.jti))
      const { body } = await tokenFor({ grant_type: 'client_credentials', scope: 'own api:read' }, API)
      const token = await op.provider.ClientCredentials.find(String(body['access_token']))

      expect(token?.scope).to.equal('api:read')
      expect(told).to.deep.equal([body['access_token']])
    })

    it('A128 a scope that the resource server defines is its own, whatever it is called', async () => {
      const { op, tokenFor } = await start({ getResourceServerInfo: () => ({ scope: 'offline_access' }) })

      const { body } = await tokenFor({ grant_type: 'client_credentials', scope: 'offline_access' }, API)

      const token = await op.provider.ClientCredentials.find(String(body['access_token']))
      expect(token?.scope).to.equal('offline_access')
      expect(body).not.to.have.property('refresh_token')
    })

    it('A128 refuses a scope that the resource server does not define', async () => {
      const { tokenFor } = await start()

      const { body } = await tokenFor({ grant_type: 'client_credentials', scope: 'other:read' }, API)

      expect(body['error']).to.equal('invalid_scope')
    })

    it('F132 F134 F135 F210 A128 issues a token for the resource, with its lifetime and without a refresh token', async () => {
      stopClock()
      const { op, tokenFor } = await start()

      const { body } = await tokenFor({ grant_type: 'client_credentials', scope: 'api:read' }, API)

      const token = await op.provider.ClientCredentials.find(String(body['access_token']))
      expect(token?.aud).to.equal('the-api')
      expect(token?.scope).to.equal('api:read')
      expect(body['expires_in']).to.equal(7200)
      expect(body).not.to.have.property('refresh_token')
    })
  })
})
