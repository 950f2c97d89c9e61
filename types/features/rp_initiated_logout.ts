import type { KoaContextWithOIDC } from '../context.ts'
import type { FeatureOptions } from './feature_options.ts'

/** Lets clients send the browser here to log out. @see OpenID Connect RP-Initiated Logout 1.0 */
export interface RpInitiatedLogoutOptions extends FeatureOptions {
  /** Turns the feature on. @default true */
  enabled?: boolean | undefined
  /**
   * Answers with the page that asks whether to log out. Sets `ctx.body`; `form` (id `op.logoutForm`) is to be
   * embedded as it is.
   * @default a plain page
   * @see OpenID Connect RP-Initiated Logout 1.0 §2
   */
  logoutSource?: ((ctx: KoaContextWithOIDC, form: string) => unknown) | undefined
  /**
   * Answers with the page shown after logout where the client named no `post_logout_redirect_uri`. Sets `ctx.body`;
   * `ctx.oidc.client` is there when the person stayed logged in.
   * @default a plain page
   * @see OpenID Connect RP-Initiated Logout 1.0 §3
   */
  postLogoutSuccessSource?: ((ctx: KoaContextWithOIDC) => unknown) | undefined
}
