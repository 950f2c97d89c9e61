import type { IncomingMessage } from 'node:http'
import type { DefaultContext, DefaultState, ParameterizedContext } from 'koa'
import type { Account, ClaimsParameter } from '../../types/account.ts'
import type { OIDCContext, RequestParameters } from '../../types/context.ts'
import type {
  AuthorizationCodePayload,
  DecodedIdToken,
  InteractionPayload,
  InteractionResults,
} from '../../types/models.ts'
import type { Client } from '../clients/client.ts'
import { ownCopy } from '../clients/own_copy.ts'
import type { OIDCProviderError } from '../helpers/errors.ts'
import {
  type ReadParameters,
  type Recognised,
  readParameters,
  type SentParameters,
} from '../helpers/http/parameters.ts'
import { readAccessToken } from '../helpers/http/read_access_token.ts'
import { isRecord } from '../helpers/is_record.ts'
import type { CodeChallenge } from '../helpers/pkce.ts'
import { randomId } from '../helpers/random_id.ts'
import type { VerifiedRedirectUri } from '../helpers/uri/match_redirect_uri.ts'
import { underOrigins } from '../helpers/uri/under_origins.ts'
import type { UrlBuilder } from '../helpers/uri/url_builder.ts'
import { words } from '../helpers/words.ts'
import type { AccessToken } from '../models/access_token.ts'
import type { AuthorizationCode } from '../models/authorization_code.ts'
import { BaseToken } from '../models/base_token.ts'
import { type CookieCarrier, CookieJar } from '../models/cookie_jar.ts'
import type { Grant } from '../models/grant.ts'
import type { Interaction } from '../models/interaction.ts'
import type { ModelRuntime } from '../models/model_runtime.ts'
import type { RefreshToken } from '../models/refresh_token.ts'
import type { ResourceServer } from '../models/resource_server.ts'
import type { Session } from '../models/session.ts'
import { subjectFor } from '../models/subject.ts'
import type { SenderProof } from '../models/traits/sender_constrained.ts'
import { Transaction } from '../models/transaction.ts'
import type { Appearance } from './screens/appearance.ts'
import type { Screens } from './screens/screens.ts'
import type { SecurityProfile } from './security_profile.ts'
import { amendedParameters, shownParameters } from './shown_parameters.ts'

/** The Koa context of a request inside the provider. */
export type Ctx = ParameterizedContext<DefaultState, DefaultContext & { oidc: RequestContext }>

/** The things a request has loaded or made; features add theirs to it from their rooms. */
export interface Entities {
  AccessToken?: AccessToken
  Account?: Account
  AuthorizationCode?: AuthorizationCode
  Client?: Client
  Grant?: Grant
  IdTokenHint?: DecodedIdToken
  Interaction?: Interaction
  RefreshToken?: RefreshToken
  RotatedRefreshToken?: RefreshToken
  Session?: Session
}

/**
 * What was understood of a request; every member is written once, by the step that proved it. Features add theirs to
 * it from their rooms.
 */
export interface UnderstoodRequest {
  redirectUri?: VerifiedRedirectUri
  responseType?: string
  responseMode?: string
  scopes?: ReadonlySet<string>
  prompts?: ReadonlySet<string>
  maxAge?: number
  claims?: ClaimsParameter
  codeChallenge?: CodeChallenge
  /** The parameters were sent by the client itself, authenticated, and not by a browser. */
  isAuthentic?: boolean
  /** The JWT that held the parameters, and when it ends, epoch seconds. */
  envelope?: { readonly jwt: string; readonly exp: number | undefined; readonly isSigned: boolean }
  /** What the endpoint wants of that JWT beyond what is wanted of any: signed with a key pair, complete, and not hidden. */
  envelopeTerms?: { readonly alg: string | undefined }
  /** Resource indicators of an authorization request. */
  resources?: readonly string[]
  /**
   * Where the browser comes back to from an interaction, and what the interaction keeps for that; the route `resume`
   * where nothing is said.
   */
  returning?: { readonly route: string; readonly keeps: Partial<InteractionPayload> }
  /** The one that the access token is for; without it the token is for the userinfo endpoint. */
  resourceServer?: ResourceServer
  /** What the sender has proven to hold: tokens are bound to it, and only such as are bound to it can be used. */
  sender?: SenderProof
  /** Languages for the person, where another request than this one named them. */
  uiLocales?: string
  /** What features keep with the code that comes of the request. */
  keptWithCode?: Partial<AuthorizationCodePayload>
}

