import { expect } from 'chai'
import { decodeProtectedHeader } from 'jose'
import Provider from '../../lib/index.ts'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import type { EncryptionAlgorithm, SigningAlgorithm } from '../../types/jwa.ts'
import { ecPair, rsaPair } from '../support/key_pair.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { manage, REGISTRATION, register, startRegistering } from '../support/registering.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const second = ecPair().privateKey.export({ format: 'jwk' })
const key = ecPair().privateKey.export({ format: 'jwk' })
const jwks = { keys: [{ ...key, kty: 'EC' }] }
const SILENT = { info() {}, warn() {}, error() {} }

const construct = (configuration: Configuration) => () =>
  new Provider('https://op.example.com', { jwks, logger: SILENT, ...configuration })
const withClient = (members: Partial<ClientMetadata>) =>
  construct({ clients: [{ ...WEB_CLIENT, ...members }] })

/** A provider with an RSA key alone that allows these algorithms. */
function allowingWithRsa(configuration: Configuration) {
  const rsa = rsaPair().privateKey.export({ format: 'jwk' })
  return (...idTokenSigningAlgValues: SigningAlgorithm[]) =>
    construct({
      jwks: { keys: [{ ...rsa, kty: 'RSA' }] },
      enabledJWA: { idTokenSigningAlgValues },
      ...configuration,
    })
}

describe('what is signed (OpenID Connect Core 1.0 §10.1)', () => {
  afterEach(stopProviders)

  it('K7 names its key by the kid in jwks_uri, where there are several', async () => {
    const op = await startProvider({
      jwks: {
        keys: [
          { ...key, kty: 'EC', kid: 'one' },
          { ...second, kty: 'EC', kid: 'two' },
        ],
      },
      clientDefaults: { id_token_signed_response_alg: 'ES256' },
      clients: [WEB_CLIENT],
    })
    const { body } = await op.login()

    expect(decodeProtectedHeader(String(body['id_token']))).to.deep.include({ alg: 'ES256', kid: 'one' })
  })
})

