import { createHash } from 'node:crypto'

/** What a page needs beyond nothing. */
export interface PageNeeds {
  /** Hash sources of its inline stylesheets. */
  styles?: readonly string[]
  /** Hash sources of its inline scripts. */
  scripts?: readonly string[]
  /** Where its images are. */
  images?: readonly string[]
  /** What it frames. */
  frames?: readonly string[]
  /**
   * Where its forms may lead, redirects after them included; nothing when it has no form, `anywhere` when nobody
   * fills it in. @default `'self'`
   */
  formActions?: readonly string[] | 'anywhere'
  /** Who may frame it. @default nobody */
  frameAncestors?: readonly string[]
}

/** What a header value can hold without starting another directive. */
const SOURCE = /^[!-+\--:<-~]+$/

/** The hash source that allows one inline element. @see Content Security Policy Level 3 §2.3.1 */
export function hashSource(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`
}

function directive(name: string, sources: readonly string[]): string {
  for (const source of sources) {
    if (!SOURCE.test(source)) throw new TypeError(`not a source for ${name}`)
  }
  const list = [...new Set(sources)]
  return `${name} ${list.length === 0 ? "'none'" : list.join(' ')}`
}

/** Builds the policy of a page: what is not named here does not load, run, frame or submit. */
export function contentSecurityPolicy(needs: PageNeeds = {}): string {
  const { styles = [], scripts = [], images = [], frames = [] } = needs
  const { formActions = ["'self'"], frameAncestors = [] } = needs
  const optional = (name: string, sources: readonly string[]) =>
    sources.length === 0 ? [] : [directive(name, sources)]
  return [
    "default-src 'none'",
    ...optional('style-src', styles),
    ...optional('script-src', scripts),
    ...optional('img-src', images),
    ...optional('frame-src', frames),
    ...(formActions === 'anywhere' ? [] : [directive('form-action', formActions)]),
    directive('frame-ancestors', frameAncestors),
    "base-uri 'none'",
  ].join('; ')
}

/** Hosts that a policy can name; it cannot name IPv6 addresses. @see Content Security Policy Level 3 §2.3.1 */
const NAMEABLE_HOST = /^[a-z0-9.-]+(?::\d+)?$/

/**
 * The source that covers a URI: its origin, or its scheme when a policy cannot name the origin (apps' own schemes,
 * IPv6 loopback).
 * @see RFC 8252 §7.1, §7.3
 */
export function sourceOf(uri: string): string {
  const { protocol, host, origin } = new URL(uri)
  return origin !== 'null' && NAMEABLE_HOST.test(host) ? origin : protocol
}