/** What a client presents at the token endpoint in place of an end-user, by kind; features add theirs from their rooms. */
export interface SourceTokens {
  AuthorizationCode: AuthorizationCode
  RefreshToken: RefreshToken
}
export type SourceToken = SourceTokens[keyof SourceTokens]

/** Which rules a request for an authorization obeys: one that a browser brings, or one that the client sends itself. */
export type RuleSet = 'front_channel' | 'direct'

/** What a request's context needs of its provider. */
export interface ContextHost extends ModelRuntime {
  readonly provider: OIDCContext['provider']
  readonly urls: UrlBuilder
  /** Whether access tokens may be sent as a query parameter. @see RFC 6750 §2.3 */
  readonly takesTokensInQuery: boolean
  readonly screens: Screens
  /** Origins that the endpoints are found at besides that of the issuer. @see RFC 8705 §5 */
  readonly aliasOrigins: readonly string[]
  profileOf(ctx: Ctx, client: Client): SecurityProfile | undefined
}

/** The Koa parts a request's context reads. */
export interface KoaParts extends CookieCarrier {
  readonly req: IncomingMessage & { originalUrl?: string; baseUrl?: string }
  readonly mountPath?: string
  get(header: string): string
  readonly query: NodeJS.Dict<string | string[]>
}

const NOTHING: Recognised = { known: new Set(), repeatable: new Set() }

/** Makes `ctx.oidc` of a Koa context, for the endpoint of this name, or for a host in front of any. */
export interface ContextClass {
  new (koa: KoaParts, route?: string, recognised?: Recognised): RequestContext
  readonly prototype: RequestContext
}

/** State of one request: `ctx.oidc`. */
export class RequestContext implements OIDCContext {
  readonly route: string
  readonly provider: OIDCContext['provider']
  readonly issuer: string
  readonly entities: Readonly<Entities> & Readonly<Record<string, unknown>> = {}
  readonly request: Readonly<UnderstoodRequest> = {}
  /** Everything the body (or query) held, before the recognised parameters were picked. */
  sent: SentParameters = []
  /** Reasons why recognised parameters were left out of `params`. */
  malformed: ReadonlyMap<string, string> = new Map()
  /** What the request is answered with in place of what it asked for. */
  failure: OIDCProviderError | undefined = undefined
  /** The `claims` parameter as sent, where it is supported. */
  sentClaims: ClaimsParameter | undefined
  declare readonly acr: string
  declare readonly amr: string[]
  result: InteractionResults | undefined
  trusted: string[] = []
  /** Members of the answer, sent once everything it promises is written. */
  readonly answer: Record<string, unknown> = {}
  /** What the `Authorization` header held, once it was read. */
  credentials: { readonly clientId: string; readonly clientSecret: string } | undefined
  #source: SourceToken | undefined
  /** The steps are through, and none of them failed. */
  isAnswered = false
  /** A browser asks for another origin, and the host did not answer that itself. */
  decidesOrigin = false
  /** Names of the parameters this endpoint recognises. */
  readonly recognised: Recognised
  readonly transaction: Transaction
  readonly #host: ContextHost
  readonly #koa: KoaParts
  #jar: CookieJar | undefined
  #makeBody: (() => Readonly<Record<string, unknown>>) | undefined
  #body: Readonly<Record<string, unknown>> | undefined
  #shownBody: Record<string, unknown> | undefined
  #resources: readonly ResourceServer[] = []
  #shownServers: Record<string, ResourceServer> | undefined
  #params: ReadParameters['params'] | undefined
  #shown: RequestParameters | undefined
  #beforeRules: ReadonlySet<string> | undefined
  /** The rules it obeys, to be run again when a host changes what was asked for. */
  ruleSet: RuleSet = 'front_channel'
  #uid: string | undefined
  #ctx: Ctx | undefined
  /** The host is asked once. */
  #profile: { readonly of: Client; readonly is: SecurityProfile | undefined } | undefined
  #mountPath: string | undefined

