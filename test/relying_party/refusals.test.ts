import { createSecretKey } from 'node:crypto'
import { expect } from 'chai'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { errors, TokenSet } from '../../lib/relying_party/index.ts'
import { failureOf } from '../support/failure_of.ts'
import { type FakeIssuer, SECRET, startFakeIssuer } from '../support/fake_issuer.ts'
import { ed25519Pair, rsaPair } from '../support/key_pair.ts'
import { stopServers } from '../support/local_server.ts'
import { REDIRECT_URI } from '../support/relying_party.ts'

const { RPError } = errors
const rsa = rsaPair().privateKey
const text = (value: string) => Buffer.from(value).toString('base64url')

describe('what the relying party sends, and what it does not take', () => {
  let op: FakeIssuer

  beforeEach(async () => {
    op = await startFakeIssuer()
  })
  afterEach(stopServers)

  describe('DPoP proofs (RFC 9449 §4.2, §5.1)', () => {
    const algOf = async (supported?: readonly string[]) => {
      const more = supported === undefined ? {} : { dpop_signing_alg_values_supported: [...supported] }
      await op.client({}, more).grant({ grant_type: 'x' }, { DPoP: rsa })
      return decodeProtectedHeader(String(op.server.requests.at(-1)?.headers['dpop'])).alg
    }

    it('F377 are signed with the first algorithm that key and issuer can do', async () => {
      expect(await algOf()).to.equal('PS256')
      expect(await algOf(['ES256', 'RS256'])).to.equal('RS256')
    })

    it('F377 are made by a private key, and by nothing else', async () => {
      const { publicKey, privateKey } = ed25519Pair()
      const prove = (key: unknown) => op.client().grant({ grant_type: 'x' }, { ...Object({ DPoP: key }) })
      for (const key of [publicKey, createSecretKey(Buffer.from(SECRET)), { kty: 'RSA' }, 'no key'])
        expect((await failureOf(prove(key), TypeError)).message).to.include('must be a private key')
      expect(op.posted).to.have.length(0)

      await prove(privateKey)
      const proof = String(op.server.requests.at(-1)?.headers['dpop'])
      expect(decodeJwt(proof)).to.have.all.keys('jti', 'htm', 'htu', 'iat')
    })

    it('F377 are not made where the issuer can do none of those of the key', async () => {
      const failure = await failureOf(algOf(['ES256']), TypeError)

      expect(failure.message).to.match(/dpop_signing_alg_values_supported/)
      expect(op.posted).to.have.length(0)
    })
  })

  for (const method of ['client_secret_basic', 'client_secret_post'] as const) {
    it(`F389 ${method} is not tried without a secret (RFC 6749 §2.3.1)`, async () => {
      const client = op.client({ client_secret: undefined, token_endpoint_auth_method: method })

      const failure = await failureOf(client.grant({ grant_type: 'x' }), TypeError)

      expect(failure.message).to.equal(`${method} client authentication method requires a client_secret`)
      expect(op.posted).to.have.length(0)
    })
  }

  it('F389 private_key_jwt without a key for its algorithm is the mistake of the host', async () => {
    const client = op.client({
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
    })

    const failure = await failureOf(client.grant({ grant_type: 'x' }), TypeError)

    expect(failure.message).to.match(/does not go with the client's keys/)
  })

  it('F384 request objects are signed with the secret where that is registered (OpenID Connect Core 1.0 §6.1)', async () => {
    const jwt = await op.client({ request_object_signing_alg: 'HS256' }).requestObject({ state: 's' })

    const { payload, protectedHeader } = await jwtVerify(jwt, Buffer.from(SECRET))

    expect(protectedHeader).to.include({ alg: 'HS256', typ: 'oauth-authz-req+jwt' })
    expect(payload).to.include({ iss: 'rp', state: 's' })
  })

  for (const [title, metadata, expected] of [
    ['JWT', { introspection_signed_response_alg: 'RS256' }, 'application/token-introspection+jwt'],
    ['JSON', {}, 'application/json'],
  ] as const) {
    it(`F382 introspection asks for ${title} where the client registered ${JSON.stringify(metadata)} (RFC 9701 §4)`, async () => {
      let accept: string | undefined
      op.answers.set('/introspect', ({ headers }, res) => {
        accept = headers.accept
        res.end('{"active":false}')
      })

      await op.client(metadata).introspect('t').catch(String)

      expect(accept).to.equal(expected)
    })
  }

  for (const max_age of ['5', Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    it(`F376 a max_age of ${String(max_age)} is the mistake of the host, before a code is used (OpenID Connect Core 1.0 §3.1.2.1)`, async () => {
      const checks: object = { max_age }

      await failureOf(op.client().callback(REDIRECT_URI, { code: 'code' }, checks), TypeError)

      expect(op.posted).to.have.length(0)
    })
  }

  for (const claims of [
    { aud: ['rp', 5] },
    { aud: 5 },
    { aud: undefined },
    { iss: undefined },
    { sub: 5 },
    { exp: '5' },
    { iat: null },
  ]) {
    it(`F393 claims() of an ID Token with ${JSON.stringify(claims)} are none (OpenID Connect Core 1.0 §2)`, () => {
      const payload = { iss: op.url, sub: 'alice', aud: 'rp', exp: 2, iat: 1, ...claims }
      const id_token = `${text('{"alg":"none"}')}.${text(JSON.stringify(payload))}.`

      expect(() => new TokenSet({ id_token }).claims()).to.throw(
        TypeError,
        'id_token misses iss, sub, aud, exp or iat, or they are of another type',
      )
    })
  }

  it('F378 exchangeBody adds to a refresh, and replaces nothing of it (RFC 6749 §6)', async () => {
    op.tokens = { access_token: 'a', token_type: 'Bearer' }

    await op.client().refresh('r', { exchangeBody: { resource: 'urn:a', refresh_token: 'other' } })

    expect(Object.fromEntries(op.posted[0] ?? [])).to.deep.equal({
      grant_type: 'refresh_token',
      refresh_token: 'r',
      resource: 'urn:a',
    })
  })

  it('F369 a client without a name is the mistake of the host (RFC 6749 §2.2)', () => {
    expect(() => op.client({ client_id: '' })).to.throw(TypeError, 'client_id is required')
  })

  for (const body of [{ code: 5 }, { code: ['a', 'b'] }, { state: {} }, 'code=a&code=b']) {
    it(`F374 callbackParams refuses ${JSON.stringify(body)}, which two readers would read differently (RFC 6749 §3.1)`, () => {
      expect(() => op.client().callbackParams({ method: 'POST', body })).to.throw(RPError, 'once, as text')
    })
  }

  it('F376 an ID Token that came through the browser needs no code (OpenID Connect Core 1.0 §3.2.2.5)', async () => {
    const id_token = await op.idToken({ nonce: 'n' })

    const tokens = await op
      .client({ response_types: ['id_token'] })
      .callback(REDIRECT_URI, { id_token, state: 's' }, { state: 's', nonce: 'n' })

    expect(tokens.claims()).to.include({ sub: 'alice', nonce: 'n' })
    expect(op.posted).to.have.length(0)
  })

  it('F397 an error says what it was caused by, and shows no tokens where it is logged', async () => {
    op.tokens = {
      access_token: 'a',
      token_type: 'Bearer',
      id_token: await op.idToken({}, { by: 'stranger' }),
    }

    const failure = await failureOf(op.client().callback(REDIRECT_URI, { code: 'code' }), RPError)

    expect(failure.message).to.match(/failed to validate the signature of id_token/)
    expect(failure.cause).to.be.an.instanceOf(Error)
    expect('cause' in new RPError('no reason')).to.equal(false)
    expect(Object.keys(failure)).not.to.include.members(['jwt'])
  })
})
