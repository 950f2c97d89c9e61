import { createHash, createSecretKey } from 'node:crypto'
import { expect } from 'chai'
import { clientSecretKey } from '../../../lib/helpers/jose/client_secret_key.ts'
import { readProtection } from '../../../lib/helpers/jose/jwt_protection.ts'
import { isStructuredAccessToken } from '../../../lib/helpers/jose/structured_access_token.ts'
import { ecPair } from '../../support/key_pair.ts'

const digest = (hash: string) => createHash(hash).update('secret').digest()

describe('the key that a client secret stands for (OpenID Connect Core 1.0 §10.1, §10.2)', () => {
  it('is the secret itself to sign with', () => {
    expect(Buffer.from(clientSecretKey('sécret', 'HS256'))).to.deep.equal(Buffer.from('sécret'))
  })

  for (const [alg, enc, hash, bytes] of [
    ['A128KW', undefined, 'sha256', 16],
    ['A192GCMKW', undefined, 'sha256', 24],
    ['A256KW', undefined, 'sha256', 32],
    ['dir', 'A128GCM', 'sha256', 16],
    ['dir', 'A192GCM', 'sha256', 24],
    ['dir', 'A256GCM', 'sha256', 32],
    ['dir', 'A128CBC-HS256', 'sha256', 32],
    ['dir', 'A192CBC-HS384', 'sha384', 48],
    ['dir', 'A256CBC-HS512', 'sha512', 64],
  ] as const) {
    it(`is ${bytes} bytes of its ${hash} for ${alg}${enc === undefined ? '' : ` with ${enc}`}`, () => {
      expect(Buffer.from(clientSecretKey('secret', alg, enc))).to.deep.equal(digest(hash).subarray(0, bytes))
    })
  }

  for (const [alg, enc] of [
    ['RSA-OAEP', 'A128GCM'],
    ['A512KW', undefined],
    ['PBES2-HS256+A128KW', undefined],
    ['dir', undefined],
    ['dir', 'A128KW'],
  ] as const) {
    it(`there is none for ${alg}`, () => {
      expect(() => clientSecretKey('secret', alg, enc)).to.throw(TypeError, 'has no shared key')
    })
  }
})

