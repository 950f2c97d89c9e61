import { expect } from 'chai'
import { calculateJwkThumbprint, decodeProtectedHeader, type JWK } from 'jose'
import Provider from '../../lib/index.ts'
import type { AdapterFactory, AdapterPayload } from '../../types/adapter.ts'
import type { Configuration } from '../../types/configuration.ts'
import { ecPair, ed448Pair, ed25519Pair, jwkOf, rsaPair, x448Pair } from '../support/key_pair.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'
import { recordingLogger } from './recording_logger.ts'

const ISSUER = 'https://op.example.com'
const OFF = { devInteractions: { enabled: false } }

const rsa = (members: object = {}): JWK => ({
  ...rsaPair().privateKey.export({ format: 'jwk' }),
  ...members,
})
const ec = (namedCurve: string, members: object = {}): JWK => ({
  ...ecPair(namedCurve).privateKey.export({ format: 'jwk' }),
  ...members,
})
const okp = (members: object = {}): JWK => ({
  ...ed25519Pair().privateKey.export({ format: 'jwk' }),
  ...members,
})

const withKeys = (keys: readonly unknown[]) => () =>
  Reflect.construct(Provider, [ISSUER, { jwks: { keys }, logger: recordingLogger(), features: OFF }])

const without = (jwk: JWK, ...names: string[]) =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name)))

async function document(configuration: Configuration, route: string): Promise<Record<string, unknown>> {
  const op = await startProvider(configuration)
  const response = await op.agent().get(op.provider.urlFor(route))
  const served: unknown = await response.json()
  return { ...Object(served) }
}

describe('A016 what is missing for production', () => {
  const warnings = (configuration: Configuration) => {
    const logger = recordingLogger()
    new Provider(ISSUER, { features: OFF, ...configuration, logger })
    return logger.warnings
  }

  it('A016 each is told in a warning of its own', () => {
    const told = warnings({})

    expect(told.filter((text) => text.includes('signing keys'))).to.have.length(1)
    expect(told.filter((text) => text.includes('in memory'))).to.have.length(1)
    expect(told.filter((text) => text.includes('cookies are not signed'))).to.have.length(1)
    expect(told).to.have.length(3)
  })

  it('A016 nothing is told of what is there', () => {
    const complete = { jwks: { keys: [rsa()] }, adapter: mapAdapter(), cookies: { keys: ['a key'] } }

    expect(warnings(complete)).to.deep.equal([])
    expect(warnings({ ...complete, jwks: undefined })).to.have.length(1)
    expect(warnings({ ...complete, adapter: undefined })).to.have.length(1)
    expect(warnings({ ...complete, cookies: {} })).to.have.length(1)
  })

  it('F149 A016 without jwks, ID Tokens are signed with a key that is published', async () => {
    const op = await startProvider({ jwks: undefined })
    const { body } = await op.login()
    const published = await (await op.agent().get(op.provider.urlFor('jwks'))).text()

    expect(published).to.include(`"${decodeProtectedHeader(String(body['id_token'])).kid}"`)
  })
})

