import type { KoaContextWithOIDC } from '../context.ts'
import type { ProviderError } from '../errors.ts'
import type { FeatureOptions } from './feature_options.ts'

/** Whom or what a client asks about. */
export interface WebfingerResource {
  /** As it was sent. */
  uri: string
  /** `acct`, `https`, or what else there is; in lower case. */
  scheme: string
  /** Host, with its port where one is named; in lower case, and empty where the scheme has none. */
  host: string
}

/**
 * Tells clients which provider is responsible for an account or a host: this one. The endpoint has to be at the root of
 * the host that is asked.
 * @see OpenID Connect Discovery 1.0 §2, RFC 7033
 * @example
 * features: {
 *   webfinger: {
 *     enabled: true,
 *     // acct:ann@example.com, while the provider is login.example.com
 *     hasResource: (ctx, { scheme, host }) => scheme === 'acct' && host === 'example.com',
 *   },
 * }
 */
export interface WebfingerOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Whether this provider is responsible for a resource; anything but `true` means no. Whoever asks is told: with an
   * answer that depends on the account, strangers find out which accounts there are.
   * @default whatever the host of the issuer is named in, whether it exists or not
   * @see RFC 7033 §4.2
   * @example (ctx, { scheme, host }) => scheme === 'acct' && host === 'example.com'
   */
  hasResource?:
    | ((ctx: KoaContextWithOIDC, resource: WebfingerResource) => boolean | Promise<boolean>)
    | undefined
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** A question for the issuer was refused, or nothing is known. @see RFC 7033 §4.2 */
    'webfinger.error': [ctx: KoaContextWithOIDC, error: ProviderError]
  }
}