describe('how a resource server wants its JWTs (RFC 9068 §2.1, RFC 7519 §11.2)', () => {
  const { publicKey, privateKey } = ecPair()
  const pem = Buffer.from(String(publicKey.export({ format: 'pem', type: 'spki' })))
  const secret = Buffer.alloc(64, 1)
  const encrypt = { alg: 'ECDH-ES', enc: 'A128GCM', key: publicKey }

  const bad: readonly [title: string, jwt: unknown, problem: RegExp][] = [
    ['neither signed nor encrypted', { sign: false }, /signed or encrypted/],
    ['neither, said twice', { sign: false, encrypt: false }, /signed or encrypted/],
    ['encrypted with a public key only', { sign: false, encrypt }, /must be signed, too/],
    ['signed by text', { sign: 'RS256' }, /jwt\.sign must be an object/],
    ['signed with none', { sign: { alg: 'none' } }, /never 'none'/],
    ['signed with a number', { sign: { alg: 7 } }, /JWS algorithm/],
    ['signed by a kid without letters', { sign: { kid: '' } }, /kid must be a non-empty string/],
    ['signed by a kid that is a number', { sign: { kid: 7 } }, /kid must be a non-empty string/],
    ['signed with a key of the host', { sign: { alg: 'RS256', key: secret } }, /for shared secrets/],
    ['signed with no secret', { sign: { alg: 'HS256' } }, /jwt\.sign\.key must be a shared secret/],
    ['signed with text', { sign: { alg: 'HS256', key: 'secret' } }, /must be a shared secret/],
    ['signed with an empty secret', { sign: { alg: 'HS256', key: Buffer.alloc(0) } }, /shared secret/],
    ['signed with a public key as a secret', { sign: { alg: 'HS256', key: publicKey } }, /shared secret/],
    ['HS256 with 31 bytes', { sign: { alg: 'HS256', key: secret.subarray(0, 31) } }, /at least 32 bytes/],
    ['HS384 with 47 bytes', { sign: { alg: 'HS384', key: secret.subarray(0, 47) } }, /at least 48 bytes/],
    ['HS512 with 63 bytes', { sign: { alg: 'HS512', key: secret.subarray(0, 63) } }, /at least 64 bytes/],
    ['encrypted by text', { encrypt: 'dir' }, /jwt\.encrypt must be an object/],
    ['encrypted without enc', { encrypt: { ...encrypt, enc: undefined } }, /must be JWE algorithms/],
    ['encrypted without alg', { encrypt: { ...encrypt, alg: undefined } }, /must be JWE algorithms/],
    ['encrypted by a kid without letters', { encrypt: { ...encrypt, kid: '' } }, /non-empty string/],
    ['encrypted with text', { encrypt: { ...encrypt, key: 'text' } }, /public KeyObject, or PEM/],
    [
      'encrypted with a secret',
      { encrypt: { ...encrypt, key: createSecretKey(secret) } },
      /public KeyObject/,
    ],
    ['encrypted with no key', { encrypt: { ...encrypt, key: Buffer.from('x') } }, /is no public key/],
    ['encrypted with a public key as a secret', { encrypt: { ...encrypt, alg: 'dir' } }, /shared secret/],
  ]
  for (const [title, jwt, problem] of bad) {
    it(`${title} is the host's mistake`, () => {
      expect(() => readProtection(jwt, 'RS256')).to.throw(TypeError, problem)
    })
  }

  it('signed by default, as the provider signs', () => {
    for (const jwt of [undefined, {}, { sign: {}, encrypt: false }])
      expect(readProtection(jwt, 'PS256')).to.deep.equal({
        signing: { alg: 'PS256', kid: undefined },
        encryption: undefined,
      })
  })

  it('signed with a key that it names, or a secret that is long enough', () => {
    expect(readProtection({ sign: { alg: 'ES256', kid: 'k' } }, 'RS256').signing).to.deep.equal({
      alg: 'ES256',
      kid: 'k',
    })
    for (const [alg, bytes] of [
      ['HS256', 32],
      ['HS384', 48],
      ['HS512', 64],
    ] as const) {
      const given = [secret.subarray(0, bytes), createSecretKey(secret.subarray(0, bytes))]
      for (const key of given)
        expect(readProtection({ sign: { alg, key } }, 'RS256').signing?.secret?.symmetricKeySize).to.equal(
          bytes,
        )
    }
  })

  it('encrypted with a public key, or the one in a private key, in any form, and signed', () => {
    for (const key of [publicKey, privateKey, pem]) {
      const { signing, encryption } = readProtection({ encrypt: { ...encrypt, kid: 'k', key } }, 'RS256')

      expect(signing?.alg).to.equal('RS256')
      expect(encryption).to.include({ alg: 'ECDH-ES', enc: 'A128GCM', kid: 'k' })
      expect(encryption?.key.equals(publicKey)).to.equal(true)
    }
  })

  it('encrypted with a shared secret, which says who made it', () => {
    const { signing, encryption } = readProtection(
      { sign: false, encrypt: { alg: 'A128KW', enc: 'A128GCM', key: secret.subarray(0, 16) } },
      'RS256',
    )

    expect(signing).to.equal(undefined)
    expect(encryption?.key.type).to.equal('secret')
  })
})

describe('what has the form of a JWT access token (RFC 9068 §2.1)', () => {
  const ISSUER = 'https://op.example.com'
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jwt = (typ: unknown, iss = ISSUER) => `${part({ alg: 'RS256', typ })}.${part({ iss })}.c2ln`
  const jwe = (typ: unknown) => `${part({ alg: 'dir', enc: 'A128GCM', typ })}..aXY.dGV4dA.dGFn`

  for (const [title, value, isOne] of [
    ['a signed one', jwt('at+jwt'), true],
    ['one in other letters, with the prefix', jwt('Application/AT+JWT'), true],
    ['an encrypted one', jwe('at+jwt'), true],
    ['one of another issuer', jwt('at+jwt', 'https://other.example.com'), false],
    ['another type', jwt('JWT'), false],
    ['another encrypted type', jwe('JWT'), false],
    ['no type', jwt(undefined), false],
    ['a type that is no text', jwt(7), false],
    ['a type that only begins like it', jwt('at+jwtx'), false],
    ['more parts', `${jwt('at+jwt')}.x`, false],
    ['fewer parts', `${part({ typ: 'at+jwt' })}.x`, false],
    ['no parts', 'opaque', false],
    ['no JSON', 'a.b.c', false],
  ] as const) {
    it(`${title}: ${isOne}`, () => {
      expect(isStructuredAccessToken(value, ISSUER)).to.equal(isOne)
    })
  }
})
