import type { KoaContextWithOIDC } from '../context.ts'
import type { ProviderError } from '../errors.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Lets applications in the browser notice that a login has changed, by a frame of this provider that they ask. The
 * frame needs a cookie that many browsers keep from it: then it answers `error`.
 * @see OpenID Connect Session Management 1.0
 * @example
 * features: { sessionManagement: { enabled: true, cookieName: '__Host-op_state' } }
 */
export interface SessionManagementOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Name of the cookie that says whether a login has changed. Scripts of the provider's host can read it; it is no
   * credential. With `__Host-` no other host can set it, provided that `cookies.long` has neither `domain` nor `path`.
   * @default '_op_state'
   * @see OpenID Connect Session Management 1.0 §3.2
   * @example '__Host-op_state'
   */
  cookieName?: string | undefined
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** The frame of session management was refused. @see OpenID Connect Session Management 1.0 §3.2 */
    'check_session.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  }
}

declare module '../routes.ts' {
  interface RoutesConfiguration {
    /** @default '/session/check' @see OpenID Connect Session Management 1.0 §3.2 @example '/check-session' */
    check_session?: string | undefined
  }
}
