import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { ProviderEvents } from '../../types/events.ts'
import type { FindAccount, GivenFindAccount } from '../../types/find_account.ts'
import type { InteractionPolicy } from '../../types/interaction_policy.ts'
import type { Deadlines } from '../adapters/deadlines.ts'
import type { Client } from '../clients/client.ts'
import type { SecretThrottle } from '../clients/secret_throttle.ts'
import type { InvalidClientAuth } from '../helpers/errors.ts'
import type { Recognised } from '../helpers/http/parameters.ts'
import type { VerifiedRedirectUri } from '../helpers/uri/match_redirect_uri.ts'
import type { AccessToken } from '../models/access_token.ts'
import type { AuthorizationCode } from '../models/authorization_code.ts'
import type { Claims } from '../models/claims.ts'
import type { Grant } from '../models/grant.ts'
import type { IdToken } from '../models/id_token.ts'
import type { Interaction } from '../models/interaction.ts'
import type { RefreshToken } from '../models/refresh_token.ts'
import type { ReplayDetection } from '../models/replay_detection.ts'
import type { Session } from '../models/session.ts'
import type { CarryOver } from './carry_over.ts'
import type { ContextClass, ContextHost, Ctx, RuleSet } from './context.ts'
import type { Documents } from './documents/documents.ts'
import type { Onlookers } from './documents/onlookers.ts'

/** Returned by a step that has answered the request: the steps after it do not run. */
export const RESPONDED = Symbol('responded')

type StepResult = undefined | typeof RESPONDED
// biome-ignore lint/suspicious/noConfusingVoidType: a step that has nothing to say returns nothing
export type Step = (ctx: Ctx, rt: Runtime) => void | StepResult | Promise<void | StepResult>

/** Surrounds the steps of an action: errors, headers. */
export type Wrap = (ctx: Ctx, rt: Runtime, next: () => Promise<void>) => Promise<void>

/** What the token endpoint does for one `grant_type`. */
export interface GrantType {
  readonly name: string
  readonly params: readonly string[]
  /** Those of `params` that may be sent more than once. */
  readonly repeatable: readonly string[]
  readonly steps: readonly Step[]
}

/** The members of an authorization response; `undefined` ones are left out. */
export type AuthorizationResponse = Readonly<Record<string, string | number | undefined>>

/** Takes an authorization response to the client. */
export type ResponseMode = (
  ctx: Ctx,
  redirectUri: VerifiedRedirectUri,
  response: AuthorizationResponse,
) => void | Promise<void>

/** A response mode whose responses travel inside of something that is made of them. */
export interface SealedMode {
  /**
   * Makes what travels. Nothing of the request is stored by then: it may fail.
   * @param response the members of the response, with `iss`
   */
  seal(ctx: Ctx, rt: Runtime, response: AuthorizationResponse): Promise<AuthorizationResponse>
  /** Name of the response mode that takes it to the client. */
  carrier(responseType: string): string
}

/** How a client proves itself. */
export interface ClientAuthentication {
  /** Values of `token_endpoint_auth_method` it serves. */
  readonly methods: readonly string[]
  /**
   * The proof is not in the request but in the connection it came by: clients of its methods only name
   * themselves. @see RFC 8705 §2
   */
  readonly byConnection?: boolean
  /** @returns the client_id that the credentials name; `undefined` when the request holds none of this kind */
  identify(ctx: Ctx, rt: Runtime): string | undefined
  /** @throws InvalidClientAuth */
  authenticate(ctx: Ctx, rt: Runtime, client: Client): void | Promise<void>
  /**
   * Refuses a client that does not exist, or does not authenticate this way, with as much work as it takes to
   * refuse one that does.
   * @throws this error, or what a client that exists would get
   */
  refuse?(ctx: Ctx, rt: Runtime, clientId: string, error: InvalidClientAuth): Promise<never>
}

/** An authentication scheme that access tokens are presented by, besides Bearer. @see RFC 9110 §11.1, §11.6.1 */
export interface TokenScheme {
  readonly name: string
  /** What its challenges say besides the error. */
  readonly parameters: Readonly<Record<string, string>>
}

/** A login that is over: everywhere, or at some of the clients it was used for. */
export interface EndedLogin {
  readonly accountId: string
  /** Nobody is logged in any more; else the person has left these clients, and stays. */
  readonly everywhere: boolean
  readonly clients: readonly { readonly clientId: string; readonly sid: string | undefined }[]
}

