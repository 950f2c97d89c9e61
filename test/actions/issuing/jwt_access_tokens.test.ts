import { createPublicKey, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { compactDecrypt, compactVerify, decodeJwt, decodeProtectedHeader } from 'jose'
import type { Configuration, StructuredJWT } from '../../../types/configuration.ts'
import type { ContentEncryption, EncryptionAlgorithm } from '../../../types/jwa.ts'
import type { ResourceServerInfo } from '../../../types/resource_server.ts'
import { startClock, stopClock } from '../../support/clock.ts'
import { ecPair, ed25519Pair, jwkOf, rsaPair, x25519Pair } from '../../support/key_pair.ts'
import {
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'

const API = 'https://api.example.com'

const rsa = rsaPair()
const p256 = ecPair()
const p384 = ecPair('P-384')
const p521 = ecPair('P-521')
const ed25519 = ed25519Pair()
const x25519 = x25519Pair()

const second = rsaPair()
const JWKS = {
  keys: [
    jwkOf(rsa.privateKey, { kid: 'rsa' }),
    jwkOf(second.privateKey, { kid: 'second' }),
    jwkOf(p256.privateKey, { kid: 'p256' }),
    jwkOf(p384.privateKey, { kid: 'p384' }),
    jwkOf(p521.privateKey, { kid: 'p521' }),
    jwkOf(ed25519.privateKey, { kid: 'ed25519' }),
  ],
}

/** Bytes of the key that a symmetric algorithm takes. */
const SIZES: Record<string, number> = {
  'A128CBC-HS256': 32,
  'A192CBC-HS384': 48,
  'A256CBC-HS512': 64,
  A128GCM: 16,
  A192GCM: 24,
  A256GCM: 32,
  A128KW: 16,
  A192KW: 24,
  A256KW: 32,
  A128GCMKW: 16,
  A192GCMKW: 24,
  A256GCMKW: 32,
}

async function start(info: Partial<ResourceServerInfo>, configuration: Configuration = {}) {
  const op = await startProvider({
    jwks: JWKS,
    clients: [{ ...WEB_CLIENT, grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] }],
    ...configuration,
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'api:read api:write',
          accessTokenFormat: 'jwt',
          audience: 'the-api',
          ...info,
        }),
      },
    },
  })
  /** A token for the client itself. */
  const own = () => op.token({ grant_type: 'client_credentials', resource: API, scope: 'api:read' })
  /** A token for the end-user. */
  const login = async (params: Record<string, string> = {}) => {
    const { code, verifier } = await op.authorize({
      scope: 'openid api:read',
      resource: API,
      prompt: 'consent',
      ...params,
    })
    return op.exchange(code, verifier)
  }
  return { op, own, login }
}

async function decryptWith(jwe: unknown, key: KeyObject) {
  const { plaintext, protectedHeader } = await compactDecrypt(String(jwe), key)
  return { content: new TextDecoder().decode(plaintext), header: protectedHeader }
}

const ENCS: readonly ContentEncryption[] = [
  'A128CBC-HS256',
  'A192CBC-HS384',
  'A256CBC-HS512',
  'A128GCM',
  'A192GCM',
  'A256GCM',
]
const PUBLIC: readonly (readonly [EncryptionAlgorithm, { publicKey: KeyObject; privateKey: KeyObject }])[] = [
  ['RSA-OAEP', rsa],
  ['RSA-OAEP-256', rsa],
  ['RSA-OAEP-384', rsa],
  ['RSA-OAEP-512', rsa],
  ['ECDH-ES', p256],
  ['ECDH-ES', p384],
  ['ECDH-ES', p521],
  ['ECDH-ES', x25519],
  ['ECDH-ES+A128KW', p256],
  ['ECDH-ES+A192KW', p256],
  ['ECDH-ES+A256KW', x25519],
]
const SHARED: readonly EncryptionAlgorithm[] = [
  'A128KW',
  'A192KW',
  'A256KW',
  'A128GCMKW',
  'A192GCMKW',
  'A256GCMKW',
]

/** Every way there is; a resource indicator ends with the number of its own. */
const WAYS = ENCS.flatMap((enc) => [
  ...PUBLIC.map(([alg, pair]) => ({ alg, enc, key: pair.publicKey, opens: pair.privateKey, isSigned: true })),
  ...SHARED.map((alg) => shared(alg, enc, SIZES[alg])),
  shared('dir', enc, SIZES[enc]),
])

function shared(alg: EncryptionAlgorithm, enc: ContentEncryption, size = 0) {
  const key = createSecretKey(randomBytes(size))
  return { alg, enc, key, opens: key, isSigned: false }
}

