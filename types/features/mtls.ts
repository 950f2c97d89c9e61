import type { X509Certificate } from 'node:crypto'
import type { TLSClientAuthProperty } from '../client.ts'
import type { KoaContextWithOIDC } from '../context.ts'
import type { FeatureOptions } from './feature_options.ts'

/** Client authentication with TLS certificates, and access tokens bound to them. @see RFC 8705 */
export interface MTLSOptions extends FeatureOptions {
  /** Turns the feature on; choose what to use of it below. @default false */
  enabled?: boolean | undefined
  /** Whether the certificate of this request was verified and comes from a trusted authority. For `tls_client_auth`. @default throws, it must be provided @see RFC 8705 §2.1 */
  certificateAuthorized?: ((ctx: KoaContextWithOIDC) => boolean) | undefined
  /** Binds access tokens of clients with `tls_client_certificate_bound_access_tokens` to their certificate. @default false @see RFC 8705 §3 */
  certificateBoundAccessTokens?: boolean | undefined
  /** Whether the certificate of this request has the registered subject. For `tls_client_auth`. @default throws, it must be provided @see RFC 8705 §2.1.2 */
  certificateSubjectMatches?:
    | ((ctx: KoaContextWithOIDC, property: TLSClientAuthProperty, expected: string) => boolean)
    | undefined
  /** The certificate of this request: an `X509Certificate` or PEM text; nothing where there is none. @default throws, it must be provided @see RFC 8705 §2 */
  getCertificate?: ((ctx: KoaContextWithOIDC) => X509Certificate | string | undefined) | undefined
  /** Makes `self_signed_tls_client_auth` available for `clientAuthMethods`. @default false @see RFC 8705 §2.2 */
  selfSignedTlsClientAuth?: boolean | undefined
  /** Makes `tls_client_auth` available for `clientAuthMethods`. @default false @see RFC 8705 §2.1 */
  tlsClientAuth?: boolean | undefined
}
