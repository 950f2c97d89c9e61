import { expect } from 'chai'
import { certificateJwk, selfSigned } from '../../support/certificates.ts'
import { CLIENT, from, takingCertificates } from '../../support/mtls.ts'
import { REDIRECT_URI, stopProviders } from '../../support/start_provider.ts'
import { PARTNER, refusal, SECRET_CLIENT, startFapi } from './fapi_host.ts'

describe('the profile FAPI 2.0', () => {
  afterEach(stopProviders)

  it('P14 a request that was not pushed is refused (§5.3.2.2)', async () => {
    const { visit } = await startFapi('2.0')

    const { error, description } = await visit({})

    expect(error).to.equal('invalid_request')
    expect(description).to.equal('Pushed Authorization Request must be used')
  })

  it('a request that was pushed is answered with a code (§5.3.2.2)', async () => {
    const { push, visit } = await startFapi('2.0')

    const { body } = await push()
    const { answer } = await visit({ request_uri: String(body['request_uri']) })

    expect(answer.get('code')).to.be.a('string')
    expect(answer.get('iss')).to.be.a('string')
  })

  for (const [title, params, without, error] of [
    ['A75 PKCE is missing', {}, ['code_challenge', 'code_challenge_method'], 'invalid_request'],
    ['A5 redirect_uri is missing', {}, ['redirect_uri'], 'invalid_request'],
    ['the response type is not code', { response_type: 'code id_token' }, [], 'unsupported_response_type'],
  ] as const) {
    it(`a pushed request is refused when ${title} (§5.3.2.2)`, async () => {
      const { push } = await startFapi('2.0', { pkce: { required: () => false } })

      expect(refusal(await push(params, without))).to.deep.equal([400, error])
    })
  }

  for (const method of ['tls_client_auth', 'self_signed_tls_client_auth'] as const) {
    it(`M10 a client may authenticate by ${method} (§5.3.2.1)`, async () => {
      const certificate = await selfSigned({ alternatives: [{ type: 'dns', value: 'client.example.com' }] })
      const own =
        method === 'tls_client_auth'
          ? { tls_client_auth_san_dns: 'client.example.com' }
          : { jwks: { keys: [certificateJwk(certificate)] } }
      const { op, request } = await startFapi('2.0', {
        ...takingCertificates([{ ...CLIENT, ...own, token_endpoint_auth_method: method }]),
      })
      const pushed = { ...request, client_id: 'web' }
      const answer = await op.post('pushed_authorization_request', pushed, from(certificate))

      expect(answer.body).to.have.property('request_uri')
    })
  }

  it('a pushed request is refused when its redirect_uri uses http (§5.3.2.2)', async () => {
    const uri = 'http://rp.example.com/cb'
    const { push } = await startFapi('2.0', {
      clients: [
        { ...PARTNER, response_types: ['code'], grant_types: ['authorization_code'], redirect_uris: [uri] },
      ],
    })

    expect(refusal(await push({ redirect_uri: uri }))).to.deep.equal([400, 'invalid_request'])
  })

  it('the loopback interface of a native application may use http (§5.3.2.2, RFC 8252 §7.3)', async () => {
    const uri = 'http://127.0.0.1/cb'
    const native = {
      ...PARTNER,
      application_type: 'native' as const,
      response_types: ['code' as const],
      redirect_uris: [uri],
    }
    const { push } = await startFapi('2.0', { clients: [native] })

    expect((await push({ redirect_uri: 'http://127.0.0.1:4711/cb' })).status).to.equal(201)
  })

  it('the host is told what a request without PKCE lacks (§5.3.2.2)', async () => {
    const { op, push } = await startFapi('2.0', { pkce: { required: () => false } })
    const refused = op.nextError('pushed_authorization_request.error')
    await push({}, ['code_challenge', 'code_challenge_method'])

    expect(await refused).to.deep.include({
      reason: 'fapi.pkce_missing',
      accepted: ['code_challenge', 'S256'],
    })
  })

  for (const endpoint of ['token', 'pushed_authorization_request'] as const) {
    it(`a client with a secret is refused at ${endpoint} (§5.3.2.1)`, async () => {
      const { op } = await startFapi('2.0')
      const { client_id = '', client_secret = '' } = SECRET_CLIENT

      const refused = await op.post(endpoint, { grant_type: 'client_credentials', client_id, client_secret })

      expect(refusal(refused)).to.deep.equal([401, 'invalid_client'])
    })
  }

  it('no access token is issued to a sender who proves nothing (§5.3.2.1)', async () => {
    const { op, assertion } = await startFapi('2.0')

    const refused = await op.post('token', { grant_type: 'client_credentials', ...(await assertion()) })

    expect(refusal(refused)).to.deep.equal([400, 'invalid_request'])
    expect(refused.body['error_description']).to.include('bound')
  })

  it('a code is still good after it was refused for want of a proof (§5.3.2.1)', async () => {
    const { op, push, visit, assertion, verifier } = await startFapi('2.0')
    const { body } = await push()
    const { answer } = await visit({ request_uri: String(body['request_uri']) })
    const exchange = async () =>
      op.post('token', {
        grant_type: 'authorization_code',
        code: answer.get('code') ?? '',
        redirect_uri: REDIRECT_URI,
        code_verifier: verifier,
        ...(await assertion()),
      })

    await exchange()
    const again = await exchange()

    expect(again.body['error_description']).to.include('bound')
  })

  for (const [title, audience] of [
    ['a list', (issuer: string) => [issuer]],
    ['the endpoint', (issuer: string) => `${issuer}/request`],
  ] as const) {
    it(`C10 a client assertion is refused when its aud is ${title}, not the issuer as text (§5.3.2.1)`, async () => {
      const { op, push, assertion } = await startFapi('2.0')

      const refused = await push(await assertion({ aud: audience(op.issuer) }))

      expect(refusal(refused)).to.deep.equal([401, 'invalid_client'])
    })
  }

  it('a client assertion signed with RS256 is refused (§5.4.1)', async () => {
    const { push, assertion } = await startFapi('2.0')

    expect(refusal(await push(await assertion({}, 'RS256')))).to.deep.equal([401, 'invalid_client'])
  })
})

describe('the profile FAPI 2.0 Message Signing', () => {
  afterEach(stopProviders)

  it('P14 a pushed request without a request object is refused (§5.3.1)', async () => {
    const { push } = await startFapi('2.0 Message Signing')

    const refused = await push()

    expect(refusal(refused)).to.deep.equal([400, 'invalid_request'])
  })

  it('a request whose answer would not be signed is refused (§5.4.1)', async () => {
    const { push, requestObject } = await startFapi('2.0 Message Signing')

    const refused = await push({ request: await requestObject() })

    expect(refusal(refused)).to.deep.equal([400, 'invalid_request'])
    expect(refused.body['error_description']).to.include('JWT')
  })

  it('Q12 its request objects state exp and nbf (§5.3.1)', async () => {
    const { push, requestObject } = await startFapi('2.0 Message Signing')

    const refused = await push({ request: await requestObject({ nbf: undefined }) })

    expect(refusal(refused)).to.deep.equal([400, 'invalid_request_object'])
  })
})