function wayOf(indicator: string): ResourceServerInfo {
  const way = WAYS[Number(indicator.split('/').at(-1))]
  if (way === undefined) throw new Error('no such way')
  const { alg, enc, key, isSigned } = way
  const encrypt = { alg, enc, key, kid: 'theirs' }
  const jwt = isSigned ? { encrypt } : { sign: false as const, encrypt }
  return { scope: 'api:read', accessTokenFormat: 'jwt', audience: 'the-api', jwt }
}

describe('JWT access tokens encrypted with every algorithm (RFC 9068 §2.1, RFC 7518 §4.1, §5.1)', () => {
  let op: RunningProvider

  before(async () => {
    op = await startProvider({
      jwks: JWKS,
      clients: [{ ...WEB_CLIENT, grant_types: ['authorization_code', 'client_credentials'] }],
      features: {
        clientCredentials: { enabled: true },
        resourceIndicators: { getResourceServerInfo: (_ctx, indicator) => wayOf(indicator) },
      },
    })
  })

  after(stopProviders)

  for (const [position, { alg, enc, opens, isSigned }] of WAYS.entries()) {
    const { namedCurve } = opens.asymmetricKeyDetails ?? {}
    const kind = namedCurve ?? opens.asymmetricKeyType ?? 'shared'
    it(`F139 A138 ${isSigned ? 'signs, and ' : ''}encrypts with ${alg}, ${enc} and a ${kind} key`, async () => {
      const resource = `${API}/${position}`

      const { body } = await op.token({ grant_type: 'client_credentials', resource, scope: 'api:read' })

      const { content, header } = await decryptWith(body['access_token'], opens)
      const signed = isSigned ? await compactVerify(content, rsa.publicKey) : undefined
      const claims = signed === undefined ? content : new TextDecoder().decode(signed.payload)
      expect(header).to.include({ typ: 'at+jwt', alg, enc, kid: 'theirs' })
      expect(header.cty).to.equal(isSigned ? 'JWT' : undefined)
      expect(JSON.parse(claims)).to.include({ aud: 'the-api', sub: 'web', client_id: 'web' })
    })
  }
})

