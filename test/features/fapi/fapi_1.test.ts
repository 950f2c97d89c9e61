import { expect } from 'chai'
import { now } from '../../actions/client_auth/assertions.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { PARTNER, refusal, startFapi } from './fapi_host.ts'

const HYBRID = { response_type: 'code id_token' }

for (const profile of ['1.0 ID2', '1.0 Final'] as const) {
  describe(`the profile FAPI 1.0 Advanced, ${profile}`, () => {
    afterEach(stopProviders)

    it('A091 a request without nonce is refused when it asks for openid (Part 1 §5.2.2.2)', async () => {
      const { visit } = await startFapi(profile)

      const { error, description } = await visit(HYBRID, ['nonce'])

      expect(error).to.equal('invalid_request')
      expect(description).to.include('nonce')
    })

    it('A091 A75 a code without ID Token needs a nonce too, when it is pushed (Part 1 §5.2.2.2)', async () => {
      const { push } = await startFapi(profile)

      const { status, body } = await push(HYBRID, ['nonce'])

      expect(status).to.equal(400)
      expect(body['error_description']).to.equal("missing required parameter 'nonce'")
    })

    it('A091 a request without state is refused when it does not ask for openid (Part 1 §5.2.2.3)', async () => {
      const { push } = await startFapi(profile, { scopes: ['openid', 'offline_access', 'payments'] })

      const { body } = await push({ scope: 'payments', response_type: 'code', response_mode: 'jwt' }, [
        'state',
        'nonce',
      ])

      expect(body['error_description']).to.equal("missing required parameter 'state'")
    })

    it('A5 a request without redirect_uri is refused by a page, though the client has one only (Part 1 §5.2.2 (9))', async () => {
      const { visit, push } = await startFapi(profile)

      const { response } = await visit(HYBRID, ['redirect_uri'])

      expect([response.status, response.headers.get('location')]).to.deep.equal([400, null])
      expect(refusal(await push(HYBRID, ['redirect_uri']))).to.deep.equal([400, 'invalid_request'])
    })

    it('A091 a code alone is not answered in the query (Part 2 §5.2.2 (2))', async () => {
      const { visit } = await startFapi(profile)

      const { error, description } = await visit({ response_type: 'code' })

      expect(error).to.equal('invalid_request')
      expect(description).to.include('response_mode')
    })

    it('A091 a code with an access token has no ID Token that vouches for it: not in the fragment (Part 2 §5.2.2 (2))', async () => {
      const response_type = 'code token'
      const { visit } = await startFapi(profile, {
        clients: [{ ...PARTNER, response_types: [response_type] }],
        responseTypes: [response_type],
      })

      const { answer, error, description } = await visit({ response_type })

      expect(error).to.equal('invalid_request')
      expect(description).to.include('response_mode')
      expect(answer.has('access_token')).to.equal(false)
    })

    it('A091 A75 a pushed request needs PKCE, whatever the policy says (Part 2 §5.2.2 (18))', async () => {
      const { push } = await startFapi(profile, { pkce: { required: () => false } })

      const refused = await push(HYBRID, ['code_challenge', 'code_challenge_method'])

      expect(refusal(refused)).to.deep.equal([400, 'invalid_request'])
      expect(refused.body['error_description']).to.include('S256')
      expect((await push(HYBRID)).status).to.equal(201)
    })

    it('Q12 a request object without exp is refused (Part 2 §5.2.2 (13))', async () => {
      const { visit, requestObject } = await startFapi(profile)

      const { error, description } = await visit({
        request: await requestObject({ ...HYBRID, exp: undefined }),
        ...HYBRID,
      })

      expect(error).to.equal('invalid_request_object')
      expect(description).to.include('exp')
    })

    it('Q12 a request object that ends more than an hour ahead is refused (Part 2 §5.2.2 (13))', async () => {
      const { visit, requestObject } = await startFapi(profile)

      const { error } = await visit({
        request: await requestObject({ ...HYBRID, exp: now() + 3700 }),
        ...HYBRID,
      })

      expect(error).to.equal('invalid_request_object')
    })

    it('Q5 a request object signed with RS256 is refused, one with PS256 is not (Part 2 §8.6)', async () => {
      const { visit, requestObject } = await startFapi(profile)

      const refused = await visit({ request: await requestObject(HYBRID, 'RS256'), ...HYBRID })
      const accepted = await visit({ request: await requestObject(HYBRID, 'PS256'), ...HYBRID })

      expect(refused.error).to.equal('invalid_request_object')
      expect(accepted.answer.get('code')).to.be.a('string')
    })

    it('A087 Q14 parameters beside a request object count for nothing, also in lax mode (Part 2 §5.2.2 (10))', async () => {
      const { visit, requestObject } = await startFapi(profile, {
        features: { requestObjects: { request: true, mode: 'lax' } },
      })

      const { answer } = await visit({
        request: await requestObject({ ...HYBRID, state: undefined }),
        ...HYBRID,
      })

      expect(answer.get('code')).to.be.a('string')
      expect(answer.has('state')).to.equal(false)
    })

    it('C14 a client assertion that lives longer than five minutes is refused', async () => {
      const { op, assertion } = await startFapi(profile)
      const ask = async (exp: number) =>
        op.post('token', { grant_type: 'client_credentials', ...(await assertion({ exp })) })

      expect(refusal(await ask(now() + 600))).to.deep.equal([401, 'invalid_client'])
      expect((await ask(now() + 240)).status).to.equal(200)
    })

    it('C13 a client assertion may be meant for the token endpoint (RFC 7523 §3)', async () => {
      const { op, assertion } = await startFapi(profile)
      const params = await assertion({ aud: op.provider.urlFor('token') })

      expect((await op.post('token', { grant_type: 'client_credentials', ...params })).status).to.equal(200)
    })

    it('a client assertion signed with RS256 is refused (Part 2 §8.6)', async () => {
      const { op, assertion } = await startFapi(profile)

      const refused = await op.post('token', {
        grant_type: 'client_credentials',
        ...(await assertion({}, 'RS256')),
      })

      expect(refusal(refused)).to.deep.equal([401, 'invalid_client'])
    })

    it('A141 an access token in the query is not looked at, though the host allows that (Part 1 §6.2.1)', async () => {
      const { op } = await startFapi(profile, { acceptQueryParamAccessTokens: true })

      const response = await op.agent().get(`${op.provider.urlFor('userinfo')}?access_token=a-token`)

      expect(response.status).to.be.oneOf([400, 401])
      expect(response.headers.get('www-authenticate')).not.to.include('invalid_token')
    })
  })
}

