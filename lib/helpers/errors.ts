import { isErrorStatus, printable } from './http/error_on_the_wire.ts'

/** What an {@link OIDCProviderError} is made from. */
export interface ErrorInit {
  error: string
  status?: number
  error_description?: string | undefined
  error_detail?: string | undefined
  scope?: string | undefined
  cause?: unknown
}

/** Hosts throw what they caught: what is no text has nothing to say to a client. */
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * A failure that is the client's or the end-user's doing. `message` is the error code. Anything else that is
 * thrown while a request is handled is ours, and leaves as a bare `server_error`.
 */
export class OIDCProviderError extends Error {
  /** Wire: `error`. */
  error: string
  /** HTTP status when it is answered directly. */
  status: number
  /** Wire: `error_description`; safe to show. */
  error_description?: string | undefined
  /** For events and logs only, never sent. */
  error_detail?: string | undefined
  /** Wire: `scope`, for errors about scope. */
  scope?: string | undefined
  /** Whether it may go to the client by redirect. Set it to `false` on a class's prototype to render instead. */
  declare allow_redirect: boolean
  /** The same as `status`, under the name the http libraries use. */
  declare statusCode: number
  /** Whether the message may be shown. @default unless it is a failure of the server */
  declare expose: boolean

  /**
   * @param status HTTP status when it is answered directly, 400 to 599
   * @param error the error code
   * @param description what went wrong, for the client's developer
   */
  constructor(status: number, error: string, description?: string)
  constructor(init: ErrorInit)
  constructor(given: number | ErrorInit, error = '', description?: string) {
    const init = typeof given === 'object' ? given : { status: given, error, error_description: description }
    super(init.error, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = new.target.name
    this.error = init.error
    this.status = isErrorStatus(init.status) ? init.status : 400
    this.error_description = printable(init.error_description)
    this.error_detail = textOf(init.error_detail)
    this.scope = textOf(init.scope)
  }

  /** The same failure under the name another endpoint must use. */
  as(error: string): OIDCProviderError {
    const { status, error_description, error_detail, scope } = this
    return new OIDCProviderError({ error, status, error_description, error_detail, scope, cause: this })
  }
}
OIDCProviderError.prototype.allow_redirect = true
// Subclasses of hosts declare these as members of their own, which the compiler forbids for accessors.
Object.defineProperties(OIDCProviderError.prototype, {
  statusCode: {
    configurable: true,
    get(this: OIDCProviderError) {
      return this.status
    },
    set(this: OIDCProviderError, value: number) {
      this.status = value
    },
  },
  expose: {
    configurable: true,
    get(this: OIDCProviderError) {
      return this.statusCode < 500
    },
    set(this: OIDCProviderError, value: boolean) {
      Object.defineProperty(this, 'expose', { value, configurable: true, enumerable: true, writable: true })
    },
  },
})

/** An error whose code the host chose, for instance in an interaction result. */
export class CustomOIDCProviderError extends OIDCProviderError {
  constructor(error: string, description?: string) {
    super({ error, error_description: description })
  }
}

/** Makes the common case: a code, a default description, both replaceable in part by the thrower. */
function errorClass(error: string, defaultDescription?: string, status = 400) {
  return class extends OIDCProviderError {
    constructor(description?: string, detail?: string, cause?: unknown) {
      super({
        error,
        status,
        error_description: textOf(description) ?? defaultDescription,
        error_detail: detail,
        cause,
      })
    }
  }
}

export class AccessDenied extends errorClass('access_denied') {}
export class AuthorizationPending extends errorClass(
  'authorization_pending',
  'authorization request is still pending as the end-user has not yet completed the user interaction steps',
) {}
export class ConsentRequired extends errorClass('consent_required') {}
export class ExpiredLoginHintToken extends errorClass('expired_login_hint_token') {}
export class ExpiredToken extends errorClass('expired_token') {}
export class InteractionRequired extends errorClass('interaction_required') {}
export class InvalidBindingMessage extends errorClass('invalid_binding_message') {}
export class InvalidClient extends errorClass('invalid_client') {}
export class InvalidClientMetadata extends errorClass('invalid_client_metadata') {}
export class InvalidDpopProof extends errorClass('invalid_dpop_proof') {}
export class InvalidRequestObject extends errorClass('invalid_request_object') {}
export class InvalidRequestUri extends errorClass('invalid_request_uri') {}
export class InvalidSoftwareStatement extends errorClass('invalid_software_statement') {}
export class InvalidTarget extends errorClass(
  'invalid_target',
  'resource indicator is missing, or unknown',
) {}
export class InvalidUserCode extends errorClass('invalid_user_code') {}
export class LoginRequired extends errorClass('login_required') {}
export class MissingUserCode extends errorClass('missing_user_code') {}
export class RegistrationNotSupported extends errorClass(
  'registration_not_supported',
  'registration parameter provided but not supported',
) {}
export class RequestNotSupported extends errorClass(
  'request_not_supported',
  'request parameter provided but not supported',
) {}
export class RequestUriNotSupported extends errorClass(
  'request_uri_not_supported',
  'request_uri parameter provided but not supported',
) {}
export class SlowDown extends errorClass(
  'slow_down',
  'you are polling too quickly and should back off at a reasonable rate',
) {}
export class TemporarilyUnavailable extends errorClass(
  'temporarily_unavailable',
  'the server is temporarily unable to handle the request, try again later',
  503,
) {}
/** @see RFC 6585 §4 */
export class TooManyAttempts extends OIDCProviderError {
  constructor(detail: string) {
    super({
      error: 'temporarily_unavailable',
      status: 429,
      error_description: 'too many failed attempts, try again later',
      error_detail: detail,
    })
  }
}
export class TransactionFailed extends errorClass('transaction_failed') {}
export class UnapprovedSoftwareStatement extends errorClass('unapproved_software_statement') {}
export class UnauthorizedClient extends errorClass('unauthorized_client') {}
export class UnknownUserId extends errorClass('unknown_user_id') {}
export class UnmetAuthenticationRequirements extends errorClass('unmet_authentication_requirements') {}
export class UnsupportedGrantType extends errorClass(
  'unsupported_grant_type',
  'unsupported grant_type requested',
) {}
export class UnsupportedResponseMode extends errorClass(
  'unsupported_response_mode',
  'unsupported response_mode requested',
) {}
export class UnsupportedResponseType extends errorClass(
  'unsupported_response_type',
  'unsupported response_type requested',
) {}
/** @see RFC 7009 §2.2.1 */
export class UnsupportedTokenType extends errorClass(
  'unsupported_token_type',
  'tokens of this type are not supported',
) {}
export class UseDpopNonce extends errorClass('use_dpop_nonce') {}

/** One text for every cause, so a client's secret cannot be probed; `error_detail` says which. */
export class InvalidClientAuth extends OIDCProviderError {
  constructor(detail: string, cause?: unknown) {
    super({
      error: 'invalid_client',
      status: 401,
      error_description: 'client authentication failed',
      error_detail: detail,
      cause,
    })
  }
}

/** One description for every cause, so a stolen code cannot be probed; `error_detail` says which. */
export class InvalidGrant extends OIDCProviderError {
  constructor(detail: string, cause?: unknown) {
    super({
      error: 'invalid_grant',
      error_description: 'grant request is invalid',
      error_detail: detail,
      cause,
    })
  }
}

export class InvalidToken extends OIDCProviderError {
  constructor(detail: string, cause?: unknown) {
    super({
      error: 'invalid_token',
      status: 401,
      error_description: 'invalid token provided',
      error_detail: detail,
      cause,
    })
  }
}

export class InvalidRequest extends OIDCProviderError {
  constructor(description?: string, status = 400, detail?: string, cause?: unknown) {
    super({
      error: 'invalid_request',
      status,
      error_description: textOf(description) ?? 'request is invalid',
      error_detail: detail,
      cause,
    })
  }
}

/** The end-user's interaction cannot be matched to this browser, or is over. */
export class SessionNotFound extends InvalidRequest {}

/** The redirect_uri cannot be trusted, so this one is never redirected. @see RFC 9700 §4.11.2 */
export class InvalidRedirectUri extends OIDCProviderError {
  constructor(description?: string, detail?: string) {
    super({
      error: 'invalid_redirect_uri',
      error_description:
        textOf(description) ?? 'redirect_uri did not match any of the registered redirect_uris of the client',
      error_detail: detail,
    })
  }
}
InvalidRedirectUri.prototype.allow_redirect = false

export class WebMessageUriMismatch extends OIDCProviderError {
  constructor(description?: string) {
    super({
      error: 'web_message_uri_mismatch',
      error_description:
        textOf(description) ??
        'web_message_uri did not match any of the registered web_message_uris of the client',
    })
  }
}
WebMessageUriMismatch.prototype.allow_redirect = false

export class InvalidScope extends OIDCProviderError {
  constructor(description: string, scope?: string, detail?: string) {
    super({ error: 'invalid_scope', error_description: description, error_detail: detail, scope })
  }
}

/** @see RFC 6750 §3.1 */
export class InsufficientScope extends OIDCProviderError {
  constructor(description: string, scope?: string, detail?: string) {
    super({
      error: 'insufficient_scope',
      status: 403,
      error_description: description,
      error_detail: detail,
      scope,
    })
  }
}
