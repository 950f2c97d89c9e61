import type { KoaContextWithOIDC } from './context.ts'
import type {
  AccessToken,
  AuthorizationCode,
  Client,
  Grant,
  IdToken,
  Interaction,
  RefreshToken,
  Session,
} from './models.ts'

/**
 * Computes a lifetime in seconds. Must be synchronous; `ctx` is `undefined` when the model is saved outside of a
 * request. One that returns no number of seconds has forgotten to: a `server_error`, but for initial and registration
 * access tokens, which then never expire.
 */
export type TTLFunction<Model> = (ctx: KoaContextWithOIDC, token: Model, client: Client) => number

/** A lifetime: seconds, a function that computes them, or `Infinity` for "never expires". */
export type TTL<Model> = number | TTLFunction<Model>

/**
 * Lifetimes of what is issued and stored. `undefined` stands for the default.
 * @example
 * ttl: {
 *   AccessToken: 10 * 60,
 *   Session: 30 * 24 * 60 * 60,
 *   RefreshToken: (ctx, token, client) => (client.applicationType === 'native' ? 90 : 14) * 24 * 60 * 60,
 * }
 */
export interface TTLConfiguration {
  /**
   * Access tokens. @default `accessTokenTTL` of the resource server, otherwise 3600 (1 hour) @see RFC 6749 §5.1
   * @example
   * (ctx, token, client) => token.resourceServer?.accessTokenTTL ?? (client.applicationType === 'native' ? 600 : 3600)
   */
  AccessToken?: TTL<AccessToken> | undefined
  /** Authorization codes. @default 60 (1 minute) @see RFC 6749 §4.1.2 @example 30 */
  AuthorizationCode?: TTL<AuthorizationCode> | undefined
  /** Grants: what a person allowed a client. @default 1209600 (14 days) @example 90 * 24 * 3600 */
  Grant?: TTL<Grant> | undefined
  /** ID Tokens. @default 3600 (1 hour) @see OpenID Connect Core 1.0 §2 @example 3600 */
  IdToken?: TTL<IdToken> | undefined
  /** Interactions, and the cookie that belongs to them. @default 3600 (1 hour) @example 15 * 60 */
  Interaction?: TTL<Interaction> | undefined
  /**
   * Refresh tokens. @default 14 days (1209600), or what is left of its predecessor for a rotated token of a public web client that is not sender-constrained @see RFC 9700 §4.14
   * @example 30 * 24 * 3600
   */
  RefreshToken?: TTL<RefreshToken> | undefined
  /** Sessions, and the cookie that belongs to them. @default 1209600 (14 days) @example 8 * 3600 */
  Session?: TTL<Session> | undefined
  /** Lifetimes of the host's own, which its functions may read. */
  [name: string]: TTL<never> | null | undefined
}
