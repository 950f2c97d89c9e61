import type { Context } from 'koa'
import type { ClientMetadata } from './client.ts'
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
  InitialAccessToken,
  InitialAccessTokenPayload,
  ModelClass,
  PolicyTokenPayload,
  RefreshToken,
  RefreshTokenPayload,
  RegistrationAccessToken,
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
  readonly InitialAccessToken: ModelClass<InitialAccessToken, For<InitialAccessTokenPayload>>
  readonly RegistrationAccessToken: ModelClass<RegistrationAccessToken, For<PolicyTokenPayload>>
  readonly Grant: ModelClass<Grant, Partial<GrantPayload>>
  readonly Session: {
    findByUid(uid: string): Promise<Session | undefined>
    /** The session of the browser that sent a request; one that nobody is logged in to, when it has none. */
    get(ctx: Pick<Context, 'req' | 'res' | 'secure'>): Promise<Session>
  }
  readonly Client: {
    readonly prototype: Client
    /** Finds one by its `client_id`; `undefined` when there is none. */
    find(clientId: string): Promise<Client | undefined>
    /** Checks metadata as if they were registered, and returns them with defaults filled in. */
    validate(metadata: unknown): ClientMetadata
    /** Whether a client with this metadata has to have a secret. */
    needsSecret(metadata: Readonly<Record<string, unknown>>): boolean
  }
  /** Absolute URL of a named route. */
  urlFor(name: string, options?: { mountPath?: string | undefined; params?: Record<string, string> }): string
  /** Path of a named route. */
  pathFor(name: string, options?: { mountPath?: string | undefined; params?: Record<string, string> }): string
}
