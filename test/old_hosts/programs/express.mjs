/** A host on express with screens of its own; the provider at the root, behind a path that express serves itself. */
import { strict as assert } from 'node:assert'
import express, { urlencoded } from 'express'
import Provider, { errors } from 'oidc-provider'
import { Account } from './account.mjs'
import { configuration } from './configuration.mjs'
import { consentPage, grantFor, loginPage } from './consent.mjs'
import { RedisAdapter } from './redis_adapter.mjs'

const { PORT } = process.env
const { SessionNotFound } = errors
const body = urlencoded({ extended: false })
const app = express()

const provider = new Provider(`http://localhost:${PORT}`, { adapter: RedisAdapter, ...configuration })

function setNoCache(_req, res, next) {
  res.set('cache-control', 'no-store')
  next()
}

app.get('/interaction/:uid', setNoCache, async (req, res, next) => {
  try {
    const { uid, prompt, params } = await provider.interactionDetails(req, res)
    const client = await provider.Client.find(params.client_id)
    switch (prompt.name) {
      case 'login':
        return res.send(loginPage(client, uid))
      case 'consent':
        return res.send(consentPage(client, uid, prompt.details))
      default:
        return undefined
    }
  } catch (err) {
    return next(err)
  }
})

app.post('/interaction/:uid/login', setNoCache, body, async (req, res, next) => {
  try {
    const { prompt } = await provider.interactionDetails(req, res)
    assert.equal(prompt.name, 'login')
    const account = await Account.findByLogin(req.body.login)
    const result = { login: { accountId: account.accountId } }
    await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false })
  } catch (err) {
    next(err)
  }
})

app.post('/interaction/:uid/confirm', setNoCache, body, async (req, res, next) => {
  try {
    const interaction = await provider.interactionDetails(req, res)
    assert.equal(interaction.prompt.name, 'consent')
    const consent = await grantFor(provider, interaction)
    await provider.interactionFinished(req, res, { consent }, { mergeWithLastSubmission: true })
  } catch (err) {
    next(err)
  }
})

app.get('/interaction/:uid/abort', setNoCache, async (req, res, next) => {
  try {
    const result = { error: 'access_denied', error_description: 'End-User aborted interaction' }
    await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false })
  } catch (err) {
    next(err)
  }
})

app.use((err, _req, res, next) => {
  if (err instanceof SessionNotFound) res.status(400).send('start again')
  else next(err)
})

app.use(provider.callback())
app.listen(PORT)
