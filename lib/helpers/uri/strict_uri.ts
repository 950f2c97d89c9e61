/** Longest URI that metadata may hold. */
export const MAX_URI_LENGTH = 2048

/** Anything but visible ASCII, and `"`, `<`, `>`, `\`, which no URI holds. @see RFC 3986 §2 */
const FOREIGN = /[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7e]/

/** An absolute URI, as it was written and as it was understood. */
export class StrictUri {
  readonly text: string
  /** Host and port exactly as written; empty when there is none. */
  readonly authority: string
  /** Scheme in lower case, without the colon. */
  readonly scheme: string
  #url: URL | undefined

  constructor(text: string) {
    this.text = text
    this.authority = authorityOf(text)
    this.scheme = text.slice(0, text.indexOf(':')).toLowerCase()
  }

  /** As a browser reads it. */
  get url(): URL {
    this.#url ??= new URL(this.text)
    return this.#url
  }

  /** Whether it names a user, where its scheme knows of any. */
  get hasUser(): boolean {
    if (this.authority.includes('@')) return true
    // With an authority, or the check that there is one, nothing else can hold a user.
    return !isWeb(this.scheme) && (this.url.username !== '' || this.url.password !== '')
  }
}

/**
 * Parses an absolute URI without the repairs a browser makes: no whitespace, no control characters, no backslash,
 * no user name, and `//` exactly where http and https want it. So what was compared is what will be visited.
 * @returns `undefined` for anything else
 * @see RFC 3986 §3, RFC 9700 §4.1.3
 */
export function parseStrictUri(text: string): StrictUri | undefined {
  if (text.length > MAX_URI_LENGTH || FOREIGN.test(text) || !URL.canParse(text)) return undefined
  const uri = new StrictUri(text)
  if (isWeb(uri.scheme) && uri.authority === '') return undefined
  return uri.hasUser ? undefined : uri
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
