/** A relying party for OpenID Connect and OAuth 2.0, usable without the server. */
export type { JWK, JWKS } from '../../types/client.ts'
export type {
  Address,
  IdTokenClaims,
  IntrospectionResponse,
  TokenSetParameters,
  UserinfoResponse,
} from '../../types/relying_party/claims.ts'
export type {
  CustomHttpOptionsProvider,
  CustomizeHttpOptions,
  HttpHeaders,
  HttpHooks,
  HttpMethod,
  HttpOptions,
  HttpRequestOptions,
  HttpResponse,
  HttpsOptions,
} from '../../types/relying_party/http.ts'
export type {
  ClientAuthMethod,
  ClientMetadata,
  ClientOptions,
  IssuerMetadata,
  MtlsEndpointAliases,
  RegisterOther,
  ResponseType,
} from '../../types/relying_party/metadata.ts'
export type {
  AuthorizationParameters,
  CallbackExtras,
  CallbackParamsType,
  ClientAssertionExtras,
  DeviceAuthorizationExtras,
  DeviceAuthorizationParameters,
  DPoPInput,
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
export type { Client, Client as BaseClient } from './client.ts'
export type { ClientClass } from './client_class.ts'
export { custom } from './custom.ts'
export { errors } from './errors.ts'
export { generators } from './generators.ts'
export { Issuer } from './issuer.ts'
export type { IssuerKey, IssuerKeystore, KeyQuery } from './issuer_keystore.ts'
export type { CallbackRequest } from './requests/callback_params.ts'
export type { DeviceFlowHandle, DeviceFlowPollOptions } from './requests/device_flow.ts'
export type {
  AuthenticateOptions,
  StrategyDone,
  StrategyOptions,
  StrategyRequest,
  StrategyVerifyCallback,
  StrategyVerifyCallbackReq,
  StrategyVerifyCallbackReqUserInfo,
  StrategyVerifyCallbackUserInfo,
} from './strategy.ts'
export { Strategy } from './strategy.ts'
export { TokenSet } from './token_set.ts'
