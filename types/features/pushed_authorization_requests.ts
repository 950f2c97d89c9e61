import type { KoaContextWithOIDC } from '../context.ts'
import type { ProviderError } from '../errors.ts'
import type { BaseToken, Client, Consumable } from '../models.ts'
import type { ConsumablePayload, TokenPayload } from '../payloads.ts'
import type { TTL } from '../ttl.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Lets clients send authorization requests from server to server first. @see RFC 9126
 * @example
 * features: { pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true } }
 */
export interface PushedAuthorizationRequestsOptions extends FeatureOptions {
  /** Turns the feature on. @default true */
  enabled?: boolean | undefined
  /**
   * Refuses authorization requests that were not pushed. @default false @see RFC 9126 §5
   * @example
   * features: { pushedAuthorizationRequests: { requirePushedAuthorizationRequests: true } }
   */
  requirePushedAuthorizationRequests?: boolean | undefined
  /** Lets clients that authenticate use redirect URIs they have not registered, in pushed requests. @default false @see RFC 9126 §2.4 */
  allowUnregisteredRedirectUris?: boolean | undefined
}

/** What is stored of a pushed authorization request. */
export interface PushedAuthorizationRequestPayload extends TokenPayload, ConsumablePayload {
  /** The request object that was pushed, or one made from the parameters. */
  request?: string | undefined
  /** Thumbprint of the key that the code will be bound to. */
  dpopJkt?: string | undefined
  /** Whether the client had authenticated. */
  trusted?: boolean | undefined
  /** The security profile that was in force (`features.fapi`), `none` where that named none. */
  profile?: string | undefined
}

/** An authorization request that a client has sent beforehand. @see RFC 9126 §2 */
export interface PushedAuthorizationRequest extends BaseToken, PushedAuthorizationRequestPayload, Consumable {
  readonly kind: 'PushedAuthorizationRequest'
  request: string
  /** Who pushed it. */
  clientId?: string | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /** Whether it must push its authorization requests. @default false @see RFC 9126 §6 */
    require_pushed_authorization_requests?: boolean | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly requirePushedAuthorizationRequests?: boolean | undefined
  }
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** A pushed authorization request was removed. */
    'pushed_authorization_request.destroyed': [token: PushedAuthorizationRequest]
    /** Pushing an authorization request failed. @see RFC 9126 §2.3 */
    'pushed_authorization_request.error': [ctx: KoaContextWithOIDC, error: ProviderError]
    /** A pushed authorization request was stored. */
    'pushed_authorization_request.saved': [token: PushedAuthorizationRequest]
    /** An authorization request was pushed. @see RFC 9126 §2.2 */
    'pushed_authorization_request.success': [ctx: KoaContextWithOIDC, client: Client]
  }
}

declare module '../context.ts' {
  interface OIDCContextEntities {
    /** The pushed request that is stored or used. */
    PushedAuthorizationRequest?: PushedAuthorizationRequest
  }
}

declare module '../ttl.ts' {
  interface TTLConfiguration {
    /** Pushed authorization requests. @default 60 (1 minute) @see RFC 9126 §2.2 @example 60 */
    PushedAuthorizationRequest?: TTL<PushedAuthorizationRequest> | undefined
  }
}

declare module '../routes.ts' {
  interface RoutesConfiguration {
    /** @default '/request' @see RFC 9126 §2 @example '/par' */
    pushed_authorization_request?: string | undefined
  }
}
