const DIRECTIVE = /^(max-age|no-store|no-cache)(?:="?([0-9]{1,20})"?)?$/i

/** @returns `max-age` in seconds, 0 for what must not be kept, `undefined` when nothing is said */
function readCacheControl(header: string): number | undefined {
  let maxAge: number | undefined
  for (const part of header.slice(0, 256).split(',')) {
    const [, name, seconds] = DIRECTIVE.exec(part.trim()) ?? []
    if (name === undefined) continue
    if (name.toLowerCase() !== 'max-age') return 0
    if (seconds !== undefined) maxAge = Number(seconds)
  }
  return maxAge
}

/**
 * How long an answer may be kept, by its own headers.
 * @param now epoch seconds
 * @param bounds the least and the most, in seconds; the least is also for answers that do not say
 * @returns seconds
 * @see RFC 9111 §5.2.2, §5.3
 */
export function freshnessOf(
  headers: ReadonlyMap<string, string>,
  now: number,
  { least, most }: { least: number; most: number },
): number {
  const expires = Date.parse(headers.get('expires') ?? '') / 1000 - now
  const seconds = readCacheControl(headers.get('cache-control') ?? '') ?? expires
  return Number.isNaN(seconds) ? least : Math.min(most, Math.max(least, seconds))
}
