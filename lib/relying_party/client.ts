import type { JWKS } from '../../types/client.ts'
import type { IntrospectionResponse, UserinfoResponse } from '../../types/relying_party/claims.ts'
import type { CustomizeHttpOptions, HttpResponse } from '../../types/relying_party/http.ts'
import type { ClientMetadata, ClientOptions } from '../../types/relying_party/metadata.ts'
import type {
  AuthorizationParameters,
  CallbackExtras,
  CallbackParamsType,
  DeviceAuthorizationExtras,
  DeviceAuthorizationParameters,
  EndSessionParameters,
  GrantBody,
  GrantExtras,
  IntrospectExtras,
  OAuthCallbackChecks,
  OpenIDCallbackChecks,
  PushedAuthorizationRequestExtras,
  PushedAuthorizationResponse,
  RefreshExtras,
  RequestObjectPayload,
  ResourceRequestOptions,
  RevokeExtras,
  UserinfoOptions,
} from '../../types/relying_party/parameters.ts'
import type { HolderKeys } from '../outgoing/holder_keys.ts'
import { authMethodOf } from './authentication/client_authentication.ts'
import { DpopNonces } from './authentication/dpop_nonces.ts'
import { custom } from './custom.ts'
import { sendHttp } from './http/send_http.ts'
import { OwnKeys } from './own_keys.ts'
import type { IssuerOfClient, ProfileRules, RelyingParty } from './relying_party.ts'
import {
  authorizationUrl,
  endSessionUrl,
  pushedAuthorizationRequest,
} from './requests/authorization_request.ts'
import { callback, oauthCallback } from './requests/callback.ts'
import { type CallbackRequest, callbackParams } from './requests/callback_params.ts'
import { type DeviceFlowHandle, deviceAuthorization } from './requests/device_flow.ts'
import { grant, refresh } from './requests/grant.ts'
import { requestObject } from './requests/request_object.ts'
import { requestResource, userinfo } from './requests/resources.ts'
import { introspect, revoke } from './requests/token_status.ts'
import type { TokenSet } from './token_set.ts'

/** @see OpenID Connect Core 1.0 */
const CORE: ProfileRules = { needsStateHash: false, oldestIdToken: undefined, needsNotBefore: false }

/** Metadata with their defaults. @throws TypeError */
function readMetadata(given: ClientMetadata): ClientMetadata {
  if (typeof given?.client_id !== 'string' || given.client_id === '')
    throw new TypeError('client_id is required')
  const metadata: ClientMetadata = {
    id_token_signed_response_alg: 'RS256',
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    client_id: given.client_id,
  }
  for (const endpoint of ['token', 'introspection', 'revocation'] as const) authMethodOf(metadata, endpoint)
  return metadata
}

/** @throws TypeError */
function authorizedParties(
  clientId: string,
  { additionalAuthorizedParties: more = [] }: ClientOptions,
): Set<string> {
  const parties = typeof more === 'string' ? [more] : more
  if (!Array.isArray(parties) || !parties.every((party) => typeof party === 'string'))
    throw new TypeError('additionalAuthorizedParties must be a string or an array of strings')
  return new Set([clientId, ...parties])
}

/** @throws TypeError */
function readTolerance(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new TypeError('[custom.clock_tolerance] must be a number of seconds')
  return value
}

/** A relying party at one issuer. Metadata are properties, too. */
export class Client {
  /** Decides about each request of this client. */
  declare [custom.http_options]?: CustomizeHttpOptions | undefined
  /** Seconds that the clocks of issuer and client may differ by. @default 0 */
  declare [custom.clock_tolerance]?: number | undefined;
  [member: string]: unknown

  readonly issuer: IssuerOfClient
  readonly #party: RelyingParty

