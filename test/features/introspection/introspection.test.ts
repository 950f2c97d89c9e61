import { expect } from 'chai'
import type { AdapterPayload } from '../../../types/adapter.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { faultyAdapter } from '../../support/faulty_adapter.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import {
  ACCOUNT,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'
import {
  APPLICATION,
  clientToken,
  discoveryOf,
  introspect,
  RESOURCE_SERVER,
  startTokenEndpoints,
  userTokens,
} from '../../support/token_endpoints.ts'

const INACTIVE = { active: false }

/** Storage whose rows a test changes by hand. */
async function startWithRows(configuration: Parameters<typeof startTokenEndpoints>[0] = {}) {
  const rows = new Map<string, AdapterPayload>()
  const op = await startTokenEndpoints({ adapter: mapAdapter(rows), ...configuration })
  const change = (key: string, members: AdapterPayload) => rows.set(key, { ...rows.get(key), ...members })
  return { op, rows, change }
}

const keysOf = (rows: ReadonlyMap<string, AdapterPayload>, model: string) =>
  [...rows.keys()].filter((key) => key.startsWith(`${model}:`))

describe('token introspection (RFC 7662)', () => {
  afterEach(stopProviders)

  describe('A144 what is inactive (§2.2)', () => {
    for (const kind of ['AccessToken', 'RefreshToken', 'ClientCredentials'] as const) {
      it(`A144 an expired ${kind}`, async () => {
        const { op, change } = await startWithRows()
        const { accessToken, refreshToken } = await userTokens(op)
        const value = { AccessToken: accessToken, RefreshToken: refreshToken, ClientCredentials: '' }[kind]
        const token = value === '' ? await clientToken(op) : value
        expect((await introspect(op, token)).body['active']).to.equal(true)
        change(`${kind}:${token}`, { exp: Math.floor(Date.now() / 1000) })

        expect((await introspect(op, token)).body).to.deep.equal(INACTIVE)
      })
    }

    it('A144 a consumed refresh token', async () => {
      const op = await startTokenEndpoints({ rotateRefreshToken: true })
      const { refreshToken } = await userTokens(op)
      const { body } = await op.refresh(refreshToken)

      expect((await introspect(op, refreshToken)).body).to.deep.equal(INACTIVE)
      expect((await introspect(op, body['refresh_token'])).body['active']).to.equal(true)
    })

    it('A113 A144 tokens whose grant is gone, while the rows of the tokens are still there', async () => {
      const { op, rows } = await startWithRows()
      const { accessToken, refreshToken } = await userTokens(op)
      for (const key of keysOf(rows, 'Grant')) rows.delete(key)

      expect((await introspect(op, accessToken)).body).to.deep.equal(INACTIVE)
      expect((await introspect(op, refreshToken)).body).to.deep.equal(INACTIVE)
    })

    it('A113 A144 tokens whose grant has expired', async () => {
      const { op, rows, change } = await startWithRows()
      const { accessToken } = await userTokens(op)
      for (const key of keysOf(rows, 'Grant')) change(key, { exp: 1 })

      expect((await introspect(op, accessToken)).body).to.deep.equal(INACTIVE)
    })

    for (const [what, members] of [
      ['another client', { clientId: 'rs' }],
      ['another account', { accountId: 'mallory' }],
    ] as const) {
      it(`A144 a token whose grant is that of ${what}`, async () => {
        const { op, rows, change } = await startWithRows()
        const { accessToken } = await userTokens(op)
        for (const key of keysOf(rows, 'Grant')) change(key, members)

        expect((await introspect(op, accessToken)).body).to.deep.equal(INACTIVE)
      })
    }

    it('A144 a token of an account that names no grant', async () => {
      const op = await startTokenEndpoints()
      const client = await op.provider.Client.find('web')
      const token = new op.provider.AccessToken({ accountId: ACCOUNT, scope: 'openid', client })

      expect((await introspect(op, await token.save())).body).to.deep.equal(INACTIVE)
    })

    it('A117 A144 tokens that end with the session, once that is gone', async () => {
      const { op, rows } = await startWithRows({ expiresWithSession: () => true })
      const { accessToken, refreshToken } = await userTokens(op)
      expect((await introspect(op, accessToken)).body['active']).to.equal(true)
      for (const key of keysOf(rows, 'Session')) rows.delete(key)

      expect((await introspect(op, accessToken)).body).to.deep.equal(INACTIVE)
      expect((await introspect(op, refreshToken)).body).to.deep.equal(INACTIVE)
    })

    it('A117 A144 tokens that do not end with the session outlive it', async () => {
      const { op, rows } = await startWithRows({ expiresWithSession: () => false })
      const { accessToken } = await userTokens(op)
      for (const key of keysOf(rows, 'Session')) rows.delete(key)

      expect((await introspect(op, accessToken)).body['active']).to.equal(true)
    })

    it('A117 A144 the session of such tokens is not looked up', async () => {
      const storage = countingAdapter(mapAdapter())
      const op = await startTokenEndpoints({ adapter: storage.adapter, expiresWithSession: () => false })
      const { accessToken } = await userTokens(op)
      storage.reset()
      await introspect(op, accessToken)

      expect(storage.calls.map(({ name }) => name)).not.to.include('Session.findByUid')
    })

    it('A117 A144 a token whose session belongs to somebody else by now', async () => {
      const { op, rows, change } = await startWithRows({ expiresWithSession: () => true })
      const { accessToken } = await userTokens(op)
      for (const key of keysOf(rows, 'Session')) change(key, { accountId: 'mallory' })

      expect((await introspect(op, accessToken)).body).to.deep.equal(INACTIVE)
    })

    it('A117 A144 a token whose session has another grant for the client by now', async () => {
      const { op, rows, change } = await startWithRows({ expiresWithSession: () => true })
      const { accessToken } = await userTokens(op)
      for (const key of keysOf(rows, 'Session')) {
        const { authorizations = {} } = rows.get(key) ?? {}
        change(key, { authorizations: { web: { ...authorizations['web'], grantId: 'another' } } })
      }

      expect((await introspect(op, accessToken)).body).to.deep.equal(INACTIVE)
    })

    it('A144 what is no token at all, or of a kind that nobody can ask about: a code, a session, a grant', async () => {
      const { op, rows } = await startWithRows()
      const { code } = await op.authorize()
      const ids = ['Session', 'Grant'].flatMap((model) =>
        keysOf(rows, model).map((key) => key.slice(key.indexOf(':') + 1)),
      )

      expect(ids).to.have.length(2)
      for (const value of [code, ...ids, 'made up', 'x'.repeat(10_000), '__proto__'])
        expect((await introspect(op, value)).body, value).to.deep.equal(INACTIVE)
      expect(op.serverErrors).to.deep.equal([])
    })

    it('A144 a row that is damaged; the host hears of it', async () => {
      const { op, change } = await startWithRows()
      const { accessToken } = await userTokens(op)
      change(`AccessToken:${accessToken}`, { scope: JSON.parse('["openid"]') })

      expect((await introspect(op, accessToken)).body).to.deep.equal(INACTIVE)
      expect(op.serverErrors.map(String)).to.deep.equal([
        'MalformedEntry: storage returned a malformed AccessToken',
      ])
    })

    describe('the client of the token is looked for in storage, beside its grant', () => {
      async function startStored() {
        const storage = faultyAdapter(mapAdapter(rows))
        rows.clear()
        rows.set('Client:web', { ...APPLICATION, jwks: undefined })
        const op = await startTokenEndpoints({ adapter: storage.adapter, clients: [RESOURCE_SERVER] })
        const client = await op.provider.Client.find('web')
        const grant = new op.provider.Grant({ accountId: ACCOUNT, clientId: 'web' })
        grant.addOIDCScope('openid')
        const grantId = await grant.save()
        const token = new op.provider.AccessToken({ accountId: ACCOUNT, client, grantId, scope: 'openid' })
        return { op, storage, grantId, token: await token.save() }
      }
      const rows = new Map<string, AdapterPayload>()

      it('A144 A145 an access token is active while all are there', async () => {
        const { op, token } = await startStored()

        expect((await introspect(op, token)).body).to.include({
          active: true,
          sub: ACCOUNT,
          client_id: 'web',
        })
      })

      it('A144 and inactive when the client is gone, or the grant, or both', async () => {
        const { op, token, grantId } = await startStored()
        const client = rows.get('Client:web') ?? {}
        rows.delete('Client:web')
        expect((await introspect(op, token)).body).to.deep.equal(INACTIVE)
        rows.delete(`Grant:${grantId}`)
        expect((await introspect(op, token)).body).to.deep.equal(INACTIVE)
        rows.set('Client:web', client)
        expect((await introspect(op, token)).body).to.deep.equal(INACTIVE)
      })

      for (const gone of [false, true]) {
        it(`A144 storage that fails to find the client is a server_error, ${gone ? 'also while the grant is gone' : 'not an answer'}`, async () => {
          const { op, storage, token, grantId } = await startStored()
          if (gone) rows.delete(`Grant:${grantId}`)
          storage.arm(4, 'throw-before')

          const { status, body } = await introspect(op, token)

          expect(storage.calls.slice(3).sort()).to.deep.equal(['Client.find', 'Grant.find'])
          expect(storage.calls[3]).to.equal('Client.find')
          expect(status).to.equal(500)
          expect(body['error']).to.equal('server_error')
        })
      }
    })

    it('A144 the tokens of a client that is gone', async () => {
      const { op, rows } = await startWithRows({ clients: [RESOURCE_SERVER] })
      rows.set('Client:web', { ...APPLICATION, jwks: undefined })
      const token = new op.provider.ClientCredentials({
        client: await op.provider.Client.find('web'),
        scope: 'api',
      })
      const value = await token.save()
      expect((await introspect(op, value)).body['active']).to.equal(true)
      rows.delete('Client:web')

      expect((await introspect(op, value)).body).to.deep.equal(INACTIVE)
    })
  })

  describe('A145 what is told about an active token (§2.2)', () => {
    it('what belongs to a client that is not valid any more is not active, whoever asks (§2.2)', async () => {
      const adapter = mapAdapter()
      const op = await startProvider({
        adapter,
        clients: [WEB_CLIENT],
        features: { introspection: { enabled: true }, clientCredentials: { enabled: true } },
      })
      const stored: ClientMetadata = {
        ...WEB_CLIENT,
        client_id: 'stored',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      }
      await adapter('Client').upsert('stored', stored)
      const { body } = await op.token({ grant_type: 'client_credentials', client_id: 'stored' })
      const ask = async () => (await introspect(op, String(body['access_token']), {}, 'web')).body['active']

      expect(await ask()).to.equal(true)
      await adapter('Client').upsert('stored', { ...stored, contacts: ['nobody'] })
      expect(await ask()).to.equal(false)
      expect(op.serverErrors).to.deep.equal([])
    })

    it('A145 an access token of an end-user, extra claims first', async () => {
      const op = await startTokenEndpoints({ extraTokenClaims: () => ({ 'urn:idp:example:foo': 'bar' }) })
      const { accessToken } = await userTokens(op)
      const stored = await op.provider.AccessToken.find(accessToken)

      const { status, headers, body } = await introspect(op, accessToken)

      expect(status).to.equal(200)
      expect(headers.get('content-type')).to.equal('application/json; charset=utf-8')
      expect(Object.entries(body)).to.deep.equal([
        ['urn:idp:example:foo', 'bar'],
        ['active', true],
        ['client_id', 'web'],
        ['exp', stored?.exp],
        ['iat', stored?.iat],
        ['sid', stored?.sid],
        ['iss', op.issuer],
        ['scope', 'openid'],
        ['sub', ACCOUNT],
        ['token_type', 'Bearer'],
      ])
    })

    it('A145 claims of the host take the place of no member, nor of one that is not told (RFC 7662 §2.2)', async () => {
      const taken = {
        jti: 'jti',
        sub: 'mallory',
        active: false,
        aud: 'other',
        cnf: { jkt: 'x' },
        iss: 'evil',
      }
      const op = await startTokenEndpoints({ extraTokenClaims: () => ({ ...taken, kept: true }) })
      const { accessToken } = await userTokens(op)

      const { body } = await introspect(op, accessToken)

      expect(body).to.include({ active: true, sub: ACCOUNT, iss: op.issuer, kept: true })
      expect(body).to.not.have.any.keys('jti', 'aud', 'cnf')
    })

    it('A145 a refresh token has no token_type', async () => {
      const op = await startTokenEndpoints()
      const { refreshToken } = await userTokens(op)
      const stored = await op.provider.RefreshToken.find(refreshToken)

      expect((await introspect(op, refreshToken)).body).to.deep.equal({
        active: true,
        client_id: 'web',
        exp: stored?.exp,
        iat: stored?.iat,
        iss: op.issuer,
        scope: 'openid',
        sid: stored?.sid,
        sub: ACCOUNT,
      })
    })

    it('A145 a token of a client itself has no subject; audience and scope are those of the resource server', async () => {
      const op = await startTokenEndpoints({
        features: {
          resourceIndicators: {
            getResourceServerInfo: () => ({
              scope: 'api:read',
              audience: 'urn:api',
              accessTokenFormat: 'opaque',
            }),
          },
        },
      })
      const { body: issued } = await op.token({
        grant_type: 'client_credentials',
        resource: 'https://api.example.com',
        scope: 'api:read',
      })

      const { body } = await introspect(op, issued['access_token'])

      expect(body).to.include({ active: true, aud: 'urn:api', scope: 'api:read', token_type: 'Bearer' })
      expect(body).not.to.have.any.keys('sub', 'sid', 'jti', 'cnf')
    })

    for (const [member, type] of [
      ['jkt', 'DPoP'],
      ['x5t#S256', 'Bearer'],
    ] as const) {
      it(`A145 cnf of tokens that are bound by ${member} (RFC 8705 §3.2, RFC 9449 §6.2)`, async () => {
        const { op, change } = await startWithRows()
        const { accessToken, refreshToken } = await userTokens(op)
        const thumbprint = 'a'.repeat(43)
        change(`AccessToken:${accessToken}`, { [member]: thumbprint })
        change(`RefreshToken:${refreshToken}`, { [member]: thumbprint })

        const bearer = (await introspect(op, accessToken)).body
        const refreshing = (await introspect(op, refreshToken)).body

        expect(bearer['cnf']).to.deep.equal({ [member]: thumbprint })
        expect(bearer['token_type']).to.equal(type)
        expect(refreshing['cnf']).to.deep.equal({ [member]: thumbprint })
      })
    }

    it('A145 a token without an end or a scope says nothing of them', async () => {
      const { op, change } = await startWithRows()
      const token = await clientToken(op)
      change(`ClientCredentials:${token}`, { exp: undefined })

      const { body } = await introspect(op, token)

      expect(body['active']).to.equal(true)
      expect(body).not.to.have.any.keys('exp', 'scope')
    })
  })

  describe('A148 token_type_hint (§2.1)', () => {
    const hints = [
      'access_token',
      'refresh_token',
      'urn:ietf:params:oauth:token-type:access_token',
      'urn:ietf:params:oauth:token-type:refresh_token',
      'client_credentials',
      'something else',
      '',
    ]

    for (const hint of hints) {
      it(`A148 ${hint || 'an empty one'} hides no token`, async () => {
        const op = await startTokenEndpoints()
        const { accessToken, refreshToken } = await userTokens(op)

        for (const token of [accessToken, refreshToken, await clientToken(op)])
          expect((await introspect(op, token, { token_type_hint: hint })).body['active']).to.equal(true)
      })
    }

    /** Kinds that were looked up for the token, in groups that were started together. */
    async function lookups(hint: Record<string, string>, kind: 'accessToken' | 'refreshToken') {
      const storage = countingAdapter(mapAdapter())
      const op = await startTokenEndpoints({ adapter: storage.adapter })
      const tokens = await userTokens(op)
      storage.reset()
      await introspect(op, tokens[kind], hint)
      return storage.calls.map(({ name }) => name)
    }

    it('A148 the right one saves the other look-ups', async () => {
      const [access, refresh, urn] = [
        await lookups({ token_type_hint: 'access_token' }, 'accessToken'),
        await lookups({ token_type_hint: 'refresh_token' }, 'refreshToken'),
        await lookups({ token_type_hint: 'urn:ietf:params:oauth:token-type:refresh_token' }, 'refreshToken'),
      ]

      expect(access).to.deep.equal([
        'AccessToken.find',
        'ClientCredentials.find',
        'Grant.find',
        'Session.findByUid',
      ])
      expect(refresh).to.deep.equal(['RefreshToken.find', 'Grant.find', 'Session.findByUid'])
      expect(urn).to.deep.equal(refresh)
    })

    it('A148 without one all kinds are looked up, each once', async () => {
      expect(await lookups({}, 'refreshToken')).to.deep.equal([
        'AccessToken.find',
        'ClientCredentials.find',
        'RefreshToken.find',
        'Grant.find',
        'Session.findByUid',
      ])
    })

    it('A148 a wrong one is followed by the others', async () => {
      expect(await lookups({ token_type_hint: 'access_token' }, 'refreshToken')).to.deep.equal([
        'AccessToken.find',
        'ClientCredentials.find',
        'RefreshToken.find',
        'Grant.find',
        'Session.findByUid',
      ])
      expect(await lookups({ token_type_hint: 'refresh_token' }, 'accessToken')).to.deep.equal([
        'RefreshToken.find',
        'AccessToken.find',
        'ClientCredentials.find',
        'Grant.find',
        'Session.findByUid',
      ])
    })
  })

  describe('who may ask', () => {
    async function preflight(op: RunningProvider, origin: string) {
      return op.agent().request(op.provider.urlFor('introspection'), {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
    }

    it('F256 A032 browsers by clientBasedCORS, which is asked about the client that asks', async () => {
      const asked: unknown[] = []
      const op = await startTokenEndpoints({
        clientBasedCORS: (_ctx, origin, client) => {
          asked.push([origin, client.clientId])
          return origin === 'https://rs.example.com'
        },
      })
      const form = { client_id: 'rs', client_secret: RESOURCE_SERVER.client_secret ?? '', token: 'unknown' }
      const allowed = await op.post('introspection', form, { origin: 'https://rs.example.com' })
      const refused = await op.post('introspection', form, { origin: 'https://evil.example.com' })

      expect(allowed.headers.get('access-control-allow-origin')).to.equal('https://rs.example.com')
      expect(refused.status).to.equal(400)
      expect(refused.headers.get('access-control-allow-origin')).to.equal(null)
      expect(asked[0]).to.deep.equal(['https://rs.example.com', 'rs'])
      expect((await preflight(op, 'https://rs.example.com')).status).to.equal(204)
    })

    it('A036 answers are not to be stored', async () => {
      const op = await startTokenEndpoints()
      const { headers } = await introspect(op, 'unknown')

      expect(headers.get('cache-control')).to.equal('no-store')
      expect(headers.get('pragma')).to.equal('no-cache')
    })

    it('F242 the endpoint is POST /token/introspection, or what routes.introspection says', async () => {
      const op = await startTokenEndpoints()
      const moved = await startTokenEndpoints({ routes: { introspection: '/about' } })

      expect(new URL(op.provider.urlFor('introspection')).pathname).to.match(/\/token\/introspection$/)
      expect(new URL(moved.provider.urlFor('introspection')).pathname).to.match(/\/about$/)
      expect((await introspect(moved, 'unknown')).body).to.deep.equal(INACTIVE)
    })

    it('A198 F102 there is none by default', async () => {
      const op = await startProvider()
      const response = await op.agent().post('/token/introspection', { token: 'x' })

      expect(response.status).to.equal(404)
    })

    it('F031 what is refused is told to listeners of introspection.error', async () => {
      const op = await startTokenEndpoints()
      const told = op.nextError('introspection.error')
      await op.post('introspection', { client_id: 'rs', client_secret: 'wrong', token: 'x' })

      expect(await told).to.include({ error: 'invalid_client', statusCode: 401 })
    })

    it('F331 the listener of the document for errors of client authentication is given what it reads', async () => {
      const op = await startTokenEndpoints()
      const seen: unknown[] = []
      op.provider.on('introspection.error', ({ headers: { authorization }, oidc: { body, client } }, err) => {
        if (err.statusCode === 401 && err.message === 'invalid_client')
          seen.push([authorization, body?.['token'], client?.clientId])
      })
      await op.post('introspection', { token: 'x' }, { authorization: `Basic ${btoa('rs:wrong')}` })

      expect(seen).to.deep.equal([[`Basic ${btoa('rs:wrong')}`, 'x', 'rs']])
    })
  })

  it('middleware of the host adds to what is told, about any token', async () => {
    const op = await startTokenEndpoints()
    op.provider.use(async (ctx, next) => {
      await next()
      if (ctx.oidc?.route === 'introspection') Object.assign(ctx.body, { checked_by: 'us' })
    })
    const { accessToken } = await userTokens(op)

    expect((await introspect(op, accessToken)).body).to.include({ active: true, checked_by: 'us' })
    expect((await introspect(op, 'unknown')).body).to.deep.equal({ active: false, checked_by: 'us' })
    expect((await introspect(op, 'another')).body).to.deep.equal({ active: false, checked_by: 'us' })
  })

  it('F102 discovery names the endpoint and how clients authenticate there (RFC 8414 §2)', async () => {
    const op = await startTokenEndpoints()
    const document = await discoveryOf(op)

    expect(document['introspection_endpoint']).to.equal(op.provider.urlFor('introspection'))
    for (const member of ['auth_methods_supported', 'auth_signing_alg_values_supported']) {
      expect(document[`introspection_endpoint_${member}`]).to.be.an('array').that.is.not.empty
      expect(document[`introspection_endpoint_${member}`]).to.deep.equal(document[`token_endpoint_${member}`])
    }
  })
})
