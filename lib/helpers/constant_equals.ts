import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares secrets in a time that tells neither their content nor their length. @see RFC 6749 §10.10 */
export function constantEquals(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

/**
 * Compares an id with the one that storage found it by: the rest of it in constant time, but not its length, which is
 * no secret. Hiding it as well would take two hashes.
 */
export function isSameId(stored: string, presented: string): boolean {
  const [a, b] = [Buffer.from(stored), Buffer.from(presented)]
  return a.length === b.length && timingSafeEqual(a, b)
}
