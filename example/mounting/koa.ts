import Koa from 'koa'
import { koaBody } from 'koa-body'
import mount from 'koa-mount'
import Provider from '../../lib/index.ts'
import { port } from './provider.ts'

const provider = new Provider(`http://localhost:${port}/oidc`, {
  clients: [
    {
      client_id: 'app',
      client_secret: 'change me, it has to be a long one',
      redirect_uris: ['http://localhost:3001/cb'],
    },
  ],
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  cookies: { keys: ['change me, too'] },
  // Screens of the application around, not of the provider.
  interactions: { url: (_ctx, { uid }) => `/login/${uid}` },
  features: { devInteractions: { enabled: false } },
})
const app = new Koa()

const form = `<!DOCTYPE html><title>Sign in</title><form method="post">
  <input name="login" aria-label="Name"> <button>Sign in and allow</button></form>`

app.use(koaBody())
app.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/login/')) return next()
  if (ctx.method !== 'POST') {
    ctx.body = form
    return
  }
  const { params } = await provider.interactionDetails(ctx.req, ctx.res)
  const accountId = String(Object(ctx.request.body).login)
  const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
  grant.addOIDCScope(String(params['scope']))
  const result = { login: { accountId }, consent: { grantId: await grant.save() } }
  // Koa answers itself: take the address, and send the browser there.
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
})
app.use(mount('/oidc', provider.app))
app.use((ctx) => {
  ctx.body = 'the host\n'
})
app.listen(port)
