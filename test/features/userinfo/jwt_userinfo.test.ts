import { expect } from 'chai'
import { compactDecrypt, createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import * as client from 'openid-client'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { rsaPair } from '../../support/key_pair.ts'
import {
  ACCOUNT,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'

const rsa = rsaPair()
const jwks = { keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), use: 'enc', kid: 'mine' }] }
const SIGNED: Partial<ClientMetadata> = { userinfo_signed_response_alg: 'ES256' }
const ENCRYPTED: Partial<ClientMetadata> = { ...SIGNED, jwks, userinfo_encrypted_response_alg: 'RSA-OAEP' }

const start = (metadata: Partial<ClientMetadata>, configuration: Configuration = {}) =>
  startProvider({
    clients: [{ ...WEB_CLIENT, ...metadata }],
    claims: { email: ['email'] },
    ...configuration,
    features: { jwtUserinfo: { enabled: true }, encryption: { enabled: true } },
  })

async function ask(op: RunningProvider, accessToken: unknown, params: Record<string, string> = {}) {
  const url = `${op.provider.urlFor('userinfo')}?${new URLSearchParams(params)}`
  const response = await op.agent().get(url, { authorization: `Bearer ${accessToken}`, accept: '*/*' })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const verify = (op: RunningProvider, jwt: string) =>
  jwtVerify(jwt, createRemoteJWKSet(new URL(op.provider.urlFor('jwks'))), {
    issuer: op.issuer,
    audience: 'web',
  })

describe('UserInfo as a JWT (OpenID Connect Core 1.0 §5.3.2)', () => {
  afterEach(stopProviders)

  it('A142 errors stay what they are: JSON and a challenge (§5.3.3)', async () => {
    const op = await start(ENCRYPTED)

    const { status, headers, text } = await ask(op, 'unknown')

    expect(status).to.equal(401)
    expect(headers.get('content-type')).to.match(/^application\/json/)
    expect(headers.get('www-authenticate')).to.include('error="invalid_token"')
    expect(JSON.parse(text)).to.include({ error: 'invalid_token' })
  })

  it('A142 a client without a key to encrypt with is told so, nothing is sent unencrypted, and userinfo.error tells the host', async () => {
    const signing = { keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), use: 'sig', kid: 'signs' }] }
    const op = await start({ ...ENCRYPTED, jwks: signing })
    const { body } = await op.login()
    const told = op.nextError('userinfo.error')

    const { status, text } = await ask(op, body['access_token'])

    expect(status).to.equal(400)
    expect(JSON.parse(text)).to.include({ error: 'invalid_client_metadata' })
    expect(text).to.not.include(ACCOUNT)
    expect((await told).error).to.equal('invalid_client_metadata')
  })

  it('U12 A142 is application/jwt, signed as registered, whatever is accepted; nothing may keep it', async () => {
    const op = await start(SIGNED)
    const { body } = await op.login({ scope: 'openid email' })

    const { status, headers, text } = await ask(op, body['access_token'])

    const { payload, protectedHeader } = await verify(op, text)
    expect(status).to.equal(200)
    expect(headers.get('content-type')).to.match(/^application\/jwt/)
    expect(headers.get('cache-control')).to.include('no-store')
    expect(protectedHeader.alg).to.equal('ES256')
    expect(payload).to.deep.include({ sub: ACCOUNT, email: 'alice@example.com', iss: op.issuer, aud: 'web' })
  })

  it('F106 A142 is signed, then encrypted, where the client registered both', async () => {
    const op = await start(ENCRYPTED)
    const { body } = await op.login()

    const { headers, text } = await ask(op, body['access_token'])

    const { plaintext, protectedHeader } = await compactDecrypt(text, rsa.privateKey)
    expect(headers.get('content-type')).to.match(/^application\/jwt/)
    expect(protectedHeader).to.include({ alg: 'RSA-OAEP', enc: 'A128CBC-HS256', cty: 'JWT' })
    expect((await verify(op, new TextDecoder().decode(plaintext))).payload.sub).to.equal(ACCOUNT)
  })

  it('A142 holds fewer claims where less scope is asked for', async () => {
    const op = await start(SIGNED)
    const { body } = await op.login({ scope: 'openid email' })

    const { text } = await ask(op, body['access_token'], { scope: 'openid' })

    expect((await verify(op, text)).payload).to.have.all.keys('sub', 'iss', 'aud', 'iat')
  })

  for (const [what, metadata] of [
    ['none, which proves nothing', { userinfo_signed_response_alg: 'none' }],
    ['encryption without a signature', { ...ENCRYPTED, userinfo_signed_response_alg: undefined }],
  ] as const) {
    it(`U12 A045 a client is refused that registers ${what}`, async () => {
      const started = start(metadata)

      expect(String(await started.catch((error) => error))).to.match(/userinfo_signed_response_alg/)
    })
  }

  describe('openid-client', () => {
    const discover = (op: RunningProvider) =>
      client.discovery(
        new URL(op.issuer),
        'web',
        { userinfo_signed_response_alg: 'ES256' },
        client.ClientSecretPost(WEB_CLIENT.client_secret),
        { execute: [client.allowInsecureRequests] },
      )

    it('A142 reads a signed answer', async () => {
      const op = await start(SIGNED)
      const { body } = await op.login({ scope: 'openid email' })

      const claims = await client.fetchUserInfo(await discover(op), String(body['access_token']), ACCOUNT)

      expect(claims).to.include({ sub: ACCOUNT, email: 'alice@example.com' })
    })

    it('A142 reads an encrypted answer', async () => {
      const { publicKey, privateKey } = await generateKeyPair('RSA-OAEP', { extractable: true })
      const keys = { keys: [{ ...(await exportJWK(publicKey)), use: 'enc', kid: 'mine' }] }
      const op = await start({ ...ENCRYPTED, jwks: keys })
      const { body } = await op.login({ scope: 'openid email' })
      const rp = await discover(op)
      client.enableDecryptingResponses(rp, ['A128CBC-HS256'], { key: privateKey, kid: 'mine' })

      const claims = await client.fetchUserInfo(rp, String(body['access_token']), ACCOUNT)

      expect(claims).to.include({ sub: ACCOUNT, email: 'alice@example.com' })
    })
  })
})
