import type { JWK } from 'jose'
import type {
  ContentEncryption,
  EncryptionAlgorithm,
  SigningAlgorithm,
  SigningAlgorithmWithNone,
} from './jwa.ts'

/** A FAPI security profile. */
export type FapiProfile = '1.0 Final' | '1.0 ID2' | '2.0'

export type { JWK } from 'jose'

/** A JSON Web Key Set. @see RFC 7517 §5 */
export interface JWKS {
  keys: JWK[]
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

/** What the authorization endpoint can answer with. @see OAuth 2.0 Multiple Response Type Encoding Practices §3–§5 */
export type ResponseType =
  | 'code'
  | 'id_token'
  | 'id_token token'
  | 'code id_token'
  | 'code token'
  | 'code id_token token'
  | 'none'

/** How `sub` is chosen: the same for every client, or different for each sector. @see OpenID Connect Core 1.0 §8 */
export type SubjectType = 'public' | 'pairwise'

/** Another name of {@link SubjectType}. */
export type SubjectTypes = SubjectType

/** The kind of application a client is. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
export type ApplicationType = 'web' | 'native'

/** How a CIBA client learns the outcome. @see OpenID Connect CIBA Core 1.0 §5 */
export type CIBADeliveryMode = 'poll' | 'ping'

/** The certificate member that `tls_client_auth` compares. @see RFC 8705 §2.1.2 */
export type TLSClientAuthProperty =
  | 'tls_client_auth_subject_dn'
  | 'tls_client_auth_san_dns'
  | 'tls_client_auth_san_uri'
  | 'tls_client_auth_san_ip'
  | 'tls_client_auth_san_email'

/**
 * What is known about a client, as registered: in `clients`, in a registration request, in storage. Members that
 * belong to a feature are recognised while that feature is enabled; unrecognised members are dropped.
 */
export interface ClientMetadata {
  /** Its identifier: visible ASCII characters. @see RFC 6749 §2.2 */
  client_id: string
  /** Its secret: visible ASCII characters. Needed by the `client_secret_*` methods and symmetric algorithms. @see RFC 6749 §2.3.1 */
  client_secret?: string | undefined
  /** When it was registered, epoch seconds. Set by dynamic registration. @see RFC 7591 §3.2.1 */
  client_id_issued_at?: number | undefined
  /** When its secret stops being accepted, epoch seconds; 0 means never. @see RFC 7591 §3.2.1 */
  client_secret_expires_at?: number | undefined
  /** Name to show to people. @see RFC 7591 §2 */
  client_name?: string | undefined
  /** Its home page. @see RFC 7591 §2 */
  client_uri?: string | undefined
  /** Its logo. @see RFC 7591 §2 */
  logo_uri?: string | undefined
  /** Its privacy policy. @see RFC 7591 §2 */
  policy_uri?: string | undefined
  /** Its terms of service. @see RFC 7591 §2 */
  tos_uri?: string | undefined
  /** E-mail addresses of people responsible for it. @see RFC 7591 §2 */
  contacts?: string[] | undefined
  /** The kind of application; decides which redirect URIs it may have. @default 'web' @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  application_type?: ApplicationType | undefined
  /** Where authorization responses may go, compared exactly; only the port of a native client's loopback URI is free. @see RFC 6749 §3.1.2.2, RFC 8252 §7.3 */
  redirect_uris?: string[] | undefined
  /** The response types it may ask for. @default ['code'] @see RFC 7591 §2 */
  response_types?: ResponseType[] | undefined
  /** How answers may travel, of the modes there are; any way when absent. */
  response_modes?: string[] | undefined
  /** The grant types it may use. @default ['authorization_code'] @see RFC 7591 §2 */
  grant_types?: string[] | undefined
  /** Where the browser may go after logout. @see OpenID Connect RP-Initiated Logout 1.0 §3.1 */
  post_logout_redirect_uris?: string[] | undefined
  /** How it authenticates. @default 'client_secret_basic' @see OpenID Connect Core 1.0 §9 */
  token_endpoint_auth_method?: ClientAuthMethod | undefined
  /** The only algorithm accepted for its assertions; absent means any the provider accepts. @see OpenID Connect Core 1.0 §9 */
  token_endpoint_auth_signing_alg?: SigningAlgorithm | undefined
  /** Its public keys. Excludes `jwks_uri`. @see RFC 7591 §2 */
  jwks?: JWKS | undefined
  /** Where its public keys are fetched from. Excludes `jwks`. @see RFC 7591 §2 */
  jwks_uri?: string | undefined
  /** How its `sub` values are chosen. @default 'public', or 'pairwise' where that is the only one supported @see OpenID Connect Core 1.0 §8 */
  subject_type?: SubjectType | undefined
  /** Names the redirect URIs that share pairwise `sub` values. @see OpenID Connect Core 1.0 §8.1 */
  sector_identifier_uri?: string | undefined
  /** Longest time since the person logged in, in seconds, where the request sends no `max_age`. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  default_max_age?: number | undefined
  /** Whether ID Tokens must hold `auth_time`. @default false @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  require_auth_time?: boolean | undefined
  /** Authentication contexts to ask for where the request sends no `acr_values`. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  default_acr_values?: string[] | undefined
  /** Where a third party may start a login at this client. @see OpenID Connect Core 1.0 §4 */
  initiate_login_uri?: string | undefined
  /** Scopes it may ask for, separated by spaces; absent means all. Scopes of resource servers are not limited by it. @see RFC 7591 §2 */
  scope?: string | undefined
  /** Algorithm of its ID Token signatures. @default 'RS256' @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  id_token_signed_response_alg?: SigningAlgorithmWithNone | undefined
  /** Key management of its encrypted ID Tokens; absent means not encrypted. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  id_token_encrypted_response_alg?: EncryptionAlgorithm | undefined
  /** Content encryption of its ID Tokens. @default 'A128CBC-HS256' where `id_token_encrypted_response_alg` is set @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  id_token_encrypted_response_enc?: ContentEncryption | undefined
  /** Algorithm of its UserInfo signatures; absent means plain JSON. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  userinfo_signed_response_alg?: SigningAlgorithmWithNone | undefined
  /** Key management of its encrypted UserInfo responses; absent means not encrypted. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  userinfo_encrypted_response_alg?: EncryptionAlgorithm | undefined
  /** Content encryption of its UserInfo responses. @default 'A128CBC-HS256' where `userinfo_encrypted_response_alg` is set @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  userinfo_encrypted_response_enc?: ContentEncryption | undefined
  /** Algorithm of its introspection response signatures; absent means plain JSON. @see RFC 9701 §6 */
  introspection_signed_response_alg?: SigningAlgorithmWithNone | undefined
  /** Key management of its encrypted introspection responses; absent means not encrypted. @see RFC 9701 §6 */
  introspection_encrypted_response_alg?: EncryptionAlgorithm | undefined
  /** Content encryption of its introspection responses. @default 'A128CBC-HS256' where `introspection_encrypted_response_alg` is set @see RFC 9701 §6 */
  introspection_encrypted_response_enc?: ContentEncryption | undefined
  /** Algorithm of its authorization response signatures. @default 'RS256' @see JWT Secured Authorization Response Mode §3 */
  authorization_signed_response_alg?: SigningAlgorithm | undefined
  /** Key management of its encrypted authorization responses; absent means not encrypted. @see JWT Secured Authorization Response Mode §3 */
  authorization_encrypted_response_alg?: EncryptionAlgorithm | undefined
  /** Content encryption of its authorization responses. @default 'A128CBC-HS256' where `authorization_encrypted_response_alg` is set @see JWT Secured Authorization Response Mode §3 */
  authorization_encrypted_response_enc?: ContentEncryption | undefined
  /** The only algorithm accepted for its request objects; absent means any the provider accepts. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  request_object_signing_alg?: SigningAlgorithmWithNone | undefined
  /** The only key management accepted for its encrypted request objects. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  request_object_encryption_alg?: EncryptionAlgorithm | undefined
  /** The only content encryption accepted for its request objects. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  request_object_encryption_enc?: ContentEncryption | undefined
  /** Where its request objects may be fetched from. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  request_uris?: string[] | undefined
  /** Whether it must send signed request objects. @default false @see RFC 9101 §10.5 */
  require_signed_request_object?: boolean | undefined
  /** Whether it must push its authorization requests. @default false @see RFC 9126 §6 */
  require_pushed_authorization_requests?: boolean | undefined
  /** Where logout tokens are posted. @see OpenID Connect Back-Channel Logout 1.0 §2.2 */
  backchannel_logout_uri?: string | undefined
  /** Whether its logout tokens must hold `sid`. @default false @see OpenID Connect Back-Channel Logout 1.0 §2.2 */
  backchannel_logout_session_required?: boolean | undefined
  /** How it learns the outcome of a backchannel authentication. @see OpenID Connect CIBA Core 1.0 §4 */
  backchannel_token_delivery_mode?: CIBADeliveryMode | undefined
  /** Where ping notifications are posted. @see OpenID Connect CIBA Core 1.0 §4 */
  backchannel_client_notification_endpoint?: string | undefined
  /** The algorithm its backchannel authentication requests must be signed with; absent means not signed. @see OpenID Connect CIBA Core 1.0 §4 */
  backchannel_authentication_request_signing_alg?: string | undefined
  /** Whether it sends `user_code`. @default false @see OpenID Connect CIBA Core 1.0 §4 */
  backchannel_user_code_parameter?: boolean | undefined
  /** Subject of the certificate of `tls_client_auth`, as RFC 4514 writes it. @see RFC 8705 §2.1.2 */
  tls_client_auth_subject_dn?: string | undefined
  /** DNS name in the certificate of `tls_client_auth`. @see RFC 8705 §2.1.2 */
  tls_client_auth_san_dns?: string | undefined
  /** URI in the certificate of `tls_client_auth`. @see RFC 8705 §2.1.2 */
  tls_client_auth_san_uri?: string | undefined
  /** IP address in the certificate of `tls_client_auth`. @see RFC 8705 §2.1.2 */
  tls_client_auth_san_ip?: string | undefined
  /** E-mail address in the certificate of `tls_client_auth`. @see RFC 8705 §2.1.2 */
  tls_client_auth_san_email?: string | undefined
  /** Whether its access tokens are bound to its certificate. @default false @see RFC 8705 §3.4 */
  tls_client_certificate_bound_access_tokens?: boolean | undefined
  /** Whether its access tokens are bound to a DPoP key. @default false @see RFC 9449 §5.2 */
  dpop_bound_access_tokens?: boolean | undefined
  /** Where relayed web messages may be posted. @see OAuth 2.0 Web Message Response Mode §5 */
  web_message_uris?: string[] | undefined
  /** Members named in `extraClientMetadata.properties`, verbatim. */
  [member: string]: unknown
}

/** {@link ClientMetadata} of a client whose identifier is still to be given. */
export type AllClientMetadata = { [Name in keyof ClientMetadata]?: ClientMetadata[Name] | undefined }
