import { createPublicKey } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { expect } from 'chai'
import { compactDecrypt, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { jsonWebKey } from '../../lib/helpers/jose/json_web_key.ts'
import { custom, errors, type JWKS, TokenSet } from '../../lib/relying_party/index.ts'
import { CLIENT_JWKS, PUBLIC_JWKS } from '../support/client_keys.ts'
import { allow, TV } from '../support/device.ts'
import { failureOf } from '../support/failure_of.ts'
import { type FakeIssuer, type Forgery, SECRET, startFakeIssuer } from '../support/fake_issuer.ts'
import { rsaPair } from '../support/key_pair.ts'
import { stopServers } from '../support/local_server.ts'
import { login, REDIRECT_URI, startBoth } from '../support/relying_party.ts'
import { stopProviders } from '../support/start_provider.ts'

const { OPError, RPError } = errors

describe('the Client of the relying party', () => {
  let op: FakeIssuer

  beforeEach(async () => {
    op = await startFakeIssuer()
  })
  afterEach(async () => {
    await stopServers()
    await stopProviders()
  })

  describe('metadata', () => {
    it('F369 F370 F371 have the documented defaults, and are properties as well', () => {
      const client = op.client({ redirect_uris: [REDIRECT_URI], own: 1 })
      expect(client.metadata).to.deep.equal({
        client_id: 'rp',
        client_secret: SECRET,
        id_token_signed_response_alg: 'RS256',
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        redirect_uris: [REDIRECT_URI],
        own: 1,
      })
      expect([client['client_id'], client['own']]).to.deep.equal(['rp', 1])
      expect(Object.keys(client)).to.include.members(['client_id', 'redirect_uris', 'own'])
      client.metadata.client_id = 'other'
      expect(client.metadata.client_id).to.equal('rp')
    })

    it('F369 mistakes of the host are TypeErrors at once', () => {
      const issuer = op.issuer()
      const make =
        (...given: unknown[]) =>
        () =>
          Reflect.construct(issuer.Client, given)
      expect(make({})).to.throw(TypeError, 'client_id is required')
      expect(make({ client_id: 'rp', token_endpoint_auth_method: 'magic' })).to.throw(
        TypeError,
        /auth_method/,
      )
      expect(make({ client_id: 'rp' }, 'keys')).to.throw(TypeError, /JWK Set/)
      expect(make({ client_id: 'rp' }, PUBLIC_JWKS)).to.throw(TypeError, /private key/)
      expect(make({ client_id: 'rp' }, undefined, { additionalAuthorizedParties: 1 })).to.throw(TypeError)
    })

    it('F369 change nothing of what a client can do, and what is undefined has its default', () => {
      const client = op.client({ callback: 'x', issuer: 'x', metadata: 'x', response_types: undefined })
      expect(client.callback).to.be.a('function')
      expect(client.issuer.metadata.issuer).to.equal(op.url)
      expect(client.metadata).to.deep.include({
        callback: 'x',
        issuer: 'x',
        metadata: 'x',
        response_types: ['code'],
      })
      expect(Object.keys(client)).not.to.include.members(['callback'])
    })

    it('F391 F392 names of settings cannot be those of metadata', () => {
      for (const name of [custom.http_options, custom.clock_tolerance]) expect(name).to.be.a('symbol')
    })

    for (const parties of [1, ['partner', 1], {}, null]) {
      it(`F371 ${JSON.stringify(parties)} names no parties`, () => {
        const issuer = op.issuer()
        const options = { additionalAuthorizedParties: parties }
        expect(() => Reflect.construct(issuer.Client, [{ client_id: 'rp' }, undefined, options])).to.throw(
          TypeError,
          'additionalAuthorizedParties must be a string or an array of strings',
        )
      })
    }

    for (const jwks of ['keys', null, {}, { keys: {} }]) {
      it(`F370 ${JSON.stringify(jwks)} is no set of keys (RFC 7517 §5)`, () => {
        const issuer = op.issuer()
        expect(() => Reflect.construct(issuer.Client, [{ client_id: 'rp' }, jwks])).to.throw(
          TypeError,
          'jwks must be a JWK Set formatted object',
        )
      })
    }

    it('F370 a key without a name signs without one: a thumbprint names nothing to the other side', async () => {
      const keys = CLIENT_JWKS.keys.map(({ kid: _, ...jwk }) => jwk)
      const issuer = op.issuer({ token_endpoint_auth_signing_alg_values_supported: ['ES256'] })
      const metadata = { client_id: 'rp', token_endpoint_auth_method: 'private_key_jwt' } as const
      await new issuer.Client(metadata, { keys }).grant({ grant_type: 'x' })
      const assertion = op.posted[0]?.get('client_assertion') ?? ''
      expect(decodeProtectedHeader(assertion)).to.deep.equal({ alg: 'ES256' })
    })

    for (const tolerance of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      it(`F392 a clock tolerance must be seconds, and not ${tolerance}`, async () => {
        op.tokens = { ...op.tokens, id_token: await op.idToken() }
        const client = op.client()
        client[custom.clock_tolerance] = tolerance
        await failureOf(client.callback(REDIRECT_URI, { code: 'code' }), TypeError)
      })
    }
  })

  describe('URLs', () => {
    const query = (url: string) => Object.fromEntries(new URL(url).searchParams)

    it('F372 authorizationUrl fills in what is unique, and the scope (OpenID Connect Core 1.0 §3.1.2.1)', () => {
      const client = op.client({ redirect_uris: [REDIRECT_URI] })
      expect(query(client.authorizationUrl())).to.deep.equal({
        client_id: 'rp',
        scope: 'openid',
        response_type: 'code',
        redirect_uri: REDIRECT_URI,
      })
      const several = op.client({ redirect_uris: ['https://a.example.com', 'https://b.example.com'] })
      expect(query(several.authorizationUrl({ scope: 'email', state: undefined }))).to.deep.equal({
        client_id: 'rp',
        scope: 'email',
        response_type: 'code',
      })
    })

    it('F372 objects are JSON, lists repeat, and the endpoint keeps its own query (RFC 6749 §3.1, RFC 8707 §2)', () => {
      const client = op.client({}, { authorization_endpoint: 'http://op.example.com/auth?tenant=a%20b' })
      const url = new URL(
        client.authorizationUrl({
          claims: { id_token: { email: null } },
          resource: ['urn:a', 'urn:b'],
          max_age: 0,
        }),
      )
      expect(url.searchParams.get('tenant')).to.equal('a b')
      expect(url.searchParams.get('claims')).to.equal('{"id_token":{"email":null}}')
      expect(url.searchParams.getAll('resource')).to.deep.equal(['urn:a', 'urn:b'])
      expect(url.searchParams.get('max_age')).to.equal('0')
    })

    it('F372 F373 a plus in the path of an endpoint stays one, a space in the query is %20 (RFC 3986 §3.3, §2.1)', () => {
      const client = op.client(
        {},
        {
          authorization_endpoint: 'http://op.example.com/tenant+one/auth?in=a+b',
          end_session_endpoint: 'http://op.example.com/tenant+one/bye',
        },
      )
      expect(client.authorizationUrl({ scope: 'openid a+b' })).to.equal(
        'http://op.example.com/tenant+one/auth?in=a%20b&client_id=rp&scope=openid%20a%2Bb&response_type=code',
      )
      expect(client.endSessionUrl({ state: 'a b' })).to.equal(
        'http://op.example.com/tenant+one/bye?client_id=rp&state=a%20b',
      )
    })

    it('F372 what is asked takes the place of what the endpoint says already (RFC 6749 §3.1)', () => {
      const client = op.client({}, { authorization_endpoint: 'http://op.example.com/auth?scope=x&tenant=a' })
      const { searchParams } = new URL(client.authorizationUrl())
      expect([searchParams.getAll('scope'), searchParams.getAll('tenant')]).to.deep.equal([['openid'], ['a']])
    })

    it('F372 a challenge without a method is S256, never plain by accident (RFC 7636 §4.3)', () => {
      const client = op.client()
      expect(query(client.authorizationUrl({ code_challenge: 'c' }))).to.include({
        code_challenge_method: 'S256',
      })
      const plain = { code_challenge: 'c', code_challenge_method: 'plain' }
      expect(query(client.authorizationUrl(plain))).to.include(plain)
      expect(query(client.authorizationUrl())).not.to.include.keys('code_challenge_method')
    })

    it('F372 a pushed request needs nothing but its name (RFC 9126 §4)', () => {
      const request_uri = 'urn:ietf:params:oauth:request_uri:abc'
      expect(query(op.client().authorizationUrl({ request_uri }))).to.deep.equal({
        client_id: 'rp',
        request_uri,
      })
    })

    it('F373 endSessionUrl takes the ID Token out of a TokenSet (RP-Initiated Logout 1.0 §2)', () => {
      const client = op.client({ post_logout_redirect_uris: ['https://rp.example.com/bye'] })
      const hint = new TokenSet({ id_token: 'a.b.c' })
      expect(query(client.endSessionUrl({ id_token_hint: hint, state: 'x' }))).to.deep.equal({
        client_id: 'rp',
        post_logout_redirect_uri: 'https://rp.example.com/bye',
        id_token_hint: 'a.b.c',
        state: 'x',
      })
      expect(query(client.endSessionUrl({ id_token_hint: 'd.e.f' }))).to.include({ id_token_hint: 'd.e.f' })
      expect(query(client.endSessionUrl())).to.deep.equal({
        client_id: 'rp',
        post_logout_redirect_uri: 'https://rp.example.com/bye',
      })
      expect(() => client.endSessionUrl({ id_token_hint: new TokenSet({}) })).to.throw(
        TypeError,
        'id_token not present in TokenSet',
      )
    })

    it('F373 an id_token_hint of null is none, as other parameters are (RP-Initiated Logout 1.0 §2)', () => {
      expect(query(op.client().endSessionUrl(Object({ id_token_hint: null, state: 'x' })))).to.deep.equal({
        client_id: 'rp',
        state: 'x',
      })
    })

    it('F374 callbackParams reads URLs, GET requests and parsed bodies, and nothing it does not know', () => {
      const client = op.client()
      const expected = { code: 'a b', state: 's' }
      const form = 'code=a+b&state=s&other=1'
      for (const input of [
        `${REDIRECT_URI}?${form}#fragment`,
        `/cb?${form}`,
        { method: 'GET', url: `/cb?${form}` },
        { method: 'POST', body: form },
        { method: 'POST', body: Buffer.from(form) },
        { method: 'POST', body: { ...expected, other: '1' } },
      ])
        expect(client.callbackParams(input)).to.deep.equal(expected)
      for (const input of ['/cb', 'code=a', '/cb#?code=a'])
        expect(client.callbackParams(input)).to.deep.equal({})
    })

    it('F374 callbackParams reads a HEAD request as a GET request (RFC 9110 §9.3.2)', () => {
      const read = (url: string) => op.client().callbackParams({ method: 'HEAD', url })
      expect(read('/cb?code=c&state=s')).to.deep.equal({ code: 'c', state: 's' })
      expect(read('/cb')).to.deep.equal({})
    })

    it('F374 callbackParams keeps everything that an answer may have (OpenID Connect Core 1.0 §3.3.2.5)', () => {
      const names = [
        'access_token',
        'code',
        'error',
        'error_description',
        'error_uri',
        'expires_in',
        'id_token',
        'iss',
        'response',
        'scope',
        'session_state',
        'state',
        'token_type',
      ]
      const sent = Object.fromEntries(names.map((name) => [name, `the ${name}`]))

      expect(op.client().callbackParams(`/cb?${new URLSearchParams(sent)}`)).to.deep.equal(sent)
    })

    for (const parameters of ['scope=openid', 5, null]) {
      it(`F372 authorizationUrl takes an object, and not ${JSON.stringify(parameters)}`, () => {
        const client = op.client()
        const make = () => Reflect.apply(client.authorizationUrl, client, [parameters])

        expect(make).to.throw(TypeError, 'params must be a plain object')
      })
    }

    it('F374 callbackParams says what is missing', () => {
      const read = (input: unknown) => () => Reflect.apply(op.client().callbackParams, undefined, [input])
      expect(read({ method: 'POST', url: '/cb' })).to.throw(TypeError, /body parser/)
      const body = { code: 'c' }
      expect(read({ method: 'PUT', url: '/cb', body })).to.throw(TypeError, 'invalid IncomingMessage method')
      for (const input of [undefined, null, 5])
        expect(read(input)).to.throw(TypeError, '#callbackParams only accepts string urls')
    })

    it('F374 callbackParams reads what was sent, not what a body inherits', () => {
      expect(
        op.client().callbackParams({ method: 'POST', body: Object.create({ code: 'c' }) }),
      ).to.deep.equal({})
      expect(op.client().callbackParams({ method: 'GET' })).to.deep.equal({})
      expect(op.client().callbackParams({ method: 'POST', body: { code: ['c'] } })).to.deep.equal({
        code: 'c',
      })
    })
  })

  describe('authentication', () => {
    const sentBy = async (metadata: object, extras = {}, jwks?: JWKS, more = {}) => {
      const issuer = op.issuer({
        token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256', 'HS256'],
        ...more,
      })
      const client = new issuer.Client({ client_id: 'r p', client_secret: 'ä:+', ...metadata }, jwks)
      await client.grant({ grant_type: 'x', left_out: undefined }, extras)
      return {
        form: Object.fromEntries(op.posted.at(-1) ?? []),
        authorization: op.server.requests.at(-1)?.headers.authorization,
      }
    }

    for (const body of [{}, { grant_type: 5 }, undefined, null]) {
      it(`F377 a grant has a type, which ${JSON.stringify(body)} has not (RFC 6749 §4.5)`, async () => {
        const client = op.client()
        const error = await failureOf(Reflect.apply(client.grant, client, [body]), TypeError)
        expect(error.message).to.equal('body must have a grant_type')
        expect(op.posted).to.have.length(0)
      })
    }

    it('F389 client_secret_basic encodes what it sends (RFC 6749 §2.3.1)', async () => {
      const { form, authorization } = await sentBy({})
      expect(form).to.deep.equal({ grant_type: 'x' })
      expect(authorization).to.equal(`Basic ${Buffer.from('r+p:%C3%A4%3A%2B').toString('base64')}`)
    })

    it('F389 client_secret_post, none and certificates stand in the body (RFC 6749 §2.3.1, RFC 8705 §2)', async () => {
      const post = await sentBy({ token_endpoint_auth_method: 'client_secret_post' })
      expect(post.form).to.include({ client_id: 'r p', client_secret: 'ä:+' })
      for (const method of ['none', 'tls_client_auth', 'self_signed_tls_client_auth']) {
        const { form, authorization } = await sentBy({ token_endpoint_auth_method: method })
        expect([form, authorization]).to.deep.equal([{ client_id: 'r p', grant_type: 'x' }, undefined])
      }
    })

    it('F389 F377 private_key_jwt is for the issuer, for a minute, once, with what the host adds (RFC 7523 §3)', async () => {
      const extras = { clientAssertionPayload: { aud: [op.url, `${op.url}/token`], own: true } }
      const { form } = await sentBy({ token_endpoint_auth_method: 'private_key_jwt' }, {}, CLIENT_JWKS)
      const assertion = form['client_assertion'] ?? ''
      const claims = decodeJwt(assertion)
      expect(decodeProtectedHeader(assertion)).to.deep.equal({ alg: 'RS256', kid: 'rsa-sig' })
      expect(claims).to.include({ iss: 'r p', sub: 'r p', aud: op.url })
      expect(Number(claims.exp) - Number(claims.iat)).to.equal(60)
      const again = await sentBy({ token_endpoint_auth_method: 'private_key_jwt' }, extras, CLIENT_JWKS)
      const second = decodeJwt(again.form['client_assertion'] ?? '')
      expect(second).to.deep.include(extras.clientAssertionPayload)
      expect(second.jti).not.to.equal(claims.jti)
      expect(form['client_assertion_type']).to.equal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    })

    it('F389 *_jwt take the registered algorithm, otherwise one that issuer and keys can do', async () => {
      const alg = async (metadata: object, jwks?: JWKS, more = {}) => {
        const { form } = await sentBy(metadata, {}, jwks, more)
        return decodeProtectedHeader(form['client_assertion'] ?? '').alg
      }
      const key = { token_endpoint_auth_method: 'private_key_jwt' }
      const secret = { token_endpoint_auth_method: 'client_secret_jwt' }
      expect(await alg(secret)).to.equal('HS256')
      expect(await alg({ ...key, token_endpoint_auth_signing_alg: 'ES256' }, CLIENT_JWKS)).to.equal('ES256')
      const onlyEc = { token_endpoint_auth_signing_alg_values_supported: ['ES256'] }
      expect(await alg(key, CLIENT_JWKS, onlyEc)).to.equal('ES256')
      for (const refused of [
        alg(key),
        alg({ ...key, token_endpoint_auth_signing_alg: 'HS256' }, CLIENT_JWKS),
        alg(secret, undefined, onlyEc),
        alg({ ...secret, client_secret: undefined }),
        alg({ client_secret: undefined }),
      ])
        await failureOf(refused, TypeError)
    })

    const INTROSPECTION = { token_introspection: { active: true, sub: 'alice' }, sub: undefined }
    const introspecting = async (claims: object, forgery: Forgery = {}) => {
      const jwt = await op.idToken(
        { ...INTROSPECTION, exp: undefined, ...claims },
        { typ: 'token-introspection+jwt', ...forgery },
      )
      op.answers.set('/introspect', (_req, res) =>
        res.writeHead(200, { 'content-type': 'application/token-introspection+jwt' }).end(jwt),
      )
      return op.client({ introspection_signed_response_alg: 'RS256' }).introspect('t')
    }

    it('F382 a signed introspection response that is right is believed (RFC 9701 §5)', async () => {
      expect(await introspecting({})).to.deep.equal({ active: true, sub: 'alice' })
    })

    const REFUSED: readonly (readonly [what: string, claims: object, forgery: Forgery, reason: RegExp])[] = [
      ['that says it is something else', {}, { typ: 'JWT' }, /typ must be token-introspection\+jwt/],
      ['that does not say what it is', {}, { typ: undefined }, /typ must be token-introspection\+jwt/],
      ['of another issuer', { iss: 'https://other.example.com' }, {}, /unexpected iss/],
      ['for another client', { aud: 'other' }, {}, /aud is missing the client_id/],
      ['that does not say since when', { iat: undefined }, {}, /missing required JWT property iat/],
      ['that is over', { exp: 1 }, {}, /expired/],
      ['without an answer', { token_introspection: undefined }, {}, /token_introspection is missing/],
      ['of a stranger', {}, { by: 'stranger' }, /signature/],
    ]
    for (const [what, claims, forgery, reason] of REFUSED) {
      it(`F382 a signed introspection response ${what} is refused (RFC 9701 §5, §8.1)`, async () => {
        const error = await failureOf(introspecting(claims, forgery), RPError)
        expect(error.message).to.match(reason)
        expect(error.jwt).to.match(/^eyJ/)
      })
    }

    it('F383 a revocation says of what kind the token is, where the host knows (RFC 7009 §2.1)', async () => {
      const asked: Record<string, string>[] = []
      op.answers.set('/revoke', (_req, res, body) => {
        asked.push(Object.fromEntries(new URLSearchParams(body)))
        res.end()
      })
      const client = op.client({ token_endpoint_auth_method: 'none' })
      await client.revoke('t')
      await client.revoke('t', 'refresh_token')

      expect(asked).to.deep.equal([
        { client_id: 'rp', token: 't' },
        { client_id: 'rp', token: 't', token_type_hint: 'refresh_token' },
      ])
    })

    it('F378 a TokenSet without a refresh token is refreshed by nothing (RFC 6749 §6)', async () => {
      const error = await failureOf(op.client().refresh(new TokenSet({ access_token: 'a' })), TypeError)
      expect(error.message).to.equal('refresh_token not present in TokenSet')
      expect(op.posted).to.have.length(0)
    })

    it('F376 an ID Token may come alone, as some services issue it for openid alone', async () => {
      op.tokens = { id_token: await op.idToken(), access_token: null }
      const tokens = await op.client().callback(REDIRECT_URI, { code: 'c' })
      expect(tokens.claims().sub).to.equal('alice')
      expect(tokens).not.to.have.property('access_token')
    })

    for (const [answer, reason] of [
      [{ access_token: 5 }, 'expected access_token to be text in the answer'],
      [{ access_token: 'a', token_type: ['Bearer'] }, 'expected token_type to be text in the answer'],
      [{ access_token: 'a', id_token: {} }, 'expected id_token to be text in the answer'],
      [{ access_token: 'a', refresh_token: 7 }, 'expected refresh_token to be text in the answer'],
      [{ access_token: 'a', scope: ['openid'] }, 'expected scope to be text in the answer'],
    ] as const) {
      it(`F377 F378 F376 F385 tokens of ${JSON.stringify(answer)} are none, whatever they are for (RFC 6749 §5.1)`, async () => {
        op.tokens = answer
        const device = { device_code: 'd', user_code: 'u', verification_uri: 'https://x', expires_in: 60 }
        op.answers.set('/device', (_req, res) => res.end(JSON.stringify(device)))
        const client = op.client()
        const handle = await client.deviceAuthorization()
        for (const asked of [
          () => client.grant({ grant_type: 'x' }),
          () => client.refresh('r'),
          () => client.callback(REDIRECT_URI, { code: 'c' }),
          () => client.oauthCallback(REDIRECT_URI, { code: 'c' }),
          () => handle.poll(),
        ]) {
          const error = await failureOf(asked(), OPError)
          expect([error.message, error.response?.statusCode]).to.deep.equal([reason, 200])
        }
      })
    }

    it('F377 null is nothing that was issued, and further members stay as they are (RFC 6749 §5.1)', async () => {
      op.tokens = { access_token: 'a', refresh_token: null, scope: null, own: null, list: [1] }
      const tokens = await op.client().grant({ grant_type: 'x' })
      expect({ ...tokens }).to.deep.equal({ access_token: 'a', own: null, list: [1] })
    })

    it('F381 a refresh may bring the first ID Token (OpenID Connect Core 1.0 §12.2)', async () => {
      op.tokens = { access_token: 'token', token_type: 'Bearer', id_token: await op.idToken() }

      const tokens = await op.client().refresh(new TokenSet({ refresh_token: 'r' }))
      expect(tokens.claims().sub).to.equal('alice')
    })

    it('F382 F383 introspection and revocation have methods, algorithms and bodies of their own', async () => {
      const bodies: Record<string, string>[] = []
      const note = (answer: string) => (_req: unknown, res: { end(text: string): unknown }, body: string) => {
        bodies.push(Object.fromEntries(new URLSearchParams(body)))
        res.end(answer)
      }
      op.answers.set('/introspect', note('{"active":false}'))
      op.answers.set('/revoke', note('whatever'))
      const issuer = op.issuer()
      const client = new issuer.Client(
        {
          client_id: 'rp',
          client_secret: SECRET,
          introspection_endpoint_auth_method: 'private_key_jwt',
          introspection_endpoint_auth_signing_alg: 'ES256',
          revocation_endpoint_auth_method: 'client_secret_post',
        },
        CLIENT_JWKS,
      )
      expect(await client.introspect('t', 'access_token', { introspectBody: { a: 1 } })).to.deep.equal({
        active: false,
      })
      expect(await client.revoke('t', undefined, { revokeBody: { b: 2 } })).to.equal(undefined)
      const [introspection = {}, revocation] = bodies
      expect(decodeProtectedHeader(introspection['client_assertion'] ?? '').alg).to.equal('ES256')
      expect(introspection).to.include({ token: 't', token_type_hint: 'access_token', a: '1' })
      expect(revocation).to.deep.equal({ client_id: 'rp', client_secret: SECRET, token: 't', b: '2' })
    })

    it('F382 an answer that does not say whether the token is active is none (RFC 7662 §2.2)', async () => {
      op.answers.set('/introspect', (_req, res) => res.end('{"active":"true"}'))
      await failureOf(op.client().introspect('t'), OPError)
    })

    it('F377 exchangeBody adds to the token request, and replaces nothing of it', async () => {
      op.tokens = { access_token: 'a', token_type: 'Bearer', id_token: await op.idToken() }
      const extras = { exchangeBody: { resource: 'urn:a', grant_type: 'password' } }
      await op.client().callback(REDIRECT_URI, { code: 'c' }, { code_verifier: 'v' }, extras)
      expect(Object.fromEntries(op.posted[0] ?? [])).to.deep.equal({
        grant_type: 'authorization_code',
        code: 'c',
        redirect_uri: REDIRECT_URI,
        code_verifier: 'v',
        resource: 'urn:a',
      })
    })
  })

  describe('UserInfo', () => {
    const asked: { method?: string; url?: string; authorization?: string; body: string }[] = []
    beforeEach(() => {
      asked.length = 0
      op.answers.set('/me', ({ method = '', url = '', headers: { authorization = '' } }, res, body) => {
        asked.push({ method, url, authorization, body })
        res.writeHead(200, { 'content-type': 'application/json' }).end('{"sub":"alice"}')
      })
    })

    it('F379 sends the token in a header, the body or the query, with parameters (RFC 6750 §2)', async () => {
      const client = op.client()
      await client.userinfo('t', { params: { a: 'b' } })
      await client.userinfo('t', { method: 'POST', via: 'body', params: { a: 'b' } })
      await client.userinfo('t', { via: 'query' })
      await client.userinfo(new TokenSet({ access_token: 't', token_type: 'DPoP' }))
      await client.userinfo('t', { method: 'POST', tokenType: 'Own' })
      expect(asked).to.deep.equal([
        { method: 'GET', url: '/me?a=b', authorization: 'Bearer t', body: '' },
        { method: 'POST', url: '/me', authorization: '', body: 'a=b&access_token=t' },
        { method: 'GET', url: '/me?access_token=t', authorization: '', body: '' },
        { method: 'GET', url: '/me', authorization: 'DPoP t', body: '' },
        { method: 'POST', url: '/me', authorization: 'Own t', body: '' },
      ])
    })

    it('F379 asks for JSON where no JWT is registered (OpenID Connect Core 1.0 §5.3.2)', async () => {
      await op.client().userinfo('t')
      expect(op.server.requests[0]?.headers.accept).to.equal('application/json')
      const signed = op.client({ userinfo_signed_response_alg: 'RS256' })
      await failureOf(signed.userinfo('t'), RPError)
      expect(op.server.requests[1]?.headers.accept).to.equal('application/jwt')
    })

    it('F379 what does not go together is the mistake of the host', async () => {
      const client = op.client()
      await failureOf(
        Promise.resolve().then(() => client.userinfo('t', { via: 'body' })),
        TypeError,
      )
      await failureOf(
        Promise.resolve().then(() => client.userinfo('t', { via: 'query', method: 'POST' })),
        TypeError,
      )
      await failureOf(
        Promise.resolve().then(() => client.userinfo(new TokenSet({}))),
        TypeError,
      )
    })

    it('F397 the challenge of a refused token becomes the error (RFC 6750 §3)', async () => {
      op.answers.set('/me', (_req, res) => {
        res
          .writeHead(401, {
            'www-authenticate': 'Bearer realm="x", error="invalid_token", error_description="too old"',
          })
          .end()
      })
      const error = await failureOf(op.client().userinfo('t'), OPError)
      expect(error).to.include({ error: 'invalid_token', error_description: 'too old' })
    })

    it('F380 requestResource returns every answer, with its body as bytes', async () => {
      op.answers.set('/api', ({ method, headers }, res, body) => {
        res.writeHead(403).end(`${method} ${headers.authorization} ${headers['x-own']} ${body}`)
      })
      const answer = await op
        .client()
        .requestResource(new URL('/api', op.url), new TokenSet({ access_token: 't', token_type: 'bearer' }), {
          method: 'PUT',
          headers: { 'X-Own': 'yes' },
          body: Buffer.from('text'),
        })
      expect(answer.statusCode).to.equal(403)
      expect(answer.body).to.deep.equal(Buffer.from('PUT Bearer t yes text'))
    })
  })

  describe('request objects (RFC 9101)', () => {
    const made = (metadata: object, payload = {}, fapi = false) => {
      const issuer = op.issuer()
      const Class = fapi ? issuer.FAPIClient : issuer.Client
      return new Class({ client_id: 'rp', client_secret: SECRET, ...metadata }, CLIENT_JWKS).requestObject(
        payload,
      )
    }

    it('F384 have the documented claims, which the host may replace, and their type (§4, §10.8)', async () => {
      const jwt = await made(
        { request_object_signing_alg: 'RS256' },
        { state: 's', claims: { userinfo: {} }, aud: 'urn:other' },
      )
      const [jwk = {}] = PUBLIC_JWKS.keys
      const { payload, protectedHeader } = await jwtVerify(
        jwt,
        createPublicKey({ key: jsonWebKey(jwk), format: 'jwk' }),
      )
      expect(protectedHeader).to.deep.equal({ alg: 'RS256', typ: 'oauth-authz-req+jwt', kid: 'rsa-sig' })
      expect(payload).to.deep.include({
        iss: 'rp',
        client_id: 'rp',
        aud: 'urn:other',
        state: 's',
        claims: { userinfo: {} },
      })
      expect(Number(payload.exp) - Number(payload.iat)).to.equal(300)
      expect(payload.jti).to.have.length(43)
      expect(payload).not.to.include.keys('nbf')
    })

    it('F364 those of a FAPI client say nbf, the same as iat (FAPI 1.0 Advanced §5.2.2)', async () => {
      const { nbf, iat } = decodeJwt(await made({ request_object_signing_alg: 'ES256' }, {}, true))
      expect(nbf).to.equal(iat)
      const own = await made({ request_object_signing_alg: 'ES256' }, { iat: 1_800_000_000 }, true)
      expect(decodeJwt(own)).to.include({ iat: 1_800_000_000, nbf: 1_800_000_000 })
    })

    it('F384 without a registered algorithm they are signed as the issuer supports, if a key can', async () => {
      const issuer = op.issuer({ request_object_signing_alg_values_supported: ['ES384', 'ES256'] })
      const client = new issuer.Client({ client_id: 'rp' }, CLIENT_JWKS)
      expect(decodeProtectedHeader(await client.requestObject({})).alg).to.equal('ES256')
      expect(decodeProtectedHeader(await op.client().requestObject({})).alg).to.equal('none')
    })

    it('F384 are encrypted to the key of the issuer (RFC 9101 §6.1)', async () => {
      const { publicKey, privateKey } = rsaPair()
      op.keys = [...op.keys, { ...publicKey.export({ format: 'jwk' }), kid: 'enc', use: 'enc' }]

      const jwe = await made(
        { request_object_signing_alg: 'RS256', request_object_encryption_alg: 'RSA-OAEP' },
        { state: 's' },
      )
      const { plaintext, protectedHeader } = await compactDecrypt(jwe, privateKey)

      expect(protectedHeader).to.include({ alg: 'RSA-OAEP', enc: 'A128CBC-HS256', kid: 'enc' })
      expect(decodeJwt(new TextDecoder().decode(plaintext))).to.include({ iss: 'rp', state: 's' })
    })

    for (const payload of ['{}', 5, null, undefined]) {
      it(`F384 take an object, and not ${JSON.stringify(payload)}`, async () => {
        const client = op.client()
        const make = async () => Reflect.apply(client.requestObject, client, [payload])
        const error = await failureOf(make(), TypeError)
        expect(error.message).to.equal('requestObject must be a plain object')
      })
    }

    it('F384 a key that is not there is the mistake of the host', async () => {
      const signing = await failureOf(made({ request_object_signing_alg: 'ES512' }), TypeError)
      expect(signing.message).to.equal('no key in client jwks signs with ES512')
      const encrypting = await failureOf(
        made({ request_object_signing_alg: 'RS256', request_object_encryption_alg: 'RSA-OAEP' }),
        TypeError,
      )
      expect(encrypting.message).to.equal('the issuer has no key to encrypt with RSA-OAEP')
    })
  })

  describe('pushed requests and devices', () => {
    it('F386 an answer must say what to send, and for how long (RFC 9126 §2.2)', async () => {
      op.answers.set('/par', (_req, res) => res.writeHead(201).end('{"request_uri":"urn:x"}'))
      await failureOf(op.client().pushedAuthorizationRequest(), OPError)
    })

    it('F386 an answer is handed on with all that it says (RFC 9126 §2.2)', async () => {
      const said = { request_uri: 'urn:x', expires_in: 60, own: 1 }
      op.answers.set('/par', (_req, res) => res.writeHead(201).end(JSON.stringify(said)))
      expect(await op.client().pushedAuthorizationRequest()).to.deep.equal(said)
      for (const wrong of [{ request_uri: 5 }, { expires_in: '60' }]) {
        op.answers.set('/par', (_req, res) => res.writeHead(201).end(JSON.stringify({ ...said, ...wrong })))
        const error = await failureOf(op.client().pushedAuthorizationRequest(), OPError)
        expect(error.message).to.equal('expected request_uri and expires_in in the answer')
        expect(error.response?.statusCode).to.equal(201)
      }
    })

    it('F386 a request is pushed with its defaults, and who the client is (RFC 9126 §2.1)', async () => {
      let sentBody = ''
      op.answers.set('/par', (_req, res, body) => {
        sentBody = body
        res.writeHead(201).end('{"request_uri":"urn:x","expires_in":60}')
      })
      await op.client({ redirect_uris: [REDIRECT_URI] }).pushedAuthorizationRequest({ code_challenge: 'c' })
      expect(Object.fromEntries(new URLSearchParams(sentBody))).to.deep.equal({
        client_id: 'rp',
        scope: 'openid',
        response_type: 'code',
        redirect_uri: REDIRECT_URI,
        code_challenge_method: 'S256',
        code_challenge: 'c',
      })
      op.answers.set('/par', (_req, res) => res.writeHead(200).end('{"request_uri":"urn:x","expires_in":60}'))
      await failureOf(op.client().pushedAuthorizationRequest(), OPError)
    })

    it('F386 a request object goes alone (RFC 9126 §3)', async () => {
      let sentBody = ''
      op.answers.set('/par', (_req, res, body) => {
        sentBody = body
        res.writeHead(201).end('{"request_uri":"urn:x","expires_in":60}')
      })
      await op.client({ token_endpoint_auth_method: 'none' }).pushedAuthorizationRequest({ request: 'a.b.c' })
      expect(sentBody).to.equal('client_id=rp&request=a.b.c')
    })

    const DEVICE = {
      device_code: 'd',
      user_code: 'u',
      verification_uri: 'https://op.example.com/device',
      expires_in: 60,
    }
    const startDevice = (more = {}) => {
      op.answers.set('/device', (_req, res) => res.end(JSON.stringify({ ...DEVICE, interval: 0, ...more })))
      return op.client().deviceAuthorization()
    }

    it('F385 F394 logs in at the provider, once the person has agreed (RFC 8628)', async () => {
      const { op: provider, client } = await startBoth(TV, {
        configuration: { features: { deviceFlow: { enabled: true } } },
      })
      const handle = await client.deviceAuthorization({ scope: 'openid' })
      expect(handle.verification_uri_complete).to.include(handle.user_code)
      expect((await startDevice({ verification_uri_complete: 5 })).verification_uri_complete).to.equal(
        undefined,
      )
      await allow(provider, provider.agent(), handle.user_code)
      expect((await handle.poll()).claims().sub).to.equal('alice')
    })

    for (const [title, interval, error] of [
      ['leaves the interval between two polls', 60, 'authorization_pending'],
      ['leaves five seconds where the interval is none (§3.2)', -1, 'authorization_pending'],
      ['leaves five seconds where the interval is text (§3.2)', '0', 'authorization_pending'],
      ['leaves five seconds more once it was too fast', 0, 'slow_down'],
    ] as const) {
      it(`F394 ${title} (RFC 8628 §3.5)`, async () => {
        const handle = await startDevice({ interval })
        let polls = 0
        const asked = new Promise<void>((resolve) => {
          op.answers.set('/token', (_req, res) => {
            polls += 1
            res.writeHead(400).end(JSON.stringify({ error }))
            resolve()
          })
        })
        const stop = new AbortController()
        const polling = failureOf(handle.poll({ signal: stop.signal }), RPError)
        await asked
        for (let n = 0; n < 20; n += 1) await fetch(`${op.url}/jwks`)
        stop.abort()

        expect((await polling).message).to.equal('polling aborted')
        expect(polls).to.equal(1)
      })
    }

    it('F394 polls until there is an answer, and shows what the device shows (RFC 8628 §3.5)', async () => {
      const handle = await startDevice({
        verification_uri_complete: 'https://op.example.com/device?user_code=u',
      })
      expect(handle).to.include({
        user_code: 'u',
        device_code: 'd',
        verification_uri: DEVICE.verification_uri,
      })
      expect([handle.expired(), handle.expires_in > 55]).to.deep.equal([false, true])
      let polls = 0
      op.answers.set('/token', (_req, res) => {
        polls += 1
        if (polls < 3) res.writeHead(400).end('{"error":"authorization_pending"}')
        else res.end('{"access_token":"a","token_type":"Bearer"}')
      })
      const polling = handle.poll()
      for (let n = 0; n < 500 && polls < 3; n += 1) await fetch(`${op.url}/jwks`)
      expect(polls).to.equal(3)
      expect((await polling).access_token).to.equal('a')
    })

    it('F394 ends for any other error, when it is aborted, and when it is too late (RFC 8628 §3.5)', async () => {
      op.answers.set('/token', (_req, res) => res.writeHead(400).end('{"error":"access_denied"}'))
      expect((await failureOf((await startDevice()).poll(), OPError)).error).to.equal('access_denied')
      op.answers.set('/token', (_req, res) => res.writeHead(400).end('{"error":"slow_down"}'))
      const handle = await startDevice()
      const pending = handle.poll()
      handle.abort()
      expect((await failureOf(pending, RPError)).message).to.equal('polling aborted')
      const both = await startDevice()
      const waiting = both.poll({ signal: new AbortController().signal })
      both.abort()
      expect((await failureOf(waiting, RPError)).message).to.equal('polling aborted')
      const signal = AbortSignal.abort()
      expect((await failureOf((await startDevice()).poll({ signal }), RPError)).message).to.equal(
        'polling aborted',
      )
      expect((await failureOf((await startDevice({ expires_in: 0 })).poll(), RPError)).message).to.match(
        /expired/,
      )
    })

    it('F385 an ID Token for another access token is refused (OpenID Connect Core 1.0 §3.1.3.8)', async () => {
      const tokens = async (of: string) =>
        JSON.stringify({
          access_token: 'a',
          token_type: 'Bearer',
          id_token: await op.idToken({ at_hash: op.hash(of) }),
        })
      const poll = async (answer: string) => {
        op.answers.set('/token', (_req, res) => res.end(answer))
        return (await startDevice()).poll()
      }

      expect((await poll(await tokens('a'))).claims().sub).to.equal('alice')
      const error = await failureOf(poll(await tokens('another')), RPError)
      expect(error.message).to.match(/at_hash mismatch/)
    })

    for (const body of ['null', '"text"', '[]', '5']) {
      it(`F385 ${body} is no error that could be told: the status is (RFC 6749 §5.2)`, async () => {
        op.answers.set('/token', (_req, res) =>
          res.writeHead(400, { 'content-type': 'application/json' }).end(body),
        )

        const error = await failureOf((await startDevice()).poll(), OPError)
        expect(error.message).to.match(/^expected 200 OK, got: 400/)
      })
    }

    it('F385 an error is told with all that comes with it (OpenID Connect Session Management 1.0 §2)', async () => {
      const told = { error: 'access_denied', error_description: 'no', scope: 'openid', session_state: 's' }
      op.answers.set('/token', (_req, res) => res.writeHead(400).end(JSON.stringify(told)))

      expect(await failureOf((await startDevice()).poll(), OPError)).to.include(told)
    })

    it('F385 assertions of a device say what the host adds, at each endpoint (RFC 7523 §3)', async () => {
      const bodies: string[] = []
      const note = (answer: object) => (_req: unknown, res: ServerResponse, body: string) => {
        bodies.push(body)
        res.end(JSON.stringify(answer))
      }
      op.answers.set('/device', note(DEVICE))
      op.answers.set('/token', note({ access_token: 'a', token_type: 'Bearer' }))
      const issuer = op.issuer({ token_endpoint_auth_signing_alg_values_supported: ['ES256'] })
      const client = new issuer.Client(
        { client_id: 'rp', token_endpoint_auth_method: 'private_key_jwt' },
        CLIENT_JWKS,
      )
      const extras = { clientAssertionPayload: { own: 1 }, exchangeBody: { resource: 'urn:a' } }
      await (await client.deviceAuthorization({}, extras)).poll()

      const forms = bodies.map((body) => new URLSearchParams(body))
      for (const form of forms)
        expect(decodeJwt(form.get('client_assertion') ?? '')).to.include({ iss: 'rp', own: 1 })
      expect(forms.map((form) => form.get('resource'))).to.deep.equal([null, 'urn:a'])
      expect(Object.fromEntries(forms[1] ?? [])).to.include({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: 'd',
      })
    })

    it('F385 asks for what it is told to, and for openid otherwise (RFC 8628 §3.1)', async () => {
      const asked: Record<string, string>[] = []
      op.answers.set('/device', (_req, res, body) => {
        asked.push(Object.fromEntries(new URLSearchParams(body)))
        res.end(JSON.stringify(DEVICE))
      })
      const client = op.client({ token_endpoint_auth_method: 'none' })
      await client.deviceAuthorization()
      await client.deviceAuthorization({ scope: 'openid email', acr_values: 'gold' })
      await op.client().deviceAuthorization()

      expect(asked.pop()).to.deep.equal({ client_id: 'rp', scope: 'openid' })
      expect(asked).to.deep.equal([
        { client_id: 'rp', scope: 'openid' },
        { client_id: 'rp', scope: 'openid email', acr_values: 'gold' },
      ])
    })

    for (const uri of ['javascript:alert(1)', 'op.example.com/device', 'data:text/html,x']) {
      it(`F385 ${uri} is nowhere that a person could be sent (RFC 8628 §3.2)`, async () => {
        const error = await failureOf(startDevice({ verification_uri: uri }), OPError)
        expect(error.message).to.match(/^expected device_code, user_code, verification_uri/)
        expect((await startDevice({ verification_uri_complete: uri })).verification_uri_complete).to.equal(
          undefined,
        )
      })
    }

    it('F385 an answer that never ends is none (RFC 8628 §3.2)', async () => {
      const endless = JSON.stringify(DEVICE).replace('"expires_in":60', '"expires_in":1e999')
      op.answers.set('/device', (_req, res) => res.end(endless))
      const error = await failureOf(op.client().deviceAuthorization(), OPError)
      expect(error.message).to.match(/^expected device_code/)
    })

    for (const name of ['device_code', 'user_code', 'verification_uri', 'expires_in']) {
      for (const value of [undefined, null, {}]) {
        it(`F385 an answer whose ${name} is ${JSON.stringify(value)} is none (RFC 8628 §3.2)`, async () => {
          const error = await failureOf(startDevice({ [name]: value }), OPError)
          expect(error.message).to.match(/^expected device_code, user_code, verification_uri and expires_in/)
        })
      }
    }
  })

  it('F379 F378 F381 what the provider issues works to the end of its life', async () => {
    const { op: provider, client } = await startBoth(
      {},
      { configuration: { issueRefreshToken: () => true, features: { revocation: { enabled: true } } } },
    )
    const { tokens } = await login(provider, client)
    const later = await client.refresh(tokens)
    await client.revoke(String(later.refresh_token), 'refresh_token')
    expect((await failureOf(client.refresh(later), OPError)).error).to.equal('invalid_grant')
  })
})