  /** @throws TypeError */
  constructor(
    { issuer, keys }: { issuer: IssuerOfClient; keys: HolderKeys },
    given: ClientMetadata,
    jwks?: JWKS,
    options: ClientOptions = {},
  ) {
    const metadata = readMetadata(given)
    this.issuer = issuer
    const known = issuer.metadata
    this.#party = {
      issuer: { metadata: known, keys },
      metadata,
      keys: new OwnKeys(jwks),
      authorizedParties: authorizedParties(metadata.client_id, options),
      rules: this.profile(),
      nonces: new DpopNonces(),
      clockTolerance: () => readTolerance(this[custom.clock_tolerance] ?? 0),
      send: (request) => sendHttp({ customize: this[custom.http_options], about: known.issuer }, request),
    }
    for (const name of Object.keys(metadata)) {
      if (!(name in this)) Object.defineProperty(this, name, { get: () => metadata[name], enumerable: true })
    }
  }

  /** What this class asks for beyond OpenID Connect Core 1.0. */
  protected profile(): ProfileRules {
    return CORE
  }

  /** What is registered of it, with defaults. */
  get metadata(): ClientMetadata {
    return { ...this.#party.metadata }
  }

  /** Where to send the browser to log in. @throws TypeError @see OpenID Connect Core 1.0 §3.1.2.1 */
  authorizationUrl(parameters?: AuthorizationParameters): string {
    return authorizationUrl(this.#party, parameters)
  }

  /** Where to send the browser to log out. @throws TypeError @see OpenID Connect RP-Initiated Logout 1.0 §2 */
  endSessionUrl(parameters?: EndSessionParameters): string {
    return endSessionUrl(this.#party, parameters)
  }

  /**
   * The parameters of an authorization response, out of a URL or a request; the body of a POST must be parsed already.
   * @throws TypeError, RPError
   */
  callbackParams(input: string | CallbackRequest): CallbackParamsType {
    return callbackParams(input)
  }

  /** Checks an authorization response and takes its code to the token endpoint. @throws OPError, RPError, TypeError */
  callback(
    redirectUri: string | undefined,
    parameters: CallbackParamsType,
    checks?: OpenIDCallbackChecks,
    extras?: CallbackExtras,
  ): Promise<TokenSet> {
    return callback(this.#party, redirectUri, parameters, checks, extras)
  }

  /** The same for plain OAuth 2.0. @throws OPError, RPError, TypeError */
  oauthCallback(
    redirectUri: string | undefined,
    parameters: CallbackParamsType,
    checks?: OAuthCallbackChecks,
    extras?: CallbackExtras,
  ): Promise<TokenSet> {
    return oauthCallback(this.#party, redirectUri, parameters, checks, extras)
  }

  /** Gets new tokens for a refresh token. @throws OPError, RPError, TypeError @see OpenID Connect Core 1.0 §12 */
  refresh(refreshToken: string | TokenSet, extras?: RefreshExtras): Promise<TokenSet> {
    return refresh(this.#party, refreshToken, extras)
  }

  /**
   * Claims about the person; with a TokenSet they are about the person of its ID Token.
   * @typeParam Claims what this issuer is known to say besides; it is not checked
   * @throws OPError, RPError, TypeError
   * @see OpenID Connect Core 1.0 §5.3
   */
  userinfo<Claims extends object = object>(
    accessToken: string | TokenSet,
    options?: UserinfoOptions,
  ): Promise<UserinfoResponse & Claims>
  userinfo(accessToken: string | TokenSet, options?: UserinfoOptions): Promise<UserinfoResponse> {
    return userinfo(this.#party, accessToken, options)
  }

  /** Asks any resource with an access token; every answer is returned. @throws RPError when there is none */
  requestResource(
    resourceUrl: string | URL,
    accessToken: string | TokenSet,
    options?: ResourceRequestOptions,
  ): Promise<HttpResponse> {
    return requestResource(this.#party, resourceUrl, accessToken, options)
  }

  /** Any grant. @throws OPError, RPError, TypeError */
  grant(body: GrantBody, extras?: GrantExtras): Promise<TokenSet> {
    return grant(this.#party, body, extras)
  }

  /** What the issuer knows about a token. @throws OPError, RPError, TypeError @see RFC 7662 */
  introspect(
    token: string,
    tokenTypeHint?: string,
    extras?: IntrospectExtras,
  ): Promise<IntrospectionResponse> {
    return introspect(this.#party, token, tokenTypeHint, extras)
  }

  /** Gives a token back. @throws OPError, RPError, TypeError @see RFC 7009 */
  revoke(token: string, tokenTypeHint?: string, extras?: RevokeExtras): Promise<undefined> {
    return revoke(this.#party, token, tokenTypeHint, extras)
  }

  /** An authorization request as a JWT. @throws RPError, TypeError @see RFC 9101 */
  requestObject(payload: RequestObjectPayload): Promise<string> {
    return requestObject(this.#party, payload)
  }

  /** Starts a login that is approved on another device. @throws OPError, RPError, TypeError @see RFC 8628 */
  deviceAuthorization(
    parameters?: DeviceAuthorizationParameters,
    extras?: DeviceAuthorizationExtras,
  ): Promise<DeviceFlowHandle> {
    return deviceAuthorization(this.#party, parameters, extras)
  }

  /** Leaves an authorization request with the issuer. @throws OPError, RPError, TypeError @see RFC 9126 */
  pushedAuthorizationRequest(
    parameters?: AuthorizationParameters,
    extras?: PushedAuthorizationRequestExtras,
  ): Promise<PushedAuthorizationResponse> {
    return pushedAuthorizationRequest(this.#party, parameters, extras)
  }
}
