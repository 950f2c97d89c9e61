import type {
  AccessToken,
  AccessTokenPayload,
  AuthorizationCode,
  AuthorizationCodePayload,
  Client,
  ClientCredentials,
  ClientCredentialsPayload,
  Grant,
  GrantPayload,
  ModelClass,
  RefreshToken,
  RefreshTokenPayload,
  Session,
} from './models.ts'

/** A token is made for a client, named by its id or given itself. */
type For<P> = Partial<P> & { client?: Client | undefined }

/** The part of a provider that configuration functions reach through `ctx.oidc.provider`. */
export interface ProviderModels {
  readonly issuer: string
  readonly AccessToken: ModelClass<AccessToken, For<AccessTokenPayload>>
  readonly AuthorizationCode: ModelClass<AuthorizationCode, For<AuthorizationCodePayload>>
  readonly ClientCredentials: ModelClass<ClientCredentials, For<ClientCredentialsPayload>>
  readonly RefreshToken: ModelClass<RefreshToken, For<RefreshTokenPayload>>
  readonly Grant: ModelClass<Grant, Partial<GrantPayload>>
  readonly Session: { findByUid(uid: string): Promise<Session | undefined> }
  readonly Client: { find(id: string): Promise<Client | undefined> }
  /** Absolute URL of a named route. */
  urlFor(name: string, options?: { mountPath?: string | undefined; params?: Record<string, string> }): string
  /** Path of a named route. */
  pathFor(name: string, options?: { mountPath?: string | undefined; params?: Record<string, string> }): string
}
