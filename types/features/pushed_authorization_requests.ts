import type { FeatureOptions } from './feature_options.ts'

/** Lets clients send authorization requests from server to server first. @see RFC 9126 */
export interface PushedAuthorizationRequestsOptions extends FeatureOptions {
  /** Turns the feature on. @default true */
  enabled?: boolean | undefined
  /** Refuses authorization requests that were not pushed. @default false @see RFC 9126 §5 */
  requirePushedAuthorizationRequests?: boolean | undefined
  /** Lets clients that authenticate use redirect URIs they have not registered, in pushed requests. @default false @see RFC 9126 §2.4 */
  allowUnregisteredRedirectUris?: boolean | undefined
}
