import type { HostFunction, KoaContextWithOIDC } from '../context.ts'
import type {
  ContentEncryption,
  EncryptionAlgorithm,
  SigningAlgorithm,
  SigningAlgorithmWithNone,
} from '../jwa.ts'
import type { Client } from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Authorization requests as JWTs, by value or by reference. @see OpenID Connect Core 1.0 §6, RFC 9101
 * @example
 * features: { requestObjects: { enabled: true, requireSignedRequestObject: true, mode: 'strict' } }
 */
export interface RequestObjectsOptions extends FeatureOptions {
  /** Another name of `request`. @default false */
  enabled?: boolean | undefined
  /**
   * What counts: 'strict' the request object alone, 'lax' also parameters beside it. Pushed, FAPI and CIBA requests are always strict. @default 'strict' @see RFC 9101 §6.3, OpenID Connect Core 1.0 §6.1
   * @example 'lax'
   */
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
   * @example
   * (ctx, claims, header, client) => {
   *   if (header['typ'] !== 'oauth-authz-req+jwt') throw new errors.InvalidRequestObject('typ is wrong')
   * }
   */
  assertJwtClaimsAndHeader?:
    | HostFunction<
        (
          ctx: KoaContextWithOIDC,
          claims: Readonly<Record<string, unknown>>,
          header: Readonly<Record<string, unknown>>,
          client: Client,
        ) => unknown
      >
    | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /**
     * The only algorithm accepted for its request objects; absent means any the provider accepts. @see OpenID Connect Dynamic Client Registration 1.0 §2
     * @example 'ES256'
     */
    request_object_signing_alg?: SigningAlgorithmWithNone | undefined
    /**
     * The only key management accepted for its encrypted request objects. @see OpenID Connect Dynamic Client Registration 1.0 §2
     * @example 'ECDH-ES'
     */
    request_object_encryption_alg?: EncryptionAlgorithm | undefined
    /**
     * The only content encryption accepted for its request objects. @see OpenID Connect Dynamic Client Registration 1.0 §2
     * @example 'A256GCM'
     */
    request_object_encryption_enc?: ContentEncryption | undefined
    /**
     * Where its request objects may be fetched from. @see OpenID Connect Dynamic Client Registration 1.0 §2
     * @example ['https://app.example.com/request.jwt']
     */
    request_uris?: string[] | undefined
    /** Whether it must send signed request objects. @default false @see RFC 9101 §10.5 */
    require_signed_request_object?: boolean | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly requestObjectSigningAlg?: string | undefined
    readonly requestObjectEncryptionAlg?: string | undefined
    readonly requestObjectEncryptionEnc?: string | undefined
    readonly requestUris?: string[] | undefined
    readonly requireSignedRequestObject?: boolean | undefined
    /** Whether a request object may be fetched from there. @example client.requestUriAllowed('https://app.example.com/request.jwt') */
    requestUriAllowed(requestUri: string): boolean
  }
}

declare module '../enabled_jwa.ts' {
  interface EnabledJWA {
    /**
     * Key management of encrypted request objects. @default ['A128KW', 'A256KW', 'ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256', 'dir'] @see RFC 9101 §6.1
     * @example ['ECDH-ES', 'RSA-OAEP-256']
     */
    requestObjectEncryptionAlgValues?: EncryptionAlgorithm[] | undefined
    /**
     * Content encryption of request objects. @default ['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'] @see RFC 9101 §6.1
     * @example ['A256GCM']
     */
    requestObjectEncryptionEncValues?: ContentEncryption[] | undefined
    /**
     * Signatures of request objects. @default ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'] @see RFC 9101 §6.2
     * @example ['PS256', 'ES256']
     */
    requestObjectSigningAlgValues?: SigningAlgorithm[] | undefined
  }
}

declare module '../fetch_limits.ts' {
  interface FetchResponseBodyLimits {
    /** Request objects behind `request_uri`. @default 65536 @see RFC 9101 §10.4 @example 16 * 1024 */
    request_uri?: number | undefined
  }
}