describe('algorithms that no key of the provider can serve (OpenID Connect Dynamic Client Registration 1.0 §2)', () => {
  afterEach(stopProviders)

  it('a static client with the default is refused, naming clientDefaults and what there are keys for', () => {
    expect(withClient({})).to.throw(TypeError, /client_id "web".*RS256.*keys for ES256.*clientDefaults/)
  })

  it('what is named instead is allowed as well, and a key is wanted where nothing is', () => {
    const allowing = allowingWithRsa({ clients: [{ ...WEB_CLIENT, id_token_signed_response_alg: 'ES256' }] })

    expect(allowing('ES256', 'PS256', 'PS384')).to.throw(TypeError, /keys for PS256, PS384: set/)
    expect(allowing('ES256')).to.throw(
      TypeError,
      /no key of the provider serves what enabledJWA allows of it/,
    )
  })

  it('a static client that chose one is refused', () => {
    expect(withClient({ id_token_signed_response_alg: 'PS256' })).to.throw(TypeError, /PS256.*keys for ES256/)
  })

  for (const name of [
    'userinfo_signed_response_alg',
    'introspection_signed_response_alg',
    'authorization_signed_response_alg',
  ]) {
    it(`a static client that chose one as ${name} is refused`, () => {
      const construct = (alg: string) => () =>
        new Provider('https://op.example.com', {
          jwks,
          logger: SILENT,
          clients: [{ ...WEB_CLIENT, [name]: alg }],
          clientDefaults: {
            id_token_signed_response_alg: 'ES256',
            introspection_signed_response_alg: 'ES256',
            authorization_signed_response_alg: 'ES256',
          },
          features: {
            introspection: { enabled: true },
            jwtIntrospection: { enabled: true },
            jwtResponseModes: { enabled: true },
            jwtUserinfo: { enabled: true },
          },
        })

      expect(construct('PS256')).to.throw(TypeError, new RegExp(`${name}.*PS256.*keys for ES256`))
      expect(construct('ES256')).not.to.throw()
    })
  }

  it('a client that would encrypt its request objects with one is refused, however it comes (RFC 9101 §6.1)', async () => {
    const features = { encryption: { enabled: true }, requestObjects: { request: true } }
    const encrypting = (alg: EncryptionAlgorithm): Configuration => ({
      clientDefaults: { id_token_signed_response_alg: 'ES256' },
      clients: [{ ...WEB_CLIENT, request_object_encryption_alg: alg }],
      features,
    })
    const op = await startRegistering({}, { jwks, features })

    const registered = await register(op, { ...REGISTRATION, request_object_encryption_alg: 'RSA-OAEP' })

    expect(construct(encrypting('RSA-OAEP'))).to.throw(
      TypeError,
      /request_object_encryption_alg.*RSA-OAEP.*keys for ECDH-ES/,
    )
    expect(
      construct({ ...encrypting('dir'), clientDefaults: { request_object_encryption_alg: 'RSA-OAEP' } }),
    ).to.throw(TypeError, /clientDefaults.request_object_encryption_alg.*RSA-OAEP, only with ECDH-ES/)
    for (const alg of ['ECDH-ES', 'dir'] as const) expect(construct(encrypting(alg)), alg).not.to.throw()
    expect([registered.status, registered.body['error']]).to.deep.equal([400, 'invalid_client_metadata'])
  })

  it('clientDefaults with one are told what is allowed and can be served', () => {
    const allowing = allowingWithRsa({ clientDefaults: { id_token_signed_response_alg: 'ES256' } })

    expect(allowing('ES256', 'PS256')).to.throw(TypeError, /ES256, only with PS256$/)
    expect(allowing('ES256')).to.throw(TypeError, /ES256, nor with anything that enabledJWA allows$/)
  })

  it('clientDefaults with one are refused', () => {
    expect(construct({ clientDefaults: { id_token_signed_response_alg: 'RS256' } })).to.throw(
      TypeError,
      /clientDefaults\.id_token_signed_response_alg.*RS256.*ES256/,
    )
  })

  it('a static client whose clientDefaults can be served is taken', () => {
    const clients = [WEB_CLIENT]
    expect(construct({ clients, clientDefaults: { id_token_signed_response_alg: 'ES256' } })).not.to.throw()
  })

  it('clientDefaults of anything else need no key', () => {
    const clientDefaults = {
      id_token_signed_response_alg: 'ES256',
      application_type: 'native',
      token_endpoint_auth_signing_alg: 'RS256',
    } as const

    expect(construct({ clientDefaults })).not.to.throw()
  })

  it('a stored client is refused before anybody logs in', async () => {
    const client: ClientMetadata = {
      ...WEB_CLIENT,
      client_id: 'stored',
      id_token_signed_response_alg: 'RS256',
    }
    const adapter = mapAdapter(new Map([['Client:stored', client]]))
    const op = await startProvider({ jwks, clients: [], adapter })
    const { location } = await op.authorize({ client_id: 'stored' })

    expect(location).to.equal(null)
  })

  it('a registration that chose one is refused (RFC 7591 §3.2.2)', async () => {
    const op = await startRegistering({}, { jwks })

    const { status, body } = await register(op, { ...REGISTRATION, id_token_signed_response_alg: 'RS256' })

    expect(status).to.equal(400)
    expect(body['error']).to.equal('invalid_client_metadata')
    expect(JSON.stringify(body)).not.to.include('clientDefaults')
  })

  it('a registration that chose none gets one that can be served, and is told (RFC 7591 §3.2.1)', async () => {
    const op = await startRegistering({}, { jwks })

    const { status, body } = await register(op)
    const read = await manage('GET', body)

    expect(status).to.equal(201)
    expect(body['id_token_signed_response_alg']).to.equal('ES256')
    expect(read.body['id_token_signed_response_alg']).to.equal('ES256')
  })
})
