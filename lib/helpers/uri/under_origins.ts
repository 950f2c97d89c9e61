/**
 * A URL, and what it is called at further origins of the same server.
 * @param origins without a path
 * @see RFC 8705 §5
 */
export function underOrigins(url: string, origins: readonly string[]): string[] {
  const { pathname } = new URL(url)
  return [url, ...origins.map((origin) => `${origin}${pathname}`)]
}
