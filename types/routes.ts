/**
 * Paths of the endpoints, each starting with `/`.
 * @example
 * routes: { authorization: '/authorize', token: '/oauth/token', userinfo: '/userinfo' }
 */
export interface RoutesConfiguration {
  /** @default '/auth' @see RFC 6749 §3.1 @example '/authorize' */
  authorization?: string | undefined
  /** @default '/jwks' @see OpenID Connect Discovery 1.0 §3 @example '/.well-known/jwks.json' */
  jwks?: string | undefined
  /** @default '/token' @see RFC 6749 §3.2 @example '/oauth/token' */
  token?: string | undefined
}
