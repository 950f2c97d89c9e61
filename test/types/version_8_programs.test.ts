/** Programs as hosts of version 8 are written, in TypeScript: they have to compile as they are, and these are run. */
import type { RequestListener } from 'node:http'
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

  it('is imported as a namespace', () => {
    expect(oidc.default).to.equal(oidc.Provider)
    expect(new oidc.errors.InvalidGrant('no')).to.be.instanceOf(oidc.errors.OIDCProviderError)
  })
})
