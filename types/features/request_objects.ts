import type { KoaContextWithOIDC } from '../context.ts'
import type { Client } from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'

/** Authorization requests as JWTs, by value or by reference. @see OpenID Connect Core 1.0 §6, RFC 9101 */
export interface RequestObjectsOptions extends FeatureOptions {
  /** Another name of `request`. @default false */
  enabled?: boolean | undefined
  /** What counts: 'strict' the request object alone, 'lax' also parameters beside it. Pushed, FAPI and CIBA requests are always strict. @default 'strict' @see RFC 9101 §6.3, OpenID Connect Core 1.0 §6.1 */
  mode?: 'strict' | 'lax' | undefined
  /** Accepts the `request` parameter. @default false @see RFC 9101 §5 */
  request?: boolean | undefined
  /** Accepts request objects that nothing vouches for (`alg` 'none'), from clients that registered no `request_object_signing_alg`. @default false @see OpenID Connect Core 1.0 §6.1 */
  allowUnsigned?: boolean | undefined
  /** Accepts the `request_uri` parameter, which the provider then fetches. @default false @see RFC 9101 §5.2 */
  requestUri?: boolean | undefined
  /** Refuses authorization requests without a signed request object. @default false @see RFC 9101 §10.5 */
  requireSignedRequestObject?: boolean | undefined
  /** Accepts registered `request_uris` only. @default true @see OpenID Connect Core 1.0 §6.2 */
  requireUriRegistration?: boolean | undefined
  /**
   * Checks a verified request object against the host's own rules. Throw `errors.InvalidRequestObject`.
   * @default accepts everything
   * @see RFC 9101 §6
   */
  assertJwtClaimsAndHeader?:
    | ((
        ctx: KoaContextWithOIDC,
        claims: Readonly<Record<string, unknown>>,
        header: Readonly<Record<string, unknown>>,
        client: Client,
      ) => unknown)
    | undefined
}
