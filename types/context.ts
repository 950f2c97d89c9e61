import type { DefaultContext, DefaultState, ParameterizedContext } from 'koa'
import type { Account, ClaimsParameter } from './account.ts'
import type {
  AccessToken,
  AuthorizationCode,
  Client,
  DecodedIdToken,
  Grant,
  Interaction,
  RefreshToken,
  Session,
} from './models.ts'
import type { InteractionResults } from './payloads.ts'
import type { LoadedResourceServer } from './resource_server.ts'

/** The things a request has loaded or made, by name. */
export interface OIDCContextEntities {
  /** The access token that was presented or is being issued. */
  AccessToken?: AccessToken
  /** The account of the login, code or token. */
  Account?: Account
  /** The code that is exchanged or issued. */
  AuthorizationCode?: AuthorizationCode
  /** The client that asks. */
  Client?: Client
  /** What the end-user allowed this client. */
  Grant?: Grant
  /** The verified `id_token_hint`. @see OpenID Connect Core 1.0 §3.1.2.1 */
  IdTokenHint?: DecodedIdToken
  /** The interaction that begins, or that the browser returns from. */
  Interaction?: Interaction
  /** The refresh token that is used or issued. */
  RefreshToken?: RefreshToken
  /** The refresh token that was replaced. */
  RotatedRefreshToken?: RefreshToken
  /** The session of the browser. */
  Session?: Session
  /** What the host remembered under a name of its own. */
  [name: string]: unknown
}

/** What was sent; repeated parameters that may repeat are arrays. */
export type RequestParameters = Record<string, string | string[] | undefined>

/** State of one request: `ctx.oidc`. Its `provider` is declared beside the class of providers, which stands above. */
export interface OIDCContext {
  /** Unique name of the route that matched. */
  readonly route: string
  /** Identifies the authorization request through all its interactions. */
  readonly uid: string
  /** The issuer identifier. */
  readonly issuer: string
  /**
   * Recognised parameters as sent: a plain object of the host's own. What it writes at the authorization endpoint before
   * the end-user is asked (into `scope`, `prompt`, `max_age`, `claims`, `resource`, `acr_values`, hints, locales and
   * `extraParams`) passes the rules as if the client had sent it; whatever else it writes changes nothing.
   */
  params: RequestParameters | undefined
  /** The recognised parameters that count, frozen: as sent, with what the host changed and may change. */
  readonly sentParams: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
  /** The parsed body: a copy of the host's own, which reaches no decision. */
  body: Record<string, unknown> | undefined
  /** Cookies of any name, like those of a Koa context, signed with the provider's keys. */
  readonly cookies: Pick<ParameterizedContext['cookies'], 'get' | 'set'>
  /** The things this request has loaded or made, by name. */
  readonly entities: Readonly<OIDCContextEntities>
  /** The client that asks. */
  readonly client: Client | undefined
  /** The account of the login, code or token. */
  readonly account: Account | undefined
  /** The session of the browser; its `accountId` is absent while nobody is logged in. */
  readonly session: Session | undefined
  /** What the end-user allowed this client. */
  readonly grant: Grant | undefined
  /** The access token that was presented or is being issued. */
  readonly accessToken: AccessToken | undefined
  /** The result of the interaction that the request returns from. */
  readonly result: InteractionResults | undefined
  /** Requested prompts. */
  readonly prompts: Set<string>
  /** The understood `claims` parameter. */
  readonly claims: ClaimsParameter
  /** Of the login; absent at run time while nobody is logged in. */
  readonly acr: string
  /** Of the login; absent at run time while nobody is logged in. */
  readonly amr: string[]
  /** How the answer travels: `response_mode`, or the default of the response type. */
  readonly responseMode: string | undefined
  /**
   * The language for the person, as a BCP 47 tag: of the `languages` that `screens` offers the one that fits `ui_locales`
   * of the request best, then `Accept-Language`. For pages of your own. @see OpenID Connect Core 1.0 §3.1.2.1
   */
  readonly language: string
  /** Requested scope values. */
  readonly requestParamScopes: Set<string>
  /** Requested scope values that this provider defines itself. */
  readonly requestParamOIDCScopes: Set<string>
  /** Names of the claims that the request asks for. */
  readonly requestParamClaims: Set<string>
  /** The resource servers asked for, by resource indicator: copies of the host's own, which reach no decision. */
  resourceServers: Record<string, LoadedResourceServer>
  /** The resource servers asked for that count, frozen. */
  readonly describedResources: readonly LoadedResourceServer[]
  /** Names of the parameters that came in authenticated form. */
  readonly trusted: string[]
  /** Whether the `redirect_uri` is known to be the client's, so that errors may go there. */
  readonly redirectUriCheckPerformed: boolean
  /** How old the authentication may be, in seconds: `max_age`, or what the client registered. */
  readonly maxAge: number | undefined
  /** Remembers a thing the request has loaded or made, for `entities`. @example ctx.oidc.entity('Grant', grant) */
  entity(name: string, value: unknown): void
  /** The logged-in end-user as this client knows them; `undefined` when nobody is logged in. @example await ctx.oidc.subject() */
  subject(): Promise<string | undefined>
  /** Whether the prompt was asked for and is still to be resolved. @example ctx.oidc.promptPending('login') */
  promptPending(name: string): boolean
  /**
   * Who assertions of clients may be addressed to. @see RFC 7523 §3
   * @example ctx.oidc.clientJwtAuthExpectedAudience().has('https://op.example.com')
   */
  clientJwtAuthExpectedAudience(): Set<string>
  /** Absolute URL of a route. @example ctx.oidc.urlFor('authorization') */
  urlFor(name: string, params?: Record<string, string>): string
  /**
   * Reads the access token of this request.
   * @throws InvalidRequest when it is sent in more than one way, InvalidToken when it is not sent
   * @see RFC 6750 §2
   * @example await provider.AccessToken.find(ctx.oidc.getAccessToken())
   */
  getAccessToken(options?: { acceptDPoP?: boolean; acceptQueryParam?: boolean }): string
}

declare module './models.ts' {
  interface IdToken {
    /** The request it is made in, if any. */
    readonly ctx: KoaContextWithOIDC | undefined
  }
}

/** A Koa context inside the provider. */
export type KoaContextWithOIDC = ParameterizedContext<DefaultState, DefaultContext & { oidc: OIDCContext }>

/**
 * A function of the host's that may declare its parameters narrower than what it can be given, as functions written for
 * version 8 do.
 */
export type HostFunction<Signature extends (...args: never[]) => unknown> = {
  call(...args: Parameters<Signature>): ReturnType<Signature>
}['call']