describe('redirect URIs under FAPI 1.0', () => {
  afterEach(stopProviders)

  it('by http are refused (Part 1 §5.2.2 (20))', async () => {
    const uri = 'http://rp.example.com/cb'
    const partner = {
      ...PARTNER,
      redirect_uris: [uri],
      response_types: ['code' as const],
      grant_types: ['authorization_code'],
    }
    const { push } = await startFapi('1.0 Final', { clients: [partner] })

    const refused = await push({ redirect_uri: uri, response_mode: 'jwt' })

    expect(refusal(refused)).to.deep.equal([400, 'invalid_request'])
    expect(refused.body['error_description']).to.equal('redirect_uri must not use http')
  })
})

describe('what differs between FAPI 1.0 Final and its second draft', () => {
  afterEach(stopProviders)

  for (const [profile, error] of [
    ['1.0 ID2', null],
    ['1.0 Final', 'invalid_request_object'],
  ] as const) {
    it(`Q12 a request object without nbf under ${profile} (Part 2 §5.2.2 (17))`, async () => {
      const { visit, requestObject } = await startFapi(profile)

      const result = await visit({ request: await requestObject({ ...HYBRID, nbf: undefined }), ...HYBRID })

      expect(result.error).to.equal(error)
    })
  }

  it('Q12 under 1.0 Final nbf is an hour old at most (Part 2 §5.2.2 (17))', async () => {
    const { visit, requestObject } = await startFapi('1.0 Final')

    const { error } = await visit({
      request: await requestObject({ ...HYBRID, nbf: now() - 3700 }),
      ...HYBRID,
    })

    expect(error).to.equal('invalid_request_object')
  })

  it('clients may have secrets there, which is for clientAuthMethods to forbid (Part 2 §5.2.2 (14))', async () => {
    const { op } = await startFapi('1.0 Final')

    const { status } = await op.post('token', {
      grant_type: 'client_credentials',
      client_id: 'web',
      client_secret: 'a secret with 32 characters or so',
    })

    expect(status).to.equal(200)
  })
})
