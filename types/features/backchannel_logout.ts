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

/** Tells clients that a person logged out, server to server. @see OpenID Connect Back-Channel Logout 1.0 */
export interface BackchannelLogoutOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /** How many clients of one logout are told at once. @default 10 */
  concurrency?: number | undefined
  /** Seconds that one client has to answer. @default 2.5 */
  receiverTimeout?: number | undefined
  /**
   * Seconds after which the person is answered, whoever has not been told by then. `undelivered` hears of those.
   * @default 5
   */
  totalTimeout?: number | undefined
  /**
   * Called for each client that could not be told, so that a host can try again: remember client, account and `sid`
   * in a queue of its own, and call `client.backchannelLogout(accountId, sid)` later, which makes a new token. A promise
   * is waited for until `totalTimeout`.
   * @default () => {}
   * @see OpenID Connect Back-Channel Logout 1.0 §2.5
   */
  undelivered?: ((ctx: KoaContextWithOIDC, client: Client, logout: UndeliveredLogout) => unknown) | undefined
}
