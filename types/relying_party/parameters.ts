import type { KeyObject, PrivateKeyInput } from 'node:crypto'
import type { JWK } from '../client.ts'
import type { HttpMethod } from './http.ts'

/** Parameters of an authorization request. Objects are written as JSON, arrays repeat, `undefined` is left out. */
export interface AuthorizationParameters {
  /** @default the registered one, where there is only one */
  redirect_uri?: string | undefined
  /** @default the registered one, where there is only one */
  response_type?: string | undefined
  /** @default 'openid' */
  scope?: string | undefined
  acr_values?: string | undefined
  audience?: string | undefined
  claims?: string | Record<string, unknown> | undefined
  claims_locales?: string | undefined
  client_id?: string | undefined
  code_challenge?: string | undefined
  code_challenge_method?: string | undefined
  display?: string | undefined
  id_token_hint?: string | undefined
  login_hint?: string | undefined
  max_age?: number | string | undefined
  nonce?: string | undefined
  prompt?: string | undefined
  registration?: string | undefined
  request?: string | undefined
  request_uri?: string | undefined
  resource?: string | string[] | undefined
  response_mode?: string | undefined
  state?: string | undefined
  ui_locales?: string | undefined
  [parameter: string]: unknown
}

/** Parameters of a logout request. */
export interface EndSessionParameters {
  id_token_hint?: string | { id_token?: string | undefined } | undefined
  /** @default the registered one, where there is only one */
  post_logout_redirect_uri?: string | undefined
  state?: string | undefined
  client_id?: string | undefined
  logout_hint?: string | undefined
  ui_locales?: string | undefined
  [parameter: string]: unknown
}

/** Parameters of an authorization response. */
export interface CallbackParamsType {
  access_token?: string | undefined
  code?: string | undefined
  error?: string | undefined
  error_description?: string | undefined
  error_uri?: string | undefined
  expires_in?: string | undefined
  id_token?: string | undefined
  /** Who it is from. @see RFC 9207 */
  iss?: string | undefined
  /** All of it as a JWT. @see JARM */
  response?: string | undefined
  scope?: string | undefined
  session_state?: string | undefined
  state?: string | undefined
  token_type?: string | undefined
}

/** What an authorization response of plain OAuth 2.0 is checked against. */
export interface OAuthCallbackChecks {
  /** What was asked for. */
  response_type?: string | undefined
  /** What was sent. */
  state?: string | undefined
  /** The secret behind the code_challenge that was sent. @see RFC 7636 */
  code_verifier?: string | undefined
  /** Whether the response must be a JWT. */
  jarm?: boolean | undefined
}

/** What an authorization response is checked against. */
export interface OpenIDCallbackChecks extends OAuthCallbackChecks {
  /** What was sent. */
  nonce?: string | undefined
  /**
   * What was sent, in seconds; compared with the clock at the moment of the check, exactly. Clocks differ, and the way
   * back and the token request take time: with 0, or little more, even a login of just now is too old once a second
   * has passed, unless `[custom.clock_tolerance]` of the client allows for it.
   * @default the client's default_max_age
   */
  max_age?: number | undefined
}

/** A private key to prove possession of: a KeyObject, what `crypto.createPrivateKey` takes, or a JWK. @see RFC 9449 */
export type DPoPInput = KeyObject | PrivateKeyInput | string | Buffer | JWK

/** Further claims of a client assertion. */
export interface ClientAssertionExtras {
  clientAssertionPayload?: Record<string, unknown> | undefined
}

export interface GrantExtras extends ClientAssertionExtras {
  DPoP?: DPoPInput | undefined
}

export interface CallbackExtras extends GrantExtras {
  /** Further parameters of the token request. */
  exchangeBody?: Record<string, unknown> | undefined
}

export interface RefreshExtras extends CallbackExtras {}

export interface DeviceAuthorizationExtras extends CallbackExtras {}

export interface PushedAuthorizationRequestExtras extends ClientAssertionExtras {}

export interface IntrospectExtras extends ClientAssertionExtras {
  /** Further parameters of the request. */
  introspectBody?: Record<string, unknown> | undefined
}

export interface RevokeExtras extends ClientAssertionExtras {
  /** Further parameters of the request. */
  revokeBody?: Record<string, unknown> | undefined
}

/** Parameters of a token request. */
export interface GrantBody {
  grant_type: string
  [parameter: string]: unknown
}

export interface UserinfoOptions {
  /** @default 'GET' */
  method?: 'GET' | 'POST' | undefined
  /** Where the token travels. @default 'header' */
  via?: 'header' | 'body' | 'query' | undefined
  /** Authentication scheme. @default that of the TokenSet; for a token that is text 'DPoP' with a key; otherwise 'Bearer' */
  tokenType?: string | undefined
  /** Further parameters. */
  params?: Record<string, unknown> | undefined
  DPoP?: DPoPInput | undefined
}

export interface ResourceRequestOptions {
  headers?: Record<string, string | string[] | undefined> | undefined
  body?: string | Buffer | undefined
  /** @default 'GET' */
  method?: HttpMethod | undefined
  /** Authentication scheme. @default that of the TokenSet; for a token that is text 'DPoP' with a key; otherwise 'Bearer' */
  tokenType?: string | undefined
  DPoP?: DPoPInput | undefined
}

/** Claims of a request object. @see RFC 9101 §4 */
export interface RequestObjectPayload extends AuthorizationParameters {
  /** @default the client_id */
  iss?: string | undefined
  /** @default the issuer identifier */
  aud?: string | string[] | undefined
  /** @default now */
  iat?: number | undefined
  /** @default in five minutes */
  exp?: number | undefined
  /** @default 32 random bytes */
  jti?: string | undefined
  nbf?: number | undefined
}

/** Parameters of a device authorization request. @see RFC 8628 §3.1 */
export interface DeviceAuthorizationParameters {
  client_id?: string | undefined
  /** @default 'openid' */
  scope?: string | undefined
  [parameter: string]: unknown
}

/** @see RFC 9126 §2.2 */
export interface PushedAuthorizationResponse {
  request_uri: string
  expires_in: number
  [member: string]: unknown
}
