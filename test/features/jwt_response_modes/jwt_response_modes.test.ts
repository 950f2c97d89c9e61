import { expect } from 'chai'
import { jwtVerify } from 'jose'
import { documentOf } from '../../actions/client_auth/assertions.ts'
import { readAnswer, request, verifyIdToken } from '../../support/authorization_answer.ts'
import { opened, startForSealed } from '../../support/sealed_answer.ts'
import { pkce, REDIRECT_URI, startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const HOSTILE = `"'><script>alert(1)</script>\`&amp;\r\nSet-Cookie: a=b ${'x'.repeat(10_000)}`
const FRONT_CHANNEL = ['id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token']
const WAYS = {
  'query.jwt': 'query',
  'fragment.jwt': 'fragment',
  'form_post.jwt': 'form',
  'web_message.jwt': 'message',
} as const

describe('authorization responses as JWTs (JWT Secured Authorization Response Mode for OAuth 2.0)', () => {
  afterEach(stopProviders)

  describe('what is refused', () => {
    for (const responseType of FRONT_CHANNEL) {
      it(`A42 A092 ${responseType} by query.jwt that is not encrypted is invalid_request, in the fragment (§2.3.1)`, async () => {
        const op = await startForSealed()

        const { way, to, members } = await request(op, {
          response_type: responseType,
          response_mode: 'query.jwt',
          nonce: 'n',
          state: 's',
        })

        expect([way, to]).to.deep.equal(['fragment', REDIRECT_URI])
        expect(members).to.include({ error: 'invalid_request', state: 's', iss: op.issuer })
      })
    }

    for (const mode of ['.jwt', 'jwt.jwt', 'query.jwt.jwt', 'form_post.JWT', 'web_message.jwt ']) {
      it(`A41 response_mode=${JSON.stringify(mode)} is unsupported (§2.3)`, async () => {
        const op = await startForSealed()

        expect((await request(op, { response_mode: mode })).members['error']).to.equal(
          'unsupported_response_mode',
        )
      })
    }

    it('F224 web_message.jwt does not exist where web_message does not', async () => {
      const op = await startForSealed({}, { features: { webMessageResponseMode: { enabled: false } } })

      const { members } = await request(op, { response_mode: 'web_message.jwt' })

      expect(members['error']).to.equal('unsupported_response_mode')
      expect((await documentOf(op))['response_modes_supported']).to.not.include('web_message.jwt')
    })

    it('A45 the relay mode of web messages is refused by web_message.jwt, too, and nothing is sent anywhere', async () => {
      const op = await startForSealed()

      const { way, status } = await request(op, {
        response_mode: 'web_message.jwt',
        web_message_uri: 'https://rp.example.com/relay',
      })

      expect([way, status]).to.deep.equal(['page', 400])
    })

    it('a redirect_uri that is not registered gets nothing, sealed or not (RFC 9700 §4.11.2)', async () => {
      const op = await startForSealed()

      const { way, status } = await request(op, {
        response_mode: 'jwt',
        redirect_uri: 'https://evil.example/cb',
      })

      expect([way, status]).to.deep.equal(['page', 400])
    })

    it('response_mode=jwt is refused to a client that registered other response modes only', async () => {
      const op = await startForSealed({ response_modes: ['query'] })

      expect((await request(op, { response_mode: 'jwt' })).members['error']).to.equal('invalid_request')
    })
  })

  describe('what arrives', () => {
    for (const [mode, way] of Object.entries(WAYS)) {
      it(`A44 A74 A092 ${mode} carries one member, a signed JWT for this client that lives 120 seconds (§2.1)`, async () => {
        const op = await startForSealed()
        const start = Math.floor(Date.now() / 1000)

        const answer = await request(op, { response_mode: mode, state: 's' })

        const { payload, protectedHeader } = await opened(op, answer)
        expect(answer.way).to.equal(way)
        expect(answer.to).to.equal(way === 'message' ? 'https://rp.example.com' : REDIRECT_URI)
        expect(protectedHeader.alg).to.equal('RS256')
        expect(Object.keys(payload).sort()).to.deep.equal(['aud', 'code', 'exp', 'iss', 'state'])
        expect(payload).to.include({ iss: op.issuer, aud: 'web', state: 's' })
        expect(payload.exp).to.be.within(start + 120, start + 180)
        expect((await op.exchange(String(payload['code']), answer.verifier)).status).to.equal(200)
      })

      it(`A44 A092 an error by ${mode} is inside of the JWT, a page says so by its status (§2.1, §2.3)`, async () => {
        const op = await startForSealed()

        const answer = await request(op, { response_mode: mode, prompt: 'none', state: 's' })

        const { payload } = await opened(op, answer)
        expect(answer.way).to.equal(way)
        expect(answer.status).to.equal(way === 'form' || way === 'message' ? 400 : 303)
        expect(payload).to.include({ error: 'login_required', state: 's', iss: op.issuer, aud: 'web' })
        expect(payload.exp).to.be.a('number')
      })

      it(`A80 a hostile state comes back unchanged by ${mode}, and nothing of it is markup or a header`, async () => {
        const op = await startForSealed()

        const answer = await request(op, { response_mode: mode, state: HOSTILE })

        expect((await opened(op, answer)).payload['state']).to.equal(HOSTILE)
        expect(answer.html).to.not.include('<script>alert')
        expect(answer.response.headers.getSetCookie().join()).to.not.include('a=b')
      })
    }

    for (const [responseType, way] of [
      ['code', 'query'],
      ['none', 'query'],
      ...FRONT_CHANNEL.map((type) => [type, 'fragment'] as const),
    ] as const) {
      it(`A092 response_mode=jwt for ${responseType} travels in the ${way} (§2.3.4)`, async () => {
        const op = await startForSealed()
        const params = { response_type: responseType, response_mode: 'jwt', nonce: 'n', state: 's' }

        const answer = await request(op, params)
        const refused = await request(op, { ...params, prompt: 'none' })

        const { payload } = await opened(op, answer)
        expect([answer.way, refused.way]).to.deep.equal([way, way])
        for (const type of responseType === 'none' ? [] : responseType.split(' '))
          expect(payload).to.have.property(type === 'token' ? 'access_token' : type)
        expect((await opened(op, refused)).payload['error']).to.equal('login_required')
      })
    }

    it('A74 iss stands in the JWT also beside an ID Token, whose hashes hold (§2.1, RFC 9207 §2.4)', async () => {
      const op = await startForSealed()

      const answer = await request(op, {
        response_type: 'code id_token token',
        response_mode: 'jwt',
        nonce: 'n',
      })

      const { payload } = await opened(op, answer)
      expect(payload).to.include({ iss: op.issuer, expires_in: '3600', token_type: 'Bearer' })
      expect(await verifyIdToken(op, payload['id_token'])).to.include({ sub: 'alice', nonce: 'n' })
    })

    it('members of a response cannot say who made it, for whom, or until when (§2.1)', async () => {
      const op = await startForSealed()
      const { agent } = await op.authorize()

      const answer = await request(
        op,
        { response_mode: 'jwt', state: 's', iss: 'https://evil.example', aud: 'x', exp: '1' },
        agent,
      )

      expect((await opened(op, answer)).payload).to.include({ iss: op.issuer, aud: 'web', state: 's' })
    })

    it('the JWT of a response is no ID Token: as a hint it is refused (RFC 8725 §3.11)', async () => {
      const op = await startForSealed()
      const { members, agent } = await request(op, { response_mode: 'jwt' })

      const answer = await request(op, { id_token_hint: String(members['response']), prompt: 'none' }, agent)

      expect(answer.members['error']).to.equal('invalid_request')
    })

    it('what authorization.success and authorization.error tell does not depend on how it travels', async () => {
      const op = await startForSealed()
      const told = op.next('authorization.success')
      const { members, agent } = await request(op, { response_mode: 'jwt', state: 's' })
      const failed = op.nextError('authorization.error')
      await request(op, { response_mode: 'jwt', prompt: 'login none', state: 's' }, agent)

      expect(members).to.have.all.keys('response')
      expect((await told)[1]).to.have.all.keys('code', 'state', 'iss')
      expect((await failed).error).to.equal('invalid_request')
    })

    it('a pushed request says it, too (RFC 9126 §2)', async () => {
      const op = await startForSealed()
      const { verifier, challenge } = pkce()
      const { body } = await op.post('pushed_authorization_request', {
        ...{ client_id: 'web', client_secret: WEB_CLIENT.client_secret ?? '', redirect_uri: REDIRECT_URI },
        ...{ response_type: 'code', response_mode: 'form_post.jwt', scope: 'openid', state: 's' },
        ...{ code_challenge: challenge, code_challenge_method: 'S256' },
      })
      const agent = op.agent()
      const first = await agent.get(
        `${op.provider.urlFor('authorization')}?${new URLSearchParams({ client_id: 'web', request_uri: String(body['request_uri']) })}`,
      )

      const answer = await readAnswer(await agent.follow(first))

      const { payload } = await opened(op, answer)
      expect(answer.way).to.equal('form')
      expect((await op.exchange(String(payload['code']), verifier)).status).to.equal(200)
    })
  })

  describe('what the client registered', () => {
    for (const alg of ['PS256', 'ES256', 'EdDSA'] as const) {
      it(`F350 signs with ${alg} where it wants that (§3)`, async () => {
        const op = await startForSealed({ authorization_signed_response_alg: alg })

        const { protectedHeader } = await opened(op, await request(op, { response_mode: 'jwt' }))

        expect(protectedHeader.alg).to.equal(alg)
      })
    }

    it('signs with the client’s secret where HMAC was registered, errors as well (§2.2)', async () => {
      const op = await startForSealed(
        { authorization_signed_response_alg: 'HS256' },
        { enabledJWA: { authorizationSigningAlgValues: ['HS256'] } },
      )
      const key = new TextEncoder().encode(WEB_CLIENT.client_secret)

      for (const prompt of ['consent', 'none']) {
        const { members } = await request(op, { response_mode: 'jwt', prompt })
        const { payload } = await jwtVerify(String(members['response']), key, {
          algorithms: ['HS256'],
          issuer: op.issuer,
          audience: 'web',
        })
        expect(payload).to.have.property(prompt === 'none' ? 'error' : 'code')
      }
    })

    it('an expired secret signs nothing: a page says so, and nothing was stored for it', async () => {
      const metadata = {
        authorization_signed_response_alg: 'HS256' as const,
        token_endpoint_auth_method: 'none' as const,
        client_secret_expires_at: 1,
      }
      const op = await startForSealed(metadata, { enabledJWA: { authorizationSigningAlgValues: ['HS256'] } })
      const issued: unknown[] = []
      op.provider.on('authorization_code.saved', (code) => issued.push(code))

      const { way, status } = await request(op, { response_mode: 'jwt' })

      expect([way, status]).to.deep.equal(['page', 400])
      expect(issued).to.deep.equal([])
      expect(op.serverErrors).to.deep.equal([])
    })

    for (const [what, client, message] of [
      ['none, which proves nothing (§3)', { authorization_signed_response_alg: 'none' }, /must be one of/],
      [
        'an algorithm of the secret without a secret (OpenID Connect Core 1.0 §10.1)',
        {
          authorization_signed_response_alg: 'HS256',
          token_endpoint_auth_method: 'none',
          client_secret: undefined,
        },
        /client_secret is mandatory/,
      ],
      [
        'an algorithm that no key of the provider has',
        { authorization_signed_response_alg: 'ES512' },
        /authorization_signed_response_alg/,
      ],
      [
        'encryption without a key for it (§3)',
        { authorization_encrypted_response_alg: 'RSA-OAEP' },
        /jwks or jwks_uri is mandatory/,
      ],
      [
        'an enc without an alg (§3)',
        { authorization_encrypted_response_enc: 'A128GCM' },
        /authorization_encrypted_response_alg is mandatory/,
      ],
    ] as const) {
      it(`A44 a client is refused that registers ${what}`, async () => {
        const metadata = { ...Object(client) }
        const started = startForSealed(metadata, {
          enabledJWA: { authorizationSigningAlgValues: ['RS256', 'HS256', 'ES512'] },
        })

        const reason: unknown = await started.catch((error) => error)
        expect(String(reason)).to.match(message)
      })
    }

    it('A44 none cannot be enabled', async () => {
      const lists: object = { authorizationSigningAlgValues: ['none'] }
      const started = startForSealed({}, { enabledJWA: lists })

      expect(await started.catch((error) => error)).to.be.instanceOf(TypeError)
    })
  })

  describe('discovery (§4)', () => {
    it('A092 F190 F191 F192 names the modes and algorithms there are', async () => {
      const metadata = await documentOf(await startForSealed())

      expect(metadata['response_modes_supported']).to.include.members(['jwt', ...Object.keys(WAYS)])
      expect(metadata['authorization_signing_alg_values_supported']).to.deep.equal([
        'RS256',
        'PS256',
        'ES256',
        'EdDSA',
      ])
      expect(metadata['authorization_encryption_alg_values_supported']).to.include('ECDH-ES')
      expect(metadata['authorization_encryption_enc_values_supported']).to.include('A256GCM')
    })

    it('A198 F105 nothing of it is there while it is off, not even for a client that registered it', async () => {
      const op = await startProvider({
        clients: [{ ...WEB_CLIENT, authorization_signed_response_alg: 'ES256' }],
      })
      const metadata = await documentOf(op)

      expect(metadata['response_modes_supported']).to.deep.equal(['query', 'fragment', 'form_post'])
      expect(Object.keys(metadata).join()).to.not.match(/authorization_(?:signing|encryption)/)
      expect((await request(op, { response_mode: 'jwt' })).members['error']).to.equal(
        'unsupported_response_mode',
      )
    })
  })
})
