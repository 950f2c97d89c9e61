import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { epochTime } from '../../../lib/helpers/epoch_time.ts'
import { errors, type GrantHandler } from '../../../lib/index.ts'
import type { AdapterPayload } from '../../../types/adapter.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { GrantToolkit } from '../../../types/grants/grant_toolkit.ts'
import { startClock, stopClock } from '../../support/clock.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import { ACCOUNT, startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'
import { introspect } from '../../support/token_endpoints.ts'

const BADGE = 'urn:example:badge'
const API = 'https://api.example.com'
const GRANTS = ['authorization_code', 'refresh_token', BADGE]
const CLIENT: ClientMetadata = { ...WEB_CLIENT, grant_types: GRANTS }
const PUBLIC: ClientMetadata = {
  client_id: 'spa',
  redirect_uris: WEB_CLIENT.redirect_uris ?? [],
  grant_types: GRANTS,
  token_endpoint_auth_method: 'none',
}

/** Turns a badge, which counts once, into tokens. */
const badge: GrantHandler = async (ctx, _next, toolkit) => {
  toolkit.requireConfidentialClient()
  const jti = String(ctx.oidc.params?.['badge'])
  toolkit.useOnce({ iss: 'door', jti, exp: epochTime() + 60 })
  await toolkit.findAccount(ACCOUNT)
  const scope = await toolkit.readScope('openid email read write')
  const server = await toolkit.resolveResource()
  const grant = toolkit.newGrant()
  if (server === undefined) grant.addOIDCScope(scope)
  else grant.addResourceScope(server.identifier(), scope)
  await toolkit.issueAccessToken({ scope, act: { sub: 'door' } })
  await toolkit.issueRefreshToken(scope)
  if (server === undefined) await toolkit.issueIdToken({ scope, authTime: 1 })
  toolkit.answer({ told: jti, access_token: 'not this one' })
}

async function start(handler: GrantHandler = badge, configuration: Configuration = {}) {
  const entries = new Map<string, AdapterPayload>()
  const op = await startProvider({
    adapter: mapAdapter(entries),
    clients: [CLIENT, PUBLIC],
    scopes: ['openid', 'email', 'offline_access'],
    claims: { openid: ['sub'], email: ['email'] },
    issueRefreshToken: () => true,
    features: {
      introspection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => {
          if (resource !== API) throw new errors.InvalidTarget()
          return { scope: 'read write', accessTokenFormat: 'jwt' }
        },
      },
    },
    ...configuration,
  })
  op.provider.registerGrantType(BADGE, handler, ['badge', 'scope', 'resource'], ['resource'])
  const ask = (params: Record<string, string> = {}) => op.token({ grant_type: BADGE, badge: 'b1', ...params })
  const kinds = () => [...entries.keys()].map((key) => key.split(':', 1)[0]).sort()
  return { op, ask, kinds, entries }
}

