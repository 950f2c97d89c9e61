import { createServer, type Server } from 'node:http'
import type Koa from 'koa'
import type { Context, Middleware, Next } from 'koa'
import type { HttpRequest, HttpResponse } from '../../types/http.ts'
import { tellUnmounted } from '../actions/discovery/misplaced.ts'
import { notFoundPage, startPage } from '../actions/pages/found_nothing.ts'
import { prefersHtml } from '../actions/pages/prefers_html.ts'
import { DEFAULTS } from '../configuration/defaults.ts'
import { renderPage } from '../engine/render_page.ts'
import type { Runtime } from '../engine/runtime.ts'
import { type Listener, makeListener } from './make_listener.ts'
import type { Routes } from './routes.ts'

type HostNext = (error?: unknown) => void

const INSECURE =
  'WARNING: the issuer is https but a request came over plain http: behind a TLS offloading proxy set provider.proxy = true (or proxy on the koa application it is mounted in) and forward X-Forwarded-Proto'
/** Where `interactions.url` leads that the host did not give. */
const SCREEN = /^\/interaction\/[^/]+$/
const NO_SCREENS =
  'NOTICE: a login goes to /interaction/…, and nothing answers there: the built-in screens are off. Serve your own there, or where interactions.url says, see docs/guides/screens.md'
/** How many middleware of the provider's application are its own. */
export const OWN_MIDDLEWARE = 5
const AUTHORIZATION_SERVER_METADATA = '/.well-known/oauth-authorization-server'

/** A connection that broke, or sent no HTTP, is the client's doing: nobody needs a stack trace of it. */
function isBrokenConnection(error: Error & { code?: unknown }): boolean {
  return typeof error.code === 'string' && /^(?:ECONN|EPIPE|HPE_|ERR_HTTP_REQUEST_TIMEOUT)/.test(error.code)
}

/** Has Koa print what its middleware threw, but not what clients did to their connections. */
function printOwnErrorsOnly(app: Koa): void {
  const print = app.onerror.bind(app)
  app.onerror = (error) => {
    if (!isBrokenConnection(error)) print(error)
  }
}

/** One of our paths, maybe with a method it does not have: the router makes that a 405. */
const isRouted = ({ matched }: Context): boolean => Array.isArray(matched) && matched.length > 0

/** The provider's place among the middleware of its own application, and of the one it is mounted in. */
export class HostMiddleware {
  readonly #app: Koa
  readonly #rt: Runtime
  /** How a mounted provider hands a request back that is none of its own. */
  readonly #continuations = new WeakMap<HttpRequest, HostNext>()
  /** How many are in front of the provider's own; the first of them settles documents. */
  #inFront = 1
  /** Whether a request has come: the host registers no more grant types then, or does so too late. */
  #isInUse = false
  #listener: { length: number; handle: Listener } | undefined
  readonly #routes: Routes
  readonly #last: Middleware = (ctx, next) => this.#finish(ctx, next, isRouted(ctx))