describe('A017 the keys of jwks (RFC 7517)', () => {
  afterEach(stopProviders)

  const private_ = rsa()
  for (const [title, keys, message] of [
    ['no keys', [], /jwks must be a JSON Web Key Set/],
    [
      'a public RSA key',
      [without(private_, 'd', 'p', 'q', 'dp', 'dq', 'qi')],
      /jwks\.keys\[0\] must be a private key/,
    ],
    [
      'a public EC key behind a private one',
      [private_, without(ec('P-256'), 'd')],
      /jwks\.keys\[1\] must be a private/,
    ],
    ['a secret', [{ kty: 'oct', k: 'c2VjcmV0' }], /must be an RSA, EC or OKP key/],
    ['a key of no known type', [{ kty: 'AKP', d: 'a' }], /must be an RSA, EC or OKP key/],
    ['a key without a type', [{ d: 'a' }], /must be an RSA, EC or OKP key/],
    ['an algorithm that does not fit the key', [rsa({ alg: 'ES256' })], /no algorithm fits/],
    ['a use that does not fit the algorithm', [rsa({ alg: 'RS256', use: 'enc' })], /no algorithm fits/],
    ['a signing curve for encryption alone', [okp({ use: 'enc' })], /no algorithm fits/],
    ['operations that only a public key does', [rsa({ key_ops: ['verify'] })], /no algorithm fits/],
    ['a curve that nothing signs with', [ec('secp256k1')], /no algorithm fits|cannot be used/],
    ['a larger Edwards curve (RFC 8037 §2)', [jwkOf(ed448Pair().privateKey)], /no algorithm fits/],
    ['a larger Montgomery curve (RFC 8037 §2)', [jwkOf(x448Pair().privateKey)], /no algorithm fits/],
    ['the same kid twice', [rsa({ kid: 'a' }), ec('P-256', { kid: 'a' })], /kid "a" is used twice/],
  ] as const) {
    it(`A017 must not hold ${title}`, () => {
      expect(withKeys(keys)).to.throw(TypeError, message)
    })
  }

  for (const kid of [1, null, {}]) {
    it(`A017 must not have ${JSON.stringify(kid)} for a kid (RFC 7517 §4.5)`, () => {
      expect(withKeys([{ ...ec('P-256'), kid }])).to.throw(TypeError, 'jwks.keys[0].kid must be text')
    })
  }

  it('A017 are named by their RFC 7638 thumbprint unless they have a kid', async () => {
    const keys = [rsa(), ec('P-256'), okp(), rsa({ kid: 'mine' })]
    const { keys: published } = await document({ jwks: { keys } }, 'jwks')
    const thumbprints = await Promise.all(keys.slice(0, 3).map((key) => calculateJwkThumbprint(key)))

    expect(published).to.be.an('array').with.length(4)
    expect([published].flat().map((key) => Reflect.get(Object(key), 'kid'))).to.deep.equal([
      ...thumbprints,
      'mine',
    ])
  })

  it('A017 are published without anything private', async () => {
    const { keys } = await document({ jwks: { keys: [rsa(), ec('P-256'), okp()] } }, 'jwks')

    for (const key of [keys].flat()) expect(Object(key)).not.to.have.any.keys('d', 'p', 'q', 'dp', 'dq', 'qi')
  })

  it('A017 use and alg narrow what a key is used for', async () => {
    const jwks = { keys: [rsa({ use: 'enc' }), rsa({ alg: 'PS256' }), ec('P-384'), okp()] }
    const served = await document(
      { jwks, clients: [], clientDefaults: { id_token_signed_response_alg: 'PS256' } },
      'discovery',
    )

    expect(served['id_token_signing_alg_values_supported']).to.have.members(['PS256', 'EdDSA'])
  })

  it('A017 a key for encryption signs nothing', async () => {
    const jwks = { keys: [rsa({ use: 'enc', kid: 'enc' }), rsa({ use: 'sig', kid: 'sig' })] }
    const op = await startProvider({ jwks })
    const { body } = await op.login()

    expect(decodeProtectedHeader(String(body['id_token']))).to.include({ kid: 'sig', alg: 'RS256' })
  })
})

