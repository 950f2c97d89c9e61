import { isSameId } from '../constant_equals.ts'
import { HmacSha1 } from './hmac_sha1.ts'

type Secret = string | Uint8Array

/**
 * Signs cookies in the format of Keygrip: HMAC-SHA1 in base64url; the first key signs, all of them verify. What
 * Keygrip has signed stays valid.
 * @see RFC 2104, RFC 4648 §5
 */
export class HmacCookieSigner {
  readonly #first: HmacSha1
  readonly #all: readonly HmacSha1[]

  /** @param keys secrets, newest first */
  constructor([first, ...others]: readonly [Secret, ...Secret[]]) {
    this.#first = new HmacSha1(first)
    this.#all = [this.#first, ...others.map((key) => new HmacSha1(key))]
  }

  sign(data: string): string {
    return this.#first.digest(data)
  }

  verify(data: string, digest: string): boolean {
    return this.index(data, digest) > -1
  }

  /** Which key has signed; -1 when none has. */
  index(data: string, digest: string): number {
    return this.#all.findIndex((key) => isSameId(key.digest(data), digest))
  }
}
