import { createHash, createPublicKey } from 'node:crypto'
import { expect } from 'chai'
import { CompactEncrypt, type CompactJWEHeaderParameters } from 'jose'
import { jsonWebKey } from '../../lib/helpers/jose/json_web_key.ts'
import { type ClientMetadata, errors, TokenSet } from '../../lib/relying_party/index.ts'
import { CLIENT_JWKS } from '../support/client_keys.ts'
import { failureOf } from '../support/failure_of.ts'
import { type FakeIssuer, now, SECRET, startFakeIssuer } from '../support/fake_issuer.ts'
import { stopServers } from '../support/local_server.ts'
import { REDIRECT_URI } from '../support/relying_party.ts'

const { OPError, RPError } = errors

/** Encrypted for the client's key. */
function encrypted(text: string, header: Partial<CompactJWEHeaderParameters> = {}): Promise<string> {
  const jwk = CLIENT_JWKS.keys.find(({ kid }) => kid === 'rsa-enc')
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A128CBC-HS256', ...header })
    .encrypt(createPublicKey({ key: jsonWebKey(jwk ?? {}), format: 'jwk' }))
}

/** Encrypted under the client's secret. @see OpenID Connect Core 1.0 §10.2 */
const underSecret = (text: string): Promise<string> =>
  new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'A128KW', enc: 'A128CBC-HS256' })
    .encrypt(createHash('sha256').update(SECRET).digest().subarray(0, 16))

