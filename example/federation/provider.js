import Provider from 'openid-provider'
import { errors } from 'openid-provider/client'
import { authenticate, findAccount, link, linkedAccount, register } from './accounts.js'
import { arrive, interactionOf, leave, OTHERS } from './others.js'
import { linkPage, loginPage } from './pages.js'

const provider = new Provider('http://localhost:3000', {
  clients: [
    {
      client_id: 'app',
      client_secret: 'replace-this-by-32-random-characters',
      redirect_uris: ['http://localhost:3001/cb'],
      post_logout_redirect_uris: ['http://localhost:3001/bye'],
    },
  ],
  claims: { email: ['email', 'email_verified'] },
  findAccount,
  features: { devInteractions: { enabled: false } },
})

// Who came and is not known here, by interaction; give them an end in your storage.
const strangers = new Map()

const finish = async (ctx, result, options) =>
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, options))

const logIn = (ctx, accountId) => finish(ctx, { login: { accountId } })

/** Your own applications need no consent. */
async function consent(ctx, { grantId, session, params, prompt }) {
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id })
  if (prompt.details.missingOIDCScope) grant.addOIDCScope(prompt.details.missingOIDCScope.join(' '))
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims)
  return finish(ctx, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true })
}

/** The response, in the browser that asked for it. */
async function comeIn(ctx, uid, name) {
  try {
    const identity = await arrive(name, uid, ctx.req)
    if (identity === undefined) return ctx.throw(400, 'This login is over.')
    const known = linkedAccount(identity)
    if (known !== undefined) return logIn(ctx, known)
    strangers.set(uid, identity)
    ctx.redirect(`/interaction/${uid}/link`)
  } catch (error) {
    if (error instanceof errors.OPError && error.error === 'access_denied')
      return finish(ctx, { error: 'access_denied' })
    throw error
  }
}

/** A form of ours: sent from our own pages, and from nowhere else. */
async function sentForm(ctx) {
  if (ctx.get('origin') !== new URL(provider.issuer).origin) ctx.throw(403, 'Sent from another site.')
  let body = ''
  for await (const chunk of ctx.req.setEncoding('utf8')) {
    body += chunk
    if (body.length > 10_000) ctx.throw(413, 'That is too long.')
  }
  return new URLSearchParams(body)
}

/** A page that nobody frames or keeps. */
function show(ctx, page) {
  ctx.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  ctx.set('cache-control', 'no-store')
  ctx.type = 'html'
  ctx.body = page
}

/** Whoever came from elsewhere, in this interaction. */
const strangerOf = (ctx, uid) => strangers.get(uid) ?? ctx.throw(400, 'This login is over.')

/** What comes under the path of an interaction, by method and the rest of the path. */
const STEPS = {
  'GET ': (ctx, { uid }) => show(ctx, loginPage(uid, [...OTHERS.keys()])),
  'POST login': async (ctx, { uid }) => {
    const form = await sentForm(ctx)
    const id = authenticate(form.get('email') ?? '', form.get('password') ?? '')
    if (id !== undefined) return logIn(ctx, id)
    show(ctx, loginPage(uid, [...OTHERS.keys()], 'That is not right.'))
  },
  'GET to': async (ctx, { uid }, name) => ctx.redirect(await leave(name, uid)),
  'GET from': (ctx, { uid }, name) => comeIn(ctx, uid, name),
  'GET link': (ctx, { uid }) => show(ctx, linkPage(uid, strangerOf(ctx, uid))),
  'POST link': async (ctx, { uid }) => {
    const identity = strangerOf(ctx, uid)
    const form = await sentForm(ctx)
    const id = authenticate(form.get('email') ?? '', form.get('password') ?? '')
    if (id !== undefined) return logIn(ctx, link(taken(uid, identity), id))
    show(ctx, linkPage(uid, identity, 'That is not right.'))
  },
  'POST register': async (ctx, { uid }) => {
    const identity = strangerOf(ctx, uid)
    await sentForm(ctx)
    return logIn(ctx, link(taken(uid, identity), register(identity)))
  },
}

function taken(uid, identity) {
  strangers.delete(uid)
  return identity
}

provider.use(async (ctx, next) => {
  const [, from] = /^\/federated\/(\w+)\/cb$/.exec(ctx.path) ?? []
  if (from !== undefined) {
    // The interaction's cookie is only sent to its own path, so that is where the response goes on.
    const uid = interactionOf(ctx.query.state) ?? ctx.throw(400, 'This login is over.')
    return ctx.redirect(`/interaction/${uid}/from/${from}${ctx.search}`)
  }
  const [, uid, step = '', name] = /^\/interaction\/([\w-]+)(?:\/(\w+)(?:\/(\w+))?)?$/.exec(ctx.path) ?? []
  const run = STEPS[`${ctx.method} ${step}`]
  if (uid === undefined || run === undefined || (name !== undefined && !OTHERS.has(name))) return next()
  // It reads the cookie of the browser: whatever follows is of this interaction.
  const details = await provider.interactionDetails(ctx.req, ctx.res)
  if (details.uid !== uid) ctx.throw(400, 'This login is over.')
  return details.prompt.name === 'login' ? run(ctx, details, name) : consent(ctx, details)
})

provider.listen(3000)
