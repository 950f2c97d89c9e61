import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import Provider, { errors } from '../../lib/index.ts'
import type { AdapterFactory } from '../../types/adapter.ts'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { countingAdapter } from '../support/counting_adapter.ts'
import { REDIRECT_URI, startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const SILENT = { info() {}, warn() {}, error() {} }

function construct(configuration: Configuration): Provider {
  return new Provider('https://op.example.com', {
    logger: SILENT,
    cookies: { keys: ['a key for cookies'] },
    features: { devInteractions: { enabled: false } },
    ...configuration,
  })
}

const client = (properties: object): ClientMetadata => ({ ...WEB_CLIENT, ...properties })

/** Storage in which clients can be put as a host's own tools would. */
function clientStorage(): { adapter: AdapterFactory; put(metadata: ClientMetadata): Promise<unknown> } {
  const adapter = memoryAdapter()
  return { adapter, put: (metadata) => adapter('Client').upsert(metadata.client_id, { ...metadata }) }
}

describe('static clients', () => {
  afterEach(stopProviders)

  const refused: [title: string, clients: unknown, message: RegExp][] = [
    ['A040 a client without client_id', [{ redirect_uris: [REDIRECT_URI] }], /clients .*client_id/],
    ['A040 a client_id that is used twice', [WEB_CLIENT, client({})], /client_id 'web' twice/],
    [
      'A039 a misspelt property',
      [client({ redirect_uris: undefined, redirect_uri: REDIRECT_URI })],
      /"web": redirect_uris is mandatory/,
    ],
    ['A039 a value of the wrong type', [client({ default_max_age: '5' })], /"web": default_max_age must be/],
    [
      'A039 a redirect URI with a fragment',
      [client({ redirect_uris: ['https://rp.example.com/#x'] })],
      /"web": redirect_uris /,
    ],
    ['A044 a key set that is a text', [client({ jwks: 'x' })], /"web": jwks must be a JSON Web Key Set/],
    [
      'A039 a secret that is missing',
      [client({ client_secret: undefined })],
      /"web": client_secret is mandatory property, or token_endpoint_auth_method: 'none' for a public client$/,
    ],
  ]
  for (const [title, clients, message] of refused) {
    it(`stop the provider from being constructed: ${title}`, () => {
      const configuration: object = { clients }

      expect(() => construct(configuration)).to.throw(TypeError, message)
    })
  }

  it('J22 a stored row may hold null for what is not there, and empty texts for what is shown (RFC 7591 §2)', async () => {
    const { adapter, put } = clientStorage()
    const op = await startProvider({ adapter, clients: [] })
    await put(client({ client_id: 'stored', jwks: null, default_max_age: null, policy_uri: '', scope: null }))

    const found = await op.provider.Client.find('stored')

    expect(found).to.include({ clientId: 'stored', idTokenSignedResponseAlg: 'RS256' })
    for (const name of ['jwks', 'defaultMaxAge', 'policyUri', 'scope'])
      expect(found, name).not.to.have.property(name)
  })

  it('A056 may have properties that nothing reads; each is named once, with what was meant', () => {
    const said: string[] = []
    const strays = { tos_url: 'https://rp.example.com', level: 1 }

    construct({
      clients: [client(strays), client({ ...strays, client_id: 'other' })],
      extraClientMetadata: { properties: ['level'] },
      features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
      logger: { ...SILENT, info: (message) => said.push(message) },
    })

    expect(said).to.deep.equal([
      'NOTICE: clients: client_id "web": tos_url is not known and does nothing, did you mean tos_uri?',
    ])
  })

  it('A056 that ask for what a feature does that is off are told so (RFC 9449 §5.2, RFC 8705 §3.4)', () => {
    const said: string[] = []
    const wishes = { dpop_bound_access_tokens: true, tls_client_certificate_bound_access_tokens: true }

    construct({
      clients: [
        client({
          dpop_bound_access_tokens: false,
          post_logout_redirect_uris: [],
          backchannel_logout_uri: null,
        }),
        client({ ...wishes, client_id: 'careful' }),
        client({ ...wishes, client_id: 'other' }),
      ],
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: { enabled: false },
        mTLS: { enabled: true },
      },
      logger: { ...SILENT, info: (message) => said.push(message) },
    })

    expect(said).to.deep.equal([
      'NOTICE: clients: client_id "careful": dpop_bound_access_tokens does nothing, as features.dPoP is off',
      'NOTICE: clients: client_id "careful": tls_client_certificate_bound_access_tokens does nothing, as features.mTLS.certificateBoundAccessTokens is off',
    ])
  })

  it('A039 are found without storage, and so is nothing else', async () => {
    const storage = countingAdapter(memoryAdapter())
    const provider = construct({ adapter: storage.adapter, clients: [WEB_CLIENT] })

    const found = await provider.Client.find('web')
    const again = await provider.Client.find('web')

    expect(found?.clientId).to.equal('web')
    expect(again).to.deep.equal(found)
    expect(storage.calls).to.deep.equal([])
    expect(await provider.Client.find('other')).to.equal(undefined)
    expect(storage.calls).to.have.lengthOf(1)
  })

  it('A039 hide a stored client with the same client_id', async () => {
    const storage = clientStorage()
    await storage.put(client({ client_name: 'stored' }))
    const provider = construct({ adapter: storage.adapter, clients: [client({ client_name: 'static' })] })

    expect((await provider.Client.find('web'))?.clientName).to.equal('static')
  })

  it('A057 are shown to the validator when they are first used, not before the provider is there', async () => {
    const seen: unknown[] = []
    const provider = construct({
      clients: [WEB_CLIENT],
      extraClientMetadata: { properties: ['level'], validator: (ctx, key) => seen.push([ctx, key]) },
    })

    expect(seen).to.deep.equal([])
    await provider.Client.find('web')
    expect(seen).to.deep.equal([[undefined, 'level']])
  })

  it('may have a grant type that is registered afterwards', async () => {
    const clients = [client({ grant_types: ['authorization_code', 'urn:example:knock'] })]
    const provider = construct({ clients })
    provider.registerGrantType('urn:example:knock', () => {})

    expect((await provider.Client.find('web'))?.grantTypeAllowed('urn:example:knock')).to.equal(true)
  })

  it('are no clients when nobody registers their grant type; the event says why', async () => {
    const op = await startProvider({
      clients: [client({ grant_types: ['authorization_code', 'urn:example:knock'] })],
    })
    const failed = op.nextError('grant.error')

    const { status, body } = await op.token({ grant_type: 'authorization_code', code: 'x' })

    expect(status).to.equal(401)
    expect(body).to.deep.equal({ error: 'invalid_client', error_description: 'client authentication failed' })
    expect((await failed).error_detail).to.match(/client "web" is not valid: grant_types can only contain/)
  })
})

