import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import type { ListenOptions } from 'node:net'
import Koa, { type DefaultContext, type DefaultState, type Middleware } from 'koa'
import type { Configuration } from '../types/configuration.ts'
import type { ProviderEmitter } from '../types/events.ts'
import type { HttpRequest, HttpResponse } from '../types/http.ts'
import type {
  AccessToken,
  Grant,
  Interaction,
  InteractionResults,
  RefreshToken,
  Session,
} from '../types/models.ts'
import type { Health } from '../types/running/health.ts'
import { endEverySession, endOneSession } from './actions/account/end_sessions.ts'
import { entriesOf } from './actions/account/entries_of.ts'
import { type HostExchange, hostContext, noExchange } from './actions/account/host_context.ts'
import { grantsOf, revokeEveryGrant, revokeOneGrant } from './actions/account/revoke_grants.ts'
import { currentInteraction, storeResult } from './actions/authorization/interaction/interaction_result.ts'
import * as interactionPolicy from './actions/authorization/policy/public.ts'
import { checkHealth } from './actions/health/check_health.ts'
import { customGrant, type GrantHandler } from './actions/token/grants/custom_grant.ts'
import './features/members.ts'
import './features/reasons.ts'
import { defineMembers } from './assemble/define_members.ts'
import { HostMiddleware } from './assemble/host_middleware.ts'
import { assemble } from './assemble.ts'
import type { Ctx } from './engine/context.ts'
import type { FeatureMembers, FeatureModels, ResponseMode, Runtime } from './engine/runtime.ts'
import { PROVIDER_MEMBERS } from './features/provider_members.ts'
import { BaseToken } from './models/base_token.ts'
import { ResourceServer } from './models/resource_server.ts'

/** Continues in the application that the provider is mounted in. */
export type HostNext = (error?: unknown) => void

export interface UrlOptions {
  /** The path the provider is mounted at. @default the issuer's path */
  mountPath?: string | undefined
  /** Values of the route's `:name` parts. */
  params?: Record<string, string>
  /** The route's `:name` parts may also stand here: `urlFor('resume', { uid })`. */
  [part: string]: unknown
}

/** Which clients are meant. */
export interface OfClient {
  /** Only this one. @default all */
  clientId?: string | undefined
}

/** `:name` parts of a route from both places. */
const partsOf = ({ mountPath: _, params, ...parts }: UrlOptions): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, String(value)])),
  ...params,
})

/** What optional features bring are members of the provider, too: model classes, and methods. */
export interface Provider extends FeatureModels, FeatureMembers {}

declare module '../types/context.ts' {
  interface OIDCContext {
    /** The provider that handles the request. */
    readonly provider: Provider
  }
}

/** An `EventEmitter` that knows what its listeners are called with. */
const Emitter: new () => ProviderEmitter = EventEmitter

