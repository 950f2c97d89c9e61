import type { KeyObject } from 'node:crypto'
import type { KoaContextWithOIDC } from '../context.ts'
import type {
  AsymmetricSigningAlgorithm,
  ContentEncryption,
  EncryptionAlgorithm,
  SymmetricSigningAlgorithm,
} from '../jwa.ts'
import type {
  AuthorizationCode,
  BackchannelAuthenticationRequest,
  Client,
  DeviceCode,
  RefreshToken,
} from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'

/** A resource server (API) that access tokens are issued for. @see RFC 8707 §2 */
export interface ResourceServerInfo {
  /** Its scopes, separated by spaces. */
  scope: string
  /** The `aud` of its tokens. @default the resource indicator @see RFC 9068 §2.2 */
  audience?: string | undefined
  /** Lifetime of its tokens in seconds. @default `ttl.AccessToken`, `ttl.ClientCredentials` */
  accessTokenTTL?: number | undefined
  /** The form of its tokens: stored and looked up, or signed and self-contained. @default 'opaque' @see RFC 9068 §2 */
  accessTokenFormat?: 'opaque' | 'jwt' | undefined
  /** How its JWTs are protected: signed, encrypted, or signed and then encrypted. @default { sign: { alg: 'RS256' } } @see RFC 9068 §2.1 */
  jwt?: ResourceServerJwt | undefined
}

/** How JWT access tokens of a resource server are protected. */
export interface ResourceServerJwt {
  /** Signs with one of the provider's keys or with a shared secret; `false` leaves signing out. @see RFC 7515 */
  sign?:
    | false
    | { alg?: AsymmetricSigningAlgorithm | undefined; kid?: string | undefined }
    | { alg: SymmetricSigningAlgorithm; key: KeyObject | Uint8Array; kid?: string | undefined }
    | undefined
  /** Encrypts with the resource server's public key or a shared secret. @see RFC 7516 */
  encrypt?:
    | false
    | {
        alg: EncryptionAlgorithm
        enc: ContentEncryption
        key: KeyObject | Uint8Array
        kid?: string | undefined
      }
    | undefined
}

/**
 * Access tokens for resource servers, named with the `resource` parameter. A token is for one of them; it holds
 * only scopes that this resource server defines. @see RFC 8707
 */
export interface ResourceIndicatorsOptions extends FeatureOptions {
  /** Turns the feature on. @default true */
  enabled?: boolean | undefined
  /**
   * The resource where the client names none, or, at the token endpoint, one out of `oneOf` where several were
   * granted.
   * @default nothing, and `oneOf` itself where it is given, which refuses the request
   * @see RFC 8707 §2
   */
  defaultResource?:
    | ((
        ctx: KoaContextWithOIDC,
        client: Client,
        oneOf?: string[],
      ) => string | string[] | undefined | Promise<string | string[] | undefined>)
    | undefined
  /**
   * Describes a resource server. Throw `errors.InvalidTarget` where the client must not use it.
   * @default throws `errors.InvalidTarget`
   * @see RFC 8707 §2
   */
  getResourceServerInfo?:
    | ((
        ctx: KoaContextWithOIDC,
        resourceIndicator: string,
        client: Client,
      ) => ResourceServerInfo | Promise<ResourceServerInfo>)
    | undefined
  /**
   * Whether the one granted resource is used where a token request names none; otherwise the token is for the
   * UserInfo endpoint.
   * @default () => false
   * @see RFC 8707 §2.2
   */
  useGrantedResource?:
    | ((
        ctx: KoaContextWithOIDC,
        model: AuthorizationCode | BackchannelAuthenticationRequest | RefreshToken | DeviceCode,
      ) => boolean | Promise<boolean>)
    | undefined
}
