/** Programs as hosts of version 8 are written, in TypeScript: they have to compile as they are, and these are run. */
import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import { expect } from 'chai'
import express, { type NextFunction, type Request, type Response } from 'express'
import Koa from 'koa'
import mount from 'koa-mount'
import * as oidc from '../../lib/index.ts'
import {
  type Adapter,
  type AdapterPayload,
  type AllClientMetadata,
  type Configuration,
  errors,
  type InteractionResults,
  interactionPolicy,
  type KoaContextWithOIDC,
  type Provider,
  type ProviderEvents,
} from '../../lib/index.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

/** Answers texts and hashes, as a Redis client does. */
class KeyValueStore {
  readonly #values = new Map<string, string>()

  async get(key: string): Promise<string | null> {
    return this.#values.get(key) ?? null
  }

  async set(key: string, value: string): Promise<'OK'> {
    this.#values.set(key, value)
    return 'OK'
  }

  async del(...keys: string[]): Promise<number> {
    return keys.filter((key) => this.#values.delete(key)).length
  }
}

function keyValueAdapter(): new (name: string) => Adapter {
  const client = new KeyValueStore()
  const grantable = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode'])

  return class RedisAdapter implements Adapter {
    readonly name: string

    constructor(name: string) {
      this.name = name
    }

    key(id: string): string {
      return `${this.name}:${id}`
    }

    async upsert(id: string, payload: AdapterPayload, _expiresIn: number): Promise<void> {
      const key = this.key(id)
      await client.set(key, JSON.stringify(payload))
      if (grantable.has(this.name) && payload.grantId) {
        const list = JSON.parse((await client.get(`grant:${payload.grantId}`)) ?? '[]')
        await client.set(`grant:${payload.grantId}`, JSON.stringify([...list, key]))
      }
      if (payload.userCode) await client.set(`userCode:${payload.userCode}`, id)
      if (payload.uid) await client.set(`uid:${payload.uid}`, id)
    }

    async find(id: string): Promise<AdapterPayload | undefined> {
      const data = await client.get(this.key(id))
      return data ? JSON.parse(data) : undefined
    }

    async findByUid(uid: string): Promise<AdapterPayload | undefined> {
      const id = await client.get(`uid:${uid}`)
      return id ? this.find(id) : undefined
    }

    async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
      const id = await client.get(`userCode:${userCode}`)
      return id ? this.find(id) : undefined
    }

    async consume(id: string): Promise<void> {
      const row = await this.find(id)
      if (row)
        await client.set(this.key(id), JSON.stringify({ ...row, consumed: Math.floor(Date.now() / 1000) }))
    }

    async destroy(id: string): Promise<void> {
      await client.del(this.key(id))
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      const list: string[] = JSON.parse((await client.get(`grant:${grantId}`)) ?? '[]')
      await client.del(...list, `grant:${grantId}`)
    }
  }
}

async function consent(provider: Provider, details: Awaited<ReturnType<Provider['interactionDetails']>>) {
  const { prompt, params, session, grantId } = details
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session?.accountId, clientId: String(params.client_id) })
  if (grant === undefined) throw new Error('the grant is gone')
  const { missingOIDCScope, missingOIDCClaims } = prompt.details
  if (Array.isArray(missingOIDCScope)) grant.addOIDCScope(missingOIDCScope.join(' '))
  if (Array.isArray(missingOIDCClaims)) grant.addOIDCClaims(missingOIDCClaims)
  return { consent: { grantId: await grant.save() } } satisfies InteractionResults
}

function expressHost(provider: Provider, mountPath: string): RequestListener {
  const app = express()
  app.get('/interaction/:uid', async (req: Request, res: Response, next: NextFunction) => {
    try {
      const details = await provider.interactionDetails(req, res)
      const client = await provider.Client.find(String(details.params.client_id))
      if (client?.clientId !== details.params.client_id) throw new errors.InvalidClient('who?')
      const result: InteractionResults =
        details.prompt.name === 'login'
          ? { login: { accountId: 'alice', remember: false, amr: ['pwd'] } }
          : await consent(provider, details)
      await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false })
    } catch (error) {
      next(error)
    }
  })
  app.use(mountPath, provider.callback())
  return app
}