/** Hears of a login once its end is stored. What it throws changes no answer. */
export type LoginEnded = (ctx: Ctx, rt: Runtime, ended: EndedLogin) => Promise<void>

/** The model classes that optional features bring; each room adds its own. */
// biome-ignore lint/suspicious/noEmptyInterface: what it holds is declared in the rooms of the features
export interface FeatureModels {}

/** What optional features add to the provider itself; each room adds its own. */
// biome-ignore lint/suspicious/noEmptyInterface: what it holds is declared in the rooms of the features
export interface FeatureMembers {}

/** The model classes, bound to their provider. */
export interface Models extends FeatureModels {
  AccessToken: typeof AccessToken
  AuthorizationCode: typeof AuthorizationCode
  Claims: typeof Claims
  Client: typeof Client
  Grant: typeof Grant
  IdToken: typeof IdToken
  Interaction: typeof Interaction
  RefreshToken: typeof RefreshToken
  ReplayDetection: typeof ReplayDetection
  Session: typeof Session
}

/** Private state of one provider; the second argument of every step. */
export interface Runtime extends ContextHost {
  /** The class of `ctx.oidc`, bound to its provider. */
  readonly OIDCContext: ContextClass
  readonly models: Models
  /** What finds accounts; the host may replace its function. */
  readonly account: { get findAccount(): FindAccount; set findAccount(given: GivenFindAccount) }
  readonly policy: InteractionPolicy
  readonly grantTypes: Map<string, GrantType>
  /** What the token endpoint recognises in requests of a grant type, by its name. */
  readonly grantParameters: ReadonlyMap<string, Recognised>
  /** What any endpoint or grant type recognises. */
  readonly parameters: Recognised
  readonly responseModes: ReadonlyMap<string, ResponseMode | SealedMode>
  /** The rules of authorization requests, with those of the features. */
  readonly requestRules: Readonly<Record<RuleSet, readonly Step[]>>
  /** Parameters of authorization requests that hosts may change while the request is looked at. */
  readonly amendable: ReadonlySet<string>
  /** What features do in the visible places of grants, for grant types of the host. */
  readonly customGrantSteps: {
    readonly resource: readonly Step[]
    readonly binding: readonly Step[]
    readonly response: readonly Step[]
  }
  /** What interactions keep of a request for features. */
  readonly carryOver: readonly CarryOver[]
  /** Who hears of logins that are over. */
  readonly loginEnded: readonly LoginEnded[]
  /** Whether an endpoint tells claims to whoever holds an access token. @see OpenID Connect Core 1.0 §5.3, §5.4 */
  readonly tellsClaimsByToken: boolean
  /** How long functions of the host's are waited for that others wait behind. */
  readonly hostDeadlines: Deadlines
  /** Slows down those who try client secrets out. */
  readonly secretThrottle: SecretThrottle
  readonly clientAuthentications: readonly ClientAuthentication[]
  /** Origins that the endpoints are found at besides that of the issuer. @see RFC 8705 §5 */
  readonly aliasOrigins: readonly string[]
  /** How access tokens are presented to protected resources, besides Bearer. */
  readonly tokenSchemes: readonly TokenScheme[]
  /** Makes the discovery document's members. */
  metadata(urlFor: (route: string) => string): Readonly<Record<string, unknown>>
  /** Adds a grant type, which clients may register from then on. */
  registerGrantType(grantType: GrantType): void
  /** Adds a response mode, which clients may register from then on. */
  registerResponseMode(name: string, handler: ResponseMode): void
  /** Finds a client without asking others about it: what they say may be what it is about to correct. */
  loadClient(clientId: string): Promise<Client | undefined>
  /** A client that is known without asking storage or others; `undefined` where `findClient` has to. */
  knownClient(clientId: string): Client | undefined
  /** Whether the client stands in the configuration, out of reach of registration. */
  isStaticClient(clientId: string): boolean
  /** Middleware of the host around the provider's own. */
  readonly onlookers: Onlookers
  /** Serialized documents, by name and mount path. */
  readonly documents: Documents
  /** Tells listeners; they run isolated and change no answer. */
  emit<E extends Exclude<keyof ProviderEvents, 'server_error'>>(event: E, ...args: ProviderEvents[E]): void
  /** Tells listeners of something that failed and is not the client's doing, whatever was thrown. */
  serverError(ctx: KoaContextWithOIDC, thrown: unknown): void
  /** Says what could not be known before the host had made its provider complete; called with the first request. */
  checkCompleted(): void
  /** Says something to the host's operator, once per text. */
  notify(message: string): void
}
