import type { EventEmitter } from 'node:events'
import type { KoaContextWithOIDC } from './context.ts'
import type { ProviderError } from './errors.ts'
import type {
  AccessToken,
  AuthorizationCode,
  BaseToken,
  Grant,
  Interaction,
  RefreshToken,
  ReplayDetection,
  Session,
} from './models.ts'
import type { PromptDetail } from './payloads.ts'

/**
 * Events of a provider, with the arguments of their listeners. `this` is the provider. Listeners observe: they run
 * after what they are told about was stored, and change no answer.
 * @example
 * provider.on('authorization.success', (ctx) => console.log(ctx.oidc.account?.accountId, ctx.oidc.client?.clientId))
 * provider.on('grant.error', (ctx, error) => console.warn(error.error, error.error_description, error.error_detail))
 * provider.on('server_error', (ctx, error) => console.error(error))
 */
export interface ProviderEvents {
  /** An access token was removed. */
  'access_token.destroyed': [token: AccessToken]
  /** A JWT access token was issued; nothing is stored. @see RFC 9068 */
  'access_token.issued': [token: AccessToken]
  /** An opaque access token was stored. */
  'access_token.saved': [token: AccessToken]
  /** An authorization request is valid and about to be resolved; told once, after the checks of the policy, with session, account and grant if any. @see OpenID Connect Core 1.0 §3.1.2.2 */
  'authorization.accepted': [ctx: KoaContextWithOIDC]
  /** An authorization request failed. @see RFC 6749 §4.1.2.1 */
  'authorization.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  /** An authorization request succeeded; the second argument holds the parameters of the response. @see RFC 6749 §4.1.2 */
  'authorization.success': [ctx: KoaContextWithOIDC, response: Readonly<Record<string, unknown>>]
  /** An authorization code was used. @see RFC 6749 §4.1.3 */
  'authorization_code.consumed': [code: AuthorizationCode]
  /** An authorization code was removed. */
  'authorization_code.destroyed': [code: AuthorizationCode]
  /** An authorization code was stored. */
  'authorization_code.saved': [code: AuthorizationCode]
  /** The discovery endpoint failed. @see OpenID Connect Discovery 1.0 §4 */
  'discovery.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  /** A grant was removed. */
  'grant.destroyed': [grant: Grant]
  /** A token request failed. @see RFC 6749 §5.2 */
  'grant.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  /** A grant was revoked. Listeners may remove its tokens where the adapter cannot. */
  'grant.revoked': [ctx: KoaContextWithOIDC, grantId: string]
  /** A grant was stored. */
  'grant.saved': [grant: Grant]
  /** A token request succeeded. @see RFC 6749 §5.1 */
  'grant.success': [ctx: KoaContextWithOIDC]
  /** An interaction was removed. */
  'interaction.destroyed': [interaction: Interaction]
  /** A person returned from an interaction and the authorization request goes on; told after the checks of the policy. */
  'interaction.ended': [ctx: KoaContextWithOIDC]
  /** An interaction was stored. */
  'interaction.saved': [interaction: Interaction]
  /** A person is sent to an interaction. @see OpenID Connect Core 1.0 §3.1.2.3 */
  'interaction.started': [ctx: KoaContextWithOIDC, prompt: PromptDetail]
  /**
   * The end-user came back from the host's screens and nothing was resolved: the same prompt is pending as before.
   * The third argument says why, and what the screens have to do. After the third time in a row the request ends
   * with an error page.
   */
  'interaction.unresolved': [ctx: KoaContextWithOIDC, prompt: PromptDetail, problem: string]
  /** The endpoint of the public keys failed. @see RFC 7517 §5 */
  'jwks.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  /** A refresh token was replaced by its successor. @see RFC 9700 §4.14.2 */
  'refresh_token.consumed': [token: RefreshToken]
  /** A refresh token was removed. */
  'refresh_token.destroyed': [token: RefreshToken]
  /** A refresh token was stored. */
  'refresh_token.saved': [token: RefreshToken]
  /** The memory of a used identifier was removed. */
  'replay_detection.destroyed': [token: ReplayDetection]
  /** An identifier that must not be used again was stored. @see RFC 7523 §3 */
  'replay_detection.saved': [token: ReplayDetection]
  /** Something failed that is not the client's doing: in the provider, the adapter or a function of the configuration. The client is told `server_error` only. */
  server_error: [ctx: KoaContextWithOIDC, error: Error]
  /** A session was removed. */
  'session.destroyed': [session: Session]
  /** A session was stored. */
  'session.saved': [session: Session]
  /**
   * A token or code was stored, or signed.
   * @deprecated listen to `<model>.saved` and `<model>.issued`
   */
  'token.issued': [token: BaseToken]
  /**
   * A token or code was used up.
   * @deprecated listen to `<model>.consumed`
   */
  'token.consumed': [token: BaseToken]
  /**
   * A token or code was removed.
   * @deprecated listen to `<model>.destroyed`
   */
  'token.revoked': [token: BaseToken]
  /**
   * A request for the keys was refused.
   * @deprecated listen to `jwks.error`
   */
  'certificates.error': [ctx: KoaContextWithOIDC, error: ProviderError]
}