function koaHost(provider: Provider, mountPath: string): RequestListener {
  const app = new Koa()
  app.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next()
    const details = await provider.interactionDetails(ctx.req, ctx.res)
    const result: InteractionResults =
      details.prompt.name === 'login' ? { login: { accountId: 'alice' } } : await consent(provider, details)
    ctx.redirect(
      await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }),
    )
  })
  app.use(mount(mountPath, provider.app))
  return app.callback()
}

const screensOfHost = { url: (_ctx: KoaContextWithOIDC, { uid }: { uid: string }) => `/interaction/${uid}` }

/** Every event that is documented for version 8. */
const DOCUMENTED = [
  'access_token.destroyed',
  'access_token.saved',
  'access_token.issued',
  'authorization_code.consumed',
  'authorization_code.destroyed',
  'authorization_code.saved',
  'authorization.accepted',
  'authorization.error',
  'authorization.success',
  'backchannel.error',
  'backchannel.success',
  'jwks.error',
  'client_credentials.destroyed',
  'client_credentials.saved',
  'client_credentials.issued',
  'device_code.consumed',
  'device_code.destroyed',
  'device_code.saved',
  'discovery.error',
  'end_session.error',
  'end_session.success',
  'grant.error',
  'grant.revoked',
  'grant.success',
  'initial_access_token.destroyed',
  'initial_access_token.saved',
  'interaction.destroyed',
  'interaction.ended',
  'interaction.saved',
  'interaction.started',
  'introspection.error',
  'replay_detection.destroyed',
  'replay_detection.saved',
  'pushed_authorization_request.error',
  'pushed_authorization_request.success',
  'pushed_authorization_request.destroyed',
  'pushed_authorization_request.saved',
  'refresh_token.consumed',
  'refresh_token.destroyed',
  'refresh_token.saved',
  'registration_access_token.destroyed',
  'registration_access_token.saved',
  'registration_create.error',
  'registration_create.success',
  'registration_delete.error',
  'registration_delete.success',
  'registration_read.error',
  'registration_update.error',
  'registration_update.success',
  'revocation.error',
  'server_error',
  'session.destroyed',
  'session.saved',
  'userinfo.error',
] as const satisfies readonly (keyof ProviderEvents)[]

/** Listeners of each kind, with arguments typed as hosts type them. */
function listen(provider: Provider, log: (...told: unknown[]) => void): void {
  provider.on('access_token.issued', (token) => log(token.kind, token.clientId, token.extra?.['tenant']))
  provider.on('authorization.success', (ctx) =>
    log(ctx.oidc.params?.['client_id'], ctx.oidc.session?.accountId),
  )
  provider.on('authorization.error', (ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) =>
    log(ctx.oidc.client?.clientId, error.error, error.error_description),
  )
  provider.on('backchannel.success', (ctx, client, accountId, sid) =>
    log(ctx.path, client.clientId, accountId, sid),
  )
  provider.on('grant.revoked', (ctx: KoaContextWithOIDC, grantId: string) => log(ctx.path, grantId))
  provider.on('interaction.started', (ctx, prompt) => log(ctx.oidc.uid, prompt.name, prompt.reasons))
  provider.on('registration_create.success', (_ctx, client) => log(client.clientName, client.redirectUris))
  provider.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => log(ctx.path, error.stack))
  provider.on('session.saved', (session) => log(session.uid, session.accountId, session.loginTs))
}

