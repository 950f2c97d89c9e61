import { createHmac } from 'node:crypto'
import { constantEquals } from '../constant_equals.ts'

/**
 * Signs cookies in the format of Keygrip: HMAC-SHA1 in base64url; the first key signs, all of them verify. What
 * Keygrip has signed stays valid.
 * @see RFC 2104, RFC 4648 §5
 */
export class HmacCookieSigner {
  readonly #keys: readonly [string, ...string[]]

  /** @param keys secrets, newest first */
  constructor(keys: readonly [string, ...string[]]) {
    this.#keys = keys
  }

  sign(data: string): string {
    return digestOf(this.#keys[0], data)
  }

  verify(data: string, digest: string): boolean {
    return this.index(data, digest) > -1
  }

  /** Which key has signed; -1 when none has. */
  index(data: string, digest: string): number {
    return this.#keys.findIndex((key) => constantEquals(digest, digestOf(key, data)))
  }
}

const digestOf = (key: string, data: string) => createHmac('sha1', key).update(data).digest('base64url')