describe('JWT access tokens (RFC 9068)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  describe('what a resource server cannot ask for', () => {
    for (const [title, jwt] of [
      ['no protection at all', { sign: false }],
      ["the algorithm 'none'", { sign: Object({ alg: 'none' }) }],
      ['a key of jwks that is not there', { sign: { alg: 'RS256', kid: 'unknown' } }],
      ['a key of jwks of another kind', { sign: { alg: 'RS256', kid: 'p256' } }],
      ['HS256 with a secret that is too short', { sign: { alg: 'HS256', key: randomBytes(31) } }],
      ['HS256 with a public key', { sign: { alg: 'HS256', key: rsa.publicKey } }],
      ['HS256 without a key', { sign: Object({ alg: 'HS256' }) }],
      ['RS256 with a key of its own', { sign: Object({ alg: 'RS256', key: randomBytes(32) }) }],
      [
        'encryption with a public key only',
        { sign: false, encrypt: { alg: 'RSA-OAEP-256', enc: 'A128GCM', key: rsa.publicKey } },
      ],
      ['RSA1_5', { encrypt: { alg: Object('RSA1_5'), enc: 'A128GCM', key: rsa.publicKey } }],
      [
        'a password',
        { encrypt: Object({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', key: randomBytes(16) }) },
      ],
      ['dir with a key of the wrong size', { encrypt: { alg: 'dir', enc: 'A128GCM', key: randomBytes(32) } }],
    ] as const) {
      it(`A138 refuses ${title}, and issues nothing`, async () => {
        const { op, own } = await start({ jwt })

        const { status, body } = await own()

        expect(status).to.equal(500)
        expect(body).to.deep.equal({
          error: 'server_error',
          error_description: 'oops! something went wrong',
        })
        expect(op.serverErrors).to.have.lengthOf(1)
      })
    }

    it('A138 refuses to sign with none by default', async () => {
      const { own } = await start(
        {},
        {
          clientDefaults: { id_token_signed_response_alg: 'none' },
          clients: [
            {
              ...WEB_CLIENT,
              grant_types: ['client_credentials'],
              redirect_uris: [],
              response_types: [],
              id_token_signed_response_alg: 'RS256',
            },
          ],
        },
      )

      expect((await own()).status).to.equal(500)
    })

    it('A138 refuses a token that the customizer left without an audience', async () => {
      const { own } = await start(
        {},
        {
          formats: {
            customizers: {
              jwt: (_ctx, _token, jwt) => {
                delete jwt.payload['aud']
              },
            },
          },
        },
      )

      expect((await own()).status).to.equal(500)
    })
  })

  it('F137 O1 O2 A138 says who issued it, for whom, to whom and until when', async () => {
    stopClock()
    const { op, login } = await start({})

    const { body } = await login()

    const token = String(body['access_token'])
    const { payload, protectedHeader } = await compactVerify(token, rsa.publicKey)
    const claims = JSON.parse(new TextDecoder().decode(payload))
    expect(protectedHeader).to.deep.equal({ typ: 'at+jwt', alg: 'RS256', kid: 'rsa' })
    expect(claims).to.include({
      iss: op.issuer,
      aud: 'the-api',
      sub: 'alice',
      client_id: 'web',
      scope: 'api:read',
    })
    expect(claims.exp - claims.iat).to.equal(3600)
    expect(claims.jti).to.be.a('string').with.length.of.at.least(43)
    expect(body).to.include({ token_type: 'Bearer', expires_in: 3600, scope: 'api:read' })
  })

  it('A138 falls back to the client as the subject', async () => {
    const { own } = await start({})

    const { body } = await own()

    expect(decodeJwt(String(body['access_token']))).to.include({
      sub: 'web',
      client_id: 'web',
      scope: 'api:read',
    })
  })

  it('O4 uses the pairwise subject of the client', async () => {
    const { login } = await start(
      {},
      {
        clients: [{ ...WEB_CLIENT, subject_type: 'pairwise' }],
        subjectTypes: ['public', 'pairwise'],
        pairwiseIdentifier: (_ctx, accountId) => `pairwise ${accountId}`,
      },
    )

    const { body } = await login()

    expect(decodeJwt(String(body['access_token'])).sub).to.equal('pairwise alice')
  })

  it('A138 is not stored, and announced as issued', async () => {
    const { op, own, login } = await start({})
    const told: string[] = []
    op.provider.on('access_token.issued', (token) => told.push(`issued ${token.kind}`))
    op.provider.on('client_credentials.issued', (token) => told.push(`issued ${token.kind}`))
    op.provider.on('access_token.saved', () => told.push('saved'))
    op.provider.on('client_credentials.saved', () => told.push('saved'))

    const forUser = await login()
    const forClient = await own()

    expect(told).to.deep.equal(['issued AccessToken', 'issued ClientCredentials'])
    const { jti } = decodeJwt(String(forUser.body['access_token']))
    expect(await op.provider.AccessToken.find(String(jti))).to.equal(undefined)
    expect(await op.provider.ClientCredentials.find(String(forClient.body['access_token']))).to.equal(
      undefined,
    )
  })

  it('O1 neither it nor an ID Token opens the userinfo endpoint', async () => {
    const { op, login } = await start({})
    const { body } = await login()

    expect((await op.userinfo(body['access_token'])).status).to.equal(401)
    expect((await op.userinfo(body['id_token'])).status).to.equal(401)
  })

  it('F169 T25 extraTokenClaims adds claims and replaces none, not even one that is absent', async () => {
    const evil = {
      iss: 'evil',
      sub: 'evil',
      aud: 'evil',
      exp: 1,
      iat: 1,
      jti: 'evil',
      cnf: { jkt: 'x' },
    }
    const { op, own } = await start(
      {},
      { extraTokenClaims: () => ({ ...evil, scope: 'admin', client_id: 'evil', plan: 'gold' }) },
    )

    const { body } = await own()

    const claims = decodeJwt(String(body['access_token']))
    expect(claims).to.include({
      iss: op.issuer,
      sub: 'web',
      aud: 'the-api',
      scope: 'api:read',
      client_id: 'web',
    })
    expect(claims).not.to.have.any.keys('cnf')
    expect(claims['plan']).to.equal('gold')
  })

  it('F171 A138 the customizer runs last and may change every claim and header, but not what signs', async () => {
    const jwt = (_ctx: unknown, _token: unknown, structured: StructuredJWT) => {
      structured.header = { foo: 'bar', alg: 'none', kid: 'x' }
      structured.payload['sub'] = 'changed'
      structured.payload['plan'] = 'silver'
    }
    const { own } = await start(
      {},
      { extraTokenClaims: () => ({ plan: 'gold' }), formats: { customizers: { jwt } } },
    )

    const { body } = await own()

    const token = String(body['access_token'])
    expect(decodeProtectedHeader(token)).to.deep.equal({
      typ: 'at+jwt',
      foo: 'bar',
      alg: 'RS256',
      kid: 'rsa',
    })
    expect(decodeJwt(token)).to.include({ sub: 'changed', plan: 'silver' })
  })

  describe('signatures', () => {
    for (const [alg, key] of [
      ['RS256', rsa.publicKey],
      ['RS384', rsa.publicKey],
      ['RS512', rsa.publicKey],
      ['PS256', rsa.publicKey],
      ['PS384', rsa.publicKey],
      ['PS512', rsa.publicKey],
      ['ES256', p256.publicKey],
      ['ES384', p384.publicKey],
      ['ES512', p521.publicKey],
      ['EdDSA', ed25519.publicKey],
      ['Ed25519', ed25519.publicKey],
    ] as const) {
      it(`F138 A138 signs with ${alg}`, async () => {
        const { own } = await start({ jwt: { sign: { alg } } })

        const { body } = await own()

        const { protectedHeader } = await compactVerify(String(body['access_token']), key)
        expect(protectedHeader.alg).to.equal(alg)
      })
    }

    for (const [alg, size] of [
      ['HS256', 32],
      ['HS384', 48],
      ['HS512', 64],
    ] as const) {
      it(`F138 A138 signs with ${alg} and a shared secret, in a Buffer or a KeyObject`, async () => {
        const secret = randomBytes(size)
        for (const key of [secret, createSecretKey(secret)]) {
          const { own } = await start({ jwt: { sign: { alg, key, kid: 'shared' } } })

          const { body } = await own()

          const { protectedHeader } = await compactVerify(String(body['access_token']), secret)
          expect(protectedHeader).to.deep.equal({ typ: 'at+jwt', alg, kid: 'shared' })
        }
      })
    }

    it('A138 signs with the key that the resource server names', async () => {
      const { own } = await start({ jwt: { sign: { alg: 'RS256', kid: 'second' } } })

      const { body } = await own()

      const { protectedHeader } = await compactVerify(String(body['access_token']), second.publicKey)
      expect(protectedHeader.kid).to.equal('second')
    })

    it('A138 signs as clients have their ID Tokens signed by default', async () => {
      const { own } = await start({}, { clientDefaults: { id_token_signed_response_alg: 'ES256' } })

      const { body } = await own()

      expect(decodeProtectedHeader(String(body['access_token'])).alg).to.equal('ES256')
    })
  })

  describe('encryption', () => {
    it('A138 takes a public key as PEM', async () => {
      const pem = Buffer.from(rsa.publicKey.export({ type: 'spki', format: 'pem' }))
      const { own } = await start({ jwt: { encrypt: { alg: 'RSA-OAEP', enc: 'A128GCM', key: pem } } })

      const { body } = await own()

      const { content } = await decryptWith(body['access_token'], rsa.privateKey)
      await compactVerify(content, createPublicKey(rsa.privateKey))
    })
  })

  for (const [what, answer] of [
    ['a list', ['gold']],
    ['text', 'gold'],
    ['a number, later', Promise.resolve(5)],
    ['a list, later', Promise.resolve(['gold'])],
  ] as const) {
    it(`extraTokenClaims that answers with ${what} is a mistake of the host, and no token is issued`, async () => {
      const { op, own } = await start({}, Object({ extraTokenClaims: () => answer }))

      const { status, body } = await own()

      expect([status, body['error'], body['access_token']]).to.deep.equal([500, 'server_error', undefined])
      expect(op.serverErrors.map(String)).to.deep.equal([
        'TypeError: extraTokenClaims must return an object or undefined',
      ])
    })
  }

  for (const answer of [undefined, null, Promise.resolve(null)]) {
    it(`extraTokenClaims that answers with ${answer instanceof Promise ? 'null, later' : answer} adds nothing`, async () => {
      const { op, own } = await start(
        { accessTokenFormat: 'opaque' },
        Object({ extraTokenClaims: () => answer }),
      )

      const stored = await op.provider.ClientCredentials.find(String((await own()).body['access_token']))

      expect([stored?.aud, stored?.extra]).to.deep.equal(['the-api', undefined])
    })
  }

  it('A139 an opaque token keeps the extra claims with what is stored', async () => {
    const { op, own } = await start(
      { accessTokenFormat: 'opaque' },
      { extraTokenClaims: () => ({ plan: 'gold' }) },
    )

    const { body } = await own()

    const stored = await op.provider.ClientCredentials.find(String(body['access_token']))
    expect(stored?.extra).to.deep.equal({ plan: 'gold' })
    expect(stored?.aud).to.equal('the-api')
  })

  it('A139 the length of opaque tokens may depend on their kind', async () => {
    const bitsOfOpaqueRandomness = (_ctx: unknown, { kind }: { kind: string }) =>
      kind === 'ClientCredentials' ? 384 : 256
    const { own } = await start({ accessTokenFormat: 'opaque' }, { formats: { bitsOfOpaqueRandomness } })

    const { body } = await own()

    expect(body['access_token']).to.have.lengthOf(64)
  })
})
