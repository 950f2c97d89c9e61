import type { KoaContextWithOIDC } from '../context.ts'
import type { Client } from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'

/** A logout that a client could not be told about. */
export interface UndeliveredLogout {
  /** Who logged out. */
  accountId: string
  /** The session as this client knows it. */
  sid: string | undefined
  /** Why. */
  error: Error
}

/**
 * Tells clients that a person logged out, server to server. @see OpenID Connect Back-Channel Logout 1.0
 * @example
 * features: {
 *   backchannelLogout: {
 *     enabled: true,
 *     undelivered: (ctx, client, { accountId, sid }) => queue.push({ client: client.clientId, accountId, sid }),
 *   },
 * }
 */
export interface BackchannelLogoutOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /** How many clients of one logout are told at once. @default 10 @example 20 */
  concurrency?: number | undefined
  /** Seconds that one client has to answer. @default 2.5 @example 1 */
  receiverTimeout?: number | undefined
  /**
   * Seconds after which the person is answered, whoever has not been told by then. `undelivered` hears of those.
   * @default 5
   * @example 3
   */
  totalTimeout?: number | undefined
  /**
   * Called for each client that could not be told, so that a host can try again: remember client, account and `sid`
   * in a queue of its own, and call `client.backchannelLogout(accountId, sid)` later, which makes a new token. A promise
   * is waited for until `totalTimeout`.
   * @default () => {}
   * @see OpenID Connect Back-Channel Logout 1.0 §2.5
   * @example (ctx, client, { accountId, sid }) => queue.push({ client: client.clientId, accountId, sid })
   */
  undelivered?: ((ctx: KoaContextWithOIDC, client: Client, logout: UndeliveredLogout) => unknown) | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /**
     * Where logout tokens are posted. @see OpenID Connect Back-Channel Logout 1.0 §2.2
     * @example 'https://app.example.com/logged-out'
     */
    backchannel_logout_uri?: string | undefined
    /** Whether its logout tokens must hold `sid`. @default false @see OpenID Connect Back-Channel Logout 1.0 §2.2 */
    backchannel_logout_session_required?: boolean | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly backchannelLogoutUri?: string | undefined
    readonly backchannelLogoutSessionRequired?: boolean | undefined
    /**
     * Tells the client that an account is no longer logged in, once. Nothing is stored, and no event told.
     * @param accountId the account; the client is told its `sub`
     * @param sid the session as this client knows it, `sidFor()` of the session
     * @throws Error when it could not be delivered
     * @example await client.backchannelLogout('ann', sid)
     */
    backchannelLogout(accountId: string, sid?: string): Promise<void>
  }
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** A client could not be told about a logout. @see OpenID Connect Back-Channel Logout 1.0 §2.8 */
    'backchannel.error': [
      ctx: KoaContextWithOIDC,
      error: Error,
      client: Client,
      accountId: string,
      sid: string,
    ]
    /** A client was told about a logout. @see OpenID Connect Back-Channel Logout 1.0 §2.8 */
    'backchannel.success': [ctx: KoaContextWithOIDC, client: Client, accountId: string, sid: string]
  }
}
