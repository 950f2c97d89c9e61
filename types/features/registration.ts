import type { ClientMetadata } from '../client.ts'
import type { KoaContextWithOIDC } from '../context.ts'
import type { FeatureOptions } from './feature_options.ts'

/** Checks or changes metadata before they are validated. Throw `errors.InvalidClientMetadata` to refuse them. */
export type RegistrationPolicy = (ctx: KoaContextWithOIDC, properties: ClientMetadata) => unknown

/** Whether this new client gets a token to manage its registration. @see RFC 7592 §3 */
export type IssueRegistrationAccessTokenFunction = (ctx: KoaContextWithOIDC) => boolean | Promise<boolean>

/** Lets clients register themselves. @see OpenID Connect Dynamic Client Registration 1.0, RFC 7591 */
export interface RegistrationOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /** Makes a client identifier: visible ASCII characters. @default 21 random URL-safe characters @see RFC 7591 §3.2.1 */
  idFactory?: ((ctx: KoaContextWithOIDC) => string | Promise<string>) | undefined
  /** Who may register: `false` anybody, `true` who holds a stored initial access token, a string who knows it. @default false @see RFC 7591 §3 */
  initialAccessToken?: boolean | string | undefined
  /** Whether a new client gets a token to read and manage its registration; a function decides each time. @default true @see RFC 7592 §3 */
  issueRegistrationAccessToken?: boolean | IssueRegistrationAccessTokenFunction | undefined
  /** Policies by name, for the initial access tokens that carry their names; they run in that order. Needs `initialAccessToken`. @default undefined @see RFC 7591 §3.2.1 */
  policies?: { [name: string]: RegistrationPolicy } | undefined
  /** Makes a client secret: visible ASCII characters. @default 64 random bytes, base64url @see RFC 7591 §3.2.1 */
  secretFactory?: ((ctx: KoaContextWithOIDC) => string | Promise<string>) | undefined
}
