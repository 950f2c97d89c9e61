import { hash } from 'node:crypto'

/** Bytes of a block of SHA-1, and of a hash. @see RFC 2104 §2, RFC 3174 */
const BLOCK = 64
const HASH = 20

/**
 * HMAC-SHA1 under one key, with what depends on the key alone made once. `createHmac` looks for its hash function at each
 * call, which takes longer than the hash itself.
 * @see RFC 2104 §2, §4
 */
export class HmacSha1 {
  readonly #inner = Buffer.alloc(BLOCK, 0x36)
  /** With room for the inner hash. */
  readonly #outer = Buffer.alloc(BLOCK + HASH, 0x5c)

  /** @param key a text stands for its bytes in UTF-8 */
  constructor(key: string | Uint8Array) {
    const bytes = typeof key === 'string' ? Buffer.from(key) : key
    const shortened = bytes.length > BLOCK ? hash('sha1', bytes, 'buffer') : bytes
    for (const [at, byte] of shortened.entries()) {
      this.#inner[at] = byte ^ 0x36
      this.#outer[at] = byte ^ 0x5c
    }
  }

  /** In base64url. */
  digest(data: string): string {
    hash('sha1', Buffer.concat([this.#inner, Buffer.from(data)]), 'buffer').copy(this.#outer, BLOCK)
    return hash('sha1', this.#outer, 'base64url')
  }
}