describe('stored clients', () => {
  afterEach(stopProviders)

  for (const kind of ['static', 'stored']) {
    it(`what a host writes into a ${kind} client is gone with the request`, async () => {
      const storage = clientStorage()
      const metadata = client({ client_id: 'x', level: { of: ['one'] } })
      if (kind === 'stored') await storage.put(metadata)
      const op = await startProvider({
        adapter: storage.adapter,
        clients: kind === 'static' ? [metadata] : [],
        extraClientMetadata: { properties: ['level'] },
      })
      const seen: unknown[] = []
      op.provider.on('authorization.error', ({ oidc: { client: found } }) => {
        if (found === undefined) return
        seen.push([found.clientName, found.grantTypes.length, structuredClone(found['level'])])
        Object(found).clientName = 'another'
        found.grantTypes.length = 0
        Object(found['level']).of.push('two')
      })

      for (const _ of [1, 2]) await op.agent().get('/auth?client_id=x&response_type=nonsense')

      expect(seen).to.deep.equal([
        [undefined, 2, { of: ['one'] }],
        [undefined, 2, { of: ['one'] }],
      ])
    })
  }

  it('A041 are validated once per stored version, and a change is seen at once', async () => {
    const storage = clientStorage()
    await storage.put(client({ client_id: 'stored', client_name: 'first' }))
    let validated = 0
    const validator = () => {
      validated += 1
    }
    const provider = construct({
      adapter: storage.adapter,
      extraClientMetadata: { properties: ['level'], validator },
    })

    const first = await provider.Client.find('stored')
    expect(await provider.Client.find('stored')).to.deep.equal(first)
    expect(validated).to.equal(1)
    await storage.put(client({ client_id: 'stored', client_name: 'second' }))

    expect((await provider.Client.find('stored'))?.clientName).to.equal('second')
    expect(validated).to.equal(2)
  })

  it('A041 are none any more as soon as they are removed', async () => {
    const storage = clientStorage()
    await storage.put(client({ client_id: 'stored' }))
    const provider = construct({ adapter: storage.adapter })
    await provider.Client.find('stored')
    await storage.adapter('Client').destroy('stored')

    expect(await provider.Client.find('stored')).to.equal(undefined)
  })

  it('A059 get what clientDefaults say', async () => {
    const storage = clientStorage()
    await storage.put({ client_id: 'stored', redirect_uris: [REDIRECT_URI] })
    const provider = construct({
      adapter: storage.adapter,
      clientDefaults: { token_endpoint_auth_method: 'none', client_name: 'nameless' },
    })

    const { clientAuthMethod, clientName } = (await provider.Client.find('stored')) ?? {}
    expect([clientAuthMethod, clientName]).to.deep.equal(['none', 'nameless'])
  })

  it('A041 that are not valid look unknown at the authorization endpoint; the event says why', async () => {
    const storage = clientStorage()
    await storage.put(client({ client_id: 'stored', redirect_uris: ['https://rp.example.com/#x'] }))
    const op = await startProvider({ adapter: storage.adapter })
    const failed = op.nextError('authorization.error')

    const { response } = await op.authorize({ client_id: 'stored' })

    expect(response.status).to.equal(400)
    expect(await response.text())
      .to.include('client is invalid')
      .and.not.include('redirect_uris')
    expect((await failed).error_detail).to.match(/client "stored" is not valid: redirect_uris /)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('A041 that became invalid take their tokens with them', async () => {
    const storage = clientStorage()
    await storage.put(client({}))
    const op = await startProvider({ adapter: storage.adapter, clients: [] })
    const { body } = await op.login()
    await storage.put(client({ jwks: 5 }))
    const failed = op.nextError('userinfo.error')

    const { status, headers } = await op.userinfo(body['access_token'])

    expect(status).to.equal(401)
    expect(headers.get('www-authenticate')).to.include('error="invalid_token"')
    expect((await failed).error_detail).to.match(/client "web" is not valid: jwks /)
  })
})

describe('provider.Client', () => {
  it('validates metadata without storing them', () => {
    const storage = countingAdapter(memoryAdapter())
    const { Client } = construct({ adapter: storage.adapter })

    expect(Client.validate(WEB_CLIENT)).to.include({ client_id: 'web', application_type: 'web' })
    expect(() => Client.validate({ client_id: 'x' })).to.throw(errors.InvalidRedirectUri)
    expect(() => Client.validate(client({ jwks: 5 }))).to.throw(errors.InvalidClientMetadata)
    expect(storage.calls).to.deep.equal([])
  })

  it('says whether a client needs a secret', () => {
    const { Client } = construct({})

    expect(Client.needsSecret({})).to.equal(true)
    expect(Client.needsSecret({ token_endpoint_auth_method: 'none' })).to.equal(false)
    expect(
      Client.needsSecret({ token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'HS256' }),
    ).to.equal(true)
  })

  it('is patched for one provider alone', async () => {
    const [patched, other] = [construct({ clients: [WEB_CLIENT] }), construct({ clients: [WEB_CLIENT] })]
    patched.Client.prototype.redirectUriAllowed = (uri) => uri.endsWith('.preview.example.com/cb')

    const allows = async (provider: Provider) =>
      (await provider.Client.find('web'))?.redirectUriAllowed('https://a.preview.example.com/cb')
    expect(await allows(patched)).to.equal(true)
    expect(await allows(other)).to.equal(false)
  })

  it('lets a host match wildcard redirect URIs: F323', async () => {
    const op = await startProvider({
      clients: [client({ redirect_uris: ['https://*.preview.example.com/cb'] })],
      extraClientMetadata: { properties: ['redirect_uris'], validator: () => undefined },
    })
    const { redirectUriAllowed } = op.provider.Client.prototype
    op.provider.Client.prototype.redirectUriAllowed = function wildcard(uri) {
      return /^https:\/\/[a-z]+\.preview\.example\.com\/cb$/.test(uri) || redirectUriAllowed.call(this, uri)
    }

    const good = await op.authorize({ redirect_uri: 'https://a.preview.example.com/cb' })
    const bad = await op.authorize({ redirect_uri: 'https://a.b.example.com/cb' })

    expect(good.location).to.match(/^https:\/\/a\.preview\.example\.com\/cb\?code=/)
    expect(bad.response.status).to.equal(400)
    expect(bad.location).to.equal(null)
    await stopProviders()
  })
})
