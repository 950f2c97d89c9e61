import { expect } from 'chai'
import sinon from 'sinon'
import { documentOf } from '../actions/client_auth/assertions.ts'
import { refusal } from '../features/fapi/fapi_host.ts'
import { jwtPayload } from '../support/jwt_payload.ts'
import { ACCOUNT, REDIRECT_URI, type StartOptions, stopProviders } from '../support/start_provider.ts'
import { otherAssertion, outcome, startWorld, WORLDS } from './fapi_world.ts'

const refuses: StartOptions = { interact: () => ({ error: 'access_denied' }) }

for (const world of WORLDS) {
  const { prefix, profile } = world
  const start = (...args: Parameters<typeof startWorld> extends [unknown, ...infer Rest] ? Rest : never) =>
    startWorld(world, ...args)
  const way = profile === '2.0' ? 'query' : 'fragment'
  const atPush = `${prefix}-${profile === '2.0' ? 'ensure-registered-redirect-uri' : 'par-attempt-invalid-redirect_uri'}`
  const happy = profile === '2.0' ? `${prefix}-happy-flow` : prefix

  describe(`the conformance suite about FAPI ${profile}: modules of both generations`, () => {
    afterEach(async () => {
      sinon.restore()
      await stopProviders()
    })

    it(`${happy}: a pushed request, a code, tokens bound to their sender, userinfo`, async () => {
      const { code, exchange, userinfo } = await start()

      const { status, body } = await exchange(await code())
      const response = await userinfo(body['access_token'])

      expect(status).to.equal(200)
      expect(jwtPayload(body['id_token'])).to.include({ sub: ACCOUNT, aud: 'partner', nonce: 'the nonce' })
      expect(await response.json()).to.include({ sub: ACCOUNT })
    })

    it(`${prefix}-discovery-end-point-verification: the document says what the profile asks for`, async () => {
      const { op } = await start()

      const document = await documentOf(op)

      expect(document['issuer']).to.equal(op.issuer)
      expect(document['token_endpoint_auth_methods_supported']).to.include('private_key_jwt')
      expect(document['code_challenge_methods_supported']).to.deep.equal(['S256'])
      expect(document['authorization_response_iss_parameter_supported']).to.equal(true)
      expect(document['pushed_authorization_request_endpoint']).to.equal(
        op.provider.urlFor('pushed_authorization_request'),
      )
      for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint'])
        expect(document[name], name).to.be.a('string')
      if (profile === '2.0') expect(document['dpop_signing_alg_values_supported']).to.include('ES256')
      else expect(document['tls_client_certificate_bound_access_tokens']).to.equal(true)
    })

    it(`${prefix}-user-rejects-authentication: access_denied with the state and the issuer`, async () => {
      const { op, open, pushed } = await start({}, refuses)

      const answer = await open(await pushed())

      expect(outcome(answer)).to.equal(`${way} access_denied`)
      expect(answer.members).to.include({ state: 'the state', iss: op.issuer })
      expect(answer.members).to.not.have.property('code')
    })

    it(`${prefix}-ensure-authorization-request-without-state-success: no state is answered`, async () => {
      const { open, push } = await start()

      const { body } = await push({}, ['state'])
      const answer = await open(String(body['request_uri']))

      expect(outcome(answer)).to.equal(`${way} success`)
      expect(answer.members).to.not.have.property('state')
    })

    it(`${prefix}-test-essential-acr-sca-claim: the acr that was asked for stands in the ID Token`, async () => {
      const acr = 'urn:openbanking:psd2:sca'
      const { code, exchange } = await start(
        { acrValues: [acr] },
        {
          interact: async (provider, prompt, { clientId, scope }) => {
            if (prompt === 'login') return { login: { accountId: ACCOUNT, acr } }
            const grant = new provider.Grant({ accountId: ACCOUNT, clientId })
            grant.addOIDCScope(scope.join(' '))
            return { consent: { grantId: await grant.save() } }
          },
        },
      )
      const claims = JSON.stringify({ id_token: { acr: { essential: true, values: [acr] } } })

      const { body } = await exchange(await code({ claims }))

      expect(jwtPayload(body['id_token'])).to.include({ acr })
    })

    it(`${atPush}: one that is not registered is refused where it is pushed`, async () => {
      const { push } = await start()

      expect(refusal(await push({ redirect_uri: `${REDIRECT_URI}/more` }))).to.deep.equal([
        400,
        'invalid_request',
      ])
    })

    it(`${prefix}-ensure-redirect-uri-in-authorization-request: a pushed request names it`, async () => {
      const { push } = await start()

      expect(refusal(await push({}, ['redirect_uri']))).to.deep.equal([400, 'invalid_request'])
    })

    for (const [module, title, params, without] of [
      ['par-ensure-pkce-required', 'no challenge', {}, ['code_challenge', 'code_challenge_method']],
      ['par-plain-pkce-rejected', 'a plain challenge', { code_challenge_method: 'plain' }, []],
    ] as const) {
      it(`${prefix}-${module}: a pushed request with ${title} is invalid_request`, async () => {
        const { push } = await start()

        expect(refusal(await push(params, without))).to.deep.equal([400, 'invalid_request'])
      })
    }

    for (const [module, title, params, without] of [
      [
        profile === '2.0' ? 'ensure-pkce-code-verifier-required' : 'par-ensure-pkce-code-verifier-required',
        'without code_verifier',
        {},
        ['code_verifier'],
      ],
      [
        'par-pkce-incorrect-code-verifier-rejected',
        'with another code_verifier',
        { code_verifier: 'x'.repeat(43) },
        [],
      ],
    ] as const) {
      it(`${prefix}-${module}: a code ${title} is invalid_grant`, async () => {
        const { code, exchange } = await start()

        expect(refusal(await exchange(await code(), params, without))).to.deep.equal([400, 'invalid_grant'])
      })
    }

    for (const method of ['GET', 'PUT', 'DELETE']) {
      it(`${prefix}-par-attempt-invalid-http-method: ${method} is 405`, async () => {
        const { op } = await start()

        const response = await op
          .agent()
          .request(op.provider.urlFor('pushed_authorization_request'), { method })

        expect(response.status).to.equal(405)
      })
    }

    it(`${prefix}-par-attempt-reuse-request_uri: what was answered is answered by a page`, async () => {
      const { op, open, pushed } = await start()
      const uri = await pushed()
      const agent = op.agent()

      const first = await open(uri, 'partner', agent)
      const again = await open(uri, 'partner', agent)

      expect(outcome(first)).to.equal(`${way} success`)
      expect(outcome(again)).to.equal('page 400')
    })

    it(`${prefix}-par-attempt-to-use-expired-request_uri: one that is too old is answered by a page`, async () => {
      const { open, push } = await start()
      const { body } = await push()
      sinon.useFakeTimers({ now: Date.now() + (Number(body['expires_in']) + 1) * 1000, toFake: ['Date'] })

      const answer = await open(String(body['request_uri']))

      expect(outcome(answer)).to.equal('page 400')
      expect(answer.html).to.include('invalid_request_uri')
    })

    it(`${prefix}-par-attempt-to-use-request_uri-for-different-client: another client gets a page`, async () => {
      const { open, pushed } = await start()

      expect(outcome(await open(await pushed(), 'other'))).to.equal('page 400')
    })

    it(`${prefix}-par-authorization-request-containing-request_uri-form-param: invalid_request`, async () => {
      const { op, assertion, pushed } = await start()

      const refused = await op.post('pushed_authorization_request', {
        client_id: 'partner',
        ...(await assertion()),
        request_uri: await pushed(),
      })

      expect(refusal(refused)).to.deep.equal([400, 'invalid_request'])
    })

    it(`${prefix}-par-authorization-request-containing-request_uri: one inside of a request object is refused`, async () => {
      const { op, assertion, pushed, requestObject } = await start()

      const refused = await op.post('pushed_authorization_request', {
        client_id: 'partner',
        ...(await assertion()),
        request: await requestObject({ response_type: world.responseType, request_uri: await pushed() }),
      })

      expect(refusal(refused)).to.deep.equal([400, 'invalid_request_object'])
    })

    it(`${prefix}-ensure-authorization-code-is-bound-to-client: another client gets invalid_grant`, async () => {
      const { op, code, exchange } = await start()

      const refused = await exchange(await code(), {
        client_id: 'other',
        ...(await otherAssertion(op.issuer)),
      })

      expect(refusal(refused)).to.deep.equal([400, 'invalid_grant'])
    })

    it(`${prefix}-attempt-reuse-authorization-code-after-one-second: invalid_grant, and the token is revoked`, async () => {
      const { code, exchange, userinfo } = await start()
      const theCode = await code()
      const { body } = await exchange(theCode)
      const opened = await userinfo(body['access_token'])
      sinon.useFakeTimers({ now: Date.now() + 1000, toFake: ['Date'] })

      expect(opened.status).to.equal(200)
      expect(refusal(await exchange(theCode))).to.deep.equal([400, 'invalid_grant'])
      expect((await userinfo(body['access_token'])).status).to.equal(401)
    })

    it(`${prefix}-ensure-client-assertion-in-token-endpoint: without one it is invalid_client`, async () => {
      const { code, exchange } = await start()

      const refused = await exchange(await code(), {}, ['client_assertion', 'client_assertion_type'])

      expect(refusal(refused)).to.deep.equal([401, 'invalid_client'])
    })

    it(`${prefix}-ensure-signed-client-assertion-with-RS256-fails: invalid_client`, async () => {
      const { assertion, code, exchange } = await start()

      const refused = await exchange(await code(), await assertion({}, 'RS256'))

      expect(refusal(refused)).to.deep.equal([401, 'invalid_client'])
    })

    it(`${prefix}-ensure-client-id-in-token-endpoint: a client_id that is not of the assertion is refused`, async () => {
      const { code, exchange } = await start()

      const refused = await exchange(await code(), { client_id: 'other' })

      expect(refused.status).to.be.oneOf([400, 401])
      expect(refused.body['error']).to.be.oneOf(['invalid_client', 'invalid_request'])
    })

    it(`${prefix}-refresh-token: its client gets a new access token, another one invalid_grant`, async () => {
      const { op, code, exchange, refresh, userinfo } = await start()
      const { body } = await exchange(await code())
      const theirs = { client_id: 'other', ...(await otherAssertion(op.issuer)) }

      const stolen = await refresh(body['refresh_token'], theirs)
      const renewed = await refresh(body['refresh_token'])

      expect(refusal(stolen)).to.deep.equal([400, 'invalid_grant'])
      expect(renewed.status).to.equal(200)
      expect((await userinfo(renewed.body['access_token'])).status).to.equal(200)
    })

    for (const scheme of profile === '2.0' ? ['dpop', 'DPOP', 'dPoP'] : ['bearer', 'BEARER', 'bEaReR']) {
      it(`${prefix}-access-token-type-header-case-sensitivity: ${scheme} opens userinfo`, async () => {
        const { code, exchange, userinfo } = await start()
        const { body } = await exchange(await code())

        expect((await userinfo(body['access_token'], scheme)).status).to.equal(200)
      })
    }
  })
}
