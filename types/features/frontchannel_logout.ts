import type { KoaContextWithOIDC } from '../context.ts'
import type { Client } from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Tells clients that a person logged out, by frames on a page that the browser passes on its way. Frames of other sites
 * get no cookies in many browsers: clients that can be told server to server should be, by `backchannelLogout`. Needs
 * `rpInitiatedLogout`.
 * @see OpenID Connect Front-Channel Logout 1.0
 * @example
 * features: { frontchannelLogout: { enabled: true } }
 */
export interface FrontchannelLogoutOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Seconds that the frames have to load; then the browser goes on, whoever has not been told by then. Where scripts
   * do not run, they are counted from when the browser has done with the frames. Storage has as many, before that, to
   * tell of the clients.
   * @default 2.5
   * @example 1
   */
  timeout?: number | undefined
  /**
   * How many clients of one logout are framed: those that the person used last. `frontchannel.error` tells of the
   * others.
   * @default 20
   * @example 10
   */
  maxFrames?: number | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /**
     * What is framed when a person logs out: at the origin of one of `redirect_uris`, over https or on this very device.
     * @see OpenID Connect Front-Channel Logout 1.0 §2
     * @example 'https://app.example.com/logout-frame'
     */
    frontchannel_logout_uri?: string | undefined
    /**
     * Whether `iss` and `sid` are appended to it; its ID Tokens then name `sid`, too.
     * @default false
     * @see OpenID Connect Front-Channel Logout 1.0 §2
     */
    frontchannel_logout_session_required?: boolean | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly frontchannelLogoutUri?: string | undefined
    readonly frontchannelLogoutSessionRequired?: boolean | undefined
  }
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** A client could not be framed at a logout. @see OpenID Connect Front-Channel Logout 1.0 §3 */
    'frontchannel.error': [
      ctx: KoaContextWithOIDC,
      error: Error,
      client: Client,
      accountId: string,
      sid: string,
    ]
  }
}
