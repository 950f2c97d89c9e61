import type { KoaContextWithOIDC } from '../context.ts'
import type { TrustedIssuer } from '../grants/trusted_issuer.ts'
import type { Client } from '../models.ts'
import type { LoadedResourceServer } from '../resource_server.ts'
import type { FeatureOptions } from './feature_options.ts'

/** An assertion that was found good, and that the host has to accept. It and what it holds are frozen. @see RFC 7523 §3 */
export interface JwtBearerAssertion {
  /** Who presents it. */
  readonly client: Client
  /** Who signed it: a trusted issuer. */
  readonly issuer: string
  /** Whom it is about, as its issuer calls them. */
  readonly subject: string
  /** Everything it says. */
  readonly claims: Readonly<Record<string, unknown>>
  /** What the access token is for; nothing is the UserInfo endpoint. */
  readonly resourceServer?: LoadedResourceServer | undefined
  /** The scope that is asked for; empty where none is. */
  readonly scopes: readonly string[]
}

/** What an assertion yields. */
export interface JwtBearerDecision {
  /** The account here that the access token is about. */
  accountId: string
  /** The scope that the access token may have at most; a client that asks for nothing gets it whole. @default nothing */
  scope?: string | Iterable<string> | undefined
  /** Seconds that the access token lives. @default `ttl.AccessToken` */
  expiresIn?: number | undefined
  /** More claims, told by introspection and in JWTs. */
  extra?: Record<string, unknown> | undefined
}

/**
 * Lets clients use a JWT that a trusted issuer signed as an authorization grant. Clients identify themselves as for every
 * grant type. Each JWT counts once, by its `jti` or else as a whole.
 * @see RFC 7523 §2.1
 * @example
 * features: {
 *   jwtBearer: {
 *     enabled: true,
 *     trustedIssuers: [{ issuer: 'https://partner.example.com', jwksUri: 'https://partner.example.com/jwks' }],
 *     policy: async (ctx, { subject, scopes }) => {
 *       const person = await database.person(`partner:${subject}`)
 *       return person === undefined ? undefined : { accountId: `partner:${subject}`, scope: scopes }
 *     },
 *   },
 * }
 */
export interface JwtBearerOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Decides about an assertion that holds: says which account here it is about, and what the client gets. Assertions of one
   * issuer name accounts of that issuer: look them up by issuer and subject together.
   * @returns a decision; anything else refuses
   * @default refuses everything
   * @see RFC 7523 §3, §3.1
   * @example
   * async (ctx, { issuer, subject, scopes }) => {
   *   const person = await database.person(`${issuer}#${subject}`)
   *   return person && { accountId: subject, scope: [...scopes].join(' ') }
   * }
   */
  policy?:
    | ((
        ctx: KoaContextWithOIDC,
        assertion: JwtBearerAssertion,
      ) => JwtBearerDecision | undefined | Promise<JwtBearerDecision | undefined>)
    | undefined
  /**
   * Whose assertions are taken. They must end within `clientAssertionLifetime`. @default [] @see RFC 7523 §3
   * @example [{ issuer: 'https://partner.example.com', jwksUri: 'https://partner.example.com/jwks' }]
   */
  trustedIssuers?: TrustedIssuer[] | undefined
}
