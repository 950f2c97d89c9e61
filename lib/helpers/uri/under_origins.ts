/** What a URL is called at another origin of the same server. @param origin without a path @see RFC 8705 §5 */
export const atOrigin = (url: string, origin: string): string => `${origin}${new URL(url).pathname}`

/** A URL, and what it is called at further origins. */
export const underOrigins = (url: string, origins: readonly string[]): string[] => [
  url,
  ...origins.map((origin) => atOrigin(url, origin)),
]
