/** A host on koa: middleware in front of the provider, and the provider mounted in another application. */
import Koa, { type Context, type DefaultContext, type DefaultState, type Middleware, type Next } from 'koa'
import mount from 'koa-mount'
import Provider, { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'

interface HostState extends DefaultState {
  startedAt: number
}

const policy = interactionPolicy.base()
policy.add(new interactionPolicy.Prompt({ name: 'terms', requestable: false }))

const configuration: Configuration = { interactions: { policy } }
const provider = new Provider('https://op.example.com', configuration)

provider.use(async (ctx, next) => {
  ctx.set('x-request-id', ctx.get('x-request-id') || 'none')
  await next()
  if (ctx.oidc?.route === 'token' && ctx.status === 200) ctx.set('x-client', ctx.oidc.client.clientId)
})

provider.use(async (ctx: KoaContextWithOIDC, next: Next) => {
  await next()
  switch (ctx.oidc?.route) {
    case 'authorization':
      ctx.remove('x-frame-options')
      break
    case 'discovery':
      ctx.body = { ...(ctx.body as object), custom: 1 }
      break
    default:
  }
})

const timed: Middleware<HostState, DefaultContext> = async (ctx, next) => {
  ctx.state.startedAt = Date.now()
  await next()
}
provider.use<HostState>(timed)
provider.app.use(async (ctx: Context, next: Next) => next())
provider.app.on('error', (error: Error) => error.stack)
provider.app.keys = ['one']

const app = new Koa()
app.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next()
  const { prompt, uid } = await provider.interactionDetails(ctx.req, ctx.res)
  if (ctx.method !== 'GET') return provider.interactionFinished(ctx.req, ctx.res, { [prompt.name]: {} })
  ctx.body = `${prompt.name} ${uid}`
  return undefined
})
app.use(mount(provider.app))
app.use(mount('/oidc', provider.app))

export async function whoIsThere(ctx: Context): Promise<string | undefined> {
  const session = await provider.Session.get(ctx)
  const oidc = new provider.OIDCContext(ctx)
  return session.accountId ?? oidc.cookies.get('_session')
}

export { app, provider }
