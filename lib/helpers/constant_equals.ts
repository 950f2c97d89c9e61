import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares secrets in a time that tells neither their content nor their length. @see RFC 6749 §10.10 */
export function constantEquals(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}