describe('A140 the toolkit for custom grants (RFC 6749 §4.5)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  it('refuses clients that prove themselves by nothing (RFC 6749 §4.4)', async () => {
    const { op, kinds } = await start()
    const { status, body } = await op.post('token', { client_id: 'spa', grant_type: BADGE, badge: 'b1' })

    expect([status, body['error']]).to.deep.equal([400, 'unauthorized_client'])
    expect(kinds()).to.deep.equal([])
  })

  for (const [scope, why] of [
    ['openid phone', 'is beyond the limit'],
    ['"', 'is no scope'],
    ['read', 'belongs to a resource server that is not asked for'],
  ] as const) {
    it(`refuses a scope that ${why} (RFC 6749 §3.3)`, async () => {
      const { ask, kinds } = await start()
      const { status, body } = await ask({ scope })

      expect([status, body['error']]).to.deep.equal([400, 'invalid_scope'])
      expect(kinds()).to.deep.equal(['ReplayDetection'])
    })
  }

  it('refuses a scope that the client did not register, and leaves it out where nothing is asked for', async () => {
    const { ask } = await start(badge, { clients: [{ ...CLIENT, scope: 'openid' }] })
    const asked = await ask({ scope: 'openid email' })
    const { body } = await ask({ badge: 'b2' })

    expect(asked.body['error']).to.equal('invalid_scope')
    expect(body['scope']).to.equal('openid')
  })

  it('refuses a resource that the host does not know (RFC 8707 §2)', async () => {
    const { ask, kinds } = await start()
    const { body } = await ask({ resource: 'https://other.example.com' })

    expect(body['error']).to.equal('invalid_target')
    expect(kinds()).to.deep.equal(['ReplayDetection'])
  })

  it('refuses an account that is gone', async () => {
    const { ask, kinds } = await start(badge, { findAccount: () => undefined })

    expect((await ask()).body['error']).to.equal('invalid_grant')
    expect(kinds()).to.deep.equal(['ReplayDetection'])
  })

  it('writes nothing when the handler fails after it has issued everything', async () => {
    const { op, ask, kinds } = await start(async (ctx, next, toolkit) => {
      await badge(ctx, next, toolkit)
      throw new Error('late')
    })
    const { status, body } = await ask()

    expect([status, body['error'], body['access_token']]).to.deep.equal([500, 'server_error', undefined])
    expect(op.serverErrors).to.have.length(1)
    expect(kinds()).to.deep.equal([])
  })

  it('writes nothing when the handler answers itself as well', async () => {
    const { op, ask, kinds } = await start(async (ctx, next, toolkit) => {
      await badge(ctx, next, toolkit)
      ctx.body = { access_token: 'mine' }
    })

    expect((await ask()).status).to.equal(500)
    expect(String(op.serverErrors[0])).to.include('either the toolkit answers, or ctx.body')
    expect(kinds()).to.deep.equal([])
  })

  it('refuses to be used after the handler has returned', async () => {
    const kept: GrantToolkit[] = []
    const { ask } = await start(async (ctx, next, toolkit) => {
      kept.push(toolkit)
      await badge(ctx, next, toolkit)
    })
    await ask()
    const late = await kept[0]?.issueAccessToken().catch((error: unknown) => error)

    expect(String(late)).to.include('the handler has returned already')
  })

  it('of 50 requests with one single-use thing one gets tokens, and the others leave nothing behind', async () => {
    const { ask, kinds } = await start()
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask()))
    const errorsOfOthers = answers.filter(({ status }) => status !== 200).map(({ body }) => body['error'])

    expect(errorsOfOthers).to.deep.equal(Array(49).fill('invalid_grant'))
    expect(kinds()).to.deep.equal(['AccessToken', 'Grant', 'RefreshToken', 'ReplayDetection'])
  })

  it('issues tokens that work: access token, refresh token and ID Token, and answers with them', async () => {
    stopClock()
    const { op, ask } = await start()
    const { status, body } = await ask()
    const idToken = decodeJwt(String(body['id_token']))

    expect([status, body['scope'], body['expires_in'], body['token_type']]).to.deep.equal([
      200,
      'openid email',
      3600,
      'Bearer',
    ])
    expect(body['told']).to.equal('b1')
    expect((await op.userinfo(body['access_token'])).body['email']).to.equal(`${ACCOUNT}@example.com`)
    expect([idToken.sub, idToken['auth_time'], typeof idToken['at_hash']]).to.deep.equal([
      ACCOUNT,
      1,
      'string',
    ])
    const refreshed = await op.refresh(body['refresh_token'])
    expect([refreshed.status, refreshed.body['scope']]).to.deep.equal([200, 'openid email'])
  })

  it('issues no refresh token to a client that cannot use it', async () => {
    const { ask } = await start(badge, {
      clients: [{ ...CLIENT, grant_types: [BADGE, 'authorization_code'] }],
    })

    expect((await ask()).body)
      .to.include.keys('access_token')
      .and.not.include.keys('refresh_token')
  })

  it('tells of the actor by introspection, and extraTokenClaims cannot replace it (RFC 8693 §4.1)', async () => {
    const { op, ask } = await start(badge, { extraTokenClaims: () => ({ act: { sub: 'forged' }, more: 1 }) })
    const { body } = await ask()
    const { body: told } = await introspect(op, String(body['access_token']), {}, 'web')

    expect(told).to.deep.include({ active: true, sub: ACCOUNT, act: { sub: 'door' }, more: 1 })
  })

  it('issues a JWT for the resource server that is asked for, with its audience and actor (RFC 9068 §2.2)', async () => {
    const { ask } = await start()
    const { body } = await ask({ resource: API, scope: 'read' })
    const token = decodeJwt(String(body['access_token']))

    expect(token).to.deep.include({ aud: API, scope: 'read', sub: ACCOUNT, act: { sub: 'door' } })
  })

  it('holds no more than the grant does, ends no later than it is told, and is for whom it is told', async () => {
    stopClock()
    const { op, ask } = await start(async (_ctx, _next, toolkit) => {
      await toolkit.findAccount(ACCOUNT)
      toolkit.newGrant().addOIDCScope('openid')
      await toolkit.issueAccessToken({
        scope: 'openid email',
        audience: ['one', 'two'],
        notBeyond: epochTime() + 30,
      })
    })
    const { body } = await ask()
    const stored = await op.provider.AccessToken.find(String(body['access_token']))

    expect(body['scope']).to.equal('openid')
    expect(body['expires_in']).to.be.within(28, 30)
    expect(stored?.aud).to.deep.equal(['one', 'two'])
  })
})

