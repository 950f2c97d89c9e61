import { createHash, type KeyObject } from 'node:crypto'
import { expect } from 'chai'
import {
  CompactSign,
  compactDecrypt,
  createRemoteJWKSet,
  decodeProtectedHeader,
  generateSecret,
  jwtVerify,
  type KeyInput,
} from 'jose'
import { decryptJwt, encryptJwt } from '../../../lib/helpers/jose/jwe.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { EnabledJWA } from '../../../types/enabled_jwa.ts'
import { documentOf, now, SECRET } from '../../actions/client_auth/assertions.ts'
import { ALGORITHMS, ENCRYPTIONS } from '../../support/jwe_algorithms.ts'
import { ecPair, jwkOf, rsaPair } from '../../support/key_pair.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
} from '../../support/start_provider.ts'

const ENABLED_JWA: EnabledJWA = {
  idTokenEncryptionAlgValues: [...ALGORITHMS],
  idTokenEncryptionEncValues: [...ENCRYPTIONS],
  idTokenSigningAlgValues: ['RS256', 'HS256', 'ES256'],
  userinfoEncryptionAlgValues: [...ALGORITHMS],
  userinfoEncryptionEncValues: [...ENCRYPTIONS],
  userinfoSigningAlgValues: ['RS256', 'HS256', 'ES256'],
}

/** What a relying party derives from its secret, written down once more. @see OpenID Connect Core 1.0 §10.2 */
function derived(alg: string, enc: string): Uint8Array {
  const size = alg === 'dir' ? enc : alg
  const bytes = size.includes('CBC') ? Number(size.slice(-3)) / 8 : Number(/[0-9]{3}/.exec(size)?.[0]) / 8
  const hash = bytes <= 32 ? 'sha256' : bytes <= 48 ? 'sha384' : 'sha512'
  return createHash(hash).update(SECRET).digest().subarray(0, bytes)
}

const client = (more: Partial<ClientMetadata>): ClientMetadata => ({
  client_id: 'web',
  client_secret: SECRET,
  redirect_uris: [REDIRECT_URI],
  token_endpoint_auth_method: 'client_secret_post',
  ...more,
})

const start = (more: Partial<ClientMetadata>, configuration: Configuration = {}) =>
  startProvider({
    clients: [client(more)],
    enabledJWA: ENABLED_JWA,
    ...configuration,
    features: { encryption: { enabled: true }, jwtUserinfo: { enabled: true } },
  })

function providerKeys(op: RunningProvider) {
  return createRemoteJWKSet(new URL(op.provider.urlFor('jwks')))
}

async function userinfoOf(op: RunningProvider, accessToken: unknown) {
  const response = await op.agent().get(op.provider.urlFor('userinfo'), {
    authorization: `Bearer ${accessToken}`,
  })
  return { type: response.headers.get('content-type'), text: await response.text(), status: response.status }
}

const open = async (jwe: unknown, key: KeyInput) => {
  const { plaintext, protectedHeader } = await compactDecrypt(String(jwe), key)
  return { header: protectedHeader, jwt: new TextDecoder().decode(plaintext) }
}

const rsa = rsaPair()
const ec = ecPair()
const pairFor = (alg: string) => (alg.startsWith('RSA') ? rsa : alg.startsWith('ECDH') ? ec : undefined)

const publicKeys = () => ({
  keys: [
    { ...jwkOf(rsa.publicKey), kid: 'signs', use: 'sig' },
    { ...jwkOf(rsa.publicKey), kid: 'rsa', use: 'enc' },
    { ...jwkOf(ec.publicKey), kid: 'ec' },
  ],
})
const privateKey = (alg: string, enc: string): KeyInput => pairFor(alg)?.privateKey ?? derived(alg, enc)

describe('encryption for clients with every algorithm (RFC 7518 §4.1, §5.1)', () => {
  let op: RunningProvider

  before(async () => {
    op = await startProvider({
      clients: ALGORITHMS.flatMap((alg) =>
        ENCRYPTIONS.map((enc) =>
          client({
            client_id: `${alg} ${enc}`,
            jwks: publicKeys(),
            id_token_encrypted_response_alg: alg,
            id_token_encrypted_response_enc: enc,
            userinfo_signed_response_alg: 'RS256',
            userinfo_encrypted_response_alg: alg,
            userinfo_encrypted_response_enc: enc,
          }),
        ),
      ),
      enabledJWA: ENABLED_JWA,
      features: { encryption: { enabled: true }, jwtUserinfo: { enabled: true } },
    })
  })

  after(stopProviders)

  for (const alg of ALGORITHMS) {
    for (const enc of ENCRYPTIONS) {
      it(`F099 F106 encrypts ID Token and UserInfo with ${alg} and ${enc}; the signed JWT is inside`, async () => {
        const client_id = `${alg} ${enc}`
        const { code, verifier } = await op.authorize({ client_id })
        const { body } = await op.exchange(code, verifier, { client_id, client_secret: SECRET })
        const userinfo = await userinfoOf(op, body['access_token'])

        for (const jwe of [body['id_token'], userinfo.text]) {
          const { header, jwt } = await open(jwe, privateKey(alg, enc))
          const { payload } = await jwtVerify(jwt, providerKeys(op), {
            issuer: op.issuer,
            audience: client_id,
          })
          expect(header).to.include({ alg, enc, cty: 'JWT' })
          expect(header['kid']).to.equal(
            alg.startsWith('RSA') ? 'rsa' : alg.startsWith('ECDH') ? 'ec' : undefined,
          )
          expect(payload.sub).to.equal('alice')
        }
      })
    }
  }
})