  constructor(host: ContextHost, koa: KoaParts, route = '', recognised = NOTHING) {
    this.#host = host
    this.#koa = koa
    this.route = route
    this.recognised = recognised
    this.provider = host.provider
    this.issuer = host.issuer
    this.transaction = new Transaction(host.store)
  }

  /** The provider's own cookies. */
  get jar(): CookieJar {
    this.#jar ??= new CookieJar(this.#host, this.#koa)
    return this.#jar
  }

  /** The body as an object, made when somebody looks at it; out of reach of hosts. */
  get sentBody(): Readonly<Record<string, unknown>> | undefined {
    this.#body ??= this.#makeBody?.()
    return this.#body
  }

  /** The host's copy; what counts is `sentBody`. */
  get body(): Record<string, unknown> | undefined {
    if (this.sentBody !== undefined) this.#shownBody ??= { ...ownCopy(this.sentBody) }
    return this.#shownBody
  }

  set body(value: Record<string, unknown> | undefined) {
    if (isRecord(value)) this.#shownBody = { ...value }
  }

  bodyIs(make: () => Readonly<Record<string, unknown>>): void {
    this.#makeBody = make
    this.#body = undefined
    this.#shownBody = undefined
  }

  /** The resource servers asked for, as the host described them: frozen, out of reach of hosts. */
  get describedResources(): readonly ResourceServer[] {
    return this.#resources
  }

  resourcesAre(servers: readonly ResourceServer[]): void {
    this.#resources = servers.map((server) => server.copy())
    for (const server of this.#resources) Object.freeze(server)
    this.#shownServers = undefined
  }

  /** The host's copies by resource indicator; what counts is `describedResources`. */
  get resourceServers(): Record<string, ResourceServer> {
    this.#shownServers ??= Object.fromEntries(
      this.#resources.map((server) => [server.identifier(), server.copy()]),
    )
    return this.#shownServers
  }

  set resourceServers(value: Record<string, ResourceServer>) {
    if (isRecord(value)) this.#shownServers = value
  }

  /** Cookies of any name, like those of a Koa context, signed with the provider's keys. */
  get cookies(): OIDCContext['cookies'] {
    return this.jar.all
  }

