import type { KoaContextWithOIDC } from '../context.ts'
import type { AuthorizationCode, Client, RefreshToken } from '../models.ts'
import type { ResourceServerInfo } from '../resource_server.ts'
import type { BackchannelAuthenticationRequest } from './ciba.ts'
import type { DeviceCode } from './device_flow.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Access tokens for resource servers, named with the `resource` parameter. A token is for one of them; it holds
 * only scopes that this resource server defines. @see RFC 8707
 * @example
 * features: {
 *   resourceIndicators: {
 *     enabled: true,
 *     defaultResource: () => 'https://api.example.com',
 *     useGrantedResource: () => true,
 *     getResourceServerInfo: () => ({ scope: 'orders:read', accessTokenFormat: 'jwt' }),
 *   },
 * }
 */
export interface ResourceIndicatorsOptions extends FeatureOptions {
  /** Turns the feature on. @default true */
  enabled?: boolean | undefined
  /**
   * The resource where the client names none, or, at the token endpoint, one out of `oneOf` where several were
   * granted.
   * @default nothing, and `oneOf` itself where it is given, which refuses the request
   * @see RFC 8707 §2
   * @example
   * features: { resourceIndicators: { defaultResource: () => 'https://api.example.com' } }
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
   * @example
   * features: {
   *   resourceIndicators: {
   *     getResourceServerInfo: (ctx, resource) => {
   *       if (resource !== 'https://api.example.com') throw new errors.InvalidTarget()
   *       return { scope: 'orders:read orders:write', accessTokenFormat: 'jwt', accessTokenTTL: 600 }
   *     },
   *   },
   * }
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
   * @example () => true
   */
  useGrantedResource?:
    | ((
        ctx: KoaContextWithOIDC,
        model: AuthorizationCode | BackchannelAuthenticationRequest | RefreshToken | DeviceCode,
      ) => boolean | Promise<boolean>)
    | undefined
}
