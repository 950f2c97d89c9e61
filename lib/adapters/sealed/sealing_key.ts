import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

/** As long as the hash: a shorter one is easier to guess than what it protects. */
const SHORTEST = 32
const IV_LENGTH = 12
const TAG_LENGTH = 16

/** What names are made of an index or key: ids are of one model, all else is looked for in several. */
export type Label = `id:${string}` | 'uid' | 'userCode' | 'grantId' | 'accountId'

/**
 * One key of the host, of which two are derived: names are computed with one, text is sealed with the other.
 * @see RFC 5869, RFC 2104, NIST SP 800-38D
 */
export class SealingKey {
  /** Tells keys apart, and nothing about them. */
  readonly fingerprint: string
  readonly #names: KeyObject
  readonly #texts: KeyObject

  /** @throws TypeError for a key that is too short */
  constructor(given: string | Uint8Array) {
    const bytes = typeof given === 'string' ? Buffer.from(given) : given
    if (!(bytes instanceof Uint8Array) || bytes.length < SHORTEST)
      throw new TypeError(`sealedAdapter: each of keys must be text or bytes, ${SHORTEST} bytes at least`)
    this.#names = derived(bytes, 'names')
    this.#texts = derived(bytes, 'texts')
    this.fingerprint = createHmac('sha256', this.#names).update('fingerprint').digest('base64url').slice(0, 8)
  }

  /** What a value is kept as: the same each time, and of no use to who cannot compute it. Begins with a tilde. */
  nameOf(label: Label, value: string): string {
    // JSON tells surrogates apart that no encoding can.
    const text = `${label}:${JSON.stringify(value)}`
    return `~${createHmac('sha256', this.#names).update(text).digest('base64url')}`
  }

  /** @param bound what the text belongs to: it is opened for nothing else */
  seal(text: string, bound: string): string {
    const iv = randomBytes(IV_LENGTH)
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(bound), iv)
    cipher.setAAD(Buffer.from(bound))
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return sealed.toString('base64url')
  }

  /** @throws when it was sealed for something else, or changed */
  open(sealed: string, bound: string): string {
    const bytes = Buffer.from(sealed, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', this.#keyOf(bound), bytes.subarray(0, IV_LENGTH), {
      authTagLength: TAG_LENGTH,
    })
    decipher.setAAD(Buffer.from(bound))
    decipher.setAuthTag(bytes.subarray(-TAG_LENGTH))
    return decipher.update(bytes.subarray(IV_LENGTH, -TAG_LENGTH), undefined, 'utf8') + decipher.final('utf8')
  }

  /** A key for each entry: with random IVs no key may seal more than 2^32 texts. @see NIST SP 800-38D §8.3 */
  #keyOf(bound: string): Buffer {
    return createHmac('sha256', this.#texts).update(bound).digest()
  }
}

const derived = (key: Uint8Array, use: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `openid-provider sealed ${use}`, 32)))

/** Whether a text has the form of a name: as nothing else has it, who presents a name finds nothing. */
export const isName = (text: string): boolean => /^~[\w-]{43}$/.test(text)
