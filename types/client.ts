import type { SigningAlgorithm, SigningAlgorithmWithNone } from './jwa.ts'

/** A FAPI security profile. */
export type FapiProfile = '1.0 Final' | '1.0 ID2' | '2.0'

/** A FAPI security profile; `2.0 Message Signing` is `2.0` with signed requests and answers. */
export type SecurityProfileName = FapiProfile | '2.0 Message Signing'

/** A JSON Web Key. `kty` is needed; libraries type keys without it, so it is asked for when the key is read. @see RFC 7517 §4 */
export interface JWK {
  kty?: string | undefined
  alg?: string | undefined
  key_ops?: string[] | undefined
  kid?: string | undefined
  use?: string | undefined
  x5c?: string[] | undefined
  x5t?: string | undefined
  'x5t#S256'?: string | undefined
  x5u?: string | undefined
  ext?: boolean | undefined
  crv?: string | undefined
  d?: string | undefined
  dp?: string | undefined
  dq?: string | undefined
  e?: string | undefined
  k?: string | undefined
  n?: string | undefined
  p?: string | undefined
  q?: string | undefined
  qi?: string | undefined
  x?: string | undefined
  y?: string | undefined
}

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

/**
 * What is known about a client, as registered: in `clients`, in a registration request, in storage. Members that
 * belong to a feature are recognised while that feature is enabled; unrecognised members are dropped.
 */
export interface ClientMetadata {
  /** Its identifier: visible ASCII characters. @see RFC 6749 §2.2 @example 'web' */
  client_id: string
  /**
   * Its secret: visible ASCII characters. Needed by the `client_secret_*` methods and symmetric algorithms. @see RFC 6749 §2.3.1
   * @example 'a long random secret'
   */
  client_secret?: string | undefined
  /** When it was registered, epoch seconds. Set by dynamic registration. @see RFC 7591 §3.2.1 @example 1795000000 */
  client_id_issued_at?: number | undefined
  /** When its secret stops being accepted, epoch seconds; 0 means never. @see RFC 7591 §3.2.1 @example 1826536000 */
  client_secret_expires_at?: number | undefined
  /** Name to show to people. @see RFC 7591 §2 @example 'Orders' */
  client_name?: string | undefined
  /** Its home page. @see RFC 7591 §2 @example 'https://app.example.com' */
  client_uri?: string | undefined
  /** Its logo. @see RFC 7591 §2 @example 'https://app.example.com/logo.png' */
  logo_uri?: string | undefined
  /** Its privacy policy. @see RFC 7591 §2 @example 'https://app.example.com/privacy' */
  policy_uri?: string | undefined
  /** Its terms of service. @see RFC 7591 §2 @example 'https://app.example.com/terms' */
  tos_uri?: string | undefined
  /** E-mail addresses of people responsible for it. @see RFC 7591 §2 @example ['dev@example.com'] */
  contacts?: string[] | undefined
  /**
   * The kind of application; decides which redirect URIs it may have. @default 'web' @see OpenID Connect Dynamic Client Registration 1.0 §2
   * @example 'native'
   */
  application_type?: ApplicationType | undefined
  /**
   * Where authorization responses may go, compared exactly; only the port of a native client's loopback URI is free. @see RFC 6749 §3.1.2.2, RFC 8252 §7.3
   * @example ['https://app.example.com/cb']
   */
  redirect_uris?: string[] | undefined
  /** The response types it may ask for. @default ['code'] @see RFC 7591 §2 @example ['code'] */
  response_types?: ResponseType[] | undefined
  /** How answers may travel, of the modes there are; any way when absent. @example ['query', 'form_post'] */
  response_modes?: string[] | undefined
  /** The grant types it may use. @default ['authorization_code'] @see RFC 7591 §2 @example ['authorization_code', 'refresh_token'] */
  grant_types?: string[] | undefined
  /** How it authenticates. @default 'client_secret_basic' @see OpenID Connect Core 1.0 §9 @example 'private_key_jwt' */
  token_endpoint_auth_method?: ClientAuthMethod | undefined
  /**
   * The only algorithm accepted for its assertions; absent means any the provider accepts. @see OpenID Connect Core 1.0 §9
   * @example 'ES256'
   */
  token_endpoint_auth_signing_alg?: SigningAlgorithm | undefined
  /**
   * Its public keys. Excludes `jwks_uri`. @see RFC 7591 §2
   * @example
   * { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'one' }] }
   */
  jwks?: JWKS | undefined
  /** Where its public keys are fetched from. Excludes `jwks`. @see RFC 7591 §2 @example 'https://app.example.com/jwks' */
  jwks_uri?: string | undefined
  /**
   * How its `sub` values are chosen. @default 'public', or 'pairwise' where that is the only one supported @see OpenID Connect Core 1.0 §8
   * @example 'pairwise'
   */
  subject_type?: SubjectType | undefined
  /**
   * Names the redirect URIs that share pairwise `sub` values. @see OpenID Connect Core 1.0 §8.1
   * @example 'https://example.com/redirect-uris.json'
   */
  sector_identifier_uri?: string | undefined
  /**
   * Longest time since the person logged in, in seconds, where the request sends no `max_age`. @see OpenID Connect Dynamic Client Registration 1.0 §2
   * @example 3600
   */
  default_max_age?: number | undefined
  /** Whether ID Tokens must hold `auth_time`. @default false @see OpenID Connect Dynamic Client Registration 1.0 §2 */
  require_auth_time?: boolean | undefined
  /**
   * Authentication contexts to ask for where the request sends no `acr_values`. @see OpenID Connect Dynamic Client Registration 1.0 §2
   * @example ['urn:example:mfa']
   */
  default_acr_values?: string[] | undefined
  /** Where a third party may start a login at this client. @see OpenID Connect Core 1.0 §4 @example 'https://app.example.com/login' */
  initiate_login_uri?: string | undefined
  /**
   * Scopes it may ask for, separated by spaces; absent means all. Scopes of resource servers are not limited by it. @see RFC 7591 §2
   * @example 'openid email offline_access'
   */
  scope?: string | undefined
  /** Algorithm of its ID Token signatures. @default 'RS256' @see OpenID Connect Dynamic Client Registration 1.0 §2 @example 'ES256' */
  id_token_signed_response_alg?: SigningAlgorithmWithNone | undefined
  /** Members named in `extraClientMetadata.properties`, verbatim. */
  [member: string]: unknown
}

/** {@link ClientMetadata} of a client whose identifier is still to be given. */
export type AllClientMetadata = { [Name in keyof ClientMetadata]?: ClientMetadata[Name] | undefined }
