import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import type { JsonObject } from '../../lib/helpers/jose/jwt.ts'
import { custom, errors, Issuer, TokenSet } from '../../lib/relying_party/index.ts'
import { startClock, stopClock } from '../support/clock.ts'
import { failureOf } from '../support/failure_of.ts'
import { type FakeIssuer, type Forgery, now, SECRET, startFakeIssuer } from '../support/fake_issuer.ts'
import { stopServers } from '../support/local_server.ts'
import { login, REDIRECT_URI, remembered, sent, startBoth, visit } from '../support/relying_party.ts'
import { stopProviders } from '../support/start_provider.ts'

const { OPError, RPError } = errors
const NONCE = 'the nonce of this login'
const STATE = 'the state of this login'

/** A JWT as no library writes it, under the secret with SHA-256. */
function byHand(header: JsonObject, payload: string): string {
  const input = [JSON.stringify(header), payload]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`
}

describe('attacks on the relying party (RFC 9700, OpenID Connect Core 1.0 §16)', () => {
  let op: FakeIssuer

  beforeEach(async () => {
    op = await startFakeIssuer()
  })
  afterEach(async () => {
    startClock()
    await stopServers()
    await stopProviders()
  })

  it('keys of an issuer that is https do not come by http, where anybody may change them (RFC 9700 §2.6)', async () => {
    const iss = 'https://bank.example.com'
    const issuer = new Issuer({ ...op.metadata, issuer: iss, jwks_uri: `${op.url}/jwks` })
    issuer[custom.http_options] = (options) => ({ ...options, allowSpecialUseAddresses: true })
    const client = new issuer.Client({ client_id: 'rp', client_secret: SECRET, response_types: ['id_token'] })
    const params = { id_token: await op.idToken({ iss, nonce: NONCE }), state: STATE }

    const failure = failureOf(
      client.callback(REDIRECT_URI, params, { state: STATE, nonce: NONCE }),
      TypeError,
    )

    expect((await failure).message).to.match(/jwks_uri of the issuer must be an https URL/)
    expect(op.count('/jwks')).to.equal(0)
  })

  describe('ID Tokens of the token endpoint (OpenID Connect Core 1.0 §3.1.3.7)', () => {
    const exchange = async (claims: JsonObject, forgery: Forgery = {}, metadata = {}, checks = {}) => {
      op.tokens = {
        access_token: 'token',
        token_type: 'Bearer',
        id_token: await op.idToken({ nonce: NONCE, ...claims }, forgery),
      }
      const params = { code: 'code', state: STATE }
      return op.client(metadata).callback(REDIRECT_URI, params, { state: STATE, nonce: NONCE, ...checks })
    }

    it('one that is right is accepted, so that the others are refused for their own reason', async () => {
      const claims = { at_hash: op.hash('token'), nbf: now() - 5 }
      expect((await exchange(claims)).claims().sub).to.equal('alice')
    })

    const REFUSED: readonly (readonly [
      what: string,
      claims: () => JsonObject,
      reason: RegExp,
      Forgery?,
      checks?: object,
    ])[] = [
      ['of another issuer (2)', () => ({ iss: 'https://other.example.com' }), /unexpected iss/],
      ['whose issuer differs by a slash (2)', () => ({ iss: `${op.url}/` }), /unexpected iss/],
      ['without an issuer (2)', () => ({ iss: undefined }), /unexpected iss/],
      ['for another client (3)', () => ({ aud: 'other' }), /aud is missing the client_id/],
      ['for others (3)', () => ({ aud: ['a', 'b'], azp: 'rp' }), /aud is missing the client_id/],
      [
        'whose aud only contains the client_id as text (3)',
        () => ({ aud: 'not rp' }),
        /aud is missing the client_id/,
      ],
      ['for nobody (3)', () => ({ aud: undefined }), /aud/],
      ['for several without azp (4)', () => ({ aud: ['rp', 'other'] }), /azp/],
      ['whose azp is another (5)', () => ({ aud: ['rp', 'other'], azp: 'other' }), /azp mismatch/],
      ['whose azp is another although aud is alone (5)', () => ({ azp: 'other' }), /azp mismatch/],
      ['signed by a stranger (6)', () => ({}), /signature/, { by: 'stranger' }],
      [
        'signed by a stranger under an unknown kid (6)',
        () => ({}),
        /signature/,
        { by: 'stranger', kid: 'two' },
      ],
      ['not signed (6, RFC 8725 §2.1)', () => ({}), /signature/, { by: 'nobody' }],
      [
        'signed with HMAC and the public key (RFC 8725 §2.1)',
        () => ({}),
        /signature/,
        { by: 'public key', alg: 'HS256' },
      ],
      [
        'signed with HMAC and the secret where a key is registered (7)',
        () => ({}),
        /alg must be RS256/,
        { by: 'secret', alg: 'HS256' },
      ],
      [
        'signed with an algorithm that is not registered (7)',
        () => ({}),
        /alg must be RS256/,
        { alg: 'PS256' },
      ],
      ['that has expired (9)', () => ({ exp: now() - 1 }), /expired/],
      ['that expires at this moment (9)', () => ({ exp: now() }), /expired/],
      ['without an end (9)', () => ({ exp: undefined }), /exp/],
      ['whose end is text (9)', () => ({ exp: '9999999999' }), /exp claim must be a JSON numeric value/],
      ['without a beginning (10)', () => ({ iat: undefined }), /iat/],
      ['issued in the future (10)', () => ({ iat: now() + 120 }), /issued in the future/],
      ['not valid yet (RFC 7519 §4.1.5)', () => ({ nbf: now() + 120 }), /not active yet/],
      ['without a subject', () => ({ sub: undefined }), /sub/],
      ['with an empty subject', () => ({ sub: '' }), /sub/],
      ['of another login (11)', () => ({ nonce: 'another nonce' }), /nonce mismatch/],
      ['without the nonce (11)', () => ({ nonce: undefined }), /nonce mismatch/],
      ['with a nonce that nobody asked for (11)', () => ({}), /nonce mismatch/, {}, { nonce: undefined }],
      [
        'of a login too long ago (13)',
        () => ({ auth_time: now() - 100 }),
        /too much time has elapsed/,
        {},
        { max_age: 60 },
      ],
      ['that does not say when, though it was asked (13)', () => ({}), /auth_time/, {}, { max_age: 60 }],
      ['for another access token (§3.1.3.8)', () => ({ at_hash: op.hash('another') }), /at_hash mismatch/],
      ['whose at_hash is no text (§3.1.3.8)', () => ({ at_hash: 1 }), /at_hash mismatch/],
      [
        'for who knows whom, beside this client (3)',
        () => ({ aud: ['rp', 1], azp: 'rp' }),
        /aud is not text/,
      ],
    ]
    for (const [what, claims, reason, forgery, checks] of REFUSED) {
      it(`refuses one ${what}`, async () => {
        const error = await failureOf(exchange(claims(), forgery, {}, checks), RPError)
        expect(error.message).to.match(reason)
        expect(JSON.stringify(error)).not.to.include('eyJ')
      })
    }

    it('refuses one that is not encrypted as registered, and keeps it with the error', async () => {
      const metadata = { id_token_encrypted_response_alg: 'A128KW' }
      const error = await failureOf(exchange({}, {}, metadata), RPError)
      expect(error.message).to.equal('id_token is expected to be encrypted with A128KW')
      expect(error.jwt).to.match(/^eyJ/)
      expect(JSON.stringify(error)).not.to.include('eyJ')
    })

    it('refuses one that is encrypted, which nobody registered (§10.2)', async () => {
      op.tokens = { access_token: 'token', token_type: 'Bearer', id_token: 'a.b.c.d.e' }
      const error = await failureOf(op.client().callback(REDIRECT_URI, { code: 'code' }), RPError)
      expect(error.message).to.equal('id_token is encrypted, which the client has not registered')
    })

    it('says that a secret is missing where one is registered to sign (§10.1)', async () => {
      const metadata = { id_token_signed_response_alg: 'HS256', client_secret: undefined }
      const without = { ...metadata, token_endpoint_auth_method: 'none' as const }
      const error = await failureOf(exchange({}, { by: 'secret', alg: 'HS256' }, without), RPError)
      expect(error.message).to.match(/client_secret is required for HS256/)
    })

    for (const [name, reason] of [
      ['exp', /exp claim must be a JSON numeric value/],
      ['iat', /iat claim must be a JSON numeric value/],
      ['nbf', /nbf claim must be a JSON numeric value/],
      ['auth_time', /auth_time claim must be a JSON numeric value/],
    ] as const) {
      it(`refuses one whose ${name} is text, though it looks like a time (RFC 7519 §2)`, async () => {
        const claims = { [name]: String(now() + (name === 'exp' ? 60 : 0)) }
        const error = await failureOf(exchange(claims, {}, {}, { max_age: 60 }), RPError)
        expect(error.message).to.match(reason)
      })
    }

    it('max_age is that of the request, or what the client registered (13)', async () => {
      const registered = { default_max_age: 60 }
      const old = { auth_time: now() - 600 }
      expect((await failureOf(exchange(old, {}, registered), RPError)).message).to.match(/auth_time/)
      expect((await exchange(old, {}, registered, { max_age: 900 })).claims().sub).to.equal('alice')
      expect((await exchange(old)).claims().sub).to.equal('alice')
    })

    it('a state that is another, or not there, is told with what was compared (RFC 6749 §10.12)', async () => {
      for (const params of [{ code: 'code' }, { code: 'code', state: 'another' }]) {
        const checks = { state: STATE, nonce: NONCE }
        const error = await failureOf(op.client().callback(REDIRECT_URI, params, checks), RPError)
        expect(error.message).to.match(/^state /)
        expect([error.params, error.checks]).to.deep.equal([params, checks])
      }
    })

    it('a client that registered it wants to know when the login was (OpenID Connect Dynamic Client Registration 1.0 §2)', async () => {
      const registered = { require_auth_time: true }
      expect((await failureOf(exchange({}, {}, registered), RPError)).message).to.match(/auth_time/)
      expect((await exchange({ auth_time: now() - 600 }, {}, registered)).claims().sub).to.equal('alice')
    })

    it('one that begins at this moment has begun (RFC 7519 §4.1.5)', async () => {
      stopClock()
      expect((await exchange({ nbf: now() })).claims().sub).to.equal('alice')
      await failureOf(exchange({ nbf: now() + 1 }), RPError)
    })

    it('a login max_age ago is one in time, one second more is too long ago (13)', async () => {
      stopClock()
      const checks = { max_age: 60 }
      expect((await exchange({ auth_time: now() - 60 }, {}, {}, checks)).claims().sub).to.equal('alice')
      await failureOf(exchange({ auth_time: now() - 61 }, {}, {}, checks), RPError)
    })

    it('a max_age of 0 wants a login of this moment (§3.1.2.1)', async () => {
      const checks = { max_age: 0 }
      const { message } = await failureOf(exchange({ auth_time: now() - 60 }, {}, {}, checks), RPError)
      expect(message).to.match(/^id_token: too much time has elapsed/)
      expect((await exchange({ auth_time: now() + 60 }, {}, {}, checks)).claims().sub).to.equal('alice')
    })

    it('one that comes by a refresh need not say again when the login was (§12.2)', async () => {
      const before = new TokenSet({
        refresh_token: 'r',
        id_token: await op.idToken({ auth_time: now() - 60 }),
      })
      const answer = { access_token: 'token', token_type: 'Bearer' }
      op.tokens = { ...answer, id_token: await op.idToken() }
      expect((await op.client().refresh(before)).claims()).to.not.have.property('auth_time')
      const silent = new TokenSet({ ...before, id_token: await op.idToken() })
      op.tokens = { ...answer, id_token: await op.idToken({ auth_time: now() - 60 }) }
      expect((await op.client().refresh(silent)).claims()).to.have.property('auth_time')
      op.tokens = { ...answer, id_token: await op.idToken({ auth_time: now() - 5 }) }
      expect((await failureOf(op.client().refresh(before), RPError)).message).to.match(/auth_time/)
    })

    it('one that comes by a refresh is for the access token beside it (§12.2)', async () => {
      const answer = async (of: string) => {
        const id_token = await op.idToken({ at_hash: op.hash(of) })
        op.tokens = { access_token: 'token', token_type: 'Bearer', id_token }
        return op.client().refresh('r')
      }
      expect((await answer('token')).claims().sub).to.equal('alice')
      expect((await failureOf(answer('another'), RPError)).message).to.match(/at_hash mismatch/)
    })

    it('one that comes by a refresh says when the login was, however long ago (§12.2)', async () => {
      const auth_time = now() - 600
      op.tokens = {
        access_token: 'token',
        token_type: 'Bearer',
        id_token: await op.idToken({ auth_time, iat: now() - 3600 }),
      }
      const client = op.client({ default_max_age: 60, require_auth_time: true })

      expect((await client.refresh('r')).claims().auth_time).to.equal(auth_time)
      op.tokens = { access_token: 'token', token_type: 'Bearer', id_token: await op.idToken() }
      expect((await client.refresh('r')).claims()).not.to.have.property('auth_time')
    })

    it('is one for several parties that names this client as the one that asked (4, 5)', async () => {
      expect((await exchange({ aud: ['rp', 'api'], azp: 'rp' })).claims().aud).to.deep.equal(['rp', 'api'])
      expect((await exchange({ azp: 'rp' })).claims().azp).to.equal('rp')
    })

    it('accepts more parties where the host names them (5)', async () => {
      op.tokens = {
        access_token: 'token',
        token_type: 'Bearer',
        id_token: await op.idToken({ azp: 'partner' }),
      }
      const issuer = op.issuer()
      const options = { additionalAuthorizedParties: ['partner'] }
      const client = new issuer.Client({ client_id: 'rp', client_secret: SECRET }, undefined, options)
      expect((await client.callback(REDIRECT_URI, { code: 'code' })).claims().azp).to.equal('partner')
    })

    it('F392 allows clocks to differ by what the host says, and no more', async () => {
      op.tokens = {
        access_token: 'token',
        token_type: 'Bearer',
        id_token: await op.idToken({ exp: now() - 5 }),
      }
      const client = op.client()
      client[custom.clock_tolerance] = 30
      expect((await client.callback(REDIRECT_URI, { code: 'code' })).claims().sub).to.equal('alice')
      client[custom.clock_tolerance] = 2
      await failureOf(client.callback(REDIRECT_URI, { code: 'code' }), RPError)
    })

    it('F392 a login of just now is too old for a max_age of 0, but where clocks may differ (13)', async () => {
      stopClock()
      op.tokens = { ...op.tokens, id_token: await op.idToken({ auth_time: now() - 2 }) }
      const client = op.client()
      const login = () => client.callback(REDIRECT_URI, { code: 'code' }, { max_age: 0 })

      expect((await failureOf(login(), RPError)).message).to.match(/too much time has elapsed/)
      client[custom.clock_tolerance] = 2
      expect((await login()).claims().auth_time).to.equal(now() - 2)
    })

    it('accepts an unsigned one from the token endpoint alone, where that is registered (6)', async () => {
      const metadata = { id_token_signed_response_alg: 'none' }
      expect((await exchange({}, { by: 'nobody' }, metadata)).claims().sub).to.equal('alice')
      const error = await failureOf(exchange({}, {}, metadata), RPError)
      expect(error.message).to.match(/unsecured/)
      expect(error.jwt).to.match(/^eyJ/)
      expect(error.cause).to.be.an('error')
      const stripped = `${byHand({ alg: 'RS256' }, JSON.stringify(op.claims())).split('.', 2).join('.')}.`
      op.tokens = { access_token: 'token', token_type: 'Bearer', id_token: stripped }
      const unsigned = op.client(metadata).callback(REDIRECT_URI, { code: 'code' })
      expect((await failureOf(unsigned, RPError)).message).to.match(/unsecured/)
      const front = { id_token: await op.idToken({ nonce: NONCE }, { by: 'nobody' }) }
      const inFront = op.client(metadata).callback(REDIRECT_URI, front, { nonce: NONCE })
      const refused = await failureOf(inFront, RPError)
      expect(refused.message).to.match(/unsigned/)
      expect(refused.jwt).to.equal(front.id_token)
    })

    it('refuses a signature by a key where the secret is registered, and the other way round (RFC 8725 §3.1)', async () => {
      const metadata = { id_token_signed_response_alg: 'HS256' }
      expect((await exchange({}, { by: 'secret', alg: 'HS256' }, metadata)).claims().sub).to.equal('alice')
      await failureOf(exchange({}, {}, metadata), RPError)
    })

    it('refuses one under the secret that says it is signed otherwise, or has an end that no number is (RFC 8725 §3.1)', async () => {
      const client = op.client({ id_token_signed_response_alg: 'HS256' })
      const answer = (id_token: string) => {
        op.tokens = { access_token: 'token', token_type: 'Bearer', id_token }
        return client.callback(REDIRECT_URI, { code: 'code' })
      }
      const payload = JSON.stringify(op.claims())
      expect((await answer(byHand({ alg: 'HS256' }, payload))).claims().sub).to.equal('alice')
      for (const alg of ['HS512', 'RS256', 'none', undefined])
        expect((await failureOf(answer(byHand({ alg }, payload)), RPError)).message).to.match(/signature/)
      const endless = payload.replace(/"exp":[0-9]+/, '"exp":1e999')
      const error = await failureOf(answer(byHand({ alg: 'HS256' }, endless)), RPError)
      expect(error.message).to.equal('id_token: JWT exp claim must be a JSON numeric value')
    })

    it('refuses a token response without an ID Token (§3.1.3.3)', async () => {
      op.tokens = { access_token: 'token', token_type: 'Bearer' }
      const error = await failureOf(op.client().callback(REDIRECT_URI, { code: 'code' }), RPError)
      expect(error.message).to.equal('id_token not present in TokenSet')
    })
  })

  describe('ID Tokens of the authorization endpoint (OpenID Connect Core 1.0 §3.2.2.11, §3.3.2.12)', () => {
    const checks = { state: STATE, nonce: NONCE, response_type: 'code id_token token' }
    const good = () => ({
      nonce: NONCE,
      c_hash: op.hash('code'),
      at_hash: op.hash('token'),
    })
    const respond = async (claims: JsonObject, params = {}, client = op.client()) =>
      client.callback(
        REDIRECT_URI,
        {
          code: 'code',
          access_token: 'token',
          token_type: 'Bearer',
          state: STATE,
          id_token: await op.idToken({ ...good(), ...claims }),
          ...params,
        },
        checks,
      )

    beforeEach(async () => {
      op.tokens = {
        access_token: 'second',
        token_type: 'Bearer',
        id_token: await op.idToken({ nonce: NONCE }),
      }
    })

    it('a hash of what does not come along says nothing (OpenID Connect Core 1.0 §3.2.2.9)', async () => {
      const client = op.client({ response_types: ['id_token'] })
      const id_token = await op.idToken({ nonce: NONCE, at_hash: op.hash('elsewhere'), c_hash: 'x' })
      const checks = { response_type: 'id_token', nonce: NONCE, state: 'state' }

      const tokens = await client.callback('https://rp.example.com/cb', { id_token, state: 'state' }, checks)

      expect(tokens.claims().sub).to.equal('alice')
    })

    it('one that is right is accepted, and what the token endpoint says counts', async () => {
      expect((await respond({})).access_token).to.equal('second')
    })

    const REFUSED: readonly (readonly [
      what: string,
      claims: () => JsonObject,
      params: object,
      reason: RegExp,
    ])[] = [
      ['a code that was put in its place', () => ({}), { code: 'stolen' }, /c_hash mismatch/],
      [
        'an access token that was put in its place',
        () => ({}),
        { access_token: 'stolen' },
        /at_hash mismatch/,
      ],
      ['no c_hash', () => ({ c_hash: undefined }), {}, /missing required property c_hash/],
      ['no at_hash', () => ({ at_hash: undefined }), {}, /missing required property at_hash/],
      ['an s_hash of another state', () => ({ s_hash: 'AAAA' }), {}, /s_hash mismatch/],
      ['another nonce', () => ({ nonce: 'another' }), {}, /nonce mismatch/],
      ['no access token', () => ({}), { access_token: undefined }, /access_token missing/],
      ['no token_type', () => ({}), { token_type: undefined }, /token_type missing/],
    ]
    for (const [what, claims, params, reason] of REFUSED) {
      it(`refuses a response with ${what}, and takes no code to the token endpoint`, async () => {
        const error = await failureOf(respond(claims(), params), RPError)
        expect(error.message).to.match(reason)
        expect(op.posted).to.have.length(0)
      })
    }

    it('tells what was missing, with what was compared', async () => {
      const params = { code: 'code', access_token: 'token', state: STATE, id_token: 'a.b.c' }
      const error = await failureOf(op.client().callback(REDIRECT_URI, params, checks), RPError)
      expect(error).to.deep.include({ message: 'token_type missing from response' })
      expect([error.params, error.checks]).to.deep.equal([params, checks])
    })

    it('refuses a login that is too long ago before its code is used (§3.1.3.7 (13))', async () => {
      const id_token = await op.idToken({ ...good(), auth_time: now() - 600 })
      const params = { code: 'code', access_token: 'token', token_type: 'Bearer', state: STATE, id_token }
      const pending = op.client().callback(REDIRECT_URI, params, { ...checks, max_age: 60 })
      expect((await failureOf(pending, RPError)).message).to.match(/too much time has elapsed/)
      expect(op.posted).to.have.length(0)
    })

    it('wants the nonce of the host, which cannot be left out (§3.2.2.1)', async () => {
      const params = { id_token: await op.idToken({}) }
      const error = await failureOf(op.client().callback(REDIRECT_URI, params, {}), TypeError)
      expect(error.message).to.match(/checks\.nonce/)
    })

    it('refuses an access token that no ID Token comes with: it may be anybody’s (§3.2.2.8)', async () => {
      const params = { access_token: 'token', token_type: 'Bearer' }
      const error = await failureOf(op.client().callback(REDIRECT_URI, params, {}), RPError)
      expect([error.message, error.params]).to.deep.equal(['id_token missing from response', params])
    })

    it('refuses another person from the token endpoint (§3.3.3.6)', async () => {
      op.tokens = {
        access_token: 'x',
        token_type: 'Bearer',
        id_token: await op.idToken({ nonce: NONCE, sub: 'mallory' }),
      }
      expect((await failureOf(respond({}), RPError)).message).to.match(/sub mismatch/)
    })

    it('refuses what was not asked for: an ID Token beside a code (§3.1.2.5)', async () => {
      const params = { code: 'code', id_token: await op.idToken({ nonce: NONCE }) }
      const pending = op.client().callback(REDIRECT_URI, params, { nonce: NONCE, response_type: 'code' })
      const error = await failureOf(pending, RPError)
      expect(error.message).to.equal('unexpected id_token in the response')
      expect(error.params).to.deep.equal(params)
      expect(error.checks).to.deep.equal({ nonce: NONCE, response_type: 'code' })
    })

    it('F364 a FAPI client wants s_hash, and no ID Token older than an hour', async () => {
      const issuer = op.issuer()
      const client = new issuer.FAPIClient({ client_id: 'rp', client_secret: SECRET })
      expect(client).to.be.instanceOf(issuer.Client)
      expect((await failureOf(respond({}, {}, client), RPError)).message).to.match(
        /missing required property s_hash/,
      )
      const s_hash = op.hash(STATE)
      expect((await respond({ s_hash }, {}, client)).access_token).to.equal('second')
      const old = respond({ s_hash, iat: now() - 3601 }, {}, client)
      expect((await failureOf(old, RPError)).message).to.match(/too far in the past/)
    })

    it('F364 a FAPI client takes an ID Token of an hour ago (FAPI 1.0 Advanced §5.2.3.1)', async () => {
      stopClock()
      const issuer = op.issuer()
      const client = new issuer.FAPIClient({ client_id: 'rp', client_secret: SECRET })
      const s_hash = op.hash(STATE)
      expect((await respond({ s_hash, iat: now() - 3600 }, {}, client)).access_token).to.equal('second')
      await failureOf(respond({ s_hash, iat: now() - 3601 }, {}, client), RPError)
    })

    it('F364 an ID Token of the token endpoint may be older (FAPI 1.0 Advanced §5.2.3.1)', async () => {
      const issuer = op.issuer()
      const client = new issuer.FAPIClient({ client_id: 'rp', client_secret: SECRET })
      const id_token = await op.idToken({ iat: now() - 3700 })
      op.tokens = { access_token: 'token', token_type: 'Bearer', id_token }

      expect((await client.callback(REDIRECT_URI, { code: 'code' })).claims().sub).to.equal('alice')
    })

    it('F364 a FAPI client that sent no state wants no s_hash (FAPI 1.0 Advanced §5.2.3.1)', async () => {
      const issuer = op.issuer()
      const client = new issuer.FAPIClient({ client_id: 'rp', client_secret: SECRET })
      const id_token = await op.idToken(good())
      const params = { code: 'code', access_token: 'token', token_type: 'Bearer', id_token }

      expect((await client.callback(REDIRECT_URI, params, { nonce: NONCE })).access_token).to.equal('second')
    })
  })

  describe('whose response it is', () => {
    it('refuses the state of another login, or none (RFC 6749 §10.12)', async () => {
      const client = op.client()
      for (const [params, checks, reason] of [
        [{ code: 'code', state: 'other' }, { state: STATE }, /state mismatch/],
        [{ code: 'code' }, { state: STATE }, /state missing/],
        [{ error: 'access_denied', state: 'other' }, { state: STATE }, /state mismatch/],
      ] as const) {
        expect((await failureOf(client.callback(REDIRECT_URI, params, checks), RPError)).message).to.match(
          reason,
        )
      }
      expect(op.posted).to.have.length(0)
    })

    it('a host that forgets to check the state is told so (RFC 6749 §10.12)', async () => {
      const pending = op.client().callback(REDIRECT_URI, { code: 'code', state: STATE }, {})
      expect((await failureOf(pending, TypeError)).message).to.equal('checks.state argument is missing')
    })

    for (const params of [undefined, null, 'code=a', []]) {
      it(`${JSON.stringify(params)} is no response`, async () => {
        const client = op.client()
        for (const callback of [client.callback, client.oauthCallback]) {
          const error = await failureOf(Reflect.apply(callback, client, [REDIRECT_URI, params]), TypeError)
          expect(error.message).to.equal('pass a value of client.callbackParams as the second argument')
        }
      })
    }

    it('mix-up: refuses the response of another issuer, and sends its code nowhere (RFC 9207 §2.4, RFC 9700 §4.4)', async () => {
      const params = { code: 'code', state: STATE, iss: 'https://honest.example.com' }
      const error = await failureOf(op.client().callback(REDIRECT_URI, params, { state: STATE }), RPError)
      expect(error.message).to.equal(`iss mismatch, expected ${op.url}, got: https://honest.example.com`)
      expect(error.params).to.deep.equal(params)
      expect(op.posted).to.have.length(0)
    })

    it('mix-up: refuses a response that does not say whose it is where the issuer always does (RFC 9207 §2.4)', async () => {
      const client = op.client({}, { authorization_response_iss_parameter_supported: true })
      for (const params of [{ code: 'code' }, { error: 'access_denied' }]) {
        const error = await failureOf(client.callback(REDIRECT_URI, params), RPError)
        expect([error.message, error.params]).to.deep.equal(['iss missing from the response', params])
      }
      const params = { code: 'code', iss: op.url }
      op.tokens = { access_token: 'token', token_type: 'Bearer', id_token: await op.idToken() }
      expect((await client.callback(REDIRECT_URI, params)).claims().sub).to.equal('alice')
      op.posted.length = 0
      expect(op.posted).to.have.length(0)
    })

    it('refuses parameters that come twice (RFC 6749 §3.1)', () => {
      const client = op.client()
      expect(() => client.callbackParams('/cb?code=a&code=b')).to.throw(RPError, /code must be sent once/)
      expect(() => client.callbackParams({ method: 'POST', body: { state: ['a', 'b'] } })).to.throw(RPError)
    })

    it('F397 the issuer’s own error is an OPError with its parameters (RFC 6749 §4.1.2.1)', async () => {
      const params = {
        error: 'access_denied',
        error_description: 'no',
        error_uri: 'https://x.example.com',
        state: STATE,
      }
      const error = await failureOf(op.client().callback(REDIRECT_URI, params, { state: STATE }), OPError)
      expect(error).to.include({
        ...params,
        name: 'OPError',
        message: 'access_denied (no)',
        response: undefined,
      })
    })
  })

  describe('plain OAuth 2.0', () => {
    it('F376 refuses an ID Token, which would go unchecked', async () => {
      const client = op.client()
      op.tokens = { access_token: 'token', token_type: 'Bearer', id_token: await op.idToken() }
      await failureOf(client.oauthCallback(REDIRECT_URI, { code: 'code' }), RPError)
      await failureOf(client.oauthCallback(REDIRECT_URI, { id_token: await op.idToken() }), RPError)
      op.tokens = { access_token: 'token', token_type: 'Bearer' }
      expect((await client.oauthCallback(REDIRECT_URI, { code: 'code' })).access_token).to.equal('token')
    })

    it('F376 takes the code to the token endpoint with its place and verifier (RFC 6749 §4.1.3, RFC 7636 §4.5)', async () => {
      op.tokens = { access_token: 'token', token_type: 'Bearer' }
      const extras = { exchangeBody: { resource: 'urn:a', code: 'other' } }
      const params = { code: 'code', state: STATE }
      await op.client().oauthCallback(REDIRECT_URI, params, { state: STATE, code_verifier: 'v' }, extras)
      expect(Object.fromEntries(op.posted[0] ?? [])).to.deep.equal({
        grant_type: 'authorization_code',
        code: 'code',
        redirect_uri: REDIRECT_URI,
        code_verifier: 'v',
        resource: 'urn:a',
      })
    })

    it('F376 takes what came through the browser, and nothing that only the response has (RFC 6749 §4.2.2)', async () => {
      const tokens = { access_token: 'token', token_type: 'Bearer', scope: 'a', session_state: 'x' }
      const params = { ...tokens, expires_in: '60', state: STATE, iss: op.url }
      const { expires_at, ...members } = await op
        .client()
        .oauthCallback(REDIRECT_URI, params, { state: STATE, response_type: 'token' })
      expect(members).to.deep.equal({ ...tokens, state: STATE })
      expect(expires_at).to.be.within(now() + 58, now() + 60)
      expect(op.posted).to.have.length(0)
    })

    it('F376 what does not say how long it lasts has no end (RFC 6749 §5.1)', async () => {
      const params = { access_token: 'token', token_type: 'Bearer' }
      expect({ ...(await op.client().oauthCallback(REDIRECT_URI, params)) }).to.deep.equal(params)
    })

    it('F376 session_state is that of the tokens, otherwise that of the response (Session Management 1.0 §3)', async () => {
      op.tokens = { access_token: 'token', token_type: 'Bearer', id_token: await op.idToken() }
      const params = { code: 'code', session_state: 'of the response' }
      const login = () => op.client().callback(REDIRECT_URI, params)
      expect((await login()).session_state).to.equal('of the response')
      op.tokens = { ...op.tokens, session_state: 'of the tokens' }
      expect((await login()).session_state).to.equal('of the tokens')
    })

    it('F376 response_type none brings nothing, and nothing is taken (Multiple Response Types §4)', async () => {
      const checks = { state: STATE, response_type: 'none' }
      const tokens = await op.client().callback(REDIRECT_URI, { state: STATE }, checks)
      expect({ ...tokens }).to.deep.equal({ state: STATE })
      const code = op.client().callback(REDIRECT_URI, { state: STATE, code: 'c' }, checks)
      expect((await failureOf(code, RPError)).message).to.equal('unexpected code in the response')
    })

    for (const checks of [{}, { response_type: 'code' }, { response_type: '' }]) {
      it(`F376 a response that brings nothing is no login where ${JSON.stringify(checks)} is checked (RFC 6749 §4.1.2)`, async () => {
        const client = op.client()
        const given = [REDIRECT_URI, { state: STATE }, { state: STATE, ...checks }] as const
        for (const attempt of [() => client.callback(...given), () => client.oauthCallback(...given)])
          expect((await failureOf(attempt(), RPError)).message).to.equal('code missing from response')
        expect(op.posted).to.have.length(0)
      })
    }
  })

  describe('claims and refreshed tokens', () => {
    const serveClaims = (claims: object, type = 'application/json') =>
      op.answers.set('/me', (_req, res) => {
        res.writeHead(200, { 'content-type': type }).end(JSON.stringify(claims))
      })

    it('F379 refuses the claims of another person (OpenID Connect Core 1.0 §5.3.2)', async () => {
      serveClaims({ sub: 'mallory' })
      const tokens = new TokenSet({ access_token: 'token', id_token: await op.idToken() })
      const error = await failureOf(op.client().userinfo(tokens), RPError)
      expect([error.message, error.body]).to.deep.equal([
        'userinfo sub mismatch, expected alice, got: mallory',
        { sub: 'mallory' },
      ])
    })

    it('F379 refuses claims about nobody (OpenID Connect Core 1.0 §5.3.2)', async () => {
      serveClaims({ name: 'Alice' })
      await failureOf(op.client().userinfo('token'), OPError)
    })

    it('F379 refuses plain claims where signed ones are registered (OpenID Connect Core 1.0 §5.3.2)', async () => {
      serveClaims({ sub: 'alice' })
      const client = op.client({ userinfo_signed_response_alg: 'RS256' })
      const error = await failureOf(client.userinfo('token'), RPError)
      expect(error.message).to.match(/application\/jwt/)
      expect(error.response?.statusCode).to.equal(200)
    })

    const signedClaims = async (claims: JsonObject) => {
      const jwt = await op.idToken({ exp: undefined, iat: undefined, ...claims })
      op.answers.set('/me', (_req, res) => {
        res.writeHead(200, { 'content-type': 'application/jwt' }).end(jwt)
      })
      return op.client({ userinfo_signed_response_alg: 'RS256' }).userinfo('token')
    }

    for (const [what, claims, reason] of [
      ['for another client', { aud: 'other' }, /aud is missing/],
      ['for another client, of nobody', { aud: 'other', iss: undefined }, /unexpected iss/],
      [
        'of another issuer, for nobody',
        { aud: undefined, iss: 'https://other.example.com' },
        /unexpected iss/,
      ],
      ['that are over', { exp: 1 }, /expired/],
      ['that are to come', { nbf: now() + 600 }, /nbf|active/],
    ] as const) {
      it(`F379 refuses signed claims ${what} (OpenID Connect Core 1.0 §5.3.2)`, async () => {
        expect((await failureOf(signedClaims(claims), RPError)).message).to.match(reason)
      })
    }

    it('F379 believes signed claims that name no parties and no times (OpenID Connect Core 1.0 §5.3.2)', async () => {
      const claims = await signedClaims({ iss: undefined, aud: undefined, email: 'alice@example.com' })
      expect(claims).to.deep.equal({ sub: 'alice', email: 'alice@example.com' })
    })

    it('F378 refuses the ID Token of another person for a refresh token (OpenID Connect Core 1.0 §12.2)', async () => {
      const before = new TokenSet({ refresh_token: 'refresh', id_token: await op.idToken() })
      op.tokens = {
        access_token: 'new',
        token_type: 'Bearer',
        id_token: await op.idToken({ sub: 'mallory' }),
      }
      expect((await failureOf(op.client().refresh(before), RPError)).message).to.match(/sub mismatch/)
      const elsewhere = new TokenSet({
        ...before,
        id_token: await op.idToken({ iss: 'https://other.example.com', sub: 'mallory' }),
      })
      expect((await failureOf(op.client().refresh(elsewhere), RPError)).message).to.match(/iss differs/)
      op.tokens = { access_token: 'new', token_type: 'Bearer', id_token: await op.idToken() }
      expect((await op.client().refresh(before)).access_token).to.equal('new')
    })

    /** Refreshes, where ID Tokens before and after say this. */
    const refreshed = async (before: JsonObject, after: JsonObject) => {
      const tokens = new TokenSet({ refresh_token: 'refresh', id_token: await op.idToken(before) })
      op.tokens = { ...op.tokens, id_token: await op.idToken(after) }
      return op.client().refresh(tokens)
    }

    for (const [what, before, after, reason] of [
      ['of another login', { nonce: NONCE }, { nonce: 'other' }, /nonce differs/],
      ['with a nonce that was not there', {}, { nonce: NONCE }, /nonce differs/],
      [
        'for fewer parties',
        { aud: ['rp', 'api'], azp: 'rp' },
        { aud: ['rp'], azp: 'rp' },
        /aud is missing some/,
      ],
      [
        'for another party',
        { aud: ['rp', 'api'], azp: 'rp' },
        { aud: 'rp', azp: 'rp' },
        /aud is missing some/,
      ],
      ['without its azp', { azp: 'rp' }, {}, /azp differs/],
      ['of another time', { auth_time: 100 }, { auth_time: 200 }, /auth_time differs/],
    ] as const) {
      it(`F378 refuses a refreshed ID Token ${what} (OpenID Connect Core 1.0 §12.2)`, async () => {
        expect((await failureOf(refreshed(before, after), RPError)).message).to.match(reason)
      })
    }

    for (const [before, after] of [
      [{ nonce: NONCE }, {}],
      [{ nonce: NONCE }, { nonce: NONCE }],
      [{ aud: 'rp' }, { aud: ['rp', 'api'], azp: 'rp' }],
      [
        { aud: ['rp', 'api'], azp: 'rp' },
        { aud: ['api', 'more', 'rp'], azp: 'rp' },
      ],
      [{ auth_time: 100 }, {}],
    ] as const) {
      it(`F378 takes ${JSON.stringify(after)} after ${JSON.stringify(before)} (OpenID Connect Core 1.0 §12.2)`, async () => {
        expect((await refreshed(before, after)).claims()).to.deep.include(after)
      })
    }

    it('F376 ID Tokens of both endpoints may differ in their parties (OpenID Connect Core 1.0 §3.3.3.6)', async () => {
      op.tokens = { ...op.tokens, id_token: await op.idToken({ nonce: NONCE }) }
      const front = { nonce: NONCE, aud: ['rp', 'api'], azp: 'rp', c_hash: op.hash('code') }
      const params = { code: 'code', state: STATE, id_token: await op.idToken(front) }
      const tokens = await op.client().callback(REDIRECT_URI, params, { state: STATE, nonce: NONCE })
      expect(tokens.claims().aud).to.equal('rp')
    })
  })

  describe('JARM', () => {
    const respond = async (claims: JsonObject, forgery: Forgery = {}, checks = {}) =>
      op.client().callback(
        REDIRECT_URI,
        {
          response: await op.idToken(
            { code: 'code', state: STATE, sub: undefined, iat: undefined, ...claims },
            forgery,
          ),
        },
        { state: STATE, jarm: true, ...checks },
      )

    beforeEach(async () => {
      op.tokens = { access_token: 'token', token_type: 'Bearer', id_token: await op.idToken() }
    })

    it('one that is right is accepted (JARM §4.4)', async () => {
      expect((await respond({})).access_token).to.equal('token')
    })

    for (const [what, claims, forgery] of [
      ['of another issuer', { iss: 'https://other.example.com' }, {}],
      ['for another client', { aud: 'other' }, {}],
      ['that has expired', { exp: 1 }, {}],
      ['without an end', { exp: undefined }, {}],
      ['with another state', { state: 'other' }, {}],
      ['signed by a stranger', {}, { by: 'stranger' }],
      ['that is not signed', {}, { by: 'nobody' }],
    ] as const) {
      it(`refuses a response ${what}, and takes no code to the token endpoint (JARM §4.4)`, async () => {
        await failureOf(respond(claims, forgery), RPError)
        expect(op.posted).to.have.length(0)
      })
    }

    it('refuses a response that nobody signs, whatever is registered (JARM §2.1)', async () => {
      const response = await op.idToken({ code: 'code', state: STATE }, { by: 'nobody' })
      const client = op.client({ authorization_signed_response_alg: 'none' })
      const error = await failureOf(client.callback(REDIRECT_URI, { response }, { state: STATE }), RPError)
      expect(error.message).to.equal('response: an unsigned response is no protection')
      expect(op.posted).to.have.length(0)
    })

    it('reads numbers of a response as the texts that they are elsewhere (JARM §2.1)', async () => {
      const front = { access_token: 'a', token_type: 'Bearer', expires_in: 60, state: STATE }
      const response = await op.idToken({ ...front, sub: undefined, iat: undefined })
      const tokens = await op.client().oauthCallback(REDIRECT_URI, { response }, { state: STATE, jarm: true })
      expect(tokens.expires_at).to.be.within(now() + 58, now() + 60)
    })

    it('refuses a code that is no text (JARM §2.1)', async () => {
      for (const code of [{}, true, null]) {
        const error = await failureOf(respond({ code }), RPError)
        expect(error.message).to.equal('code must be sent once, as text')
      }
      expect(op.posted).to.have.length(0)
    })

    it('refuses plain parameters where a JWT is expected', async () => {
      const pending = op.client().callback(REDIRECT_URI, { code: 'code' }, { jarm: true })
      const error = await failureOf(pending, RPError)
      expect(error.message).to.equal('expected a JARM response')
      expect([error.checks, error.params]).to.deep.equal([{ jarm: true }, { code: 'code' }])
      expect(Object.keys(error)).to.not.include.members(['checks'])
    })
  })

  describe('keys of the issuer', () => {
    it('F366 strangers who make up key names cause one more fetch, not one each (RFC 9700 §4.11)', async () => {
      const client = op.client()
      for (let i = 0; i < 5; i += 1) {
        op.tokens = {
          access_token: 'x',
          token_type: 'Bearer',
          id_token: await op.idToken({}, { by: 'stranger', kid: `made up ${i}` }),
        }
        await failureOf(client.callback(REDIRECT_URI, { code: 'code' }), RPError)
      }
      expect(op.count('/jwks')).to.equal(2)
    })

    it('F366 no keys, no login: what failed is told as it is (OpenID Connect Core 1.0 §10.1)', async () => {
      op.tokens = { access_token: 'x', token_type: 'Bearer', id_token: await op.idToken() }
      op.answers.set('/jwks', (_req, res) => res.writeHead(503).end())
      const error = await failureOf(op.client().callback(REDIRECT_URI, { code: 'code' }), RPError)
      expect(error.message).to.equal('keys of the issuer could not be fetched')
    })

    it('F366 a new key of the issuer is found at once (OpenID Connect Core 1.0 §10.1.1)', async () => {
      const [key = {}] = op.keys
      op.keys = []
      const client = op.client()
      await client.issuer.keystore()
      op.keys = [key]
      op.tokens = { access_token: 'x', token_type: 'Bearer', id_token: await op.idToken() }
      expect((await client.callback(REDIRECT_URI, { code: 'code' })).access_token).to.equal('x')
    })
  })

  describe('against the real provider', () => {
    it('a code that was replayed is refused, and the tokens of the first use end (RFC 6749 §4.1.2)', async () => {
      const { op: provider, client } = await startBoth()
      const { tokens, params, checks } = await login(provider, client)
      const error = await failureOf(client.callback(REDIRECT_URI, params, checks), OPError)
      expect(error.error).to.equal('invalid_grant')
      expect(error.response?.statusCode).to.equal(400)
      expect((await failureOf(client.userinfo(tokens), OPError)).error).to.equal('invalid_token')
    })

    it('a code that was injected from another browser fails for its verifier (RFC 7636, RFC 9700 §4.5)', async () => {
      const { op: provider, client } = await startBoth()
      const [victim, attacker] = [remembered(), remembered()]
      const stolen = await visit(provider.agent(), client, client.authorizationUrl(sent(victim)))
      const injected = { ...stolen, state: attacker.state }
      const error = await failureOf(client.callback(REDIRECT_URI, injected, attacker), OPError)
      expect(error.error).to.equal('invalid_grant')
    })

    it('an ID Token of one client is not one of another (OpenID Connect Core 1.0 §3.1.3.7)', async () => {
      const {
        op: provider,
        client,
        issuer,
      } = await startBoth(
        { response_types: ['id_token'], grant_types: ['implicit'], redirect_uris: [REDIRECT_URI] },
        { configuration: { responseTypes: ['id_token', 'code'] } },
      )
      const checks = remembered('id_token')
      const { code_challenge: _, code_challenge_method: __, ...asked } = sent(checks)
      const params = await visit(provider.agent(), client, client.authorizationUrl(asked))
      const other = new issuer.Client({ client_id: 'other', client_secret: SECRET })
      const error = await failureOf(other.callback(REDIRECT_URI, params, checks), RPError)
      expect(error.message).to.match(/aud is missing the client_id/)
    })
  })
})
