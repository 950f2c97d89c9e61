import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { type ClientMetadata, type IssuerMetadata, TokenSet } from '../../lib/relying_party/index.ts'
import { CLIENT_JWKS } from '../support/client_keys.ts'
import { failureOf } from '../support/failure_of.ts'
import { type FakeIssuer, SECRET, startFakeIssuer } from '../support/fake_issuer.ts'
import { ecPair, ed448Pair, ed25519Pair, jwkOf, rsaPair, rsaPssPair } from '../support/key_pair.ts'
import { stopServers } from '../support/local_server.ts'

const ANY = { grant_type: 'x' }
const TOKENS = '{"access_token":"token","token_type":"DPoP"}'
const proofOf = (request: IncomingMessage | undefined) => String(request?.headers['dpop'])

describe('proofs of the relying party', () => {
  let op: FakeIssuer
  beforeEach(async () => {
    op = await startFakeIssuer()
  })
  afterEach(stopServers)

  describe('DPoP (RFC 9449)', () => {
    /** How a proof by this key is signed, where the issuer can do no more than this. */
    const algOf = async (key: KeyObject, ...supported: string[]) => {
      const client = op.client({}, { dpop_signing_alg_values_supported: supported })
      await client.grant(ANY, { DPoP: key })
      return decodeProtectedHeader(proofOf(op.server.requests.at(-1))).alg
    }

    const KEYS: readonly (readonly [name: string, key: KeyObject, algs: readonly string[]])[] = [
      ['RSA', rsaPair().privateKey, ['PS256', 'RS256', 'PS384', 'RS384', 'PS512', 'RS512']],
      ['P-256', ecPair().privateKey, ['ES256']],
      ['P-384', ecPair('P-384').privateKey, ['ES384']],
      ['P-521', ecPair('P-521').privateKey, ['ES512']],
      ['Ed25519', ed25519Pair().privateKey, ['EdDSA', 'Ed25519']],
    ]
    for (const [name, key, algs] of KEYS) {
      it(`F377 a key on ${name} proves itself by ${algs.join(', ')} (RFC 7518 §3.1)`, async () => {
        for (const alg of algs) expect(await algOf(key, 'none', alg)).to.equal(alg)
        expect(await algOf(key, ...[...algs].reverse())).to.equal(algs[0])
      })
    }

    for (const [name, key] of [
      ['secp256k1', ecPair('secp256k1').privateKey],
      ['Ed448', ed448Pair().privateKey],
      ['RSA for PSS alone', rsaPssPair().privateKey],
    ] as const) {
      it(`F377 a key of another kind is the mistake of the host: ${name} (RFC 7518 §6)`, async () => {
        const error = await failureOf(op.client().grant(ANY, { DPoP: key }), TypeError)
        expect(error.message).to.match(/^the DPoP key fits none of/)
      })
    }

    it('F377 the key comes in any form that Node reads, or as a JWK (RFC 7517)', async () => {
      const { privateKey } = ecPair()
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      const der = privateKey.export({ type: 'pkcs8', format: 'der' })
      const jwk = { ...jwkOf(privateKey), kid: undefined }
      const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
      for (const key of [pem, Buffer.from(pem), { key: der, format: 'der', type: 'pkcs8' } as const, jwk]) {
        await op.client().grant(ANY, { DPoP: key })
        const header = decodeProtectedHeader(proofOf(op.server.requests.at(-1)))
        expect([header.typ, header.jwk?.x]).to.deep.equal(['dpop+jwt', x])
        expect(header.jwk).to.have.all.keys('kty', 'crv', 'x', 'y')
      }
    })

    it('F377 what is no key is told with its cause', async () => {
      const error = await failureOf(op.client().grant(ANY, { DPoP: 'no key' }), TypeError)
      expect(error.message).to.equal('DPoP option must be a private key')
      expect(error.cause).to.be.an('error')
    })

    it('F380 a proof names method, place and token of the request, and no more of the URL (§4.2)', async () => {
      const { privateKey, publicKey } = ecPair()
      op.answers.set('/api', (_req, res) => res.end())
      await op.client().requestResource(`${op.url}/api?a=b#c`, 'token', { method: 'PUT', DPoP: privateKey })

      const { payload } = await jwtVerify(proofOf(op.server.requests[0]), publicKey)
      expect(payload).to.have.all.keys('jti', 'htm', 'htu', 'iat', 'ath')
      expect(payload).to.include({
        htm: 'PUT',
        htu: `${op.url}/api`,
        ath: createHash('sha256').update('token').digest('base64url'),
      })
      await op.client().requestResource(`${op.url}/api`, 'token', { DPoP: privateKey })
      expect(decodeJwt(proofOf(op.server.requests[1]))['htm']).to.equal('GET')
    })

    for (const [what, token, options, scheme] of [
      ['text with a key', 'token', {}, 'DPoP'],
      ['text that the host calls something', 'token', { tokenType: 'Bearer' }, 'Bearer'],
      ['a TokenSet', new TokenSet({ access_token: 'token', token_type: 'Bearer' }), {}, 'Bearer'],
      ['a TokenSet', new TokenSet({ access_token: 'token', token_type: 'DPoP' }), {}, 'DPoP'],
      ['a TokenSet that does not say', new TokenSet({ access_token: 'token' }), {}, 'Bearer'],
    ] as const) {
      it(`F379 F380 ${what} is presented as ${scheme} (§7.1)`, async () => {
        op.answers.set('/me', (_req, res) => res.end('{"sub":"alice"}'))
        const DPoP = ecPair().privateKey
        await op.client().userinfo(token, { DPoP, ...options })
        await op.client().requestResource(`${op.url}/me`, token, { DPoP, ...options })

        const sent = op.server.requests.map(({ headers }) => headers.authorization)
        expect(sent).to.deep.equal([`${scheme} token`, `${scheme} token`])
      })
    }

    it('F380 a method in small letters is proven as it is sent (§4.2)', async () => {
      op.answers.set('/api', (_req, res) => res.end())
      const options = Object({ method: 'post', DPoP: ecPair().privateKey })
      await op.client().requestResource(`${op.url}/api`, 'token', options)

      const [request] = op.server.requests
      expect([request?.method, decodeJwt(proofOf(request))['htm']]).to.deep.equal(['POST', 'POST'])
    })

    it('F379 UserInfo is asked with the proof beside the token (§7.1)', async () => {
      const { privateKey } = ecPair()
      op.answers.set('/me', (_req, res) => res.end('{"sub":"alice"}'))
      for (const method of ['GET', 'POST'] as const) {
        await op.client().userinfo('token', { DPoP: privateKey, tokenType: 'DPoP', method })

        const request = op.server.requests.at(-1)
        expect(request?.headers.authorization).to.equal('DPoP token')
        expect(decodeJwt(proofOf(request)))
          .to.include({ htm: method })
          .and.to.include.keys('ath')
      }
    })

    describe('nonces of the server (§8, §9)', () => {
      const DPoP = ecPair().privateKey
      const noncesOf = () =>
        op.server.requests.map((request) => decodeJwt(proofOf(request))['nonce']).map(String)

      /** Answers one request after the other. */
      const answering = (
        path: string,
        ...answers: readonly (readonly [status: number, headers: Record<string, string>, body: string])[]
      ) => {
        const left = [...answers]
        op.answers.set(path, (_req, res) => {
          const [status = 200, headers = {}, body = TOKENS] = left.shift() ?? []
          res.writeHead(status, headers).end(body)
        })
      }
      const WANTED = '{"error":"use_dpop_nonce"}'

      it('F377 are sent where the token endpoint wants one, under an assertion that is new (RFC 7523 §3)', async () => {
        answering('/token', [400, { 'dpop-nonce': 'n1' }, WANTED])
        const issuer = op.issuer({ token_endpoint_auth_signing_alg_values_supported: ['ES256'] })
        const client = new issuer.Client(
          { client_id: 'rp', token_endpoint_auth_method: 'private_key_jwt' },
          CLIENT_JWKS,
        )

        await client.grant(ANY, { DPoP })

        expect(noncesOf()).to.deep.equal(['undefined', 'n1'])
        const [first, second] = op.posted.map((form) => decodeJwt(form.get('client_assertion') ?? ''))
        expect(first?.jti).not.to.equal(second?.jti)
        const [one, two] = op.server.requests.map((request) => decodeJwt(proofOf(request)).jti)
        expect(one).not.to.equal(two)
      })

      it('F380 are sent where a resource wants one, and from then on at once', async () => {
        const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n1' }
        answering('/api', [401, challenge, ''], [200, { 'dpop-nonce': 'n2' }, ''])
        const client = op.client()

        expect((await client.requestResource(`${op.url}/api`, 't', { DPoP })).statusCode).to.equal(200)
        await client.requestResource(`${op.url}/api`, 't', { DPoP })
        await client.grant(ANY, { DPoP })

        expect(noncesOf()).to.deep.equal(['undefined', 'n1', 'n2', 'n2'])
      })

      it('F377 are those of one server, and not of another', async () => {
        const other = await startFakeIssuer()
        answering('/token', [200, { 'dpop-nonce': 'n1' }, TOKENS])
        const client = op.client()
        await client.grant(ANY, { DPoP })
        await client.requestResource(`${other.url}/api`, 't', { DPoP })

        expect(decodeJwt(proofOf(other.server.requests[0]))).not.to.include.keys('nonce')
      })

      for (const [what, answer] of [
        ['another error', [400, { 'dpop-nonce': 'n1' }, '{"error":"invalid_grant"}']],
        ['another challenge', [401, { 'www-authenticate': 'DPoP error="x"', 'dpop-nonce': 'n1' }, WANTED]],
        [
          'a challenge whose text only mentions it',
          [
            401,
            { 'www-authenticate': 'DPoP error="x", realm="error=use_dpop_nonce"', 'dpop-nonce': 'n1' },
            '',
          ],
        ],
        [
          'a body that only mentions it',
          [400, { 'dpop-nonce': 'n1' }, '{"error_description":"use_dpop_nonce"}'],
        ],
        ['another status', [403, { 'dpop-nonce': 'n1' }, WANTED]],
        ['no nonce', [400, {}, WANTED]],
      ] as const) {
        it(`F380 ${what} is the answer, and nothing is sent again`, async () => {
          answering('/api', answer)
          const { statusCode } = await op.client().requestResource(`${op.url}/api`, 't', { DPoP })
          expect([statusCode, op.server.requests.length]).to.deep.equal([answer[0], 1])
        })
      }

      for (const [what, headers, body] of [
        [
          'a challenge with a token (RFC 9110 §11.2)',
          { 'www-authenticate': 'DPoP error=use_dpop_nonce' },
          '',
        ],
        [
          'one of several challenges (RFC 9449 §7.1)',
          { 'www-authenticate': 'Bearer error="invalid_token", DPoP algs="ES256", error = "use_dpop_nonce"' },
          '',
        ],
        ['a body where no challenge is (RFC 6749 §5.2)', {}, WANTED],
        ['a body where the challenge names no error (RFC 6749 §5.2)', { 'www-authenticate': 'DPoP' }, WANTED],
      ] as const) {
        it(`F377 F380 are wanted by 401 and ${what}`, async () => {
          answering('/token', [401, { ...headers, 'dpop-nonce': 'n1' }, body])

          await op.client().grant(ANY, { DPoP })

          expect(noncesOf()).to.deep.equal(['undefined', 'n1'])
        })
      }

      it('F377 F380 are sent by each of several requests that were under way without one (§8.2)', async () => {
        const waiting: (() => void)[] = []
        op.answers.set('/token', (req, res) => {
          if (decodeJwt(proofOf(req))['nonce'] === 'n1') res.end(TOKENS)
          else waiting.push(() => res.writeHead(400, { 'dpop-nonce': 'n1' }).end(WANTED))
          if (waiting.length === 3) for (const answer of waiting) answer()
        })
        const client = op.client()

        await Promise.all([1, 2, 3].map(() => client.grant(ANY, { DPoP })))

        expect(noncesOf().sort()).to.deep.equal(['n1', 'n1', 'n1', 'undefined', 'undefined', 'undefined'])
      })

      it('F377 a challenge that names no error leaves it to the body (§8)', async () => {
        const challenge = { 'www-authenticate': 'DPoP realm="x"', 'dpop-nonce': 'n1' }
        answering('/token', [401, challenge, WANTED])
        await op.client().grant(ANY, { DPoP })
        expect(noncesOf()).to.deep.equal(['undefined', 'n1'])
      })

      it('F380 a nonce that the server refuses although it is its own is not tried for ever', async () => {
        const wants = [400, { 'dpop-nonce': 'n1' }, WANTED] as const
        answering('/api', wants, wants, wants)
        const client = op.client()
        expect((await client.requestResource(`${op.url}/api`, 't', { DPoP })).statusCode).to.equal(400)
        expect(op.server.requests).to.have.length(2)
        expect((await client.requestResource(`${op.url}/api`, 't', { DPoP })).statusCode).to.equal(400)
        expect(op.server.requests).to.have.length(3)
      })
    })
  })

  describe('client authentication (RFC 6749 §2.3, OpenID Connect Core 1.0 §9)', () => {
    const formOf = async (metadata: Partial<ClientMetadata>, more: Partial<IssuerMetadata> = {}) => {
      const issuer = op.issuer(more)
      const client = new issuer.Client({ client_id: 'rp', client_secret: SECRET, ...metadata }, CLIENT_JWKS)
      await client.grant(ANY)
      return Object.fromEntries(op.posted.at(-1) ?? [])
    }

    for (const method of ['private_key_jwt', 'client_secret_jwt'] as const) {
      it(`F389 ${method} says whose assertion it is, and of what kind (RFC 7521 §4.2)`, async () => {
        const form = await formOf(
          { token_endpoint_auth_method: method },
          { token_endpoint_auth_signing_alg_values_supported: ['ES256', 'HS256'] },
        )

        expect(form).to.have.all.keys('grant_type', 'client_id', 'client_assertion', 'client_assertion_type')
        expect(form['client_id']).to.equal('rp')
        expect(decodeJwt(form['client_assertion'] ?? '')).to.have.all.keys(
          'iss',
          'sub',
          'aud',
          'jti',
          'iat',
          'exp',
        )
      })
    }

    for (const [method, alg] of [
      ['client_secret_jwt', 'A128KW'],
      ['client_secret_jwt', 'ES256'],
      ['private_key_jwt', 'HS256'],
      ['private_key_jwt', 'ES512'],
      ['private_key_jwt', 'none'],
    ] as const) {
      it(`F389 ${method} is not made by ${alg} (RFC 7518 §3.1)`, async () => {
        const metadata = { token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: alg }
        const more = { token_endpoint_auth_signing_alg_values_supported: ['ES256', 'HS256'] }
        const error = await failureOf(formOf(metadata, more), TypeError)
        expect(error.message).to.equal(
          `token_endpoint_auth_signing_alg ${alg} does not go with the client's keys`,
        )
        expect(op.posted).to.have.length(0)
      })
    }

    it('F389 an algorithm that nobody named is asked for', async () => {
      for (const supported of [undefined, 'ES256', [], ['HS256', 'none', 5]]) {
        const more = Object({ token_endpoint_auth_signing_alg_values_supported: supported })
        const error = await failureOf(
          formOf({ token_endpoint_auth_method: 'private_key_jwt' }, more),
          TypeError,
        )
        expect(error.message).to.equal(
          'token_endpoint_auth_signing_alg_values_supported of the issuer, or token_endpoint_auth_signing_alg of the client, must name an algorithm for its keys',
        )
      }
    })

    it('F382 F383 each endpoint has its method and its algorithms, otherwise those of the token endpoint (RFC 8414 §2)', async () => {
      const seen: string[] = []
      for (const path of ['/introspect', '/revoke'])
        op.answers.set(path, (_req, res, body) => {
          const assertion = new URLSearchParams(body).get('client_assertion')
          seen.push(assertion === null ? 'none' : String(decodeProtectedHeader(assertion).alg))
          res.end('{"active":false}')
        })
      const ask = async (metadata: Partial<ClientMetadata>) => {
        const issuer = op.issuer({
          token_endpoint_auth_signing_alg_values_supported: ['RS256'],
          introspection_endpoint_auth_signing_alg_values_supported: ['ES256'],
        })
        const client = new issuer.Client({ client_id: 'rp', ...metadata }, CLIENT_JWKS)
        await client.introspect('t')
        await client.revoke('t')
        return seen.splice(0)
      }

      const jwt = 'private_key_jwt' as const
      expect(await ask({ token_endpoint_auth_method: jwt })).to.deep.equal(['ES256', 'RS256'])
      expect(
        await ask({ token_endpoint_auth_method: jwt, token_endpoint_auth_signing_alg: 'PS256' }),
      ).to.deep.equal(['PS256', 'PS256'])
      expect(
        await ask({ token_endpoint_auth_method: jwt, revocation_endpoint_auth_method: 'none' }),
      ).to.deep.equal(['ES256', 'none'])
      expect(
        await ask({
          token_endpoint_auth_method: jwt,
          token_endpoint_auth_signing_alg: 'PS256',
          revocation_endpoint_auth_signing_alg: 'ES256',
        }),
      ).to.deep.equal(['PS256', 'ES256'])
    })

    for (const endpoint of ['token', 'introspection', 'revocation'] as const) {
      it(`F369 a method that ${endpoint} endpoints do not know is the mistake of the host, at once`, () => {
        const metadata = Object({ [`${endpoint}_endpoint_auth_method`]: 'magic' })
        expect(() => op.client(metadata)).to.throw(
          TypeError,
          `missing, or unsupported, ${endpoint}_endpoint_auth_method`,
        )
      })
    }
  })
})