/** Options of every feature, as version 8 documents them. */
const FEATURES_OF_HOST: Configuration['features'] = {
  backchannelLogout: { enabled: false },
  ciba: {
    enabled: false,
    deliveryModes: ['poll', 'ping'],
    processLoginHint: async (_ctx, loginHint) => loginHint,
    processLoginHintToken: async (_ctx, token) => token,
    triggerAuthenticationDevice: async (_ctx, request, account, client) =>
      void [request.jti, account.accountId, client.clientId],
    validateBindingMessage: async (_ctx, message) => void message,
    validateRequestContext: async (_ctx, context) => void context,
    verifyUserCode: async (_ctx, account, userCode) => void [account.accountId, userCode],
  },
  claimsParameter: { enabled: true },
  clientCredentials: { enabled: true },
  dPoP: { enabled: false, ack: 'draft-11', nonceSecret: Buffer.alloc(32), requireNonce: () => false },
  devInteractions: { enabled: false },
  deviceFlow: {
    enabled: false,
    charset: 'digits',
    mask: '***-***',
    deviceInfo: (ctx) => ({ ip: ctx.ip, ua: ctx.get('user-agent') }),
    successSource: async (ctx) => {
      ctx.body = 'done'
    },
    userCodeConfirmSource: async (ctx, form, client, deviceInfo, userCode) => {
      ctx.body = [form, client.clientId, deviceInfo, userCode].join(' ')
    },
    userCodeInputSource: async (ctx, form, out, error) => {
      ctx.body = [form, out?.error, error?.message].join(' ')
    },
  },
  encryption: { enabled: true },
  fapi: { enabled: false, profile: '1.0 Final' },
  introspection: {
    enabled: true,
    allowedPolicy: async (_ctx, client, token) => client.clientId === token.clientId,
  },
  jwtIntrospection: { enabled: true, ack: 'draft-10' },
  jwtResponseModes: { enabled: false },
  jwtUserinfo: { enabled: true },
  mTLS: {
    enabled: false,
    certificateAuthorized: (ctx) => ctx.get('x-ssl-client-verify') === 'SUCCESS',
    certificateSubjectMatches: (ctx, property, expected) => ctx.get(property) === expected,
    getCertificate: (ctx) => ctx.get('x-ssl-client-cert'),
  },
  pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: false },
  registration: {
    enabled: true,
    initialAccessToken: true,
    idFactory: () => 'id',
    secretFactory: () => 'secret',
  },
  registrationManagement: { enabled: true, rotateRegistrationAccessToken: async () => true },
  requestObjects: { request: true, requestUri: false, mode: 'strict' },
  resourceIndicators: {
    enabled: true,
    defaultResource: (ctx) => ctx.oidc.issuer,
    getResourceServerInfo: (_ctx, resource, client) => ({
      scope: 'read',
      audience: `${resource} ${client.clientId}`,
    }),
    useGrantedResource: () => true,
  },
  revocation: { enabled: true },
  rpInitiatedLogout: {
    enabled: false,
    logoutSource: async (ctx, form) => {
      ctx.body = form
    },
    postLogoutSuccessSource: async (ctx) => {
      ctx.body = ctx.oidc.client?.clientName ?? 'bye'
    },
  },
  userinfo: { enabled: true },
}