  /** The host's copy; what counts is `sentParams`. */
  get params(): RequestParameters | undefined {
    if (this.#params !== undefined) this.#shown ??= shownParameters(this.#params)
    return this.#shown
  }

  set params(value: RequestParameters | undefined) {
    if (isRecord(value)) this.#shown = value
  }

  /** What counts, out of reach of hosts. */
  get sentParams(): ReadParameters['params'] | undefined {
    return this.#params
  }

  /** Takes over what was read; a request object or a stored request replaces all of it. */
  takeParameters({ params, malformed }: ReadParameters): void {
    this.#params = params
    this.#shown = undefined
    this.malformed = malformed
  }

  /**
   * Takes over what the host changed, as if the client had sent it so; the client is no longer trusted with it.
   * @param amendable names that hosts may change
   * @returns whether anything changed: then the rules have to run again
   */
  amendParameters(amendable: ReadonlySet<string>): boolean {
    if (this.#shown === undefined) return false
    const amended = amendedParameters(this.#params ?? {}, this.#shown, amendable)
    if (amended === undefined) return false
    const { params, malformed } = readParameters(amended.sent, this.recognised)
    this.#params = params
    this.malformed = malformed
    this.trusted = this.trusted.filter((name) => !amended.changed.has(name))
    return true
  }

  /** Lets listeners look at the parameters: what they write is gone afterwards. */
  keepingParameters(look: () => void): void {
    const shown = this.#shown
    if (shown !== undefined) this.#shown = shownParameters(shown)
    look()
    this.#shown = shown
  }

  /** Forgets what the rules of the request understood, if they ran before. */
  beginRules(ruleSet: RuleSet): void {
    this.ruleSet = ruleSet
    if (this.#beforeRules === undefined) {
      this.#beforeRules = new Set(Object.keys(this.request))
      return
    }
    for (const name of Object.keys(this.request)) {
      if (!this.#beforeRules.has(name)) Reflect.deleteProperty(this.request, name)
    }
    Reflect.deleteProperty(this.entities, 'IdTokenHint')
    this.sentClaims = undefined
    this.resourcesAre([])
  }

  /** The value of a parameter that does not repeat. */
  param(name: string): string | undefined {
    const value = this.#params?.[name]
    return typeof value === 'string' ? value : undefined
  }

  get uid(): string {
    this.#uid ??= randomId()
    return this.#uid
  }

  /** Continues an authorization request that started earlier. */
  continueAs(uid: string): void {
    this.#uid = uid
  }

  /** Remembers a thing the request has loaded or made; a token knows its request from then on. */
  entity<K extends keyof Entities>(name: K, value: NonNullable<Entities[K]>): void {
    if (value instanceof BaseToken && this.#ctx !== undefined) value.attachTo(this.#ctx)
    const entities: Entities = this.entities
    entities[name] = value
  }

  /** @throws when no step has loaded it: the list of steps is in the wrong order */
  loaded<K extends keyof Entities>(name: K): NonNullable<Entities[K]> {
    const entity: Entities[K] = this.entities[name]
    if (entity === undefined || entity === null) {
      throw new Error(`${this.route}: no step before this one loads ${name}`)
    }
    return entity
  }

  /** What the client presented to get tokens for. */
  get source(): SourceToken {
    if (this.#source === undefined)
      throw new Error(`${this.route}: no step before this one loads what tokens are issued for`)
    return this.#source
  }

  /** Remembers what the client presented to get tokens for. */
  presentedBy(source: SourceToken): void {
    this.#source = source
  }

  /** Records what a step understood. */
  understand<K extends keyof UnderstoodRequest>(name: K, value: NonNullable<UnderstoodRequest[K]>): void {
    if (this.request[name] !== undefined) throw new Error(`${this.route}: ${name} was understood already`)
    const request: UnderstoodRequest = this.request
    request[name] = value
  }

  /** @throws when no step has understood it: the list of steps is in the wrong order */
  understood<K extends keyof UnderstoodRequest>(name: K): NonNullable<UnderstoodRequest[K]> {
    const value: UnderstoodRequest[K] = this.request[name]
    if (value === undefined || value === null) {
      throw new Error(`${this.route}: no step before this one reads ${name}`)
    }
    return value
  }

  get redirectUriCheckPerformed(): boolean {
    return this.request.redirectUri !== undefined
  }

  /**
   * Who assertions of clients may be addressed to; all of it follows from the configured issuer.
   * @see RFC 7523 §3, RFC 8705 §5, RFC 9126 §2
   */
  clientJwtAuthExpectedAudience(): Set<string> {
    const endpoints = this.route === '' ? ['token'] : ['token', this.route]
    const urls = endpoints.flatMap((name) => underOrigins(this.urlFor(name), this.#host.aliasOrigins))
    return new Set([this.issuer, ...urls])
  }

  get client(): Client | undefined {
    return this.entities.Client
  }

  get account(): Account | undefined {
    return this.entities.Account
  }

  get session(): Session | undefined {
    return this.entities.Session
  }

  get grant(): Grant | undefined {
    return this.entities.Grant
  }

  get accessToken(): AccessToken | undefined {
    return this.entities.AccessToken
  }

  get claims(): ClaimsParameter {
    return this.request.claims ?? {}
  }

  get prompts(): Set<string> {
    return new Set(this.request.prompts ?? words(this.param('prompt')))
  }

  get responseMode(): string | undefined {
    return this.request.responseMode ?? this.param('response_mode')
  }

  get requestParamScopes(): Set<string> {
    return new Set(this.request.scopes ?? words(this.param('scope')))
  }

  get requestParamOIDCScopes(): Set<string> {
    const { scopes } = this.#host.configuration
    return new Set([...this.requestParamScopes].filter((scope) => scopes.has(scope)))
  }

  get requestParamClaims(): Set<string> {
    const { id_token: idToken = {}, userinfo = {} } = this.claims
    const { claimNames } = this.#host.configuration
    return new Set([...Object.keys(idToken), ...Object.keys(userinfo)].filter((name) => claimNames.has(name)))
  }

  /** The route that the browser comes back to from an interaction. */
  get returnRoute(): string {
    return this.request.returning?.route ?? 'resume'
  }

  /** Languages that the client wants for the person. @see OpenID Connect Core 1.0 §3.1.2.1 (`ui_locales`) */
  get uiLocales(): string | undefined {
    const known = this.request.uiLocales ?? this.param('ui_locales')
    const kept = this.entities.Interaction?.params['ui_locales']
    return known ?? (typeof kept === 'string' ? kept : undefined)
  }

  get language(): string {
    return this.#host.screens.languageFor(this.uiLocales, this.#koa.get('accept-language'))
  }

  /** What the pages of this request are made with. */
  get appearance(): Appearance {
    return this.#host.screens.appearanceFor(this.uiLocales, this.#koa.get('accept-language'))
  }

  get maxAge(): number | undefined {
    return this.request.maxAge
  }

  /** Tells it the Koa context it is `ctx.oidc` of, which functions of the configuration want to be given. */
  attachTo(ctx: Ctx): void {
    this.#ctx = ctx
  }

  async subject(): Promise<string | undefined> {
    const accountId = this.session?.accountId
    const client = this.client
    if (accountId === undefined || client === undefined) return accountId
    return subjectFor(this.#host, this.#ctx, accountId, client)
  }

  /** The security profile that requests of this client have to obey. */
  get profile(): SecurityProfile | undefined {
    const ctx = this.#ctx
    const { client } = this
    if (ctx === undefined || client === undefined) return undefined
    if (this.#profile?.of !== client) this.#profile = { of: client, is: this.#host.profileOf(ctx, client) }
    return this.#profile.is
  }

  promptPending(name: string): boolean {
    const resolved = this.result !== undefined && Object.hasOwn(this.result, name)
    return this.prompts.has(name) && !resolved
  }

  getAccessToken(options: { acceptDPoP?: boolean; acceptQueryParam?: boolean } = {}): string {
    return readAccessToken(
      { authorization: this.#koa.get('authorization'), body: this.sentBody, query: this.#koa.query },
      {
        acceptDPoP: options.acceptDPoP ?? false,
        acceptQueryParam: options.acceptQueryParam ?? this.#host.takesTokensInQuery,
      },
    ).token
  }

  /** Where the provider is mounted, as the request tells. */
  get mountPath(): string {
    this.#mountPath ??= readMountPath(this.#koa) ?? this.#host.urls.issuerPath
    return this.#mountPath
  }

  urlFor(name: string, params?: Record<string, string>): string {
    return this.#host.urls.urlFor(name, this.mountPath, params)
  }

  pathFor(name: string, params?: Record<string, string>): string {
    return this.#host.urls.pathFor(name, this.mountPath, params)
  }
}

/** Typed as in version 8, which does not say that they are absent while nobody is logged in. */
const LOGIN: PropertyDescriptorMap & ThisType<RequestContext> = {
  acr: {
    get() {
      return this.session?.acr
    },
    configurable: true,
  },
  amr: {
    get() {
      return this.session?.amr
    },
    configurable: true,
  },
}
Object.defineProperties(RequestContext.prototype, LOGIN)

/** What stands before the provider's own part of the URL. */
function readMountPath({ req, mountPath }: KoaParts): string | undefined {
  const { url = '', originalUrl, baseUrl } = req
  if (originalUrl !== undefined && originalUrl !== url && originalUrl.endsWith(url)) {
    return originalUrl.slice(0, originalUrl.length - url.length)
  }
  return mountPath || baseUrl || undefined
}
