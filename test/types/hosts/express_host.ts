/** A host on express: its screens, its accounts, its error handling, and the provider mounted under a path. */
import { strict as assert } from 'node:assert'
import { createSecureServer } from 'node:http2'
import express, { type Express, type NextFunction, type Request, type Response, urlencoded } from 'express'
import Provider, {
  type Account,
  type AccountClaims,
  type Configuration,
  errors,
  type Interaction,
  type InteractionResults,
  type KoaContextWithOIDC,
} from 'oidc-provider'

const users = new Map([['alice', { email: 'alice@example.com', name: 'Alice' }]])

class User implements Account {
  [key: string]: unknown
  constructor(readonly accountId: string) {}

  async claims(use: string, scope: string): Promise<AccountClaims> {
    const { email, name } = users.get(this.accountId) ?? {}
    return {
      sub: this.accountId,
      email,
      name,
      ...(scope.includes('groups') && use === 'id_token' ? { groups: [] } : {}),
    }
  }

  static async findAccount(_ctx: KoaContextWithOIDC, id: string): Promise<User | undefined> {
    return users.has(id) ? new User(id) : undefined
  }
}

const configuration: Configuration = {
  clients: [
    {
      client_id: 'app',
      client_secret: 'x',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['https://rp.example.com/cb'],
    },
  ],
  findAccount: User.findAccount,
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: (process.env['KEYS'] ?? 'one,two').split(',') },
  claims: { email: ['email'], profile: ['name'] },
  async renderError(ctx, out, error) {
    ctx.type = 'html'
    ctx.body = `<pre>${out.error}: ${out.error_description}</pre>`
    if (!(error instanceof errors.OIDCProviderError)) ctx.status = 500
  },
}

async function consentTo(provider: Provider, interaction: Interaction): Promise<InteractionResults> {
  const {
    prompt: { name, details },
    params,
    session,
  } = interaction
  assert.equal(name, 'consent')
  const accountId = session!.accountId
  let { grantId } = interaction
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId, clientId: params['client_id'] as string })
  if (grant === undefined) throw new errors.SessionNotFound('the grant is gone', 400)
  if (details['missingOIDCScope']) grant.addOIDCScope((details['missingOIDCScope'] as string[]).join(' '))
  if (details['missingOIDCClaims']) grant.addOIDCClaims(details['missingOIDCClaims'] as string[])
  if (details['missingResourceScopes']) {
    for (const [indicator, scopes] of Object.entries(
      details['missingResourceScopes'] as Record<string, string[]>,
    )) {
      grant.addResourceScope(indicator, scopes.join(' '))
    }
  }
  grantId = await grant.save()
  return { consent: interaction.grantId ? {} : { grantId } }
}

export function routes(app: Express, provider: Provider): void {
  const body = urlencoded({ extended: false })

  app.get('/interaction/:uid', async (req: Request, res: Response, next: NextFunction) => {
    try {
      const { uid, prompt, params, session } = await provider.interactionDetails(req, res)
      const client = await provider.Client.find(params['client_id'] as string)
      const who: string | undefined = session?.accountId
      if (prompt.name === 'login')
        return void res.render('login', { client, uid, details: prompt.details, params, who })
      return void res.render('interaction', {
        client,
        uid,
        details: prompt.details,
        title: client?.clientName,
      })
    } catch (error) {
      return next(error)
    }
  })

  app.post('/interaction/:uid/login', body, async (req, res, next) => {
    try {
      const { prompt } = await provider.interactionDetails(req, res)
      assert.equal(prompt.name, 'login')
      const account = await User.findAccount(undefined as unknown as KoaContextWithOIDC, req.body.login)
      const result: InteractionResults = account
        ? { login: { accountId: account.accountId, remember: true } }
        : { error: 'access_denied', error_description: 'no such account' }
      await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false })
    } catch (error) {
      next(error)
    }
  })

  app.post('/interaction/:uid/confirm', body, async (req, res, next) => {
    try {
      const result = await consentTo(provider, await provider.interactionDetails(req, res))
      const returnTo: string = await provider.interactionResult(req, res, result, {
        mergeWithLastSubmission: true,
      })
      res.redirect(303, returnTo)
    } catch (error) {
      next(error)
    }
  })

  app.use((error: Error, _req: Request, res: Response, next: NextFunction) => {
    if (error instanceof errors.SessionNotFound)
      return void res.status(error.statusCode).send(error.error_description)
    return next(error)
  })
}

export async function start(): Promise<void> {
  const app = express()
  const provider = new Provider(`http://localhost:${process.env['PORT']}/oidc`, configuration)
  provider.proxy = true
  provider.app.proxy = true
  routes(app, provider)
  app.use('/oidc', provider.callback())
  app.use(provider.callback())
  const server = app.listen(3000)
  provider.listen(3001, () => server.ref())
  provider.listen(3002, 'localhost', () => undefined)
  provider.listen({ port: 3003 })
  createSecureServer({}, provider.callback()).on('request', async (req, res) => {
    const { uid } = await provider.interactionDetails(req, res)
    await provider.interactionFinished(req, res, { login: { accountId: uid } })
  })
}