describe('encryption for clients (OpenID Connect Core 1.0 §10.2, RFC 7516)', () => {
  afterEach(stopProviders)

  it('A045 uses A128CBC-HS256 where the client did not choose', async () => {
    const op = await start({ id_token_encrypted_response_alg: 'dir' })
    const { body } = await op.login()

    expect(decodeProtectedHeader(String(body['id_token'])).enc).to.equal('A128CBC-HS256')
  })

  it('A063 signs with the client’s secret where HMAC was registered', async () => {
    const op = await start({ id_token_signed_response_alg: 'HS256', userinfo_signed_response_alg: 'HS256' })
    const { body } = await op.login()
    const userinfo = await userinfoOf(op, body['access_token'])

    for (const jwt of [body['id_token'], userinfo.text]) {
      const { payload } = await jwtVerify(String(jwt), new TextEncoder().encode(SECRET), {
        algorithms: ['HS256'],
      })
      expect(payload).to.include({ iss: op.issuer, aud: 'web', sub: 'alice' })
    }
  })

  it('A063 does not use an expired secret, says so, and leaves the code usable', async () => {
    const registered = client({ id_token_signed_response_alg: 'HS256', token_endpoint_auth_method: 'none' })
    const metadata = { ...registered, client_secret_expires_at: now() - 1 }
    const op = await start({}, { clients: [metadata] })
    const { code, verifier } = await op.authorize()

    const { status, body } = await op.exchange(code, verifier)
    const again = await op.exchange(code, verifier)

    expect(status).to.equal(400)
    expect(body['error_description']).to.match(/secret is expired/)
    expect(again.body).to.deep.equal(body)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('X22 a client without a fitting key gets no token, and the code stays usable', async () => {
    const [signing] = publicKeys().keys
    const op = await start({
      jwks: { keys: signing === undefined ? [] : [signing] },
      id_token_encrypted_response_alg: 'RSA-OAEP',
    })
    const { code, verifier } = await op.authorize()

    const { status, body } = await op.exchange(code, verifier)
    const again = await op.exchange(code, verifier)

    expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'invalid_client_metadata' })
    expect(again.body).to.deep.equal(body)
  })

  describe('F106 UserInfo as JWT (OpenID Connect Core 1.0 §5.3.2)', () => {
    it('U12 A142 is signed as registered, with iss, aud and sub, and cannot be forged by claims', async () => {
      const op = await start(
        { userinfo_signed_response_alg: 'RS256' },
        {
          findAccount: (_ctx, id) => ({
            accountId: id,
            claims: () => ({ sub: id, iss: 'https://evil.example', aud: 'other' }),
          }),
        },
      )
      const { body } = await op.login()
      const { type, text } = await userinfoOf(op, body['access_token'])
      const { payload, protectedHeader } = await jwtVerify(text, providerKeys(op))

      expect(type).to.match(/^application\/jwt/)
      expect(protectedHeader.alg).to.equal('RS256')
      expect(payload).to.include({ iss: op.issuer, aud: 'web', sub: 'alice' })
    })

    it('stays JSON for clients that did not register algorithms', async () => {
      const op = await start({})
      const { body } = await op.login()

      expect((await op.userinfo(body['access_token'])).body).to.deep.equal({ sub: 'alice' })
    })

    it('needs an algorithm that is enabled, and the feature', async () => {
      const op = await startProvider({ clients: [client({ userinfo_signed_response_alg: 'RS256' })] })
      const { body } = await op.login()

      expect((await op.userinfo(body['access_token'])).body).to.deep.equal({ sub: 'alice' })
    })
  })

  describe('discovery', () => {
    it('lists the algorithms while the features are on', async () => {
      const metadata = await documentOf(await start({}))

      expect(metadata['id_token_encryption_alg_values_supported']).to.deep.equal(ALGORITHMS)
      expect(metadata['userinfo_encryption_enc_values_supported']).to.deep.equal(ENCRYPTIONS)
      expect(metadata['userinfo_signing_alg_values_supported']).to.deep.equal(['RS256', 'HS256', 'ES256'])
      expect(metadata).not.to.have.any.keys(
        'introspection_encryption_alg_values_supported',
        'authorization_encryption_alg_values_supported',
        'request_object_encryption_alg_values_supported',
      )
    })

    it('K4 lists nothing while they are off', async () => {
      const names = Object.keys(await documentOf(await startProvider()))

      expect(names.filter((name) => /encryption|userinfo_signing/.test(name))).to.deep.equal([])
    })
  })
})

