import type { ErrorReason, FoundNames, ReasonCode } from '../../types/errors.ts'
import { isErrorStatus, printable } from './http/error_on_the_wire.ts'
import { shownNames } from './reasons/shown_names.ts'

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
 * The class of all of these, and of errors that features make by code.
 * A failure that is the client's or the end-user's doing. `message` is the error code. Anything else that is
 * thrown while a request is handled is ours, and leaves as a bare `server_error`.
 * @remarks `instanceof errors.OIDCProviderError` tells them from failures.
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
  /** Why it was refused, as a code that stays. Never sent. */
  reason: ReasonCode = 'host'
  /** The rule that was broken. Never sent. */
  section?: string | undefined
  /** Names of what was seen, never secrets, tokens or codes. Never sent. */
  seen?: readonly string[] | undefined
  /** What would be accepted in its place. Never sent. */
  accepted?: readonly string[] | undefined
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

  /**
   * Says why, for events and logs.
   * @param why a reason, or the error that led to this one
   * @param found names of what was seen, and what would be accepted
   */
  because(why: ErrorReason, found: FoundNames = why): this {
    this.reason = why.reason
    this.section = why.section
    this.seen = shownNames(found.seen)
    this.accepted = shownNames(found.accepted)
    return this
  }

  /** The same failure under the name another endpoint must use. */
  as(error: string): OIDCProviderError {
    const { status, error_description, error_detail, scope } = this
    const init = { error, status, error_description, error_detail, scope, cause: this }
    return new OIDCProviderError(init).because(this)
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

/**
 * An error whose code the host chose: a result of an interaction, or thrown by a function of yours.
 * @remarks It is yours.
 */
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

/**
 * The person, or a function of the host, did not allow it; also where nothing was granted in the end.
 * @remarks Nothing, if the person said no. Otherwise see `error_detail`: an account that `findAccount` does not find, a grant that lacks every scope.
 * @see RFC 6749 §4.1.2.1
 */
export class AccessDenied extends errorClass('access_denied') {}
/**
 * A device or backchannel client polls, and nobody has decided yet.
 * @remarks Let the client go on polling.
 * @see RFC 8628 §3.5
 */
export class AuthorizationPending extends errorClass(
  'authorization_pending',
  'authorization request is still pending as the end-user has not yet completed the user interaction steps',
) {}
/**
 * `prompt=none`, and somebody would have to be asked for consent.
 * @remarks The application repeats the request without `prompt=none`.
 * @see OpenID Connect Core 1.0 §3.1.2.6
 */
export class ConsentRequired extends errorClass('consent_required') {}
/**
 * A `login_hint_token` is too old: thrown by `features.ciba.processLoginHintToken`.
 * @remarks The client gets a new one.
 * @see OpenID Connect CIBA Core 1.0 §13
 */
export class ExpiredLoginHintToken extends errorClass('expired_login_hint_token') {}
/**
 * A device code or backchannel authentication request is over.
 * @remarks The client starts again.
 * @see RFC 8628 §3.5
 */
export class ExpiredToken extends errorClass('expired_token') {}
/**
 * `prompt=none`, and a prompt other than login and consent is needed; a native client without consent.
 * @remarks The application repeats the request without `prompt=none`.
 * @see OpenID Connect Core 1.0 §3.1.2.6
 */
export class InteractionRequired extends errorClass('interaction_required') {}
/**
 * A `binding_message` cannot be shown: thrown by `features.ciba.validateBindingMessage`.
 * @remarks The client sends a short plain one.
 * @see OpenID Connect CIBA Core 1.0 §13
 */
export class InvalidBindingMessage extends errorClass('invalid_binding_message') {}
/**
 * The client does not exist, or may not be used here.
 * @remarks Compare `client_id` with `clients` and with what storage has.
 * @see RFC 6749 §5.2
 */
export class InvalidClient extends errorClass('invalid_client') {}
/**
 * Metadata of a client break a rule; while the provider is constructed it is the reason of a `TypeError`.
 * @remarks The description names the member and the rule, see [client metadata](client_metadata.md).
 * @see RFC 7591 §3.2.2
 */
export class InvalidClientMetadata extends errorClass('invalid_client_metadata') {}
/**
 * A proof of possession does not hold.
 * @remarks See `error_detail`.
 * @see RFC 9449 §5
 */
export class InvalidDpopProof extends errorClass('invalid_dpop_proof') {}
/**
 * A request object (`request`, or what `request_uri` led to) does not hold.
 * @remarks Check its key, `iss`, `aud`, `exp` and algorithm; `error_detail` says which.
 * @see RFC 9101 §6
 */
export class InvalidRequestObject extends errorClass('invalid_request_object') {}
/**
 * A `request_uri` is not known, was used, or could not be fetched.
 * @remarks Push again, or register the URL in `request_uris`.
 * @see RFC 9101 §5.2, RFC 9126 §4
 */
export class InvalidRequestUri extends errorClass('invalid_request_uri') {}
/**
 * A software statement does not hold: for registration policies to throw.
 * @remarks The client presents another one.
 * @see RFC 7591 §3.2.2
 */
export class InvalidSoftwareStatement extends errorClass('invalid_software_statement') {}
/**
 * A `resource` is not known, or not of this grant.
 * @remarks `features.resourceIndicators.getResourceServerInfo` decides which are known.
 * @see RFC 8707 §2
 */
export class InvalidTarget extends errorClass(
  'invalid_target',
  'resource indicator is missing, or unknown',
) {}
/**
 * A `user_code` is wrong: thrown by `features.ciba.verifyUserCode`.
 * @remarks The client asks the person again.
 * @see OpenID Connect CIBA Core 1.0 §13
 */
export class InvalidUserCode extends errorClass('invalid_user_code') {}
/**
 * `prompt=none`, and nobody is signed in, or not as wanted.
 * @remarks The application repeats the request without `prompt=none`. Where somebody is signed in, see the [FAQ](../faq.md) about cookies.
 * @see OpenID Connect Core 1.0 §3.1.2.6
 */
export class LoginRequired extends errorClass('login_required') {}
/**
 * A `user_code` is needed and was not sent: thrown by `features.ciba.verifyUserCode`.
 * @remarks The client asks the person for it.
 * @see OpenID Connect CIBA Core 1.0 §13
 */
export class MissingUserCode extends errorClass('missing_user_code') {}
/**
 * An authorization request has the parameter `registration`.
 * @remarks Register the client beforehand.
 * @see OpenID Connect Core 1.0 §3.1.2.6
 */
export class RegistrationNotSupported extends errorClass(
  'registration_not_supported',
  'registration parameter provided but not supported',
) {}
/**
 * A request object was sent where none is taken.
 * @remarks Turn on `features.requestObjects`.
 * @see OpenID Connect Core 1.0 §3.1.2.6
 */
export class RequestNotSupported extends errorClass(
  'request_not_supported',
  'request parameter provided but not supported',
) {}
/**
 * A `request_uri` was sent where none is taken.
 * @remarks Turn on `features.pushedAuthorizationRequests` or `features.requestObjects`.
 * @see OpenID Connect Core 1.0 §3.1.2.6
 */
export class RequestUriNotSupported extends errorClass(
  'request_uri_not_supported',
  'request_uri parameter provided but not supported',
) {}
/**
 * A device or backchannel client polls faster than it was told.
 * @remarks The client waits five seconds longer each time.
 * @see RFC 8628 §3.5
 */
export class SlowDown extends errorClass(
  'slow_down',
  'you are polling too quickly and should back off at a reasonable rate',
) {}
/**
 * Storage did not answer in time, or could not be reached.
 * @remarks Look at `server_error`, and at your storage; clients may try again.
 * @see RFC 6749 §4.1.2.1
 */
export class TemporarilyUnavailable extends errorClass(
  'temporarily_unavailable',
  'the server is temporarily unable to handle the request, try again later',
  503,
) {}
/**
 * Too many wrong secrets or codes from one address.
 * @remarks See [guessing](../guessing.md). Behind a proxy set `provider.proxy`, or everybody seems to come from one address.
 * @see RFC 6585 §4
 */
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
/**
 * A backchannel authentication failed: for `backchannelResult()` to tell.
 * @remarks See [CIBA](../guides/ciba.md).
 * @see OpenID Connect CIBA Core 1.0 §11
 */
export class TransactionFailed extends errorClass('transaction_failed') {}
/**
 * A software statement is of nobody who is trusted: for registration policies to throw.
 * @remarks Decide whether to trust them.
 * @see RFC 7591 §3.2.2
 */
export class UnapprovedSoftwareStatement extends errorClass('unapproved_software_statement') {}
/**
 * The client may not use this grant type, response type or endpoint.
 * @remarks Add it to `grant_types` or `response_types` of the client.
 * @see RFC 6749 §5.2
 */
export class UnauthorizedClient extends errorClass('unauthorized_client') {}
/**
 * Nobody is known by the hint of a backchannel authentication request.
 * @remarks See `features.ciba.processLoginHint`.
 * @see OpenID Connect CIBA Core 1.0 §13
 */
export class UnknownUserId extends errorClass('unknown_user_id') {}
/**
 * A login of the kind that was asked for is not to be had: for screens and checks to throw.
 * @remarks Offer the method, or take the `acr` out of `acrValues`.
 * @see OpenID Connect Core Error Code unmet_authentication_requirements 1.0 §2
 */
export class UnmetAuthenticationRequirements extends errorClass('unmet_authentication_requirements') {}
/**
 * There is no such grant type.
 * @remarks Turn on its feature, or register it, see [grant types](protocol.md#grant-types).
 * @see RFC 6749 §5.2
 */
export class UnsupportedGrantType extends errorClass(
  'unsupported_grant_type',
  'unsupported grant_type requested',
) {}
/**
 * There is no such response mode, or not for this response type or client.
 * @remarks See [response modes](protocol.md#response-modes).
 * @see OAuth 2.0 Multiple Response Type Encoding Practices §2.1
 */
export class UnsupportedResponseMode extends errorClass(
  'unsupported_response_mode',
  'unsupported response_mode requested',
) {}
/**
 * There is no such response type.
 * @remarks Add it to `responseTypes`, see [response types](protocol.md#response-types).
 * @see RFC 6749 §4.1.2.1
 */
export class UnsupportedResponseType extends errorClass(
  'unsupported_response_type',
  'unsupported response_type requested',
) {}
/**
 * A JWT access token was sent for introspection or revocation.
 * @remarks APIs check JWTs themselves; give them a short life.
 * @see RFC 7009 §2.2.1
 */
export class UnsupportedTokenType extends errorClass(
  'unsupported_token_type',
  'tokens of this type are not supported',
) {}
/**
 * A proof of possession has to have a nonce.
 * @remarks The client repeats the request with the one it was given.
 * @see RFC 9449 §8
 */
export class UseDpopNonce extends errorClass('use_dpop_nonce') {}

/**
 * The client did not prove who it is. One text for every cause, so a client's secret cannot be probed; `error_detail`
 * says which.
 * @remarks Read `error_detail`: another `token_endpoint_auth_method` than registered, a wrong secret, a secret that is not
 *   form-encoded in the header (RFC 6749 §2.3.1), an expired or used assertion.
 * @see RFC 6749 §5.2
 */
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

/**
 * A code, refresh token or assertion is not accepted. One description for every cause, so a stolen code cannot be probed;
 * `error_detail` says which.
 * @remarks Read `error_detail`: used twice, expired, of another client, another `redirect_uri` or `code_verifier`, an account
 *   or grant that is gone.
 * @see RFC 6749 §5.2
 */
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

/**
 * An access token is missing, unknown, expired, or its account or grant is gone.
 * @remarks See `error_detail`; the client gets a new token.
 * @see RFC 6750 §3.1
 */
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

/**
 * A parameter is missing, sent twice or malformed, or a header or body is.
 * @remarks The description names it; `error_detail` may say more.
 * @see RFC 6749 §4.1.2.1, §5.2
 */
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

/**
 * The end-user's interaction cannot be matched to this browser, or is over.
 * @remarks `error_detail` names the cookie that was missing and the likely remedy. See
 *   [screens](../guides/screens.md#what-can-go-wrong).
 */
export class SessionNotFound extends InvalidRequest {}

/**
 * The `redirect_uri` is not one that the client registered, and cannot be trusted.
 * @remarks Register exactly what the application sends: scheme, host, port, path and trailing slash count.
 * @see RFC 9700 §4.11.2
 */
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

/**
 * The relay mode of web messages was asked for, which there is not.
 * @remarks Leave `web_message_uri` and `web_message_target` out.
 * @see OAuth 2.0 Web Message Response Mode
 */
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

/**
 * A scope is not known, or not allowed for this client or token.
 * @remarks Compare with `scopes`, `claims`, the `scope` of the client and that of the resource server.
 * @see RFC 6749 §4.1.2.1, §5.2
 */
export class InvalidScope extends OIDCProviderError {
  constructor(description: string, scope?: string, detail?: string) {
    super({ error: 'invalid_scope', error_description: description, error_detail: detail, scope })
  }
}

/**
 * An access token lacks a scope that is needed, as `openid` at UserInfo.
 * @remarks The application asks for that scope.
 * @see RFC 6750 §3.1
 */
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
