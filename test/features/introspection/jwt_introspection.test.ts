import { expect } from 'chai'
import { compactDecrypt, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { ecPair, rsaPair } from '../../support/key_pair.ts'
import { ACCOUNT, type RunningProvider, stopProviders } from '../../support/start_provider.ts'
import {
  APPLICATION,
  credentials,
  discoveryOf,
  introspect,
  RESOURCE_SERVER,
  SECRET,
  startTokenEndpoints,
  userTokens,
} from '../../support/token_endpoints.ts'

const JWT = 'application/token-introspection+jwt'
const rsa = rsaPair()

async function ask(op: RunningProvider, token: string, accept = JWT) {
  const response = await op
    .agent()
    .post(
      op.provider.urlFor('introspection'),
      { ...credentials('rs'), token },
      accept === '' ? {} : { accept },
    )
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const start = (more: Partial<ClientMetadata> = {}, configuration: Configuration = {}) =>
  startTokenEndpoints({ ...configuration, clients: [APPLICATION, { ...RESOURCE_SERVER, ...more }] })

const verify = (op: RunningProvider, jwt: string) =>
  jwtVerify(jwt, createRemoteJWKSet(new URL(op.provider.urlFor('jwks'))))

describe('A146 JWT responses for token introspection (RFC 9701)', () => {
  afterEach(stopProviders)

  it('A146 F104 the claims stand inside token_introspection; at the top are iss, aud and iat alone (§5)', async () => {
    const op = await start()
    const { accessToken } = await userTokens(op)
    const plain = await introspect(op, accessToken)

    const { status, headers, text } = await ask(op, accessToken)
    const { payload, protectedHeader } = await verify(op, text)

    expect(status).to.equal(200)
    expect(headers.get('content-type')).to.equal(JWT)
    expect(headers.get('cache-control')).to.equal('no-store')
    expect(headers.get('vary')).to.include('Accept')
    expect(protectedHeader).to.include({ typ: 'token-introspection+jwt', alg: 'RS256' })
    expect(Object.keys(payload)).to.have.members(['token_introspection', 'iss', 'aud', 'iat'])
    expect(payload).to.include({ iss: op.issuer, aud: 'rs' })
    expect(payload['token_introspection']).to.deep.equal(plain.body)
    expect(payload['token_introspection']).to.include({ active: true, sub: ACCOUNT })
  })

  it('A146 an inactive token is { active: false } inside (§5)', async () => {
    const op = await start()
    const { payload } = await verify(op, (await ask(op, 'unknown')).text)

    expect(payload['token_introspection']).to.deep.equal({ active: false })
  })

  for (const [accept, isJwt] of [
    ['', false],
    ['*/*', false],
    ['application/*', false],
    ['application/json', false],
    [`application/json, ${JWT};q=0.5`, false],
    [`${JWT};q=0`, false],
    [JWT, true],
    [`${JWT}, application/json`, true],
    [`application/json;q=0.9, ${JWT}`, true],
    [JWT.toUpperCase(), true],
    ['application/jwt', false],
  ] as const) {
    it(`A146 Accept: ${accept || 'nothing'} gets ${isJwt ? 'a JWT' : 'JSON'} (§4)`, async () => {
      const op = await start()
      const { accessToken } = await userTokens(op)

      const { status, headers } = await ask(op, accessToken, accept)

      expect(status).to.equal(200)
      expect(headers.get('content-type')).to.match(isJwt ? /introspection\+jwt$/ : /^application\/json/)
    })
  }

  for (const alg of ['ES256', 'PS256', 'EdDSA'] as const) {
    it(`A146 F349 it is signed by ${alg} where the asking client registered that (§6)`, async () => {
      const op = await start({ introspection_signed_response_alg: alg })
      const { text } = await ask(op, 'unknown')

      expect((await verify(op, text)).protectedHeader.alg).to.equal(alg)
    })
  }

  it('A146 F200 it is signed by HS256 with the secret of the client, where enabledJWA allows that', async () => {
    const op = await start(
      { introspection_signed_response_alg: 'HS256' },
      { enabledJWA: { introspectionSigningAlgValues: ['RS256', 'HS256'] } },
    )
    const { text } = await ask(op, 'unknown')

    const { protectedHeader } = await jwtVerify(text, new TextEncoder().encode(SECRET))
    expect(protectedHeader).to.include({ alg: 'HS256', typ: 'token-introspection+jwt' })
  })

  it('A146 F349 clientDefaults choose for clients that do not, where there is no RSA key (§6)', async () => {
    const ec = ecPair()
    const alg = 'ES256'
    const op = await start(
      {},
      {
        jwks: { keys: [{ kty: 'EC', ...ec.privateKey.export({ format: 'jwk' }) }] },
        clientDefaults: { id_token_signed_response_alg: alg, introspection_signed_response_alg: alg },
      },
    )
    const { text } = await ask(op, 'unknown')

    expect((await verify(op, text)).protectedHeader.alg).to.equal(alg)
    expect((await discoveryOf(op))['introspection_signing_alg_values_supported']).to.deep.equal([alg])
  })

  it('A146 F200 an algorithm that is not enabled cannot be registered', async () => {
    const failed = await start({ introspection_signed_response_alg: 'ES384' }).catch(
      (error: Error) => error.message,
    )

    expect(failed).to.match(/introspection_signed_response_alg/)
  })

  describe('encrypted (§5, §6)', () => {
    const ENCRYPTED: Partial<ClientMetadata> = {
      introspection_encrypted_response_alg: 'RSA-OAEP-256',
      introspection_encrypted_response_enc: 'A256GCM',
      jwks: { keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), use: 'enc', kid: 'e' }] },
    }
    const features = { encryption: { enabled: true } }

    it('A146 F198 F199 F349 signed, then encrypted for the asking client', async () => {
      const op = await start(ENCRYPTED, { features })
      const { accessToken } = await userTokens(op)
      const { text, headers } = await ask(op, accessToken)

      const { plaintext, protectedHeader } = await compactDecrypt(text, rsa.privateKey)
      const { payload, protectedHeader: inner } = await verify(op, new TextDecoder().decode(plaintext))

      expect(headers.get('content-type')).to.equal(JWT)
      expect(protectedHeader).to.include({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', kid: 'e' })
      expect(inner.typ).to.equal('token-introspection+jwt')
      expect(payload['token_introspection']).to.include({ active: true })
      expect(text).not.to.include(ACCOUNT)
    })

    it('A146 such a client gets nothing in plain text, and is told how to ask', async () => {
      const op = await start(ENCRYPTED, { features })
      const { accessToken } = await userTokens(op)

      const { status, text } = await ask(op, accessToken, 'application/json')

      expect(status).to.equal(400)
      expect(JSON.parse(text)).to.deep.equal({
        error: 'invalid_request',
        error_description: `introspection must be requested with Accept: ${JWT} for this client`,
      })
    })
  })

  it('A146 errors stay JSON, also for those who ask for a JWT (RFC 7662 §2.3)', async () => {
    const op = await start()
    const response = await op
      .agent()
      .post(op.provider.urlFor('introspection'), credentials('rs'), { accept: JWT })

    expect(response.status).to.equal(400)
    expect(response.headers.get('content-type')).to.match(/^application\/json/)
  })

  it('F104 while it is off there is JSON only', async () => {
    const op = await startTokenEndpoints({ features: { jwtIntrospection: { enabled: false } } })
    const { accessToken } = await userTokens(op)

    expect((await ask(op, accessToken)).headers.get('content-type')).to.match(/^application\/json/)
  })

  it('A004 F104 it needs features.introspection', async () => {
    const failed = await startTokenEndpoints({ features: { introspection: { enabled: false } } }).catch(
      (error: Error) => error.message,
    )

    expect(failed).to.equal('features.jwtIntrospection needs features.introspection; enable it as well')
  })

  it('F104 acknowledging the draft it was is ignored: it is RFC 9701 by now', async () => {
    const op = await startTokenEndpoints({
      features: { jwtIntrospection: { enabled: true, ack: 'draft-10' } },
    })

    expect((await ask(op, 'unknown')).status).to.equal(200)
  })

  it('F198 F199 F200 discovery names the algorithms (§7), encryption where that is on', async () => {
    const plain = await discoveryOf(await start())
    const encrypting = await discoveryOf(await start({}, { features: { encryption: { enabled: true } } }))

    expect(plain['introspection_signing_alg_values_supported']).to.deep.equal([
      'RS256',
      'PS256',
      'ES256',
      'EdDSA',
    ])
    expect(plain).not.to.have.any.keys('introspection_encryption_alg_values_supported')
    expect(encrypting['introspection_encryption_alg_values_supported']).to.include('RSA-OAEP')
    expect(encrypting['introspection_encryption_enc_values_supported']).to.include('A128CBC-HS256')
  })

  it("a host signs one itself: new IdToken(…).issue({ use: 'introspection' })", async () => {
    const op = await start()
    const client = await op.provider.Client.find('rs')
    const idToken = new op.provider.IdToken({}, { client })
    idToken.set('token_introspection', { active: false })

    const jwt = await idToken.issue({ use: 'introspection' })

    expect(decodeProtectedHeader(jwt).typ).to.equal('token-introspection+jwt')
    expect((await verify(op, jwt)).payload).not.to.have.any.keys('exp', 'sub')
  })
})