  constructor(app: Koa, rt: Runtime, routes: Routes) {
    this.#app = app
    this.#rt = rt
    this.#routes = routes
    printOwnErrorsOnly(app)
    app.use((ctx, next) => this.#settle(ctx, next))
    app.use((ctx, next) => this.#serve(ctx, next))
    app.use(routes.router.routes())
    app.use(routes.router.allowedMethods())
    app.use(this.#last)
  }

  use<State, Extended>(middleware: Middleware<State, Extended>): void {
    this.#app.use(middleware)
    this.#app.middleware.splice(this.#inFront, 0, ...this.#app.middleware.splice(-1))
    this.#inFront += 1
  }

  callback(): (req: HttpRequest, res: HttpResponse, next?: HostNext) => Promise<void> {
    return (req, res, next) => {
      if (next !== undefined) this.#continuations.set(req, next)
      return this.#handle(req, res)
    }
  }

  /** @param args what `http.Server.listen` takes */
  listen(args: readonly unknown[]): Server {
    const server = createServer(this.callback())
    Reflect.apply(server.listen, server, args)
    return server
  }

  /** Koa's list of middleware stands once it has a listener; one that was put there later counts all the same. */
  #handle(req: HttpRequest, res: HttpResponse): Promise<void> {
    const { length } = this.#app.middleware
    if (this.#listener?.length !== length) {
      const { documents, onlookers } = this.#rt
      const unseen = onlookers.surround({ app: this.#app }) ? undefined : documents.sent
      this.#listener = { length, handle: makeListener(this.#app, unseen) }
    }
    return this.#listener.handle(req, res)
  }

  #isAlone(ctx: Context): boolean {
    return ctx.app === this.#app && !this.#continuations.has(ctx.req)
  }

  /** Middleware of an application the provider is mounted in is still to come: there documents stay open. */
  #settle(ctx: Context, next: Next): Promise<unknown> {
    const { documents, onlookers } = this.#rt
    if (ctx.app !== this.#app || !onlookers.surround(ctx)) return next()
    return next().then(() => documents.settle(ctx))
  }

  #serve(ctx: Context, next: Next): Promise<unknown> {
    const { urls, issuer } = this.#rt
    if (!this.#isInUse) this.#rt.checkCompleted()
    this.#isInUse = true
    if (issuer.startsWith('https:') && !ctx.secure) this.#rt.notify(INSECURE)
    if (urls.issuerPath !== '' && this.#isAlone(ctx)) this.#stripIssuerPath(ctx)
    const run = this.#routes.find(ctx.method, ctx.path)
    return run === undefined
      ? next()
      : run(ctx, () => this.#finish(ctx, () => this.#runAddedBehind(ctx), true))
  }

  /** A provider that is not mounted serves the path of its issuer itself. @see RFC 8414 §3.1 (where the path goes) */
  #stripIssuerPath(ctx: Context): void {
    const { issuerPath } = this.#rt.urls
    if (ctx.path === `${AUTHORIZATION_SERVER_METADATA}${issuerPath}`) {
      ctx.path = AUTHORIZATION_SERVER_METADATA
      ctx.req.url = ctx.url
    } else if (ctx.path.startsWith(`${issuerPath}/`)) {
      ctx.path = ctx.path.slice(issuerPath.length)
    }
  }

  /** What is not the provider's goes back to the host; alone it answers that there is nothing. */
  #finish(ctx: Context, next: () => unknown, isOurs: boolean): unknown {
    const isAnswered = ctx.status !== 404 || (ctx.body !== undefined && ctx.body !== null)
    if (isAnswered) return ctx.app === this.#app ? next() : this.#runAddedBehind(ctx)
    if (!isOurs) tellUnmounted(ctx, this.#rt, (path) => this.#routes.find(ctx.method, path) !== undefined)
    if (ctx.app !== this.#app && !isOurs) return next()
    const proceed = isOurs ? undefined : this.#continuations.get(ctx.req)
    if (proceed !== undefined) {
      ctx.respond = false
      ctx.res.statusCode = 200
      proceed()
      return undefined
    }
    this.#answerAlone(ctx)
    return undefined
  }

  /** A browser was sent to the screens of the host, and there is no host around. */
  #tellNoScreens(): void {
    const { configuration, notify } = this.#rt
    if (configuration.interactions.url === DEFAULTS.interactions.url) notify(NO_SCREENS)
  }

  /** People read a page, programs JSON. */
  #answerAlone(ctx: Context): void {
    if (SCREEN.test(ctx.path)) this.#tellNoScreens()
    ctx.status = 404
    ctx.set('x-content-type-options', 'nosniff')
    if (/^(?:GET|HEAD)$/.test(ctx.method) && prefersHtml(ctx)) {
      const { issuer, urls, screens } = this.#rt
      const isRoot = ctx.path === '/' || ctx.path === urls.issuerPath
      if (isRoot) ctx.status = 200
      const appearance = screens.appearanceFor(undefined, ctx.get('accept-language'))
      const page = isRoot
        ? startPage(appearance, issuer, urls.urlFor('discovery'))
        : notFoundPage(appearance, ctx.path)
      renderPage(ctx, page)
      return
    }
    ctx.body = {
      error: 'invalid_request',
      error_description: `unrecognized route or not allowed method (${ctx.method} on ${ctx.path})`,
    }
  }

  /**
   * Runs what the host added with `provider.app.use()`. Mounted into another koa application the list goes on with
   * that application's middleware, which have no business with an answered request.
   */
  #runAddedBehind(ctx: Context): Promise<unknown> | undefined {
    const { middleware } = this.#app
    const first = middleware.indexOf(this.#last) + 1
    if (first === middleware.length) return undefined
    const run = async (position: number): Promise<unknown> =>
      middleware[position]?.(ctx, () => run(position + 1))
    return run(first)
  }
}
