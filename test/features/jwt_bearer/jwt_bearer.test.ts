import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { decodeJwt } from 'jose'
import sinon from 'sinon'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { errors } from '../../../lib/index.ts'
import type { AdapterPayload } from '../../../types/adapter.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { JwtBearerAssertion, JwtBearerOptions } from '../../../types/features/jwt_bearer.ts'
import type { TrustedIssuer } from '../../../types/grants/trusted_issuer.ts'
import { type Claims, hmacKey, keyPair, now, sign } from '../../actions/client_auth/assertions.ts'
import { startClock, stopClock } from '../../support/clock.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'
import { introspect } from '../../support/token_endpoints.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const ELSEWHERE = 'https://idp.example.com'
const API = 'https://api.example.com'
const CLIENT: ClientMetadata = { ...WEB_CLIENT, grant_types: ['authorization_code', GRANT] }

/** Knows one person of the other issuer. */
const policy: JwtBearerOptions['policy'] = (_ctx, { issuer, subject }) =>
  issuer === ELSEWHERE && subject === 'their-alice'
    ? { accountId: 'alice', scope: 'openid email read' }
    : undefined

async function start(
  options: Partial<JwtBearerOptions> = {},
  issuer: Partial<TrustedIssuer> = {},
  configuration: Configuration = {},
) {
  const entries = new Map<string, AdapterPayload>()
  const { privateKey, publicJwk } = await keyPair('ES256', 'theirs')
  const keys = issuer.jwksUri === undefined ? { jwks: { keys: [{ ...publicJwk }] } } : {}
  const op = await startProvider({
    adapter: mapAdapter(entries),
    clients: [CLIENT],
    scopes: ['openid', 'email'],
    claims: { openid: ['sub'], email: ['email'] },
    allowSpecialUseAddresses: true,
    ...configuration,
    features: {
      introspection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => {
          if (resource !== API) throw new errors.InvalidTarget()
          return { scope: 'read write', accessTokenFormat: 'jwt' }
        },
      },
      ...configuration.features,
      jwtBearer: {
        enabled: true,
        policy,
        trustedIssuers: [{ issuer: ELSEWHERE, ...keys, ...issuer }],
        ...options,
      },
    },
  })
  const issue = (claims: Claims = {}, header: Claims = {}, key = privateKey) =>
    sign(
      {
        iss: ELSEWHERE,
        sub: 'their-alice',
        aud: op.issuer,
        exp: now() + 60,
        iat: now(),
        jti: crypto.randomUUID(),
        ...claims,
      },
      { alg: 'ES256', kid: 'theirs', ...header },
      key,
    )
  const ask = (assertion: string, params: Record<string, string> = {}) =>
    op.token({ grant_type: GRANT, assertion, ...params })
  const kinds = () => [...entries.keys()].map((key) => key.split(':', 1)[0]).sort()
  return { op, entries, issue, ask, kinds, publicJwk, privateKey }
}

