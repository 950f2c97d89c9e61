import { expect } from 'chai'
import { decodeJwt } from 'jose'
import Provider from '../../../../lib/index.ts'
import type { AdapterPayload } from '../../../../types/adapter.ts'
import type { Configuration } from '../../../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../../../types/context.ts'
import { mapAdapter } from '../../../support/map_adapter.ts'
import {
  REDIRECT_URI,
  type StartOptions,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../../support/start_provider.ts'

type Write = (params: Record<string, unknown>, ctx: KoaContextWithOIDC) => void

/** Writes as hosts of version 8 do, where `params` is a plain object. */
const writing = (write: Write) => (ctx: KoaContextWithOIDC) => {
  const { params } = ctx.oidc
  if (params !== undefined) write(params, ctx)
}

/** The places of a host's code that run before the end-user is asked. */
const PLACES: Readonly<Record<string, (write: Write) => Configuration>> = {
  'an extraParams validator': (write) => ({ extraParams: { tenant: writing(write) } }),
  loadExistingGrant: (write) => ({
    async loadExistingGrant(ctx) {
      writing(write)(ctx)
      const { client, session, provider, result } = ctx.oidc
      const id = result?.consent?.grantId ?? session?.grantIdFor(client?.clientId ?? '')
      return id === undefined ? undefined : provider.Grant.find(id)
    },
  }),
  'a check of the policy': (write) => {
    const { base, Check } = Provider.interactionPolicy
    const policy = base()
    const check = new Check('host', 'host', (ctx: KoaContextWithOIDC) => {
      writing(write)(ctx)
      return Check.NO_NEED_TO_PROMPT
    })
    policy.get('login')?.checks.add(check, 0)
    return { interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` } }
  },
}

async function start(configuration: Configuration, options: StartOptions = {}) {
  return startProvider(
    {
      claims: { email: ['email'], profile: ['name'] },
      extraParams: ['tenant'],
      acrValues: ['gold'],
      ...configuration,
      features: { claimsParameter: { enabled: true }, ...configuration.features },
    },
    options,
  )
}

describe('ctx.oidc.params as a host writes it (OpenID Connect Core 1.0 §3.1.2.1)', () => {
  afterEach(stopProviders)

  for (const [place, configure] of Object.entries(PLACES)) {
    describe(`in ${place}`, () => {
      it('F307 scope is what the client gets', async () => {
        const op = await start(configure((params) => (params['scope'] = 'openid email')))

        const { body } = await op.login({ scope: 'openid profile' })

        expect(body['scope']).to.equal('openid email')
      })

      it('F307 a scope that the client may not have is refused, as if it had asked for it', async () => {
        const op = await start(configure((params) => (params['scope'] = 'openid "')))

        const { answer } = await op.authorize()

        expect(answer.get('error')).to.equal('invalid_scope')
      })

      it('F307 prompt=none asks nobody', async () => {
        const op = await start(configure((params) => (params['prompt'] = 'none')))

        const { answer } = await op.authorize({ state: 's' })

        expect([answer.get('error'), answer.get('state')]).to.deep.equal(['login_required', 's'])
      })

      it('F307 an unknown prompt is refused', async () => {
        const op = await start(configure((params) => (params['prompt'] = 'dance')))

        const { answer } = await op.authorize()

        expect(answer.get('error')).to.equal('invalid_request')
      })

      it('F307 a max_age that is a number is one; one that is none is refused', async () => {
        const good = await start(configure((params) => (params['max_age'] = 3600)))
        const bad = await start(configure((params) => (params['max_age'] = 'soon')))

        expect((await good.login()).status).to.equal(200)
        expect((await bad.authorize()).answer.get('error')).to.equal('invalid_request')
      })

      it('F307 claims may be an object', async () => {
        const op = await start(configure((params) => (params['claims'] = { id_token: { email: null } })))

        const { body } = await op.login()

        expect(decodeJwt(String(body['id_token']))).to.include({ email: 'alice@example.com' })
      })

      it('F307 what was deleted was not sent', async () => {
        const op = await start(configure((params) => delete params['claims']))

        const { body } = await op.login({ claims: '{"id_token":{"email":null}}' })

        expect(decodeJwt(String(body['id_token']))).not.to.have.property('email')
      })

      it('F307 hints and parameters of the host are in the interaction', async () => {
        const seen: unknown[] = []
        const op = await start(
          configure((params) => Object.assign(params, { login_hint: 'alice', ui_locales: 'cs' })),
          {
            use: [
              async (ctx, next) => {
                if (ctx.path.startsWith('/interaction/'))
                  seen.push((await op.provider.interactionDetails(ctx.req, ctx.res)).params)
                return next()
              },
            ],
          },
        )

        expect((await op.login()).status).to.equal(200)
        expect(seen[0]).to.include({ login_hint: 'alice', ui_locales: 'cs' })
      })

      it('F307 who asks, where the answer goes and what it is bound to stay the client’s', async () => {
        const op = await start(
          configure((params) =>
            Object.assign(params, {
              client_id: 'other',
              redirect_uri: 'https://evil.example/cb',
              response_type: 'none',
              response_mode: 'fragment',
              state: 'x',
              nonce: 'x',
              code_challenge: 'x',
              code_challenge_method: 'plain',
              request: 'x',
              unknown: 'x',
              __proto__: { polluted: true },
            }),
          ),
        )

        const { location, answer, code, verifier } = await op.authorize({ state: 's', nonce: 'n' })
        const { status, body } = await op.exchange(code, verifier)

        expect(location?.startsWith(`${REDIRECT_URI}?`)).to.equal(true)
        expect(answer.get('state')).to.equal('s')
        expect([status, decodeJwt(String(body['id_token']))['nonce']]).to.deep.equal([200, 'n'])
        expect(op.serverErrors).to.deep.equal([])
      })

      it('F307 values that nobody could send change nothing, and nothing throws', async () => {
        const circle: Record<string, unknown> = {}
        circle['self'] = circle
        const op = await start(
          configure((params) =>
            Object.assign(params, {
              scope: () => 'openid',
              prompt: Symbol('p'),
              claims: circle,
              max_age: 5n,
            }),
          ),
        )

        const { status, body } = await op.login({ scope: 'openid email' })

        expect([status, body['scope'], op.serverErrors]).to.deep.equal([200, 'openid email', []])
      })
    })
  }

  it('F307 the whole object may be replaced', async () => {
    const op = await start({
      extraParams: {
        tenant(ctx) {
          ctx.oidc.params = { ...ctx.oidc.params, scope: 'openid email' }
        },
      },
    })

    expect((await op.login()).body['scope']).to.equal('openid email')
  })

  it('F307 a resource that is written is held to its rules (RFC 8707 §2)', async () => {
    const asked: string[] = []
    const op = await start({
      extraParams: { tenant: writing((params) => (params['resource'] = ['https://api.example.com'])) },
      features: {
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo(_ctx, indicator) {
            asked.push(indicator)
            return { scope: 'read' }
          },
        },
      },
    })

    const { code } = await op.authorize({ scope: 'openid read' })

    expect((await op.provider.AuthorizationCode.find(code))?.resource).to.equal('https://api.example.com')
    expect(new Set(asked)).to.deep.equal(new Set(['https://api.example.com']))
  })

  it('F307 nothing stays of a hint that is taken away (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const hinted: boolean[] = []
    const configure = PLACES['a check of the policy']
    const op = await start(
      configure?.((params, { oidc }) => {
        hinted.push(oidc.entities.IdTokenHint !== undefined)
        delete params['id_token_hint']
      }) ?? {},
    )
    const { agent, body } = await op.login()
    hinted.length = 0

    const { answer } = await op.authorize({ id_token_hint: String(body['id_token']) }, agent)

    expect(answer.get('code')).to.be.a('string')
    expect([hinted[0], hinted.at(-1)]).to.deep.equal([true, false])
  })

  it('F307 the servers of other resources are shown once those were written (RFC 8707 §2)', async () => {
    const shown: string[][] = []
    const configure = PLACES['a check of the policy']
    const op = await start({
      ...configure?.((params, { oidc }) => {
        shown.push(Object.keys(oidc.resourceServers ?? {}))
        params['resource'] = ['https://other.example.com']
      }),
      features: {
        resourceIndicators: { enabled: true, getResourceServerInfo: () => ({ scope: 'read' }) },
      },
    })

    await op.authorize({ scope: 'openid read', resource: 'https://api.example.com' })

    expect([shown[0], shown.at(-1)]).to.deep.equal([
      ['https://api.example.com'],
      ['https://other.example.com'],
    ])
  })

  it('F307 a check that never stops writing is not listened to for ever', async () => {
    const configure = PLACES['a check of the policy']
    let count = 0
    const op = await start(configure?.((params) => (params['login_hint'] = `${++count}`)) ?? {})

    expect((await op.login()).status).to.equal(200)
  })

  it('F307 what listeners write changes nothing', async () => {
    const op = await start({})
    const write = writing((params) => Object.assign(params, { scope: 'openid email', prompt: 'none' }))
    op.provider.on('authorization.accepted', write)
    op.provider.on('interaction.started', write)
    op.provider.on('interaction.ended', write)
    const seen = new Set<unknown>()
    op.provider.use(async (ctx, next) => {
      await next()
      if (ctx.oidc?.route === 'authorization') seen.add(ctx.oidc.params?.['scope'])
    })

    const { status, body } = await op.login({ scope: 'openid' })

    expect([status, body['scope']]).to.deep.equal([200, 'openid'])
    expect([...seen]).to.deep.equal(['openid'])
  })

  /** A provider whose end-user is asked only after a listener has gone on for a while, and written what it writes. */
  async function slowListener(write: (ctx: KoaContextWithOIDC, shown: Record<string, unknown>) => void) {
    const { base, Check } = Provider.interactionPolicy
    const policy = base()
    let written: Promise<void> | undefined
    const wait = new Check('host', 'host', async () => {
      await written
      return Check.NO_NEED_TO_PROMPT
    })
    policy.get('login')?.checks.add(wait, 0)
    const op = await start({ interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` } })
    op.provider.on('authorization.accepted', (ctx) => {
      const shown = ctx.oidc.params ?? {}
      written = new Promise((resolve) => setImmediate(resolve)).then(() => write(ctx, shown))
    })
    return op
  }

  it('F307 what a listener was given stays without effect, also when it is written later', async () => {
    const op = await slowListener((_ctx, shown) => Object.assign(shown, { scope: 'openid email' }))

    const { status, body } = await op.login({ scope: 'openid' })

    expect([status, body['scope']]).to.deep.equal([200, 'openid'])
  })

  for (const when of ['at the first visit', 'when the end-user comes back']) {
    it(`F307 a listener that goes on after an await, and reads ctx.oidc.params again, changes nothing ${when}`, async () => {
      const { base, Check } = Provider.interactionPolicy
      const policy = base()
      const slow = new Check('host', 'host', async () => {
        await new Promise((resolve) => setImmediate(resolve))
        return Check.NO_NEED_TO_PROMPT
      })
      policy.get('login')?.checks.add(slow, 0)
      policy.get('consent')?.checks.add(slow)
      const op = await start({ interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` } })
      let writes = 0
      const write = async (ctx: KoaContextWithOIDC) => {
        await Promise.resolve()
        Object.assign(ctx.oidc.params ?? {}, { scope: 'openid email', max_age: 'soon', state: 'x' })
        writes += 1
      }
      op.provider.on(when === 'at the first visit' ? 'authorization.accepted' : 'interaction.ended', write)

      const { status, body } = await op.login({ scope: 'openid' })

      expect([status, body['scope'], op.serverErrors]).to.deep.equal([200, 'openid', []])
      expect(writes).to.be.greaterThan(0)
    })
  }

  for (const [scope, outcome] of [
    ['openid email', [200, 'openid email']],
    ['openid admin', [400, 'invalid_scope']],
  ] as const) {
    it(`F307 a listener of server_error that goes on after an await is held to the rules, as hooks are: ${scope}`, async () => {
      const { base, Check } = Provider.interactionPolicy
      const policy = base()
      const slow = new Check('host', 'host', async () => {
        await new Promise((resolve) => setImmediate(resolve))
        return Check.NO_NEED_TO_PROMPT
      })
      policy.get('login')?.checks.add(slow, 0)
      const rows = new Map<string, AdapterPayload>()
      const op = await start({
        adapter: mapAdapter(rows),
        clients: [{ ...WEB_CLIENT, scope: 'openid email' }],
        scopes: ['openid', 'offline_access', 'admin'],
        interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` },
      })
      const { agent } = await op.authorize({ scope: 'openid' })
      // Who consented counts as nobody, which is told, and the request goes on.
      for (const [key, row] of rows)
        if (key.startsWith('Grant:')) rows.set(key, { ...row, exp: JSON.parse('"tomorrow"') })
      let writes = 0
      op.provider.once('server_error', async (ctx) => {
        await Promise.resolve()
        Object.assign(ctx.oidc.params ?? {}, { scope, state: 'x', redirect_uri: 'https://evil.example.com/' })
        writes += 1
      })

      const { answer, location, code, verifier } = await op.authorize({ scope: 'openid', state: 's' }, agent)

      expect(location).to.match(/^https:\/\/rp\.example\.com\/cb\?/)
      expect([writes, answer.get('state')]).to.deep.equal([1, 's'])
      const { status, body } = code === '' ? { status: 400, body: {} } : await op.exchange(code, verifier)
      expect([status, answer.get('error') ?? Object(body).scope]).to.deep.equal(outcome)
    })
  }

  it('F307 what was written is no longer among trusted', async () => {
    const trusted: (readonly string[])[] = []
    const op = await start(
      {
        extraParams: { tenant: writing((params) => (params['scope'] = 'openid email')) },
        features: { pushedAuthorizationRequests: { enabled: true } },
      },
      {
        use: [
          async (ctx, next) => {
            if (ctx.path.startsWith('/interaction/'))
              trusted.push((await op.provider.interactionDetails(ctx.req, ctx.res)).trusted ?? [])
            return next()
          },
        ],
      },
    )
    const { client_id, client_secret } = op.client
    const { body } = await op.post('pushed_authorization_request', {
      client_id,
      client_secret: client_secret ?? '',
      response_type: 'code',
      scope: 'openid',
      login_hint: 'alice',
      redirect_uri: REDIRECT_URI,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })

    const agent = op.agent()
    const query = new URLSearchParams({ client_id, request_uri: String(body['request_uri']) })
    await agent.follow(await agent.get(`${op.provider.urlFor('authorization')}?${query}`))

    expect(trusted[0]).to.include('login_hint').and.not.include('scope')
  })

  it('F307 params is a plain object', async () => {
    let plain: unknown
    const op = await start({
      extraParams: { tenant: (ctx) => (plain = Object.getPrototypeOf(ctx.oidc.params) === Object.prototype) },
    })
    await op.authorize()

    expect(plain).to.equal(true)
  })
})