/** Name of an event. */
export type ProviderEventName = keyof ProviderEvents

/** What listens to an event of a provider. */
export type ProviderListener<Name> = Name extends ProviderEventName
  ? (...args: ProviderEvents[Name]) => void
  : never

/** A name that no event of a provider has: one of the host's own, or a text that is not known before it runs. */
export type OtherEventName<Name> = Name extends ProviderEventName ? never : Name

/** An `EventEmitter` that knows what the listeners of a provider are called with. */
export interface ProviderEmitter extends EventEmitter {
  emit<Name extends ProviderEventName>(event: Name, ...args: ProviderEvents[Name]): boolean
  emit<Name extends string | symbol>(event: OtherEventName<Name>, ...args: unknown[]): boolean
  addListener<Name extends ProviderEventName>(
    event: Name,
    listener: (...args: ProviderEvents[Name]) => void,
  ): this
  addListener<Name extends string | symbol, Arguments extends unknown[]>(
    event: OtherEventName<Name>,
    listener: (...args: Arguments) => void,
  ): this
  off<Name extends ProviderEventName>(event: Name, listener: ProviderListener<Name>): this
  off<Name extends string | symbol, Arguments extends unknown[]>(
    event: OtherEventName<Name>,
    listener: (...args: Arguments) => void,
  ): this
  on<Name extends ProviderEventName>(event: Name, listener: ProviderListener<Name>): this
  on<Name extends string | symbol, Arguments extends unknown[]>(
    event: OtherEventName<Name>,
    listener: (...args: Arguments) => void,
  ): this
  once<Name extends ProviderEventName>(event: Name, listener: ProviderListener<Name>): this
  once<Name extends string | symbol, Arguments extends unknown[]>(
    event: OtherEventName<Name>,
    listener: (...args: Arguments) => void,
  ): this
  prependListener<Name extends ProviderEventName>(
    event: Name,
    listener: (...args: ProviderEvents[Name]) => void,
  ): this
  prependListener<Name extends string | symbol, Arguments extends unknown[]>(
    event: OtherEventName<Name>,
    listener: (...args: Arguments) => void,
  ): this
  prependOnceListener<Name extends ProviderEventName>(
    event: Name,
    listener: (...args: ProviderEvents[Name]) => void,
  ): this
  prependOnceListener<Name extends string | symbol, Arguments extends unknown[]>(
    event: OtherEventName<Name>,
    listener: (...args: Arguments) => void,
  ): this
  removeListener<Name extends ProviderEventName>(
    event: Name,
    listener: (...args: ProviderEvents[Name]) => void,
  ): this
  removeListener<Name extends string | symbol, Arguments extends unknown[]>(
    event: OtherEventName<Name>,
    listener: (...args: Arguments) => void,
  ): this
}