/**
 * An OpenID Connect provider and OAuth 2.0 authorization server.
 * @example
 * const provider = new Provider('https://op.example.com', { clients, findAccount, adapter, jwks })
 * app.use('/oidc', provider.callback())
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor defines what the interface promises
export class Provider extends Emitter {
  /**
   * What interactions are asked for when, and the classes to change that.
   * @example
   * const policy = Provider.interactionPolicy.base()
   * policy.remove('consent')
   */
  static readonly interactionPolicy = interactionPolicy

  /**
   * The Koa application that serves the provider; mount it into another with koa-mount.
   * @example app.use('/oidc', provider.app.callback())
   */
  readonly app: Koa
  readonly #rt: Runtime
  readonly #host: HostMiddleware

  static {
    const rtOf = (provider: object): Runtime => {
      if (!(#rt in provider)) throw new TypeError('this is a method of a Provider')
      return provider.#rt
    }
    for (const members of PROVIDER_MEMBERS) defineMembers(Provider.prototype, members(rtOf))
  }

  /**
   * @param issuer the issuer identifier: an http(s) URL without query and fragment
   * @throws TypeError naming the option that cannot work
   * @see OpenID Connect Discovery 1.0 §3 (issuer)
   */
  constructor(issuer: string, configuration?: Configuration) {
    super()
    this.app = new Koa()
    const { rt, routes } = assemble(this, this.app, issuer, configuration)
    this.#rt = rt
    for (const [kind, Model] of Object.entries(rt.models)) {
      if (!(kind in this))
        Object.defineProperty(this, kind, { value: Model, configurable: true, writable: true })
    }
    this.#host = new HostMiddleware(this.app, rt, routes)
  }

  /** The issuer identifier, as given. @example new URL('/cb', provider.issuer) */
  get issuer(): string {
    return this.#rt.issuer
  }

  /**
   * What every request's `ctx` inherits, as that of the Koa application, for libraries that add to it.
   * @example
   * Object.assign(provider.context, { tenant: 'example' })
   */
  get context(): Koa['context'] {
    return this.app.context
  }

  /**
   * Whether `X-Forwarded-*` headers are believed; set it behind a TLS offloading proxy. @default false
   * @example
   * provider.proxy = true
   */
  get proxy(): boolean {
    return this.app.proxy
  }

  set proxy(value: boolean) {
    this.app.proxy = value
  }

  /**
   * Keys of the Koa application; the provider's own cookies are signed with `cookies.keys`.
   * @example provider.keys = ['a key for cookies of your own middleware']
   */
  get keys(): Koa['keys'] {
    return this.app.keys
  }

  set keys(value: Koa['keys']) {
    this.app.keys = value
  }

  get AccessToken() {
    return this.#rt.models.AccessToken
  }

  /**
   * Finds accounts, as configured; its `findAccount` may be replaced.
   * @example const account = await provider.Account.findAccount(ctx, 'ann')
   */
  get Account() {
    return this.#rt.account
  }

  get AuthorizationCode() {
    return this.#rt.models.AuthorizationCode
  }

  /**
   * What every code and token is; `instanceof provider.BaseToken` tells.
   * @example if (found instanceof provider.BaseToken) await found.destroy()
   */
  get BaseToken() {
    return BaseToken
  }

  /**
   * Masks an account's claims: `new Claims(available, { ctx, client }).scope(…).mask(…).rejected(…).result()`.
   * @example
   * const claims = new provider.Claims({ sub: 'ann', email: 'ann@example.com' }, { ctx, client })
   * claims.scope('openid email')
   * const told = await claims.result()
   */
  get Claims() {
    return this.#rt.models.Claims
  }

  get Client() {
    return this.#rt.models.Client
  }

  get Grant() {
    return this.#rt.models.Grant
  }

  get IdToken() {
    return this.#rt.models.IdToken
  }

  get Interaction() {
    return this.#rt.models.Interaction
  }

  /**
   * The class of `ctx.oidc`; a host may replace getters on its prototype, for scopes that are not fixed.
   * @example
   * Object.defineProperty(provider.OIDCContext.prototype, 'isInternal', {
   *   get() {
   *     return this.client?.clientId.startsWith('internal-')
   *   },
   * })
   */
  get OIDCContext() {
    return this.#rt.OIDCContext
  }

  get RefreshToken() {
    return this.#rt.models.RefreshToken
  }

  get ReplayDetection() {
    return this.#rt.models.ReplayDetection
  }

  /**
   * A resource server as the host describes it.
   * @example const api = new provider.ResourceServer('https://api.example.com', { scope: 'orders:read' })
   */
  get ResourceServer() {
    return ResourceServer
  }

  get Session() {
    return this.#rt.models.Session
  }

  /**
   * A request listener for node:http, node:http2, connect, express, fastify, hapi and nest.
   * @example
   * app.use('/oidc', provider.callback()) // express
   * createServer(provider.callback()).listen(3000) // node:http
   */
  callback(): (req: HttpRequest, res: HttpResponse, next?: HostNext) => Promise<void> {
    return this.#host.callback()
  }

  /**
   * Serves the provider alone. Takes what `http.Server.listen` takes.
   * @example
   * provider.listen(3000, () => console.log(provider.urlFor('discovery')))
   */
  listen(port?: number, hostname?: string, backlog?: number, listening?: () => void): Server
  listen(port: number, hostname?: string, listening?: () => void): Server
  listen(port: number, backlog?: number, listening?: () => void): Server
  listen(port: number, listening?: () => void): Server
  listen(path: string, backlog?: number, listening?: () => void): Server
  listen(path: string, listening?: () => void): Server
  listen(options: ListenOptions, listening?: () => void): Server
  listen(handle: object, backlog?: number, listening?: () => void): Server
  listen(...args: unknown[]): Server {
    return this.#host.listen(args)
  }

  /**
   * Puts a middleware in front of the provider's own, behind those put there before.
   * @example
   * provider.use(async (ctx, next) => {
   *   await next()
   *   ctx.set('strict-transport-security', 'max-age=31536000')
   * })
   */
  use<State = DefaultState, Extended = DefaultContext>(middleware: Middleware<State, Extended>): this {
    this.#host.use(middleware)
    return this
  }

  /**
   * Tries whether requests can be served: storage answers a look-up within `storageTimeout`, and the keys sign and verify with each
   * algorithm that is enabled. For an endpoint of yours that tells a load balancer, see [readiness in
   * express](../guides/deployment.md#readiness-in-express); never rejects. What it says holds nothing secret, but is work that
   * nobody from outside should be able to ask for.
   * @example
   * const { status, checks } = await provider.health()
   * if (status !== 'ok') console.error(checks)
   */
  health(): Promise<Health> {
    return checkHealth(this.#rt)
  }

  /**
   * Name of one of the provider's cookies, as configured.
   * @example
   * provider.cookieName('session') // '_session'
   */
  cookieName(type: 'session' | 'interaction' | 'resume'): string {
    const name = this.#rt.configuration.cookies.names[type]
    if (name === undefined) throw new TypeError(`cookie name for type ${type} is not configured`)
    return name
  }

  /**
   * Absolute URL of a route. @throws TypeError when there is no such route
   * @example
   * provider.urlFor('resume', { uid: 'abc' }) // 'https://op.example.com/auth/abc'
   */
  urlFor(name: string, options: UrlOptions = {}): string {
    return this.#rt.urls.urlFor(name, options.mountPath, partsOf(options))
  }

  /**
   * Path of a route. @throws TypeError when there is no such route
   * @example
   * provider.pathFor('token', { mountPath: '/oidc' }) // '/oidc/token'
   */
  pathFor(name: string, options: UrlOptions = {}): string {
    return this.#rt.urls.pathFor(name, options.mountPath, partsOf(options))
  }

  /**
   * The interaction that the browser at one of the host's screens is in.
   * @throws SessionNotFound when it is not in one (any more); `error_detail` says what is missing and the remedy
   * @example
   * const { uid, prompt, params, session } = await provider.interactionDetails(req, res)
   * if (prompt.name === 'login') showLogin(uid, prompt.details.login_hint)
   */
  async interactionDetails(req: HttpRequest, res: HttpResponse): Promise<Interaction> {
    return currentInteraction(this.#rt, this.#contextOf(req, res))
  }

  /**
   * Ends the interaction and sends the browser on.
   * @param options.mergeWithLastSubmission keep what earlier steps of the same request resolved
   * @throws SessionNotFound
   * @example
   * await provider.interactionFinished(req, res, { login: { accountId: 'u-1001', amr: ['pwd'] } })
   */
  async interactionFinished(
    req: HttpRequest,
    res: HttpResponse,
    result: InteractionResults,
    options?: { mergeWithLastSubmission?: boolean | undefined },
  ): Promise<void> {
    const location = await this.interactionResult(req, res, result, options)
    res.statusCode = 303
    res.setHeader('Location', location)
    res.setHeader('Content-Length', '0')
    res.end()
  }

  /**
   * Ends the interaction.
   * @returns where the browser has to be sent, for screens that do it themselves
   * @throws SessionNotFound
   * @example
   * const location = await provider.interactionResult(req, res, { login: { accountId: 'u-1001' } })
   * res.end(JSON.stringify({ location }))
   */
  async interactionResult(
    req: HttpRequest,
    res: HttpResponse,
    result: InteractionResults,
    { mergeWithLastSubmission = true }: { mergeWithLastSubmission?: boolean | undefined } = {},
  ): Promise<string> {
    return storeResult(this.#rt, this.#contextOf(req, res), result, mergeWithLastSubmission)
  }

  /** Koa serves HTTP/2 as well, as its `callback()` says; the type of its `createContext` leaves that out. */
  #contextOf(req: HttpRequest, res: HttpResponse): Koa.Context {
    return Reflect.apply(this.app.createContext, this.app, [req, res])
  }

  /**
   * The sessions that an account is logged in with: one for each browser. `authorizations` says at which clients,
   * `loginTs`, `acr` and `amr` when and how; `uid` names it, while `jti` is what the browser's cookie holds, which is
   * nothing to show.
   * @throws TypeError while it is read, when the adapter has no `listByAccountId()`
   * @example
   * for await (const { uid, loginTs } of provider.sessionsOf('alice')) console.log(uid, loginTs)
   */
  sessionsOf(accountId: string): AsyncIterable<Session> {
    return entriesOf(this.#rt.models.Session, accountId)
  }

  /**
   * What an account has allowed to which clients. A client may have several grants of one account: one for each
   * browser, and each device.
   * @param options.clientId only those of this client
   * @throws TypeError while it is read, when the adapter has no `listByAccountId()`
   * @example
   * for await (const grant of provider.grantsOf('u-1001')) console.log(grant.clientId, grant.getOIDCScope())
   */
  grantsOf(accountId: string, { clientId }: OfClient = {}): AsyncIterable<Grant> {
    return grantsOf(this.#rt, accountId, clientId)
  }

  /**
   * The tokens of an account that storage holds and that have not expired or been used up; JWT access tokens are not
   * stored. `grantId` says what they belong to; `jti` is the token itself, which is nothing to show.
   * @throws TypeError while it is read, when the adapter has no `listByAccountId()`
   * @example
   * for await (const { clientId, exp } of provider.tokensOf('u-1001', 'RefreshToken')) console.log(clientId, exp)
   */
  tokensOf(accountId: string, kind: 'AccessToken'): AsyncIterable<AccessToken>
  tokensOf(accountId: string, kind: 'RefreshToken'): AsyncIterable<RefreshToken>
  tokensOf(
    accountId: string,
    kind: 'AccessToken' | 'RefreshToken',
  ): AsyncIterable<AccessToken | RefreshToken> {
    return entriesOf(this.#rt.models[kind], accountId)
  }

  /**
   * Ends a session as its logout does: grants that were to end with it end, and its clients are told. The browser keeps
   * a cookie that is worth nothing. Needs nothing of the adapter but what is documented.
   * @param uid of the session, as a form of the person's may say it: nobody else's session ends
   * @param exchange the request that asks for it, for listeners to see in their `ctx`
   * @returns whether the account had such a session
   * @example
   * await provider.endSession('u-1001', uid, { req, res })
   */
  endSession(accountId: string, uid: string, exchange?: HostExchange): Promise<boolean> {
    return endOneSession(this.#rt, () => this.#hostContext(exchange), { accountId, uid })
  }

  /**
   * Ends every session of an account, those too that begin meanwhile: "sign out everywhere".
   * @param exchange the request that asks for it, for listeners to see in their `ctx`
   * @returns how many there were
   * @throws TypeError when the adapter has no `listByAccountId()`
   * @example
   * await provider.endSessionsOf('u-1001')
   */
  endSessionsOf(accountId: string, exchange?: HostExchange): Promise<number> {
    return endEverySession(this.#rt, () => this.#hostContext(exchange), accountId)
  }

  /**
   * Revokes a grant, with every code and token that was issued under it, whatever `revokeGrantPolicy` says. Needs
   * nothing of the adapter but what is documented.
   * @param grantId as a form of the person's may say it: nobody else's grant is revoked
   * @param exchange the request that asks for it, for listeners to see in their `ctx`
   * @returns whether the account had such a grant
   * @example
   * await provider.revokeGrant('u-1001', grantId)
   */
  revokeGrant(accountId: string, grantId: string, exchange?: HostExchange): Promise<boolean> {
    return revokeOneGrant(this.#rt, () => this.#hostContext(exchange), { accountId, grantId })
  }

  /**
   * Revokes every grant of an account, those too that are given meanwhile; with `clientId` those of one client:
   * "disconnect this application".
   * @param exchange the request that asks for it, for listeners to see in their `ctx`
   * @returns how many there were
   * @throws TypeError when the adapter has no `listByAccountId()`
   * @example
   * await provider.revokeGrantsOf('u-1001', { clientId: 'shop' })
   */
  revokeGrantsOf(accountId: string, { clientId }: OfClient = {}, exchange?: HostExchange): Promise<number> {
    return revokeEveryGrant(this.#rt, () => this.#hostContext(exchange), { accountId, clientId })
  }

  #hostContext({ req, res }: HostExchange = noExchange()): Ctx {
    return hostContext(this.#rt, this.#contextOf(req, res))
  }

  /**
   * Adds a grant type to the token endpoint, or replaces one.
   * @param handler answers by its third argument, the toolkit, or by setting `ctx.body`; a thrown `OIDCProviderError` is
   *   answered as such
   * @param params parameters it knows; others are not in `ctx.oidc.params`
   * @param dupes those of them that may be sent more than once
   * @example
   * provider.registerGrantType('urn:example:login-code', async (ctx, next, toolkit) => {
   *   throw new errors.InvalidGrant('not today')
   * }, ['login_code'])
   */
  registerGrantType(
    name: string,
    handler: GrantHandler,
    params?: string | Iterable<string> | null,
    dupes?: string | Iterable<string> | null,
  ): void {
    this.#rt.registerGrantType(customGrant(name, handler, params, dupes))
    this.#rt.documents.clear()
  }

  /**
   * Adds a response mode. @param handler takes the response to the client
   * @example
   * provider.registerResponseMode('json', (ctx, target, response) => {
   *   ctx.body = response
   * })
   */
  registerResponseMode(name: string, handler: ResponseMode): void {
    if (this.#rt.responseModes.has(name)) throw new TypeError(`response mode ${name} exists already`)
    this.#rt.registerResponseMode(name, handler)
    this.#rt.documents.clear()
  }
}
