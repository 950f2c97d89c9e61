import { withoutLoopbackPort } from './loopback_uri.ts'
import { type RedirectUriRules, redirectUriProblem } from './redirect_uris.ts'
import { parseStrictUri } from './strict_uri.ts'
import { isSystemScheme } from './system_schemes.ts'

declare const verified: unique symbol

/** A redirect_uri that the client registered; only this file makes one, and a response mode accepts nothing else. */
export type VerifiedRedirectUri = string & { readonly [verified]: true }

/**
 * Looks a redirect_uri up among the registered ones: character by character, except for the port of a native
 * client's loopback URI.
 * @see RFC 9700 §4.1.3, RFC 3986 §6.2.1, RFC 8252 §7.3
 */
export function matchRedirectUri(
  sent: string,
  registered: readonly string[],
  applicationType: 'web' | 'native',
): VerifiedRedirectUri | undefined {
  if (isAmong(sent, registered)) return sent
  if (applicationType !== 'native') return undefined
  const portless = withoutLoopbackPort(sent)
  if (portless === undefined) return undefined
  const known = registered.some((uri) => withoutLoopbackPort(uri) === portless)
  return known && isSafe(sent) ? sent : undefined
}

/**
 * Asks the client, whose answer a host may have replaced (wildcards, for instance). Even then nothing passes that
 * a browser would read differently, or that carries a fragment or runs as a script.
 * @see RFC 6749 §3.1.2
 */
export function verifyRedirectUri(
  sent: string,
  client: { redirectUriAllowed(redirectUri: string): boolean },
): VerifiedRedirectUri | undefined {
  return isSafe(sent) && client.redirectUriAllowed(sent) ? sent : undefined
}

/**
 * A redirect_uri that an authenticated client sent from server to server, by the rules of registration.
 * @see RFC 9126 §2.4
 */
export function acceptUnregisteredRedirectUri(
  sent: string,
  rules: RedirectUriRules,
): VerifiedRedirectUri | undefined {
  return isSafe(sent) && redirectUriProblem(sent, rules) === undefined ? sent : undefined
}

function isAmong(sent: string, registered: readonly string[]): sent is VerifiedRedirectUri {
  return registered.includes(sent)
}

function isSafe(sent: string): sent is VerifiedRedirectUri {
  const uri = parseStrictUri(sent)
  return uri !== undefined && !sent.includes('#') && !isSystemScheme(uri.scheme)
}
