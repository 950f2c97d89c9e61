import { randomBytes } from 'node:crypto'
import Router from '@koa/router'
import Koa, { type Context } from 'koa'
import * as oidc from 'openid-client'
import type { Page } from '../lib/engine/render_page.ts'
import { type ConnectedDevice, connectDevice } from './device.ts'
import { devicePage } from './device_page.ts'
import type { DemoClient } from './provider.ts'
import { accountPage, failurePage, homePage, type LoggedIn } from './relying_party_pages.ts'

/** What has to come back, or be proved, when the browser returns from the provider. */
interface Pending {
  state: string
  nonce: string
  verifier: string
}

interface Session {
  pending?: Pending | undefined
  login?: LoggedIn | undefined
  device?: ConnectedDevice | undefined
  notice?: string | undefined
}

const COOKIE = 'demo_session'
const SCOPE = 'openid profile email offline_access'

/** Sessions live here; the browser holds only a random key. */
class Sessions {
  readonly #sessions = new Map<string, Session>()

  find(ctx: Context): Session | undefined {
    return this.#sessions.get(ctx.cookies.get(COOKIE) ?? '')
  }

  /** Always under a new key, so that nobody can plant one before a login. */
  start(ctx: Context, session: Session): void {
    this.end(ctx)
    const id = randomBytes(24).toString('base64url')
    this.#sessions.set(id, session)
    ctx.cookies.set(COOKIE, id, { httpOnly: true, sameSite: 'lax', overwrite: true })
  }

  end(ctx: Context): void {
    this.#sessions.delete(ctx.cookies.get(COOKIE) ?? '')
    ctx.cookies.set(COOKIE, null)
  }
}

function show(ctx: Context, { html, policy }: Page, status = 200): void {
  ctx.status = status
  ctx.type = 'html'
  ctx.set('content-security-policy', policy)
  ctx.set('cache-control', 'no-store')
  ctx.body = html
}

/** Goes on by GET, whatever the request was. */
function goTo(ctx: Context, url: string): void {
  ctx.redirect(url)
  ctx.status = 303
}

/** Turns an answer of the token endpoint into what we keep. */
async function loginFrom(
  config: oidc.Configuration,
  tokens: Awaited<ReturnType<typeof oidc.refreshTokenGrant>>,
  before?: LoggedIn,
): Promise<LoggedIn> {
  const claims = tokens.claims() ?? before?.claims
  const idToken = tokens.id_token ?? before?.idToken
  if (claims === undefined || idToken === undefined) throw new Error('the provider sent no ID Token')
  const lifetime = tokens.expiresIn()
  return {
    claims,
    userinfo: await oidc.fetchUserInfo(config, tokens.access_token, claims.sub),
    idToken,
    accessToken: tokens.access_token,
    expiresAt: lifetime === undefined ? undefined : Math.floor(Date.now() / 1000) + lifetime,
    scope: tokens.scope ?? before?.scope,
    refreshToken: tokens.refresh_token ?? before?.refreshToken,
  }
}

/** Reads code and message of a refusal, wherever it came from. */
function readRefusal(error: unknown): { code: string; description: string | undefined } {
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    return { code: error.error, description: error.error_description }
  }
  return { code: 'login_failed', description: error instanceof Error ? error.message : undefined }
}

/** The relying party of the demo. @see OpenID Connect Core 1.0 §3.1, RFC 7636, RFC 9207 */
export function makeRelyingParty(issuer: string, client: DemoClient): Koa {
  const sessions = new Sessions()
  let known: oidc.Configuration | undefined
  /** Asked for when it is first needed; the provider may start later than we do. */
  const configuration = async () => {
    known ??= await oidc.discovery(
      new URL(issuer),
      client.client_id,
      client.client_secret,
      oidc.ClientSecretBasic(client.client_secret),
      // The demo runs without TLS. Nothing else should.
      { execute: [oidc.allowInsecureRequests] },
    )
    return known
  }

  const router = new Router()
  router.get('/', (ctx) => {
    const session = sessions.find(ctx)
    const notice = session?.notice
    if (session !== undefined) session.notice = undefined
    show(ctx, session?.login ? accountPage(issuer, session.login, notice) : homePage(issuer, notice))
  })

  router.post('/login', async (ctx) => {
    const config = await configuration()
    const pending = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    }
    sessions.start(ctx, { pending })
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: client.redirect_uri,
      scope: SCOPE,
      // offline_access is granted only where the person was asked. OpenID Connect Core 1.0 §11
      prompt: 'consent',
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    })
    goTo(ctx, url.href)
  })

  router.get('/cb', async (ctx) => {
    const pending = sessions.find(ctx)?.pending
    sessions.end(ctx)
    if (pending === undefined) return goTo(ctx, '/')
    const config = await configuration()
    const tokens = await oidc.authorizationCodeGrant(config, new URL(ctx.search, client.redirect_uri), {
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      pkceCodeVerifier: pending.verifier,
      idTokenExpected: true,
    })
    sessions.start(ctx, { login: await loginFrom(config, tokens) })
    goTo(ctx, '/')
  })

  // A television in the corner: it shows a code, and asks until somebody has allowed it. RFC 8628
  router.post('/device', async (ctx) => {
    const config = await configuration()
    const device = await connectDevice(config, SCOPE, (tokens) => loginFrom(config, tokens))
    sessions.start(ctx, { device })
    goTo(ctx, '/device')
  })

  router.get('/device', async (ctx) => {
    const device = sessions.find(ctx)?.device
    if (device === undefined) return goTo(ctx, '/')
    const { outcome } = device
    if (outcome === undefined) return show(ctx, await devicePage(device))
    sessions.end(ctx)
    if ('failure' in outcome) throw outcome.failure
    sessions.start(ctx, { login: outcome.login })
    goTo(ctx, '/')
  })

  router.post('/refresh', async (ctx) => {
    const login = sessions.find(ctx)?.login
    // What cannot be refreshed is over; a session that works comes back under a new key.
    sessions.end(ctx)
    if (login?.refreshToken !== undefined) {
      const config = await configuration()
      const tokens = await oidc.refreshTokenGrant(config, login.refreshToken)
      const notice = 'Refreshed: the access token is new.'
      sessions.start(ctx, { login: await loginFrom(config, tokens, login), notice })
    }
    goTo(ctx, '/')
  })

  // Ends the session here, and asks the provider to end its own. OpenID Connect RP-Initiated Logout 1.0 §2
  router.post('/logout', async (ctx) => {
    const login = sessions.find(ctx)?.login
    sessions.start(ctx, { notice: 'You are signed out here.' })
    if (login === undefined) return goTo(ctx, '/')
    const url = oidc.buildEndSessionUrl(await configuration(), {
      id_token_hint: login.idToken,
      post_logout_redirect_uri: client.post_logout_redirect_uri,
    })
    goTo(ctx, url.href)
  })

  const app = new Koa()
  app.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const { code, description } = readRefusal(error)
      show(ctx, failurePage(issuer, code, description), 400)
    }
  })
  app.use(router.routes())
  return app
}