describe('A018 the order of jwks', () => {
  afterEach(stopProviders)

  const first = rsa({ kid: 'first' })
  const second = rsa({ kid: 'second' })

  /** The kid of a new ID Token, and those that are published. */
  async function deployed(keys: readonly JWK[]) {
    const op = await startProvider({ jwks: { keys: [...keys] } })
    const { body } = await op.login()
    const served: unknown = await (await op.agent().get(op.provider.urlFor('jwks'))).json()
    const published = [Reflect.get(Object(served), 'keys')]
      .flat()
      .map((key) => Reflect.get(Object(key), 'kid'))
    return { signs: decodeProtectedHeader(String(body['id_token'])).kid, published }
  }

  it('A018 a key is rotated by appending it, deploying, and moving it to the front', async () => {
    expect(await deployed([first])).to.deep.equal({ signs: 'first', published: ['first'] })
    expect(await deployed([first, second])).to.deep.equal({ signs: 'first', published: ['first', 'second'] })
    expect(await deployed([second, first])).to.deep.equal({ signs: 'second', published: ['second', 'first'] })
  })

  it('A018 the first that fits signs, whatever stands in front of it', async () => {
    const { signs } = await deployed([ec('P-256'), okp(), rsa({ alg: 'PS256' }), second, first])

    expect(signs).to.equal('second')
  })

  it('A018 each algorithm has its own first key', async () => {
    const jwks = { keys: [first, ec('P-256', { kid: 'ec' }), second] }
    const client = { ...WEB_CLIENT, id_token_signed_response_alg: 'ES256' as const }
    const op = await startProvider({ jwks, clients: [client] })
    const { body } = await op.login()

    expect(decodeProtectedHeader(String(body['id_token']))).to.include({ alg: 'ES256', kid: 'ec' })
  })

  it('A018 an ID Token of the key before is still a hint (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const entries = new Map<string, AdapterPayload>()
    const op = await startProvider({ jwks: { keys: [second, first] }, adapter: mapAdapter(entries) })
    const { agent } = await op.authorize()
    const former = new Provider(op.issuer, {
      jwks: { keys: [first, second] },
      adapter: mapAdapter(entries),
      clients: [WEB_CLIENT],
      logger: recordingLogger(),
      features: OFF,
    })
    const client = await former.Client.find('web')
    if (client === undefined) throw new Error('no client')
    const token = new former.IdToken({ sub: 'alice' }, { client })
    const hint = await token.issue({ use: 'idtoken' })
    const { code } = await op.authorize({ id_token_hint: hint, prompt: 'none' }, agent)

    expect(decodeProtectedHeader(hint).kid).to.equal('first')
    expect(code).not.to.equal('')
  })
})

describe('A019 the adapter option', () => {
  afterEach(stopProviders)

  it('A019 makes nothing before it is needed, and then one per model', async () => {
    const made: string[] = []
    const inner = mapAdapter()
    const adapter: AdapterFactory = (name) => {
      made.push(name)
      return inner(name)
    }
    const op = await startProvider({ adapter })
    expect(made).to.deep.equal([])
    await op.login()
    await op.login()

    expect(made).to.include.members(['Session', 'Interaction', 'AuthorizationCode'])
    expect(new Set(made).size).to.equal(made.length)
  })
})

describe('A020 the discovery option (OpenID Connect Discovery 1.0 §3)', () => {
  afterEach(stopProviders)

  it('A020 adds members, and never takes the place of those that are worked out', async () => {
    const computed = await document({}, 'discovery')
    const forged = Object.fromEntries(Object.keys(computed).map((name) => [name, 'forged']))
    delete forged['claim_types_supported']
    const op = await startProvider({
      discovery: { ...forged, service_documentation: 'https://example.com', own: [1] },
    })
    const served: unknown = await (await op.agent().get(op.provider.urlFor('discovery'))).json()
    const inPlace = (value: unknown) => JSON.stringify(value).replaceAll(op.origin, 'ORIGIN')
    const expected = { ...computed, service_documentation: 'https://example.com', own: [1] }

    expect(JSON.parse(inPlace(served))).to.deep.equal(
      JSON.parse(inPlace(expected).replaceAll(String(computed['issuer']), 'ORIGIN')),
    )
  })

  it('A020 keeps members of features that are on', async () => {
    const served = await document({ discovery: { userinfo_endpoint: 'https://evil.example' } }, 'discovery')

    expect(served['userinfo_endpoint']).to.match(/\/me$/)
  })

  it('A020 keeps its defaults beside what the host adds', async () => {
    const served = await document({ discovery: { op_tos_uri: 'https://op.example.com/tos' } }, 'discovery')

    expect(served).to.deep.include({
      op_tos_uri: 'https://op.example.com/tos',
      claim_types_supported: ['normal'],
    })
    expect(served).not.to.have.any.keys('op_policy_uri', 'display_values_supported')
  })
})
