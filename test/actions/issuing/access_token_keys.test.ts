import { expect } from 'chai'
import { createLocalJWKSet, decodeProtectedHeader, type JWK, jwtVerify } from 'jose'
import type { ResourceServerInfo } from '../../../types/resource_server.ts'
import { rsaPair } from '../../support/key_pair.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const API = 'https://api.example.com'

const rsa = (kid: string, members: object = {}): JWK => ({
  ...rsaPair().privateKey.export({ format: 'jwk' }),
  kid,
  ...members,
})

/** A JWT access token of a client, signed with one of these keys. */
async function issue(keys: JWK[], jwt?: ResourceServerInfo['jwt']) {
  const op = await startProvider({
    jwks: { keys },
    clients: [{ ...WEB_CLIENT, grant_types: ['authorization_code', 'client_credentials'] }],
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        getResourceServerInfo: () => ({
          scope: 'read',
          audience: API,
          accessTokenFormat: 'jwt',
          ...(jwt === undefined ? {} : { jwt }),
        }),
      },
    },
  })
  const { status, body } = await op.token({ grant_type: 'client_credentials', resource: API })
  const served: { keys: JWK[] } = JSON.parse(await (await op.agent().get(op.provider.urlFor('jwks'))).text())
  return { status, token: String(body['access_token']), served, op }
}

describe('A908 the key that signs JWT access tokens (RFC 9068 §2.1, RFC 7517 §4)', () => {
  afterEach(stopProviders)

  const before: readonly [title: string, keys: JWK[]][] = [
    ['none', []],
    ['one for encryption', [rsa('enc', { use: 'enc' })]],
    ['one for another algorithm', [rsa('ps', { alg: 'PS256' })]],
    ['one whose operations are others', [rsa('decrypt', { key_ops: ['decrypt', 'unwrapKey'] })]],
  ]
  for (const [title, keys] of before) {
    it(`A908 is the first that may sign with the algorithm; in front of it: ${title}`, async () => {
      const { token, served } = await issue([...keys, rsa('first'), rsa('second')])

      expect(decodeProtectedHeader(token)).to.include({ alg: 'RS256', kid: 'first' })
      await jwtVerify(token, createLocalJWKSet(served), { audience: API, typ: 'at+jwt' })
    })
  }

  it('A908 is never one that cannot sign, not even when the resource server names it', async () => {
    const { status, op } = await issue([rsa('sig'), rsa('enc', { use: 'enc' })], {
      sign: { alg: 'RS256', kid: 'enc' },
    })

    expect(status).to.equal(500)
    expect(op.serverErrors).to.have.length(1)
  })

  it('A908 A017 verifies by what is published, though its own operations are private ones (RFC 7517 §4.3)', async () => {
    const { token, served } = await issue([rsa('webcrypto', { key_ops: ['sign'], ext: true, alg: 'RS256' })])

    await jwtVerify(token, createLocalJWKSet(served), { audience: API })
    expect(served.keys[0]).to.not.have.property('key_ops')
  })
})