describe('JWT bearer authorization grants (RFC 7523 §2.1)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
    await stopServers()
  })

  const REFUSED: readonly [what: string, claims: Claims, header?: Claims][] = [
    ['another issuer (§3 rule 1)', { iss: 'https://other.example.com' }],
    ['no issuer (§3 rule 1)', { iss: undefined }],
    ['no subject (§3 rule 2)', { sub: undefined }],
    ['an empty subject (§3 rule 2)', { sub: '' }],
    ['another audience (§3 rule 3)', { aud: 'https://other.example.com' }],
    ['no audience (§3 rule 3)', { aud: undefined }],
    ['the client as its audience (§3 rule 3)', { aud: 'web' }],
    ['no expiry (§3 rule 4)', { exp: undefined }],
    ['an expiry that is over (§3 rule 4)', { exp: now() - 60 }],
    ['an expiry in a year (§3 rule 4)', { exp: now() + 365 * 86_400 }],
    ['nbf ahead (§3 rule 5)', { nbf: now() + 86_400 }],
    ['iat ahead (§3 rule 6)', { iat: now() + 86_400 }],
    ['a jti that is a number (§3 rule 7)', { jti: 7 }],
    ['a jti of a thousand characters (§3 rule 7)', { jti: 'x'.repeat(1000) }],
    ['an event, like a logout token', { events: {} }],
    ['a key that it is bound to', { cnf: { jkt: 'x' } }],
    ['typ at+jwt', {}, { typ: 'at+jwt' }],
    ['typ logout+jwt', {}, { typ: 'logout+jwt' }],
    ['typ client-authentication+jwt', {}, { typ: 'client-authentication+jwt' }],
    ['a kid that is not there', {}, { kid: 'another' }],
  ]
  for (const [what, claims, header] of REFUSED) {
    it(`an assertion with ${what}: invalid_grant`, async () => {
      const { op, issue, ask, kinds } = await start()
      const { status, body } = await ask(await issue(claims, header))

      expect([status, body['error']]).to.deep.equal([400, 'invalid_grant'])
      expect(kinds()).to.deep.equal([])
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  it('an assertion that another key signed, or nobody, or a public key as a secret: invalid_grant (§3 rule 9)', async () => {
    const { issue, ask, publicJwk } = await start()
    const { privateKey } = await keyPair('ES256')
    const [, payload = ''] = (await issue()).split('.')
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')

    for (const assertion of [
      await issue({}, {}, privateKey),
      await issue({}, { alg: 'HS256' }, hmacKey(JSON.stringify(publicJwk))),
      await issue({}, { alg: 'HS256' }, hmacKey(String(WEB_CLIENT.client_secret))),
      `${none}.${payload}.`,
      (await issue()).slice(0, -4),
      'a.b.c',
      'text',
      `${'x'.repeat(20_000)}.y.z`,
    ])
      expect((await ask(assertion)).body['error']).to.equal('invalid_grant')
  })

  it('no assertion: invalid_request; a client that may not: unauthorized_client (RFC 6749 §5.2)', async () => {
    const { op } = await start()
    const other = await start(
      {},
      {},
      {
        clients: [{ ...CLIENT, grant_types: ['authorization_code'] }],
      },
    )

    expect((await op.token({ grant_type: GRANT })).body['error']).to.equal('invalid_request')
    expect((await other.ask(await other.issue())).body['error']).to.equal('unauthorized_client')
  })

  for (const [what, options] of [
    ['no policy', { policy: undefined }],
    ['a policy that does not know the subject', { policy: () => undefined }],
  ] as const) {
    it(`${what} refuses everything, and the assertion is used up (§3 rule 7)`, async () => {
      const { issue, ask, kinds } = await start(options)

      expect((await ask(await issue())).body['error']).to.equal('invalid_grant')
      expect(kinds()).to.deep.equal(['ReplayDetection'])
    })
  }

  it('a policy that fails, or names no account, is a failure of ours, and uses nothing up', async () => {
    let answer: () => object = () => {
      throw new Error('no database')
    }
    const { op, issue, ask, kinds } = await start({
      policy: () => ({ accountId: '', ...answer() }),
    })
    const assertion = await issue()
    const failed = await ask(assertion)
    answer = () => ({})
    const unnamed = await ask(assertion)
    answer = () => ({ accountId: 7 })
    const numbered = await ask(assertion)
    expect([failed.status, unnamed.status, numbered.status, kinds()]).to.deep.equal([500, 500, 500, []])
    expect(op.serverErrors.slice(1).map(String).join()).to.match(/(?:policy must name an accountId.*){2}/)
    answer = () => ({ accountId: 'alice' })

    expect((await ask(assertion)).status).to.equal(200)
  })

  it('an account that is gone: invalid_grant', async () => {
    const { issue, ask } = await start({}, {}, { findAccount: () => undefined })

    expect((await ask(await issue())).body['error']).to.equal('invalid_grant')
  })

  for (const [what, claims] of [
    ['by its jti', {}],
    ['as a whole where it has no jti', { jti: undefined }],
  ] as const) {
    it(`an assertion counts once, ${what}: of 50 at once one gets a token (§3 rule 7)`, async () => {
      const { issue, ask, kinds } = await start()
      const assertion = await issue(claims)
      const answers = await Promise.all(Array.from({ length: 50 }, () => ask(assertion)))
      const others = answers.filter(({ status }) => status !== 200)

      expect(others.map(({ body }) => body['error'])).to.deep.equal(Array(49).fill('invalid_grant'))
      expect(kinds()).to.deep.equal(['AccessToken', 'Grant', 'ReplayDetection'])
    })
  }

  it('another signature of the same content is the same assertion', async () => {
    const { issue, ask } = await start()
    const content = { jti: undefined, iat: now(), exp: now() + 60 }
    const [first, second] = [await issue(content), await issue(content)]

    expect(first).not.to.equal(second)
    expect([(await ask(first)).status, (await ask(second)).status]).to.deep.equal([200, 400])
  })

  it('a jti that is the digest of another assertion, which has none, is not used up by it', async () => {
    const { issue, ask } = await start()
    const nameless = await issue({ jti: undefined })
    const content = nameless.slice(0, nameless.lastIndexOf('.'))
    const jti = createHash('sha256').update(content).digest('base64url')

    expect((await ask(nameless)).status).to.equal(200)
    expect((await ask(await issue({ jti }))).status).to.equal(200)
  })

  it('each issuer is believed by its own keys, whichever place it has in the list (§3 rule 9)', async () => {
    const [first, second] = await Promise.all([keyPair('ES256', 'one'), keyPair('ES256', 'two')])
    const [one, two] = ['https://one.example.com', 'https://two.example.com']
    const { issue, ask } = await start({
      policy: (_ctx, { issuer }) => ({ accountId: issuer }),
      trustedIssuers: [
        { issuer: one, jwks: { keys: [{ ...first.publicJwk }] } },
        { issuer: two, jwks: { keys: [{ ...second.publicJwk }] } },
      ],
    })
    const own = await ask(await issue({ iss: two }, { kid: 'two' }, second.privateKey))
    const other = await ask(await issue({ iss: one }, { kid: 'two' }, second.privateKey))

    expect([own.status, other.status, other.body['error']]).to.deep.equal([200, 400, 'invalid_grant'])
  })

  it('an assertion counts once for as long as it is accepted, tolerance and fractions of a second included (§3)', async () => {
    const begin = now()
    const clock = sinon.useFakeTimers({ now: begin * 1000, toFake: ['Date'] })
    const { op, issue, ask } = await start({}, {}, { adapter: memoryAdapter() })
    const assertion = await issue({ exp: begin + 60.5 })
    const reasonAt = async (second: number) => {
      clock.setSystemTime((begin + second) * 1000)
      const refused = op.nextError('grant.error')
      await ask(assertion)
      return (await refused).reason
    }

    expect((await ask(assertion)).status).to.equal(200)
    expect(await reasonAt(75)).to.equal('jwt_bearer.replayed')
    expect(await reasonAt(76)).to.equal('issued_jwt.expired')
  })

  it('an assertion lives as long as clientAssertionLifetime says, and no second more (§3 rule 4)', async () => {
    stopClock()
    const { issue, ask } = await start({}, {}, { clientAssertionLifetime: 600, clockTolerance: 7 })

    expect((await ask(await issue({ exp: now() + 607 }))).status).to.equal(200)
    expect((await ask(await issue({ exp: now() + 608 }))).status).to.equal(400)
  })

  for (const typ of [undefined, 'JWT', 'jwt', 'application/jwt', 'authorization-grant+jwt']) {
    it(`one that is declared as ${typ} is taken (RFC 7523bis §4)`, async () => {
      const { issue, ask } = await start()

      expect((await ask(await issue({}, { typ }))).status).to.equal(200)
    })
  }

  for (const [alg, isTaken] of [
    ['RS256', true],
    ['PS256', true],
    ['ES256', true],
    ['EdDSA', true],
    ['RS384', false],
    ['PS512', false],
    ['ES384', false],
  ] as const) {
    it(`one that is signed with ${alg} is ${isTaken ? 'taken' : 'refused'}, unless the issuer has algorithms of its own (RFC 8725 §3.1)`, async () => {
      const { privateKey, publicJwk } = await keyPair(alg, alg)
      const jwks = { keys: [{ ...publicJwk }] }
      const byDefault = await start({}, { jwks })
      const named = await start({}, { jwks, algorithms: [alg] })
      const ask = async ({ op, issue }: typeof named) => {
        const refused = op.nextError('grant.error')
        const assertion = await issue({}, { alg, kid: alg }, privateKey)
        const { status } = await op.token({ grant_type: GRANT, assertion })
        return status === 200 ? 'taken' : (await refused).reason
      }

      expect(await ask(named)).to.equal('taken')
      expect(await ask(byDefault)).to.equal(isTaken ? 'taken' : 'issued_jwt.algorithm_not_allowed')
    })
  }

  it('one of an issuer that nobody trusts is told as just that (§3 rule 1)', async () => {
    const { op, issue, ask } = await start()
    const refused = op.nextError('grant.error')
    await ask(await issue({ iss: 'https://other.example.com' }))

    expect((await refused).reason).to.equal('issued_jwt.issuer_untrusted')
  })

  it('what was wrong with an assertion is the cause of the error that the host hears', async () => {
    const { op, issue, ask } = await start()
    const refused = op.nextError('grant.error')
    await ask(await issue({ aud: 'web' }))
    const { cause, error_detail: detail } = await refused

    expect(cause).to.be.an('error')
    expect(detail).to.equal(`the assertion: ${cause instanceof Error ? cause.message : ''}`)
  })

  it('its record outlives the assertion', async () => {
    const { entries, issue, ask } = await start()
    const exp = now() + 300
    await ask(await issue({ exp }))
    const [record] = [...entries]
      .filter(([key]) => key.startsWith('ReplayDetection:'))
      .map(([, payload]) => payload)

    expect(record?.exp).to.be.at.least(exp + 15)
  })

  it('yields an access token of the account that the policy names, and no refresh token (RFC 7521 §4.1)', async () => {
    const { op, issue, ask } = await start()
    const { status, body, headers } = await ask(await issue({}, { typ: 'authorization-grant+jwt' }))
    const { body: told } = await introspect(op, String(body['access_token']), {}, 'web')

    expect([status, headers.get('cache-control'), body['scope']]).to.deep.equal([
      200,
      'no-store',
      'openid email',
    ])
    expect(body).to.not.have.any.keys('refresh_token', 'id_token')
    expect((await op.provider.AccessToken.find(String(body['access_token'])))?.gty).to.equal(GRANT)
    expect(told).to.include({ active: true, sub: 'alice', client_id: 'web' })
    expect((await op.userinfo(body['access_token'])).body['email']).to.equal('alice@example.com')
  })

  it('the scope is what the policy allows at most, and nothing where it says nothing (RFC 6749 §3.3)', async () => {
    const some = await start()
    const none = await start({ policy: () => ({ accountId: 'alice' }) })
    const narrowed = await some.ask(await some.issue(), { scope: 'openid' })
    const beyond = await some.ask(await some.issue(), { scope: 'openid phone' })
    const empty = await none.ask(await none.issue())
    const asked = await none.ask(await none.issue(), { scope: 'openid' })

    expect([narrowed.body['scope'], beyond.body['error']]).to.deep.equal(['openid', 'invalid_scope'])
    expect([empty.status, empty.body['scope'], asked.body['error']]).to.deep.equal([
      200,
      undefined,
      'invalid_scope',
    ])
  })

  it('is for the resource that is asked for, with what the policy says of it (RFC 8707 §2)', async () => {
    stopClock()
    const { issue, ask } = await start({
      policy: () => ({ accountId: 'alice', scope: 'read', expiresIn: 5, extra: { why: 'batch' } }),
    })
    const { body } = await ask(await issue(), { resource: API })
    const other = await ask(await issue(), { resource: 'https://other.example.com' })

    expect(decodeJwt(String(body['access_token']))).to.include({
      aud: API,
      sub: 'alice',
      scope: 'read',
      why: 'batch',
    })
    expect(body['expires_in']).to.equal(5)
    expect(other.body['error']).to.equal('invalid_target')
  })

  it('more than one resource is invalid_target: a token is for one (RFC 8707 §2)', async () => {
    const { op, issue } = await start()
    const form = new URLSearchParams({
      client_id: 'web',
      client_secret: String(WEB_CLIENT.client_secret),
      grant_type: GRANT,
      assertion: await issue(),
    })
    for (const resource of [API, 'https://other.example.com']) form.append('resource', resource)

    expect((await op.post('token', String(form))).body['error']).to.equal('invalid_target')
  })

  it('a resource is refused where the provider knows none', async () => {
    const { op, issue, ask } = await start({}, {}, { features: { resourceIndicators: { enabled: false } } })
    const refused = op.nextError('grant.error')

    expect((await ask(await issue(), { resource: API })).body['error']).to.equal('invalid_target')
    expect(await refused).to.deep.include({ reason: 'token_request.target_unresolved', seen: ['resource'] })
  })

  it('the policy hears who says what about whom, and cannot change it', async () => {
    const told: JwtBearerAssertion[] = []
    const { issue, ask } = await start({ policy: (_ctx, assertion) => void told.push(assertion) })
    await ask(await issue({ email: 'a@idp.example.com' }), { scope: 'openid' })
    await ask(await issue(), { resource: API })
    const [assertion, aimed] = told

    expect(assertion).to.deep.include({ issuer: ELSEWHERE, subject: 'their-alice', scopes: ['openid'] })
    expect(assertion?.claims).to.include({ email: 'a@idp.example.com' }).and.satisfy(Object.isFrozen)
    expect(assertion?.client.clientId).to.equal('web')
    expect([assertion?.resourceServer, aimed?.resourceServer?.identifier()]).to.deep.equal([undefined, API])
  })

  it('keys behind a jwksUri are fetched, and fetched again for a new key (RFC 7517 §5)', async () => {
    const [first, second] = await Promise.all([keyPair('ES256', 'one'), keyPair('ES256', 'two')])
    let published = first
    const { origin } = await startServer((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/jwk-set+json' })
      res.end(JSON.stringify({ keys: [published.publicJwk] }))
    })
    const { issue, ask } = await start({}, { jwksUri: `${origin}/jwks` })
    const before = await ask(await issue({}, { kid: 'one' }, first.privateKey))
    published = second
    const after = await ask(await issue({}, { kid: 'two' }, second.privateKey))

    expect([before.status, after.status]).to.deep.equal([200, 200])
  })

  it('trusted issuers that mean nothing stop the provider from being constructed', async () => {
    const failed = await start({}, { jwksUri: 'http://idp.example.com/jwks' }).catch(
      (error: unknown) => error,
    )

    expect(failed).to.be.instanceOf(TypeError)
    expect(String(failed)).to.include('features.jwtBearer.trustedIssuers[0].jwksUri')
  })
})