describe('types in place of those of version 8: programs', () => {
  afterEach(stopProviders)

  for (const [title, host] of [
    ['express with interactions', expressHost],
    ['Koa with interactions', koaHost],
  ] as const) {
    it(`${title} and an adapter for Redis logs in, exchanges and refreshes`, async () => {
      const op = await startProvider(
        { adapter: keyValueAdapter(), interactions: screensOfHost, issueRefreshToken: async () => true },
        { mountPath: '/oidc', screens: false, host },
      )

      const { status, body } = await op.login()
      const refreshed = await op.refresh(body['refresh_token'])

      expect(op.serverErrors).to.deep.equal([])
      expect([status, refreshed.status]).to.deep.equal([200, 200])
      expect((await op.userinfo(refreshed.body['access_token'])).body).to.deep.equal({ sub: 'alice' })
    })
  }

  it('hands sets and arrays of ctx.oidc on, and what is written to them decides nothing', async () => {
    const heard: [Set<string>, string[]][] = []
    const prompts = interactionPolicy.base()
    const check = new interactionPolicy.Check('audited', 'is written down', (ctx) => {
      const wanted: Set<string> = ctx.oidc.prompts
      const scopes: Set<string> = ctx.oidc.requestParamScopes
      const amr: string[] | undefined = ctx.oidc.amr
      heard.push([new Set(scopes), amr ?? []])
      wanted.clear()
      scopes.clear()
      return interactionPolicy.Check.NO_NEED_TO_PROMPT
    })
    prompts.get('login')?.checks.add(check, 0)
    const op = await startProvider({ interactions: { ...screensOfHost, policy: prompts } })

    const { body, agent } = await op.login({ scope: 'openid' })
    const again = await op.authorize({ prompt: 'login', scope: 'openid' }, agent)

    expect(heard[0]?.[0]).to.deep.equal(new Set(['openid']))
    expect(body['scope']).to.equal('openid')
    expect(again.code).not.to.equal('')
  })

  it('writes to groups of options, and to metadata without an identifier', () => {
    const configuration: Configuration = {
      cookies: { keys: ['one'] },
      pkce: { methods: ['S256'] },
      enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
      features: { ciba: { deliveryModes: ['poll'] } },
    }
    configuration.pkce?.methods?.push('plain')
    configuration.enabledJWA?.idTokenSigningAlgValues?.push('ES256')
    if (Array.isArray(configuration.cookies?.keys)) configuration.cookies.keys.unshift('two')
    const metadata: AllClientMetadata = { redirect_uris: ['https://app.example.com/cb'] }
    metadata.client_name = 'App'

    expect(configuration.pkce?.methods).to.deep.equal(['S256', 'plain'])
    expect(configuration.cookies?.keys).to.deep.equal(['two', 'one'])
    expect(metadata.client_id).to.equal(undefined)
  })

  it('reads rows without casts', () => {
    const read = (row: AdapterPayload): (string | number | boolean | undefined)[] => [
      row.client_name?.toUpperCase(),
      row.redirect_uris?.[0],
      row.iiat && row.iiat + 1,
      row.rotations && row.rotations + 1,
      row.codeChallenge?.length,
      row.request?.length,
      row.session?.accountId,
      Array.isArray(row.trusted) ? row.trusted.length : row.trusted,
      row.inFlight,
      row.lastSubmission?.login?.accountId,
      Object.keys(row.deviceInfo ?? {}).length,
    ]

    expect(read({ iiat: 1, session: { accountId: 'alice' } })).to.include.members([2, 'alice'])
  })

  it('hears every event that is documented for version 8, and renders errors', async () => {
    const told: unknown[] = []
    const renderError: Configuration['renderError'] = async (ctx, out, error) => {
      ctx.type = 'html'
      ctx.body = `<p>${out.error} ${error instanceof errors.OIDCProviderError}</p>`
    }
    const op = await startProvider({ renderError })
    listen(op.provider, () => told.push('typed'))
    for (const name of DOCUMENTED) op.provider.on(name, () => told.push(name))

    await op.login()
    const refused = await fetch(`${op.issuer}/auth?client_id=nobody`)

    expect(await refused.text()).to.equal('<p>invalid_client true</p>')
    expect(told).to.include.members([
      'typed',
      'authorization.success',
      'grant.success',
      'authorization.error',
    ])
  })

  it('sets the options of every feature', async () => {
    const op = await startProvider({ features: FEATURES_OF_HOST })

    expect((await op.login()).status).to.equal(200)
  })

  it('is required from CommonJS', () => {
    const required: typeof oidc = createRequire(import.meta.url)('../../lib/index.ts')
    const { Provider: Required, errors: classes, interactionPolicy: policies } = required

    expect(new Required('https://op.example.com', { features: FEATURES_OF_HOST }).issuer).to.match(/^https:/)
    expect(new classes.AccessDenied('no').error).to.equal('access_denied')
    expect(policies.base().map(({ name }) => name)).to.deep.equal(['login', 'consent'])
  })

  it('is imported as a namespace', () => {
    expect(oidc.default).to.equal(oidc.Provider)
    expect(new oidc.errors.InvalidGrant('no')).to.be.instanceOf(oidc.errors.OIDCProviderError)
  })
})