describe('what is encrypted for the relying party (OpenID Connect Core 1.0 §10.2)', () => {
  let op: FakeIssuer
  beforeEach(async () => {
    op = await startFakeIssuer()
  })
  afterEach(stopServers)

  const clientOf = (metadata: Partial<ClientMetadata>) => {
    const issuer = op.issuer()
    return new issuer.Client({ client_id: 'rp', client_secret: SECRET, ...metadata }, CLIENT_JWKS)
  }

  describe('ID Tokens', () => {
    const RSA = { id_token_encrypted_response_alg: 'RSA-OAEP' }
    const answer = (id_token: string) => {
      op.tokens = { access_token: 'token', token_type: 'Bearer', refresh_token: 'r', id_token }
    }
    const exchange = (id_token: string, metadata: Partial<ClientMetadata> = RSA) => {
      answer(id_token)
      return clientOf(metadata).callback(REDIRECT_URI, { code: 'code' })
    }

    it('are opened, and handed on signed as they were (§3.1.3.7 (1))', async () => {
      const signed = await op.idToken({ at_hash: op.hash('token') })

      const tokens = await exchange(await encrypted(signed))

      expect(tokens.id_token).to.equal(signed)
      expect(tokens).to.include({ access_token: 'token', refresh_token: 'r', token_type: 'Bearer' })
    })

    it('are opened with the key that they name, or another that can (RFC 7516 §4.1.6)', async () => {
      const signed = await op.idToken()
      for (const kid of ['rsa-enc', 'another name'])
        expect((await exchange(await encrypted(signed, { kid }))).id_token).to.equal(signed)
    })

    it('are opened with the secret where that is registered (§10.2)', async () => {
      const signed = await op.idToken()
      const metadata = { id_token_encrypted_response_alg: 'A128KW' }

      expect((await exchange(await underSecret(signed), metadata)).id_token).to.equal(signed)
      const other = { ...metadata, client_secret: 'another secret with 32 characters' }
      await failureOf(exchange(await underSecret(signed), other), RPError)
    })

    for (const [what, header, metadata] of [
      ['another key management', { alg: 'RSA-OAEP-256' }, RSA],
      ['another content encryption', { enc: 'A256GCM' }, RSA],
      [
        'the content encryption that is the default',
        {},
        { ...RSA, id_token_encrypted_response_enc: 'A256GCM' },
      ],
    ] as const) {
      it(`are refused with ${what} than is registered (RFC 8725 §3.1)`, async () => {
        const jwt = await encrypted(await op.idToken(), header)

        const error = await failureOf(exchange(jwt, metadata), RPError)

        expect(error.message).to.equal('failed to decrypt id_token')
        expect(error.cause).to.be.an('error')
        expect(error.jwt).to.equal(jwt)
      })
    }

    it('are checked like all others (§3.1.3.7)', async () => {
      const forged = await op.idToken({}, { by: 'stranger' })
      expect((await failureOf(exchange(await encrypted(forged)), RPError)).message).to.match(/signature/)
      const old = await op.idToken({ exp: now() - 1 })
      expect((await failureOf(exchange(await encrypted(old)), RPError)).message).to.match(/expired/)
    })

    it('come by a refresh, and are of the person they were of (§12.2)', async () => {
      const before = new TokenSet({ refresh_token: 'r', id_token: await op.idToken() })
      const signed = await op.idToken()
      answer(await encrypted(signed))
      expect((await clientOf(RSA).refresh(before)).id_token).to.equal(signed)
      answer(await encrypted(await op.idToken({ sub: 'mallory' })))
      expect((await failureOf(clientOf(RSA).refresh(before), RPError)).message).to.match(/sub mismatch/)
    })

    it('come to a device (RFC 8628 §3.5)', async () => {
      const device = {
        device_code: 'd',
        user_code: 'u',
        verification_uri: 'https://op.example.com',
        expires_in: 60,
      }
      op.answers.set('/device', (_req, res) => res.end(JSON.stringify(device)))
      const signed = await op.idToken()
      answer(await encrypted(signed))

      expect((await (await clientOf(RSA).deviceAuthorization()).poll()).id_token).to.equal(signed)
    })

    it('come through the browser (§3.2.2.11)', async () => {
      const signed = await op.idToken({ nonce: 'n' })
      const params = { id_token: await encrypted(signed), state: 's', expires_in: '60' }

      const tokens = await clientOf(RSA).callback(REDIRECT_URI, params, { nonce: 'n', state: 's' })

      expect(tokens.id_token).to.equal(signed)
      expect(tokens.expires_at).to.be.within(now() + 58, now() + 60)
    })
  })

  describe('UserInfo (OpenID Connect Core 1.0 §5.3.2)', () => {
    const RSA = { userinfo_encrypted_response_alg: 'RSA-OAEP' }
    const claims = async (jwt: string, metadata: Partial<ClientMetadata> = RSA) => {
      let accept: string | undefined
      op.answers.set('/me', ({ headers }, res) => {
        accept = headers.accept
        res.writeHead(200, { 'content-type': 'application/jwt; charset=utf-8' }).end(`${jwt}\n`)
      })
      const said = await clientOf(metadata).userinfo('token')
      return { ...said, accept }
    }

    it('may be encrypted without a signature', async () => {
      const jwt = await encrypted('{"sub":"alice","email":"alice@example.com"}')

      expect(await claims(jwt)).to.deep.equal({
        sub: 'alice',
        email: 'alice@example.com',
        accept: 'application/jwt',
      })
    })

    it('may be signed inside, by what is the default where nothing is registered', async () => {
      expect(await claims(await encrypted(await op.idToken()))).to.include({ sub: 'alice' })
    })

    it('has to be signed inside where that is registered', async () => {
      const metadata = { ...RSA, userinfo_signed_response_alg: 'RS256' }
      expect(await claims(await encrypted(await op.idToken()), metadata)).to.include({ sub: 'alice' })
      await failureOf(claims(await encrypted('{"sub":"alice"}'), metadata), RPError)
    })

    it('has to be encrypted where that is registered', async () => {
      const { message } = await failureOf(claims(await op.idToken()), RPError)
      expect(message).to.equal('userinfo is expected to be encrypted with RSA-OAEP')
    })

    it('has to be a JWT where that is registered', async () => {
      op.answers.set('/me', (_req, res) => {
        res.writeHead(200, { 'content-type': 'application/json' }).end('{"sub":"alice"}')
      })
      const error = await failureOf(clientOf(RSA).userinfo('token'), RPError)
      expect(error.message).to.equal('expected application/jwt response from the userinfo_endpoint')
    })

    it('is about somebody', async () => {
      await failureOf(claims(await encrypted('{"email":"alice@example.com"}')), OPError)
      await failureOf(claims(await encrypted('{"sub":""}')), OPError)
    })
  })
})
