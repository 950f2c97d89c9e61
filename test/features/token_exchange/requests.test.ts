import { expect } from 'chai'
import type { TokenExchange } from '../../../types/features/token_exchange.ts'
import { startClock, stopClock } from '../../support/clock.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { introspect } from '../../support/token_endpoints.ts'
import {
  ACCESS_TOKEN,
  API,
  clientToken,
  EVERYTHING,
  GRANT,
  ID_TOKEN,
  JWT,
  login,
  PLAIN,
  REFRESH_TOKEN,
  startExchange,
} from './exchanging.ts'

describe('F214 what a token exchange must look like (RFC 8693 §2.1)', () => {
  afterEach(stopProviders)

  it('is not offered while the feature is off', async () => {
    const { op, exchange } = await startExchange(
      { enabled: false },
      {
        clients: [
          {
            client_id: 'web',
            client_secret: 'a secret with 32 characters or so',
            redirect_uris: ['https://rp.example.com/cb'],
            token_endpoint_auth_method: 'client_secret_post',
          },
        ],
      },
    )
    const { status, body } = await exchange({ subject_token: 'x' })
    const discovery = await op.agent().get(op.provider.urlFor('discovery'))

    expect([status, body['error']]).to.deep.equal([400, 'unsupported_grant_type'])
    expect(await discovery.text()).not.to.include('token-exchange')
  })

  it('is named by discovery while it is on (RFC 8414 §2)', async () => {
    const { op } = await startExchange()
    const discovery = await op.agent().get(op.provider.urlFor('discovery'))

    expect(await discovery.json())
      .to.have.property('grant_types_supported')
      .that.includes(GRANT)
  })

  it('is refused to clients that did not register it (RFC 6749 §5.2)', async () => {
    const { exchange } = await startExchange()
    const { status, body } = await exchange({ subject_token: 'x' }, 'other')

    expect([status, body['error']]).to.deep.equal([400, 'unauthorized_client'])
  })

  it('is refused to clients that prove themselves by nothing (RFC 8693 §5)', async () => {
    const { op, exchange } = await startExchange()
    const { access_token } = await login(op)
    const { status, body } = await exchange({ subject_token: access_token }, 'spa')

    expect([status, body['error']]).to.deep.equal([400, 'unauthorized_client'])
  })

  const MALFORMED: readonly [why: string, params: Record<string, string | string[]>][] = [
    ['no subject_token', {}],
    ['no subject_token_type', { subject_token: 'x', subject_token_type: '' }],
    ['a subject_token_type that nobody knows', { subject_token: 'x', subject_token_type: 'urn:x' }],
    ['two subject tokens', { subject_token: ['x', 'y'] }],
    ['an actor_token without its type (§2.1)', { subject_token: 'x', actor_token: 'y' }],
    ['an actor_token_type without a token (§2.1)', { subject_token: 'x', actor_token_type: ACCESS_TOKEN }],
    [
      'a refresh token as the actor',
      { subject_token: 'x', actor_token: 'y', actor_token_type: REFRESH_TOKEN },
    ],
    [
      'a requested_token_type of which none is issued',
      { subject_token: 'x', requested_token_type: ID_TOKEN },
    ],
    ['a requested refresh token', { subject_token: 'x', requested_token_type: REFRESH_TOKEN }],
    [
      'a requested SAML assertion',
      { subject_token: 'x', requested_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
    ],
  ]
  for (const type of [ID_TOKEN, REFRESH_TOKEN, 'urn:ietf:params:oauth:token-type:saml2']) {
    it(`says which types there are to whoever requests ${type} (RFC 8693 §2.2.2, §3)`, async () => {
      const { exchange } = await startExchange()
      const { body } = await exchange({ subject_token: 'x', requested_token_type: type })

      expect(body['error_description']).to.include(ACCESS_TOKEN).and.include(JWT)
    })
  }

  for (const [why, params] of MALFORMED) {
    it(`${why}: invalid_request (RFC 8693 §2.2.2)`, async () => {
      const { exchange, kinds } = await startExchange()
      const { status, body } = await exchange(params)

      expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
      expect(kinds()).to.deep.equal([])
    })
  }
})

describe('F214 who allows a token exchange (RFC 8693 §2.2.2, §5)', () => {
  afterEach(stopProviders)

  for (const [what, tokenExchange] of [
    ['no policy', { enabled: true }],
    ['a policy that returns nothing', { enabled: true, policy: () => undefined }],
    ['a policy that says no', { enabled: true, policy: async () => false }],
  ] as const) {
    it(`${what} refuses everything`, async () => {
      const { op, exchange, entries } = await startExchange(tokenExchange)
      const { access_token } = await login(op)
      const { size } = entries
      const { status, body } = await exchange({ subject_token: access_token })

      expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
      expect(entries.size).to.equal(size)
    })
  }

  it('a policy that fails is a failure of ours, and nothing is stored', async () => {
    const { op, exchange, entries } = await startExchange({
      enabled: true,
      policy: () => {
        throw new Error('no database')
      },
    })
    const { access_token } = await login(op)
    const { size } = entries

    expect((await exchange({ subject_token: access_token })).body['error']).to.equal('server_error')
    expect(entries.size).to.equal(size)
  })

  it('the policy is asked only about tokens that hold', async () => {
    let asked = 0
    const { exchange } = await startExchange({ enabled: true, policy: () => ++asked > 0 })
    await exchange({ subject_token: 'unknown' })

    expect(asked).to.equal(0)
  })

  it('the policy hears who presents what and for what, and cannot change it', async () => {
    const told: TokenExchange[] = []
    const { op, exchange } = await startExchange(
      {
        enabled: true,
        policy: (_ctx, exchanged) => {
          told.push(exchanged)
          expect(Object.isFrozen(exchanged.subject.claims['nested'])).to.equal(true)
          expect(Object.isFrozen(exchanged.subject.scopes)).to.equal(true)
          return { scope: 'read' }
        },
      },
      { extraTokenClaims: () => ({ nested: { a: 1 } }) },
    )
    const { access_token } = await login(op)
    const actor_token = await clientToken(op)
    await exchange(
      {
        subject_token: access_token,
        actor_token,
        actor_token_type: ACCESS_TOKEN,
        resource: PLAIN,
        scope: 'read',
      },
      'gateway',
    )
    const [exchanged] = told
    if (exchanged === undefined) throw new Error('the policy was not asked')
    const { client, subject, actor, resourceServer, scopes, requestedTokenType } = exchanged

    expect([client.clientId, resourceServer?.audience, scopes, requestedTokenType]).to.deep.equal([
      'gateway',
      PLAIN,
      ['read'],
      ACCESS_TOKEN,
    ])
    expect(subject).to.deep.include({
      type: ACCESS_TOKEN,
      issuer: op.issuer,
      subject: 'alice',
      accountId: 'alice',
      clientId: 'web',
      scopes: ['openid', 'email'],
    })
    expect(actor)
      .to.deep.include({ subject: 'gateway', clientId: 'gateway' })
      .and.not.have.property('accountId')
  })

  for (const [name, type] of [
    ['refresh_token', REFRESH_TOKEN],
    ['id_token', ID_TOKEN],
    ['access_token', ACCESS_TOKEN],
  ] as const) {
    it(`the policy hears who issued a presented ${name}, and for whom`, async () => {
      const told: TokenExchange[] = []
      const { op, exchange } = await startExchange({
        enabled: true,
        policy: (_ctx, exchanged) => {
          told.push(exchanged)
          return { scope: 'openid' }
        },
      })
      await exchange({ subject_token: (await login(op))[name], subject_token_type: type })

      expect(
        told.map(({ subject: { issuer, subject, clientId } }) => [issuer, subject, clientId]),
      ).to.deep.equal([[op.issuer, 'alice', 'web']])
    })
  }

  it('what the client holds a grant for already stands on that, within the session; the rest on one of its own', async () => {
    let allowed: true | { scope: string } = true
    const { op, exchange } = await startExchange(
      { enabled: true, policy: () => allowed },
      { expiresWithSession: () => true },
    )
    const { access_token, refresh_token } = await login(op, { scope: 'openid read', resource: PLAIN })
    const subject = await op.provider.RefreshToken.find(refresh_token)
    const footing = async (params: Record<string, string>) => {
      const { body } = await exchange(params)
      const token = await op.provider.AccessToken.find(String(body['access_token']))
      return [token?.grantId, token?.sid]
    }
    const refresh = { subject_token: refresh_token, subject_token_type: REFRESH_TOKEN }
    const own = [subject?.grantId, subject?.sid]

    expect(own[1]).to.be.a('string')
    expect(await footing({ subject_token: access_token, scope: 'openid' })).to.deep.equal(own)
    expect(await footing({ ...refresh, scope: 'openid' })).to.deep.equal(own)
    expect(await footing({ ...refresh, scope: 'read', resource: PLAIN })).to.deep.equal(own)
    allowed = { scope: 'write' }
    const [grantId, sid] = await footing({ ...refresh, scope: 'write', resource: PLAIN })
    expect(grantId).to.be.a('string').and.not.equal(own[0])
    expect(sid).to.equal(undefined)
  })

  it('the policy must not make somebody else of an account that the token names', async () => {
    const { op, exchange } = await startExchange({ enabled: true, policy: () => ({ accountId: 'bob' }) })
    const { access_token } = await login(op)

    expect((await exchange({ subject_token: access_token })).body['error']).to.equal('server_error')
    expect(String(op.serverErrors[0])).to.include('must not make somebody else of the subject')
  })
})

describe('F214 what a token exchange yields (RFC 8693 §2.2.1)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  it('impersonation: a token of the same account, with issued_token_type and no refresh token', async () => {
    const { op, exchange } = await startExchange()
    const { access_token } = await login(op)
    const { status, body, headers } = await exchange({ subject_token: access_token })
    const { body: told } = await introspect(op, String(body['access_token']), {}, 'web')

    expect([status, headers.get('cache-control')]).to.deep.equal([200, 'no-store'])
    expect(body).to.include({ issued_token_type: ACCESS_TOKEN, token_type: 'Bearer', scope: 'openid email' })
    expect(body).to.not.have.any.keys('refresh_token', 'id_token')
    expect(told).to.include({ active: true, sub: 'alice', client_id: 'web' }).and.not.have.property('act')
    expect((await op.userinfo(body['access_token'])).body['sub']).to.equal('alice')
  })

  it('another client gets a token of its own, which holds while its grant does', async () => {
    const { op, exchange } = await startExchange()
    const { access_token } = await login(op)
    const { body } = await exchange({ subject_token: access_token, scope: 'openid' }, 'gateway')
    const { body: told } = await introspect(op, String(body['access_token']), {}, 'web')

    expect(told).to.include({ active: true, sub: 'alice', client_id: 'gateway', scope: 'openid' })
  })

  it('the token never outlives the subject token, whatever the policy says', async () => {
    stopClock()
    const { op, exchange } = await startExchange(
      { enabled: true, policy: () => ({ expiresIn: 9000 }) },
      { ttl: { AccessToken: 100 } },
    )
    const { access_token } = await login(op)
    const { body } = await exchange({ subject_token: access_token })

    expect(body['expires_in']).to.be.within(97, 100)
  })

  it('the policy may make it shorter, and say more of it, but not who acts', async () => {
    stopClock()
    const { op, exchange } = await startExchange({
      enabled: true,
      policy: () => ({ expiresIn: 9, extra: { reason: 'support', act: { sub: 'somebody' } } }),
    })
    const { access_token } = await login(op)
    const actor_token = await clientToken(op)
    const { body } = await exchange({
      subject_token: access_token,
      actor_token,
      actor_token_type: ACCESS_TOKEN,
    })
    const { body: told } = await introspect(op, String(body['access_token']), {}, 'web')

    expect(body['expires_in']).to.equal(9)
    expect(told).to.deep.include({ reason: 'support', act: { sub: 'gateway', client_id: 'gateway' } })
  })

  it('requested_token_type jwt yields a JWT where the resource server gets JWTs, and is refused elsewhere', async () => {
    const { op, exchange } = await startExchange({ enabled: true, policy: () => ({ scope: 'read' }) })
    const { access_token } = await login(op)
    const ask = (resource: string) =>
      exchange({ subject_token: access_token, resource, requested_token_type: JWT })
    const { body } = await ask(API)

    expect(body['issued_token_type']).to.equal(JWT)
    expect(String(body['access_token']).split('.')).to.have.length(3)
    expect((await ask(PLAIN)).body['error']).to.equal('invalid_request')
  })
})