describe('A140 grants and codes of others in the toolkit (RFC 6749 §5.2, §10.5)', () => {
  afterEach(stopProviders)

  /** Issues a token under the grant that the request names. */
  const byGrant =
    (before: (toolkit: GrantToolkit, grantId: string) => Promise<unknown> = async () => {}): GrantHandler =>
    async (ctx, _next, toolkit) => {
      await toolkit.findAccount(ACCOUNT)
      const grant = await toolkit.findGrant(String(ctx.oidc.params?.['badge']))
      await before(toolkit, grant.jti)
      await toolkit.issueAccessToken()
    }

  for (const [whose, owner] of [
    ['another client', { clientId: 'spa', accountId: ACCOUNT }],
    ['another account', { clientId: 'web', accountId: 'bob' }],
  ] as const) {
    it(`refuses the grant of ${whose}`, async () => {
      const { op, ask, kinds } = await start(byGrant())
      const grant = await new op.provider.Grant(owner).save()

      expect((await ask({ badge: grant })).body['error']).to.equal('invalid_grant')
      expect(kinds()).to.deep.equal(['Grant'])
    })
  }

  it('stores no token when the grant is revoked while the handler runs', async () => {
    const { op, ask, kinds } = await start(
      byGrant(async (_toolkit, id) => (await op.provider.Grant.find(id))?.destroy()),
    )
    const grant = await new op.provider.Grant({ clientId: 'web', accountId: ACCOUNT }).save()
    const { body } = await ask({ badge: grant })

    expect([body['error'], body['access_token']]).to.deep.equal(['invalid_grant', undefined])
    expect(kinds()).to.deep.equal([])
  })

  it('consumes a refresh token together with what is issued: of 50 requests one is answered', async () => {
    const { op, ask, entries } = await start(async (ctx, _next, toolkit) => {
      const token = await ctx.oidc.provider.RefreshToken.find(String(ctx.oidc.params?.['badge']))
      if (token === undefined) throw new errors.InvalidGrant('it is not there')
      await toolkit.findAccount(token.accountId ?? '')
      await toolkit.findGrant(token.grantId ?? '')
      toolkit.consume(token)
      await toolkit.issueAccessToken()
    })
    const { body } = await op.login()
    const before = entries.size
    const params = { badge: String(body['refresh_token']) }
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(params)))

    expect(answers.filter(({ status }) => status === 200)).to.have.length(1)
    expect(answers.filter((answer) => answer.body['error'] === 'invalid_grant')).to.have.length(49)
    expect(entries.size).to.equal(before + 1)
    expect((await ask(params)).body['error']).to.equal('invalid_grant')
  })

  it('keeps to what is stored: a token that was removed meanwhile gets nothing', async () => {
    const { op, ask, entries } = await start(async (ctx, _next, toolkit) => {
      const token = await ctx.oidc.provider.AccessToken.find(String(ctx.oidc.params?.['badge']))
      if (token === undefined) throw new errors.InvalidGrant('it is not there')
      toolkit.requireStored(token)
      await toolkit.findAccount(token.accountId ?? '')
      toolkit.newGrant()
      await token.destroy()
      await toolkit.issueAccessToken()
    })
    const { body } = await op.login()
    const before = entries.size

    expect((await ask({ badge: String(body['access_token']) })).body['error']).to.equal('invalid_grant')
    expect(entries.size).to.equal(before - 1)
  })

  it('tells the claims that the grant allows, and no others (OpenID Connect Core 1.0 §5.4)', async () => {
    const { ask } = await start(async (_ctx, _next, toolkit) => {
      await toolkit.findAccount(ACCOUNT)
      toolkit.newGrant().addOIDCScope('openid')
      const narrow = await toolkit.claims('userinfo', 'openid email')
      toolkit.newGrant().addOIDCScope('openid email')
      const wide = await toolkit.claims('userinfo', 'openid email')
      toolkit.answer({ narrow, wide })
    })

    expect((await ask()).body).to.deep.equal({
      narrow: { sub: ACCOUNT },
      wide: { sub: ACCOUNT, email: `${ACCOUNT}@example.com` },
    })
  })
})
