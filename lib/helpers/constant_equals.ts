import { hash, timingSafeEqual } from 'node:crypto'

const digestOf = (text: string): Buffer => hash('sha256', text, 'buffer')

/** Compares secrets in a time that tells neither their content nor their length. @see RFC 6749 §10.10 */
export function constantEquals(a: string, b: string): boolean {
  return timingSafeEqual(digestOf(a), digestOf(b))
}

/** Compares what is presented with a secret that hardly ever changes, as `constantEquals` does; its digest is kept. */
export class SecretComparison {
  #secret: string | undefined
  #digest: Buffer | undefined

  isRight(secret: string, presented: string): boolean {
    if (this.#secret !== secret || this.#digest === undefined) {
      this.#digest = digestOf(secret)
      this.#secret = secret
    }
    return timingSafeEqual(this.#digest, digestOf(presented))
  }
}

/**
 * Compares an id with the one that storage found it by, or a signature with the right one, in constant time but for the
 * length, which is no secret. Hiding it as well would take two hashes.
 */
export function isSameId(stored: string, presented: string): boolean {
  const [a, b] = [Buffer.from(stored), Buffer.from(presented)]
  return a.length === b.length && timingSafeEqual(a, b)
}