describe('F214 what an exchanged token is for (RFC 8693 §2.1, RFC 8707)', () => {
  afterEach(stopProviders)

  const NAMED = {
    ...EVERYTHING,
    policy: () => ({ scope: 'read' }),
    resourceOfAudience: (_ctx: unknown, audience: string) =>
      audience === 'plain' ? PLAIN : audience === 'nowhere' ? 'https://nowhere.example.com' : undefined,
  }

  for (const [what, params] of [
    ['a resource that the host does not know', { resource: 'https://other.example.com' }],
    ['a resource that is no URI', { resource: 'plain' }],
    ['an audience that the host does not know', { audience: 'unknown' }],
    ['an audience whose resource the host does not know', { audience: 'nowhere' }],
    ['two resources', { resource: [PLAIN, API] }],
    ['a resource and the audience of another one', { resource: API, audience: 'plain' }],
    ['a hundred audiences', { audience: Array.from({ length: 100 }, (_, index) => `a${index}`) }],
  ] as const) {
    it(`${what}: invalid_target (§2.2.2)`, async () => {
      const { op, exchange, entries } = await startExchange(NAMED)
      const { access_token } = await login(op)
      const { size } = entries
      const { status, body } = await exchange({ ...params, subject_token: access_token })

      expect([status, body['error']]).to.deep.equal([400, 'invalid_target'])
      expect(entries.size).to.equal(size)
    })
  }

  it('a resource of an audience that is no text is a mistake of the host', async () => {
    const { op, exchange } = await startExchange({ ...NAMED, ...Object({ resourceOfAudience: () => 5 }) })
    const { access_token } = await login(op)
    const { status, body } = await exchange({ subject_token: access_token, audience: 'plain' })

    expect([status, body['error']]).to.deep.equal([500, 'server_error'])
    expect(String(op.serverErrors)).to.include(
      'features.tokenExchange.resourceOfAudience must return a resource indicator or nothing',
    )
  })

  it('an audience is unknown where the host says nothing of any', async () => {
    const { op, exchange } = await startExchange()
    const { access_token } = await login(op)

    expect((await exchange({ subject_token: access_token, audience: 'plain' })).body['error']).to.equal(
      'invalid_target',
    )
  })

  it('a resource is refused where the provider knows none', async () => {
    const { op, exchange } = await startExchange(NAMED, {
      features: { resourceIndicators: { enabled: false } },
    })
    const { access_token } = await login(op)

    expect((await exchange({ subject_token: access_token, resource: PLAIN })).body['error']).to.equal(
      'invalid_target',
    )
    expect((await exchange({ subject_token: access_token, audience: 'plain' })).body['error']).to.equal(
      'invalid_target',
    )
  })

  it('a logical name stands for its resource, also beside it', async () => {
    const { op, exchange } = await startExchange(NAMED)
    const { access_token } = await login(op)
    const audiences = []
    for (const more of [{}, { resource: PLAIN }]) {
      const { body } = await exchange({ ...more, subject_token: access_token, audience: 'plain' })
      audiences.push((await introspect(op, String(body['access_token']), {}, 'web')).body['aud'])
    }

    expect(audiences).to.deep.equal([PLAIN, PLAIN])
  })
})

