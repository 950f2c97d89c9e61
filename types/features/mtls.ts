import type { X509Certificate } from 'node:crypto'
import type { KoaContextWithOIDC } from '../context.ts'
import type { FeatureOptions } from './feature_options.ts'

/** Client authentication with TLS certificates, and access tokens bound to them. @see RFC 8705 */
export interface MTLSOptions extends FeatureOptions {
  /** Turns the feature on; choose what to use of it below. @default false */
  enabled?: boolean | undefined
  /**
   * Where the endpoints that clients call are reached with certificates, an https origin: `mtls_endpoint_aliases` of discovery. @default undefined @see RFC 8705 §5
   * @example 'https://mtls.op.example.com'
   */
  aliasOrigin?: string | undefined
  /**
   * Whether the certificate of this request was verified and comes from a trusted authority: true or false, no promise. For `tls_client_auth`. @default throws, it must be provided @see RFC 8705 §2.1
   * @example (ctx) => ctx.get('x-client-verify') === 'SUCCESS'
   */
  certificateAuthorized?: ((ctx: KoaContextWithOIDC) => boolean) | undefined
  /** Binds access tokens of clients with `tls_client_certificate_bound_access_tokens` to their certificate. @default false @see RFC 8705 §3 */
  certificateBoundAccessTokens?: boolean | undefined
  /**
   * Whether the certificate of this request has the registered subject: true or false, no promise; `provider.certificateHasSubject()` compares. For `tls_client_auth`. @default throws, it must be provided @see RFC 8705 §2.1.2
   * @example
   * (ctx, property, expected) =>
   *   ctx.oidc.provider.certificateHasSubject(decodeURIComponent(ctx.get('x-client-cert')), property, expected)
   */
  certificateSubjectMatches?:
    | ((ctx: KoaContextWithOIDC, property: TLSClientAuthProperty, expected: string) => boolean)
    | undefined
  /**
   * The certificate of this request: an `X509Certificate` or PEM text of one; nothing, or empty text, where there is none. Never from a header that clients can send. @default throws, it must be provided @see RFC 8705 §2
   * @example (ctx) => decodeURIComponent(ctx.get('x-client-cert')) || undefined
   */
  getCertificate?: ((ctx: KoaContextWithOIDC) => X509Certificate | string | undefined) | undefined
  /** Makes `self_signed_tls_client_auth` available for `clientAuthMethods`. @default false @see RFC 8705 §2.2 */
  selfSignedTlsClientAuth?: boolean | undefined
  /** Makes `tls_client_auth` available for `clientAuthMethods`. @default false @see RFC 8705 §2.1 */
  tlsClientAuth?: boolean | undefined
}

/** The certificate member that `tls_client_auth` compares. @see RFC 8705 §2.1.2 */
export type TLSClientAuthProperty =
  | 'tls_client_auth_subject_dn'
  | 'tls_client_auth_san_dns'
  | 'tls_client_auth_san_uri'
  | 'tls_client_auth_san_ip'
  | 'tls_client_auth_san_email'

declare module '../client.ts' {
  interface ClientMetadata {
    /**
     * Subject of the certificate of `tls_client_auth`, as RFC 4514 writes it. @see RFC 8705 §2.1.2
     * @example 'CN=orders,O=Example,C=GB'
     */
    tls_client_auth_subject_dn?: string | undefined
    /** DNS name in the certificate of `tls_client_auth`. @see RFC 8705 §2.1.2 @example 'orders.example.com' */
    tls_client_auth_san_dns?: string | undefined
    /** URI in the certificate of `tls_client_auth`. @see RFC 8705 §2.1.2 @example 'spiffe://example.com/orders' */
    tls_client_auth_san_uri?: string | undefined
    /** IP address in the certificate of `tls_client_auth`. @see RFC 8705 §2.1.2 @example '192.0.2.1' */
    tls_client_auth_san_ip?: string | undefined
    /** E-mail address in the certificate of `tls_client_auth`. @see RFC 8705 §2.1.2 @example 'orders@example.com' */
    tls_client_auth_san_email?: string | undefined
    /** Whether its access tokens are bound to its certificate. @default false @see RFC 8705 §3.4 */
    tls_client_certificate_bound_access_tokens?: boolean | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly tlsClientAuthSubjectDn?: string | undefined
    readonly tlsClientAuthSanDns?: string | undefined
    readonly tlsClientAuthSanUri?: string | undefined
    readonly tlsClientAuthSanIp?: string | undefined
    readonly tlsClientAuthSanEmail?: string | undefined
    readonly tlsClientCertificateBoundAccessTokens?: boolean | undefined
  }
}
