/** Every `error` code an answer may carry. */
export type OAuthErrorCode =
  // RFC 6749 §4.1.2.1, §5.2
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'
  | 'server_error'
  | 'temporarily_unavailable'
  // RFC 6750 §3.1
  | 'invalid_token'
  | 'insufficient_scope'
  // OpenID Connect Core 1.0 §3.1.2.6
  | 'interaction_required'
  | 'login_required'
  | 'account_selection_required'
  | 'consent_required'
  | 'invalid_request_uri'
  | 'invalid_request_object'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'
  // OpenID Connect Core Error Code unmet_authentication_requirements 1.0 §2
  | 'unmet_authentication_requirements'
  // OAuth 2.0 Multiple Response Type Encoding Practices
  | 'unsupported_response_mode'
  // RFC 7591 §3.2.2
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'invalid_software_statement'
  | 'unapproved_software_statement'
  // RFC 8628 §3.5
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  // RFC 8707 §2
  | 'invalid_target'
  // RFC 9449 §5, §8
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  // OpenID Connect CIBA Core 1.0 §11, §13
  | 'expired_login_hint_token'
  | 'unknown_user_id'
  | 'missing_user_code'
  | 'invalid_user_code'
  | 'invalid_binding_message'
  | 'transaction_failed'
  // OAuth 2.0 Web Message Response Mode
  | 'web_message_uri_mismatch'
  // RFC 7009 §2.2.1
  | 'unsupported_token_type'

/** What an error looks like to the client, and what `renderError` is given: everything in it may be shown. */
export interface ErrorOut {
  /** The error code. A host may add its own with `CustomOIDCProviderError`. */
  error: OAuthErrorCode | (string & {})
  /** What went wrong, for the client's developer: printable ASCII without `"` and `\`. @see RFC 6749 §5.2 */
  error_description?: string | undefined
  /** The scope that is missing. @see RFC 6750 §3 */
  scope?: string | undefined
  /** The request's `state`, given back. @see RFC 6749 §4.1.2.1 */
  state?: string | undefined
  /** This provider's issuer. @see RFC 9207 §2 */
  iss?: string | undefined
}

/** The reasons that the provider has, one member each: the key is the code. Features add theirs. */
export interface ErrorReasons {
  /** Thrown by a function of the host, which gave no reason. */
  host: true
}

/** Stable text that says why something was refused, such as `redirect_uri.unregistered`; hosts may have their own. */
export type ReasonCode = keyof ErrorReasons | (string & {})

/** Names for whoever looks for the mistake: of parameters, claims, headers, methods, algorithms, scopes. Never secrets, tokens or codes. */
export interface FoundNames {
  /** What was seen. */
  readonly seen?: readonly string[] | undefined
  /** What would be accepted in its place. */
  readonly accepted?: readonly string[] | undefined
}

/** Why something was refused. An error is one, too: what led to another error is its reason. */
export interface ErrorReason extends FoundNames {
  /** Stable text, `family.name`. */
  readonly reason: ReasonCode
  /** The rule: specification and section. */
  readonly section?: string | undefined
}

/** An error that is the client's doing; `errors.OIDCProviderError` and its subclasses have this shape. */
export interface ProviderError extends Error {
  /** On the wire: `error`. The same as `message`. */
  error: string
  /** On the wire: `error_description`. Safe to show. */
  error_description?: string | undefined
  /** For events and logs; never sent. */
  error_detail?: string | undefined
  /** HTTP status when answered directly. */
  status: number
  /** The same as `status`. */
  statusCode: number
  /** Whether the message may be shown. */
  expose: boolean
  /** Whether it may be sent to the client by redirect; `false` renders it instead. */
  allow_redirect: boolean
  /** The scope that is missing. @see RFC 6750 §3 */
  scope?: string | undefined
  /**
   * Why it was refused: stable text, such as `redirect_uri.unregistered`. `host` where a function of the host threw it
   * without a reason. For events and logs; never sent. [Every reason](../errors/README.md).
   */
  reason: ReasonCode
  /** The rule that was broken: specification and section. For events and logs; never sent. */
  section?: string | undefined
  /** Names of what was seen: parameters, claims, methods, algorithms, scopes. Never secrets, tokens or codes. Never sent. */
  seen?: readonly string[] | undefined
  /** What would be accepted in its place. For events and logs; never sent. */
  accepted?: readonly string[] | undefined
  /**
   * Says why, for events and logs: a reason of your own, or the error that led to this one.
   * @example throw new errors.InvalidRequest('the tenant is closed').because({ reason: 'tenant.closed' })
   */
  because(why: ErrorReason, found?: FoundNames): this
  /** The same failure under the name another endpoint must use. @example throw error.as('invalid_request') */
  as(error: string): ProviderError
}
