/** Longest URI that metadata may hold. */
export const MAX_URI_LENGTH = 2048

/** Anything but visible ASCII, and `"`, `<`, `>`, `\`, which no URI holds. @see RFC 3986 §2 */
const FOREIGN = /[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7e]/

/** An absolute URI, as it was written and as it was understood. */
export interface StrictUri {
  readonly text: string
  readonly url: URL
  /** Host and port exactly as written; empty when there is none. */
  readonly authority: string
  /** Scheme in lower case, without the colon. */
  readonly scheme: string
}

/**
 * Parses an absolute URI without the repairs a browser makes: no whitespace, no control characters, no backslash,
 * no user name, and `//` exactly where http and https want it. So what was compared is what will be visited.
 * @returns `undefined` for anything else
 * @see RFC 3986 §3, RFC 9700 §4.1.3
 */
export function parseStrictUri(text: string): StrictUri | undefined {
  const url = text.length > MAX_URI_LENGTH || FOREIGN.test(text) ? undefined : parse(text)
  if (url === undefined) return undefined
  const authority = authorityOf(text)
  const scheme = url.protocol.slice(0, -1)
  if (authority.includes('@') || url.username !== '' || url.password !== '') return undefined
  if (isWeb(scheme) && authority === '') return undefined
  return { text, url, authority, scheme }
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** Whether the scheme is one that browsers load pages from. */
export function isWeb(scheme: string): boolean {
  return scheme === 'https' || scheme === 'http'
}

function authorityOf(text: string): string {
  const start = text.indexOf(':') + 1
  if (!text.startsWith('//', start)) return ''
  const rest = text.slice(start + 2)
  const end = rest.search(/[/?#]/)
  return end === -1 ? rest : rest.slice(0, end)
}
