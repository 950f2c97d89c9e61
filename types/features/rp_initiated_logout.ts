import type { KoaContextWithOIDC } from '../context.ts'
import type { ProviderError } from '../errors.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Lets clients send the browser here to log out. @see OpenID Connect RP-Initiated Logout 1.0
 * @example
 * features: {
 *   rpInitiatedLogout: {
 *     enabled: true,
 *     logoutSource: (ctx, form) => {
 *       ctx.body = `<!DOCTYPE html><title>Sign out</title><h1>Sign out?</h1>${form}
 *         <button type="submit" form="op.logoutForm" name="logout" value="yes">Yes</button>
 *         <button type="submit" form="op.logoutForm">No</button>`
 *     },
 *   },
 * }
 */
export interface RpInitiatedLogoutOptions extends FeatureOptions {
  /** Turns the feature on. @default true */
  enabled?: boolean | undefined
  /**
   * Answers with the page that asks whether to log out. Sets `ctx.body`; `form` (id `op.logoutForm`) is to be
   * embedded as it is.
   * @default a plain page
   * @see OpenID Connect RP-Initiated Logout 1.0 §2
   * @example
   * (ctx, form) => {
   *   ctx.body = `<!DOCTYPE html><title>Sign out</title><h1>Sign out?</h1>${form}
   *     <button type="submit" form="op.logoutForm" name="logout" value="yes">Yes</button>
   *     <button type="submit" form="op.logoutForm">No</button>`
   * }
   */
  logoutSource?: ((ctx: KoaContextWithOIDC, form: string) => unknown) | undefined
  /**
   * Answers with the page shown after logout where the client named no `post_logout_redirect_uri`. Sets `ctx.body`;
   * `ctx.oidc.client` is there when the person stayed logged in.
   * @default a plain page
   * @see OpenID Connect RP-Initiated Logout 1.0 §3
   * @example
   * (ctx) => {
   *   ctx.body = `<!DOCTYPE html><title>Signed out</title><p>You are signed ${ctx.oidc.client === undefined ? 'out' : 'in still'}.</p>`
   * }
   */
  postLogoutSuccessSource?: ((ctx: KoaContextWithOIDC) => unknown) | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /**
     * Where the browser may go after logout. @see OpenID Connect RP-Initiated Logout 1.0 §3.1
     * @example ['https://app.example.com/bye']
     */
    post_logout_redirect_uris?: string[] | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly postLogoutRedirectUris?: string[] | undefined
    /** Whether browsers may go there after logout. @example client.postLogoutRedirectUriAllowed('https://app.example.com/bye') */
    postLogoutRedirectUriAllowed(redirectUri: string): boolean
  }
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** A logout request failed. @see OpenID Connect RP-Initiated Logout 1.0 §4 */
    'end_session.error': [ctx: KoaContextWithOIDC, error: ProviderError]
    /** A logout request succeeded. @see OpenID Connect RP-Initiated Logout 1.0 §2 */
    'end_session.success': [ctx: KoaContextWithOIDC]
    /** The confirmation of a logout failed. @see OpenID Connect RP-Initiated Logout 1.0 §2 */
    'end_session_confirm.error': [ctx: KoaContextWithOIDC, error: ProviderError]
    /** The page shown after logout failed. @see OpenID Connect RP-Initiated Logout 1.0 §2 */
    'end_session_success.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  }
}

declare module '../routes.ts' {
  interface RoutesConfiguration {
    /** @default '/session/end' @see OpenID Connect RP-Initiated Logout 1.0 §2 @example '/logout' */
    end_session?: string | undefined
  }
}

declare module '../screens/texts.ts' {
  interface ScreenTexts {
    /** The logout. */
    logout: LogoutTexts
  }
}

/** The logout. */
export interface LogoutTexts {
  /** Heading. */
  title: string
  /** `{host}` is the provider. */
  question: string
  yes: string
  no: string
  /** Heading where it is done. */
  doneTitle: string
  done: string
  /** `{client}` is the application that was left. */
  doneFrom: string
  /** The same, while the person stays signed in here. */
  leftOnly: string
  /** Heading where the answer was no. */
  stayedTitle: string
  stayed: string
}
