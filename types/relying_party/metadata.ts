import type { JWKS } from '../client.ts'

/** Endpoints that want a client certificate. @see RFC 8705 §5 */
export interface MtlsEndpointAliases {
  token_endpoint?: string | undefined
  userinfo_endpoint?: string | undefined
  revocation_endpoint?: string | undefined
  introspection_endpoint?: string | undefined
  device_authorization_endpoint?: string | undefined
  pushed_authorization_request_endpoint?: string | undefined
  [endpoint: string]: string | undefined
}

/** What an issuer says about itself. @see RFC 8414 §2, OpenID Connect Discovery 1.0 §3 */
export interface IssuerMetadata {
  /** Issuer identifier. */
  issuer: string
  authorization_endpoint?: string | undefined
  token_endpoint?: string | undefined
  jwks_uri?: string | undefined
  userinfo_endpoint?: string | undefined
  revocation_endpoint?: string | undefined
  introspection_endpoint?: string | undefined
  end_session_endpoint?: string | undefined
  registration_endpoint?: string | undefined
  device_authorization_endpoint?: string | undefined
  pushed_authorization_request_endpoint?: string | undefined
  token_endpoint_auth_methods_supported?: string[] | undefined
  token_endpoint_auth_signing_alg_values_supported?: string[] | undefined
  introspection_endpoint_auth_methods_supported?: string[] | undefined
  introspection_endpoint_auth_signing_alg_values_supported?: string[] | undefined
  revocation_endpoint_auth_methods_supported?: string[] | undefined
  revocation_endpoint_auth_signing_alg_values_supported?: string[] | undefined
  request_object_signing_alg_values_supported?: string[] | undefined
  dpop_signing_alg_values_supported?: string[] | undefined
  code_challenge_methods_supported?: string[] | undefined
  /** Whether every authorization response says who it is from. @see RFC 9207 §3 */
  authorization_response_iss_parameter_supported?: boolean | undefined
  /** @see RFC 8705 §5 */
  mtls_endpoint_aliases?: MtlsEndpointAliases | undefined
  [member: string]: unknown
}

/** How a client proves who it is. @see OpenID Connect Core 1.0 §9, RFC 8705 §2 */
export type ClientAuthMethod =
  | 'none'
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'

/** What an authorization request asks for. */
export type ResponseType = string

/** What is registered of a client. @see RFC 7591 §2, OpenID Connect Dynamic Client Registration 1.0 §2 */
export interface ClientMetadata {
  client_id: string
  client_secret?: string | undefined
  /** @default 'RS256' */
  id_token_signed_response_alg?: string | undefined
  id_token_encrypted_response_alg?: string | undefined
  /** @default 'A128CBC-HS256' @example 'A256GCM' */
  id_token_encrypted_response_enc?: string | undefined
  userinfo_signed_response_alg?: string | undefined
  userinfo_encrypted_response_alg?: string | undefined
  /** @default 'A128CBC-HS256' @example 'A256GCM' */
  userinfo_encrypted_response_enc?: string | undefined
  /** @default 'RS256' @see JARM §3 @example 'ES256' */
  authorization_signed_response_alg?: string | undefined
  authorization_encrypted_response_alg?: string | undefined
  /** @default 'A128CBC-HS256' @example 'A256GCM' */
  authorization_encrypted_response_enc?: string | undefined
  /** Signed answers of the introspection endpoint. @see RFC 9701 §6 @example 'ES256' */
  introspection_signed_response_alg?: string | undefined
  introspection_encrypted_response_alg?: string | undefined
  /** @default 'A128CBC-HS256' @example 'A256GCM' */
  introspection_encrypted_response_enc?: string | undefined
  redirect_uris?: string[] | undefined
  /** @default ['code'] */
  response_types?: ResponseType[] | undefined
  post_logout_redirect_uris?: string[] | undefined
  default_max_age?: number | undefined
  /** @default false */
  require_auth_time?: boolean | undefined
  request_object_signing_alg?: string | undefined
  request_object_encryption_alg?: string | undefined
  /** @default 'A128CBC-HS256' @example 'A256GCM' */
  request_object_encryption_enc?: string | undefined
  /** @default 'client_secret_basic' */
  token_endpoint_auth_method?: ClientAuthMethod | undefined
  /** @default that of the token endpoint */
  introspection_endpoint_auth_method?: ClientAuthMethod | undefined
  /** @default that of the token endpoint */
  revocation_endpoint_auth_method?: ClientAuthMethod | undefined
  /** @default what the issuer supports and the keys can do */
  token_endpoint_auth_signing_alg?: string | undefined
  introspection_endpoint_auth_signing_alg?: string | undefined
  revocation_endpoint_auth_signing_alg?: string | undefined
  /** Whether token and resource requests show a client certificate. @see RFC 8705 §3 */
  tls_client_certificate_bound_access_tokens?: boolean | undefined
  [member: string]: unknown
}

/** Further settings of a client. */
export interface ClientOptions {
  /** Further values of `azp` to accept. @default only the client's own client_id @see OpenID Connect Core 1.0 §3.1.3.7 */
  additionalAuthorizedParties?: string | string[] | undefined
}

/** Further settings of a registration. */
export interface RegisterOther extends ClientOptions {
  /** Private keys; their public parts are registered unless `jwks_uri` or `jwks` is. */
  jwks?: JWKS | undefined
  /** Token that the registration endpoint asks for. @see RFC 7591 §3 */
  initialAccessToken?: string | undefined
}
