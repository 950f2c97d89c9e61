import { isLoopbackHost } from '../../helpers/uri/loopback_uri.ts'

/** An issuer and the path that endpoints are mounted under by default. */
export interface Issuer {
  /** Exactly as given: it is compared character by character. */
  readonly issuer: string
  /** Without a trailing slash; empty where the issuer has no path. */
  readonly mountPath: string
}

/**
 * Whether passwords, codes and tokens go to this issuer for everybody on the way to read.
 * @see OpenID Connect Discovery 1.0 §3, RFC 6749 §3.1, §3.2 (TLS)
 */
export function isInTheClear(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer)
  return protocol === 'http:' && !isLoopbackHost(hostname) && !hostname.endsWith('.localhost')
}

/**
 * Reads the issuer identifier.
 * @throws TypeError
 * @see OpenID Connect Discovery 1.0 §3, RFC 8414 §2
 */
export function readIssuer(issuer: unknown): Issuer {
  if (typeof issuer !== 'string') throw new TypeError('issuer must be a string')
  if (!URL.canParse(issuer)) throw new TypeError('issuer must be a URL, such as https://op.example.com')
  const url = new URL(issuer)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError('issuer must be an https (or, for development, http) URL')
  }
  // An empty query or fragment leaves no trace in the parsed URL.
  if (issuer.includes('?')) throw new TypeError('issuer must not have a query component')
  if (issuer.includes('#')) throw new TypeError('issuer must not have a fragment component')
  if (url.username !== '' || url.password !== '') throw new TypeError('issuer must not have user information')
  return { issuer, mountPath: url.pathname.replace(/\/$/, '') }
}