describe('F214 the scope of an exchanged token (RFC 8693 §2.1, §5)', () => {
  afterEach(stopProviders)

  it('never grows: what the subject token does not hold is invalid_scope', async () => {
    const { op, exchange } = await startExchange()
    const { access_token } = await login(op, { scope: 'openid' })
    const { status, body } = await exchange({ subject_token: access_token, scope: 'openid email' })

    expect([status, body['error'], body['scope']]).to.deep.equal([400, 'invalid_scope', 'email'])
  })

  it('scopes of one resource server are worth nothing at another one that has the same names', async () => {
    const { op, exchange } = await startExchange()
    const { refresh_token } = await login(op, { scope: 'openid read', resource: PLAIN })
    const { body } = await op.refresh(refresh_token, { resource: PLAIN, scope: 'read' })
    const subject_token = String(body['access_token'])
    const here = await exchange({ subject_token, resource: PLAIN })
    const there = await exchange({ subject_token, resource: API, scope: 'read' })
    const unnamed = await exchange({ subject_token, resource: API })
    const userinfo = await exchange({ subject_token, scope: 'openid' })

    expect([here.status, here.body['scope']]).to.deep.equal([200, 'read'])
    expect(there.body['error']).to.equal('invalid_scope')
    expect([unnamed.status, unnamed.body['scope']]).to.deep.equal([200, undefined])
    expect(userinfo.body['error']).to.equal('invalid_scope')
  })

  it('grows where the policy says so, and no further', async () => {
    const { op, exchange } = await startExchange({ enabled: true, policy: () => ({ scope: ['read'] }) })
    const { access_token } = await login(op)
    const granted = await exchange({ subject_token: access_token, resource: PLAIN, scope: 'read' })
    const beyond = await exchange({ subject_token: access_token, resource: PLAIN, scope: 'read write' })

    expect(granted.body['scope']).to.equal('read')
    expect(beyond.body['error']).to.equal('invalid_scope')
  })

  it('is nothing by default for ID Tokens, which hold none', async () => {
    const { op, exchange } = await startExchange()
    const { id_token } = await login(op)
    const params = { subject_token: id_token, subject_token_type: ID_TOKEN }

    expect((await exchange({ ...params, scope: 'openid' })).body['error']).to.equal('invalid_scope')
    expect((await exchange(params)).body).to.not.have.property('scope')
  })

  it('a refresh token is worth what its grant holds at the resource that is asked for', async () => {
    const { op, exchange } = await startExchange()
    const { refresh_token } = await login(op, { scope: 'openid read', resource: PLAIN })
    const params = { subject_token: refresh_token, subject_token_type: REFRESH_TOKEN }

    expect((await exchange({ ...params, resource: PLAIN })).body['scope']).to.equal('read')
    expect((await exchange({ ...params, resource: API, scope: 'read' })).body['error']).to.equal(
      'invalid_scope',
    )
    expect((await exchange({ ...params, scope: 'openid' })).body['scope']).to.equal('openid')
  })

  it('offline_access goes with no access token: there is no refresh token', async () => {
    const { op, exchange } = await startExchange()
    const { access_token } = await login(op, { scope: 'openid offline_access', prompt: 'consent' })

    expect((await exchange({ subject_token: access_token })).body['scope']).to.equal('openid')
  })
})
