import { isLoopbackAuthority, isLoopbackHost } from './loopback_uri.ts'
import { isWeb, parseStrictUri, type StrictUri } from './strict_uri.ts'
import { isSystemScheme } from './system_schemes.ts'

/** What decides which redirect URIs a client may register. */
export interface RedirectUriRules {
  readonly applicationType: 'web' | 'native'
  /** Whether tokens may arrive in the URI itself. */
  readonly implicit: boolean
  /** Whether the host takes care of `*` in host names itself. */
  readonly wildcards: boolean
}

/**
 * Says what is wrong with a redirect URI that a client wants to register.
 * @returns the rest of a sentence that starts with the property's name; `undefined` when nothing is wrong
 * @see OpenID Connect Dynamic Client Registration 1.0 §2 (`application_type`), RFC 8252 §7, RFC 9700 §4.1.3
 */
export function redirectUriProblem(text: string, rules: RedirectUriRules): string | undefined {
  if (text.includes('#')) return 'must not contain fragments'
  const uri = parseStrictUri(text)
  if (uri === undefined) {
    return 'must only contain absolute URIs of visible ASCII characters, without user names and backslashes'
  }
  if (!rules.wildcards && uri.url.hostname.includes('*')) return 'must not contain wildcards in host names'
  return rules.applicationType === 'web'
    ? webProblem(uri, rules.implicit)
    : nativeProblem(uri, rules.implicit)
}

function webProblem({ scheme, url }: StrictUri, implicit: boolean): string | undefined {
  if (!isWeb(scheme)) return 'of web clients must only contain http and https URIs'
  if (!implicit) return undefined
  if (scheme !== 'https') return 'of web clients using the implicit grant must only contain https URIs'
  if (url.hostname === 'localhost') return 'of web clients using the implicit grant must not use localhost'
  return undefined
}

function nativeProblem({ scheme, url, authority }: StrictUri, implicit: boolean): string | undefined {
  if (scheme === 'http') {
    if (isLoopbackAuthority(authority.toLowerCase())) return undefined
    return 'of native clients must only contain http URIs with the host 127.0.0.1, [::1] or localhost'
  }
  if (scheme === 'https') {
    return isLoopbackHost(url.hostname)
      ? 'of native clients must not contain https URIs of loopback hosts'
      : undefined
  }
  if (isSystemScheme(scheme)) return `of native clients must not use ${scheme}:, which is no app's own scheme`
  // A code is worth nothing without the verifier; a token that another app catches would be.
  return implicit && isBareScheme(scheme)
    ? 'of native clients using the implicit grant must use custom schemes with a dot in them'
    : undefined
}

/**
 * Whether a scheme is some app's own, but no reverse domain name: another app may use it, too.
 * @see RFC 8252 §7.1, §8.4
 */
export function isBareScheme(scheme: string): boolean {
  return !isWeb(scheme) && !scheme.includes('.')
}
