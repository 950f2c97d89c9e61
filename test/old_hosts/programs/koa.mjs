/** A host on koa: its routes beside the provider, which is mounted under a path. */
import Router from '@koa/router'
import Koa from 'koa'
import { koaBody as bodyParser } from 'koa-body'
import mount from 'koa-mount'
import Provider, { errors } from 'oidc-provider'
import { Account } from './account.mjs'
import { configuration } from './configuration.mjs'
import { consentPage, grantFor, loginPage } from './consent.mjs'

const { PORT } = process.env
const app = new Koa()
const provider = new Provider(`http://localhost:${PORT}/oidc`, configuration)

function routes() {
  const router = new Router()
  const body = bodyParser({ text: false, json: false, patchNode: true, patchKoa: true })

  router.use(async (ctx, next) => {
    ctx.set('cache-control', 'no-store')
    try {
      await next()
    } catch (err) {
      if (!(err instanceof errors.SessionNotFound)) throw err
      ctx.status = err.status
      ctx.body = `${err.name}: start again`
    }
  })

  router.get('/interaction/:uid', async (ctx) => {
    const { uid, prompt, params } = await provider.interactionDetails(ctx.req, ctx.res)
    const client = await provider.Client.find(params.client_id)
    ctx.type = 'html'
    ctx.body = prompt.name === 'login' ? loginPage(client, uid) : consentPage(client, uid, prompt.details)
  })

  router.post('/interaction/:uid/login', body, async (ctx) => {
    const account = await Account.findByLogin(ctx.request.body.login)
    const result = { login: { accountId: account.accountId } }
    return provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false })
  })

  router.post('/interaction/:uid/confirm', body, async (ctx) => {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res)
    const consent = await grantFor(provider, interaction)
    ctx.redirect(
      await provider.interactionResult(ctx.req, ctx.res, { consent }, { mergeWithLastSubmission: true }),
    )
    ctx.status = 303
  })

  router.get('/interaction/:uid/abort', async (ctx) => {
    const result = { error: 'access_denied', error_description: 'End-User aborted interaction' }
    return provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false })
  })

  return router
}

app.use(routes().routes())
app.use(mount('/oidc', provider.app))
app.listen(PORT)
