import { expect } from 'chai'
import type { Middleware } from 'koa'
import type { RunningProvider } from '../support/start_provider.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

/** A page of the host in front of the provider. */
async function withPage(answer: (op: RunningProvider, ctx: Parameters<Middleware>[0]) => unknown) {
  const op: RunningProvider = await startProvider(
    {},
    {
      use: [
        async (ctx, next) => {
          if (ctx.path !== '/page') return next()
          ctx.body = (await answer(op, ctx)) ?? {}
        },
      ],
    },
  )
  return op
}

describe('F299 new provider.OIDCContext(ctx), as hosts make it of a Koa context', () => {
  afterEach(stopProviders)

  it('F299 knows its provider, and what the host tells it', async () => {
    const op = await withPage(async ({ provider }, ctx) => {
      const koa = provider.app.createContext(ctx.req, ctx.res)
      const oidc = new provider.OIDCContext(koa)
      const session = await provider.Session.get(koa)
      oidc.entity('Session', session)
      return {
        isProvider: oidc.provider === provider,
        issuer: oidc.issuer,
        accountId: oidc.session?.accountId,
        params: oidc.params ?? null,
        url: oidc.urlFor('token'),
        audiences: [...oidc.clientJwtAuthExpectedAudience()],
      }
    })
    const { agent } = await op.authorize()
    const body: unknown = await (await agent.get('/page')).json()

    expect(body).to.deep.equal({
      isProvider: true,
      issuer: op.issuer,
      accountId: 'alice',
      params: null,
      url: op.provider.urlFor('token'),
      audiences: [op.issuer, op.provider.urlFor('token')],
    })
  })

  it('F307 its cookies are of any name, and signed with the keys of the provider', async () => {
    const op = await withPage(({ provider }, ctx) => {
      const { cookies } = new provider.OIDCContext(provider.app.createContext(ctx.req, ctx.res))
      const before = cookies.get('mine', { signed: true }) ?? null
      cookies.set('mine', 'a value', { sameSite: 'lax' })
      return { before }
    })
    const agent = op.agent()
    const first = await agent.get('/page')
    const set = first.headers.getSetCookie().map((cookie) => cookie.split('=')[0])
    const second: unknown = await (await agent.get('/page')).json()
    const forged = await op.agent().get('/page', { cookie: 'mine=forged; mine.sig=x' })

    expect(set).to.deep.equal(['mine', 'mine.sig'])
    expect(second).to.deep.equal({ before: 'a value' })
    expect(await forged.json()).to.deep.equal({ before: null })
  })

  it('F307 inside a request a cookie named like one of the provider is the host’s own', async () => {
    const op = await startProvider({
      extraTokenClaims: (ctx) => {
        ctx.oidc.cookies.set('session', 'of the host')
        return undefined
      },
    })
    const { headers } = await op.login()

    expect(headers.getSetCookie()[0]).to.match(/^session=of%20the%20host|^session=of the host/)
  })

  it('F299 F321 every member stands on the prototype of its provider, and may be replaced there alone', async () => {
    const one = await startProvider()
    const other = await startProvider()
    for (const name of ['acr', 'amr', 'prompts', 'claims', 'client', 'promptPending', 'requestParamScopes']) {
      expect(Object.getOwnPropertyDescriptor(one.provider.OIDCContext.prototype, name), name).to.not.equal(
        undefined,
      )
    }
    Object.defineProperty(one.provider.OIDCContext.prototype, 'acr', { get: () => 'urn:replaced' })
    const seen = async (op: RunningProvider) => {
      const { code } = await op.authorize()
      return (await op.provider.AuthorizationCode.find(code))?.acr
    }

    expect(await seen(one)).to.equal('urn:replaced')
    expect(await seen(other)).to.equal(undefined)
  })

  it('F307 redirectUriCheckPerformed tells whether errors may go to the client (RFC 6749 §4.1.2.1)', async () => {
    const op = await startProvider()
    const told: unknown[] = []
    op.provider.on('authorization.error', (ctx) => told.push(ctx.oidc.redirectUriCheckPerformed))
    await op.authorize({ redirect_uri: 'https://elsewhere.example.com/cb' })
    await op.authorize({ scope: 'openid', prompt: 'none' })

    expect(told).to.deep.equal([false, true])
  })
})
