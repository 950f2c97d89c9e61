import type { KoaContextWithOIDC } from '../context.ts'
import type { Actor } from '../grants/grant_toolkit.ts'
import type { TrustedIssuer } from '../grants/trusted_issuer.ts'
import type { Client } from '../models.ts'
import type { LoadedResourceServer } from '../resource_server.ts'
import type { FeatureOptions } from './feature_options.ts'

/** What tokens are presented as. @see RFC 8693 §3 */
export type PresentedTokenType =
  | 'urn:ietf:params:oauth:token-type:access_token'
  | 'urn:ietf:params:oauth:token-type:refresh_token'
  | 'urn:ietf:params:oauth:token-type:id_token'
  | 'urn:ietf:params:oauth:token-type:jwt'

/** A subject token or actor token that was found good. It and what it holds are frozen. */
export interface ExchangedToken {
  readonly type: PresentedTokenType
  /** Whose word it is: the identifier of this provider, or of a trusted issuer. */
  readonly issuer: string
  /** Whom it is about, as it says itself: opaque tokens of this provider name the account, or the client. */
  readonly subject: string
  /**
   * The account here. Absent for tokens of trusted issuers, for tokens of clients themselves, and for JWTs of this
   * provider that name a pairwise subject.
   */
  readonly accountId?: string | undefined
  /** The client it was issued to, where the token is this provider's. */
  readonly clientId?: string | undefined
  /** Its scope, where it is an access token or refresh token of this provider. */
  readonly scopes: readonly string[]
  readonly audience: readonly string[]
  /** Everything a JWT says; what `extraTokenClaims` added to other tokens. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Who acts for its subject already. @see RFC 8693 §4.1 */
  readonly act?: Actor | undefined
}

/** A token exchange whose tokens are good, and which somebody has to allow. @see RFC 8693 §2.1 */
export interface TokenExchange {
  readonly client: Client
  readonly subject: ExchangedToken
  /** Who wants to act for the subject, visibly: delegation. Without it the client is to be the subject: impersonation. @see RFC 8693 §1.1 */
  readonly actor?: ExchangedToken | undefined
  /** What the new token is for; nothing is the UserInfo endpoint. */
  readonly resourceServer?: LoadedResourceServer | undefined
  /** The scope that is asked for; empty where none is. */
  readonly scopes: readonly string[]
  readonly requestedTokenType: PresentedTokenType
}

/** What a token exchange yields, where the host has more to say about it than yes. */
export interface TokenExchangeDecision {
  /** The account that the new token is about; needed where the subject token names none here, and must not differ where it does. */
  accountId?: string | undefined
  /**
   * The scope that the new token may have at most; a client that asks for nothing gets it whole.
   * @default the scope of the subject token if that one is an access token for the same resource server, or a refresh
   * token whose grant holds it; else nothing
   */
  scope?: string | Iterable<string> | undefined
  /** Seconds that it lives; it never outlives a subject token that is an access token of this provider. @default `ttl.AccessToken` */
  expiresIn?: number | undefined
  /** More claims, told by introspection and in JWTs. `act` is not among them. */
  extra?: Record<string, unknown> | undefined
}

/**
 * Lets clients exchange tokens for others: to pass a call on, or to act for somebody. @see RFC 8693
 * @example
 * features: {
 *   tokenExchange: {
 *     enabled: true,
 *     policy: (ctx, { client, subject }) => client.clientId === 'orders' && subject.clientId === 'app' && { scope: 'billing:read' },
 *   },
 * }
 */
export interface TokenExchangeOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Decides about an exchange whose tokens are good: the subject token holds, its client and grant are still there, and
   * its `may_act` does not name somebody else. Access tokens may have been issued to other clients, and JWT access
   * tokens of a revoked grant hold until they expire: see who presents what, and for what.
   * @returns `true` or a decision; anything else refuses
   * @default refuses everything
   * @see RFC 8693 §2.2.2, §4.4, §5
   * @example
   * (ctx, { client, subject }) => client.clientId === 'orders' && subject.clientId === 'app' && { scope: 'billing:read' }
   */
  policy?:
    | ((
        ctx: KoaContextWithOIDC,
        exchange: TokenExchange,
      ) => boolean | TokenExchangeDecision | undefined | Promise<boolean | TokenExchangeDecision | undefined>)
    | undefined
  /**
   * The resource indicator that a logical name in `audience` stands for; needs `features.resourceIndicators`. Nothing
   * refuses the name.
   * @default knows no name
   * @see RFC 8693 §2.1 (`audience`), RFC 8707 §2
   * @example (ctx, audience) => (audience === 'billing' ? 'https://billing.example.com' : undefined)
   */
  resourceOfAudience?:
    | ((
        ctx: KoaContextWithOIDC,
        audience: string,
        client: Client,
      ) => string | undefined | Promise<string | undefined>)
    | undefined
  /**
   * Others whose tokens are taken, presented as `urn:ietf:params:oauth:token-type:jwt` or `…:id_token`. @default [] @see RFC 8693 §2.1
   * @example [{ issuer: 'https://partner.example.com', jwksUri: 'https://partner.example.com/jwks' }]
   */
  trustedIssuers?: TrustedIssuer[] | undefined
}
