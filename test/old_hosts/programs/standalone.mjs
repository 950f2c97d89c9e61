/** A provider that listens by itself: the screens are middleware of its own Koa application. */
import Router from '@koa/router'
import { koaBody as bodyParser } from 'koa-body'
import Provider from 'oidc-provider'
import { Account } from './account.mjs'
import { configuration } from './configuration.mjs'
import { consentPage, grantFor, loginPage } from './consent.mjs'

const { PORT } = process.env
const provider = new Provider(`http://localhost:${PORT}`, configuration)
const router = new Router()
const body = bodyParser({ text: false, json: false })

provider.use(async (ctx, next) => {
  await next()
  if (ctx.oidc?.route) ctx.set('x-route', ctx.oidc.route)
})

router.get('/interaction/:uid', async (ctx) => {
  const { uid, prompt, params } = await provider.interactionDetails(ctx.req, ctx.res)
  const client = await provider.Client.find(params.client_id)
  ctx.type = 'html'
  ctx.body = prompt.name === 'login' ? loginPage(client, uid) : consentPage(client, uid, prompt.details)
})

router.post('/interaction/:uid/login', body, async (ctx) => {
  const { accountId } = await Account.findByLogin(ctx.request.body.login)
  return provider.interactionFinished(ctx.req, ctx.res, { login: { accountId } })
})

router.post('/interaction/:uid/confirm', body, async (ctx) => {
  const consent = await grantFor(provider, await provider.interactionDetails(ctx.req, ctx.res))
  return provider.interactionFinished(ctx.req, ctx.res, { consent }, { mergeWithLastSubmission: true })
})

router.get('/interaction/:uid/abort', async (ctx) => {
  const result = { error: 'access_denied', error_description: 'End-User aborted interaction' }
  return provider.interactionFinished(ctx.req, ctx.res, result)
})

provider.use(router.routes())
provider.listen(PORT)
