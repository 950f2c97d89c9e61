import type { Account } from '../account.ts'
import type { AccessToken, BaseModel, Grant, RefreshToken, SenderConstrainable } from '../models.ts'
import type { LoadedResourceServer } from '../resource_server.ts'

/** Who acts for somebody, and for whom they acted before. @see RFC 8693 §4.1 */
export interface Actor {
  /** Identifies the actor, together with `iss` where that is not this provider. */
  sub: string
  iss?: string | undefined
  client_id?: string | undefined
  /** Who acted before: the actor that the presented token named. */
  act?: Actor | undefined
  [claim: string]: unknown
}

/** What an access token of a custom grant is to hold. */
export interface GrantedAccessToken {
  /** Its scope; what the grant does not hold is left out. @default everything that the grant holds for its resource */
  scope?: string | Iterable<string> | undefined
  /** Who it is for, in place of what its resource server says. @see RFC 9068 §2.2 */
  audience?: string | string[] | undefined
  /** Who acts for the account. Told wherever tokens are described, and in JWTs. @see RFC 8693 §4.1 */
  act?: Actor | undefined
  /** More claims, told like `act`. They come after those of `extraTokenClaims`, and never replace the token's own. */
  extra?: Record<string, unknown> | undefined
  /** Seconds it lives. @default `ttl.AccessToken` */
  expiresIn?: number | undefined
  /** Epoch seconds that it must not outlive, whatever its lifetime: the end of what was presented for it. */
  notBeyond?: number | undefined
}

/** What an ID Token of a custom grant is to say. @see OpenID Connect Core 1.0 §2 */
export interface GrantedIdToken {
  /** The scope whose claims it holds; what the grant does not hold is left out. @default 'openid' */
  scope?: string | Iterable<string> | undefined
  acr?: string | undefined
  amr?: string[] | undefined
  /** When the end-user was authenticated, epoch seconds. */
  authTime?: number | undefined
  nonce?: string | undefined
}

/** Something that may be used once. */
export interface SingleUse {
  /** Whose identifier it is: whoever made the thing. */
  iss: string
  /** Its identifier, unique for `iss`. */
  jti: string
  /** Epoch seconds until which it could be accepted. */
  exp: number
}

/**
 * What a grant type of a host needs: the third argument of its handler, for that one request. Whatever it makes and uses
 * up is written in one commit after the handler has returned, and then answered; when the handler throws, or somebody
 * else was faster, nothing is written. Handlers that use it for their answer leave `ctx.body` alone.
 */
export interface GrantToolkit {
  /** @throws `errors.UnauthorizedClient` for a client that proves itself by nothing. @see RFC 6749 §4.4 */
  requireConfidentialClient(): void
  /**
   * The resource server that the tokens are for: named by the parameter `resource`, which the grant type has to list, or
   * else chosen by the host. Nothing where the provider knows no resources.
   * @throws `errors.InvalidTarget` @see RFC 8707 §2
   */
  resolveResource(): Promise<LoadedResourceServer | undefined>
  /**
   * Reads the parameter `scope`, which the grant type has to list: what neither the provider nor the resource server
   * knows is dropped, and what the client may not have is refused.
   * @param limit what may be asked for at most; it is taken whole where the client asks for nothing
   * @throws `errors.InvalidScope` @see RFC 6749 §3.3
   */
  readScope(limit?: string | Iterable<string>): Promise<Set<string>>
  /** Finds the account that the tokens are about. @throws `errors.InvalidGrant` when there is none */
  findAccount(accountId: string): Promise<Account>
  /**
   * Finds a grant of this client and account. Tokens are only stored while it is there.
   * @throws `errors.InvalidGrant` when it is gone, or somebody else's
   */
  findGrant(grantId: string): Promise<Grant>
  /** Makes a grant of this client and account, which is stored together with the tokens. It holds nothing yet. */
  newGrant(): Grant
  /**
   * Accepts something once: of concurrent requests one is answered. A request that is refused uses it up as well, one
   * that fails because of the provider does not.
   * @param thing the others get `errors.InvalidGrant`
   */
  useOnce(thing: SingleUse): void
  /**
   * Uses a code or refresh token up, together with what is issued for it.
   * @throws `errors.InvalidGrant` when it was used before
   */
  consume(token: BaseModel & { readonly consumed?: unknown }): void
  /** Lets tokens be stored only while this is in storage: what was presented for them, and not used up. */
  requireStored(model: BaseModel): void
  /**
   * Binds a token that the handler makes itself, before it is saved, as those of the toolkit are: where the client
   * proved a key or certificate. Refresh tokens of clients that authenticate stay as they are. @see RFC 9449 §5, RFC 8705 §3
   */
  bindToSender(token: SenderConstrainable): void
  /** Claims of the account that the grant allows. @see OpenID Connect Core 1.0 §5.4 */
  claims(use: 'id_token' | 'userinfo', scope: string | Iterable<string>): Promise<Record<string, unknown>>
  /** Issues an access token, bound to the sender where the client proved a key or certificate. @see RFC 6749 §5.1 */
  issueAccessToken(token?: GrantedAccessToken): Promise<AccessToken>
  /**
   * Issues a refresh token. @param scope what access tokens may have by it, at most
   * @returns nothing for clients without the grant type `refresh_token` @see RFC 6749 §1.5
   */
  issueRefreshToken(scope: string | Iterable<string>): Promise<RefreshToken | undefined>
  /** Issues an ID Token. @see OpenID Connect Core 1.0 §2 */
  issueIdToken(token?: GrantedIdToken): Promise<string>
  /** Adds members to the answer. Those of the tokens come before them. */
  answer(members: Readonly<Record<string, unknown>>): void
}