describe('decryption (RFC 7516 §5.2, RFC 8725 §3)', () => {
  const claims = new TextEncoder().encode('{"a":1}')
  const expected = (keys: (KeyObject | Uint8Array)[], algs: readonly string[] = ['A128KW', 'dir']) => ({
    algs,
    encs: ENCRYPTIONS,
    keysFor: () => keys,
  })
  const failure = (pending: Promise<unknown>) =>
    pending.then(
      () => {
        throw new Error('it was decrypted')
      },
      (error: unknown) => String(error),
    )
  const spoil = (jwe: string, part: number) =>
    jwe
      .split('.')
      .map((text, index) => (index === part ? `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}` : text))
      .join('.')
  const header = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url')

  for (const alg of ALGORITHMS) {
    for (const enc of ENCRYPTIONS) {
      it(`opens what was encrypted with ${alg} and ${enc}`, async () => {
        const pair = pairFor(alg)
        const key = pair?.publicKey ?? derived(alg, enc)
        const jwe = await encryptJwt('{"a":1}', { alg, enc, key })

        const { plaintext } = await decryptJwt(jwe, expected([pair?.privateKey ?? derived(alg, enc)], [alg]))

        expect(plaintext).to.equal('{"a":1}')
      })
    }
  }

  it('X14 Q21 refuses what was encrypted with another client’s secret, and lists that do not hold it', async () => {
    const key = derived('dir', 'A128GCM')
    const other = createHash('sha256').update('another secret').digest().subarray(0, 16)
    const jwe = await encryptJwt('{}', { alg: 'dir', enc: 'A128GCM', key })

    expect(await failure(decryptJwt(jwe, expected([other])))).to.match(/decryption failed/)
    expect(await failure(decryptJwt(jwe, expected([key], ['A128KW'])))).to.match(/decryption failed/)
    expect(await failure(decryptJwt(jwe, { ...expected([key]), encs: ['A256GCM'] }))).to.match(
      /decryption failed/,
    )
  })

  it('X15 tells a wrong key, a spoilt key and a spoilt tag by one and the same error', async () => {
    const jwe = await encryptJwt('{}', { alg: 'RSA-OAEP', enc: 'A128GCM', key: rsa.publicKey })
    const keys = expected([rsa.privateKey], ['RSA-OAEP'])

    const reasons = await Promise.all([1, 2, 3, 4].map((part) => failure(decryptJwt(spoil(jwe, part), keys))))

    expect(new Set(reasons)).to.deep.equal(new Set(['DecryptionFailed: decryption failed']))
  })

  for (const [title, members] of [
    ['X17 zip', { alg: 'dir', enc: 'A128GCM', zip: 'DEF' }],
    ['X18 PBES2', { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1e8, p2s: 'AAAA' }],
    ['Q20 RSA1_5', { alg: 'RSA1_5', enc: 'A128GCM' }],
    ['X7 critical extensions', { alg: 'dir', enc: 'A128GCM', crit: ['x'], x: 1 }],
    ['X2 an enc that is no string', { alg: 'dir', enc: ['A128GCM'] }],
  ] as const) {
    it(`${title} is refused before any key is touched`, async () => {
      let asked = 0
      const jwe = `${header(members)}.AAAA.AAAA.AAAA.AAAA`
      const algs = ['dir', 'PBES2-HS256+A128KW', 'RSA1_5']

      const reason = await failure(
        decryptJwt(jwe, {
          algs,
          encs: ENCRYPTIONS,
          keysFor: () => {
            asked += 1
            return []
          },
        }),
      )

      expect(reason).to.match(/decryption failed/)
      expect(asked).to.equal(0)
    })
  }

  it('X8 refuses four or six parts and what is no base64url', async () => {
    const key = derived('dir', 'A128GCM')
    const jwe = await encryptJwt('{}', { alg: 'dir', enc: 'A128GCM', key })

    for (const malformed of [
      `${jwe}.AAAA`,
      jwe.slice(0, jwe.lastIndexOf('.')),
      `${jwe}=`,
      ` ${jwe}`,
      `${jwe}\n`,
    ]) {
      expect(await failure(decryptJwt(malformed, expected([key])))).to.match(/decryption failed/)
    }
  })

  it('opens what jose made with a secret', async () => {
    const key = await generateSecret('HS256', { extractable: true })
    const jws = await new CompactSign(claims).setProtectedHeader({ alg: 'HS256' }).sign(key)
    const shared = derived('A128KW', 'A128GCM')

    const { plaintext, header: seen } = await decryptJwt(
      await encryptJwt(jws, { alg: 'A128KW', enc: 'A256CBC-HS512', key: shared }),
      expected([Buffer.alloc(16), shared]),
    )

    expect(plaintext).to.equal(jws)
    expect(seen['cty']).to.equal('JWT')
  })
})
