import type { KoaContextWithOIDC } from '../context.ts'
import type { Client } from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'

/** Tells clients that a person logged out, server to server. @see OpenID Connect Back-Channel Logout 1.0 */
export interface BackchannelLogoutOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /** Where logout tokens are posted. @see OpenID Connect Back-Channel Logout 1.0 §2.2 */
    backchannel_logout_uri?: string | undefined
    /** Whether its logout tokens must hold `sid`. @default false @see OpenID Connect Back-Channel Logout 1.0 §2.2 */
    backchannel_logout_session_required?: boolean | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly backchannelLogoutUri?: string | undefined
    readonly backchannelLogoutSessionRequired?: boolean | undefined
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
