import type { KeyObject } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { readJoseHeader } from './compact_jose.ts'

/** A key to encrypt or decrypt with: public or private, or a shared secret. */
export type EncryptionKey = KeyObject | Uint8Array

/** Most keys that are tried. */
const MAX_TRIES = 20

/** One failure for wrong padding, wrong tag and every other reason, so that nothing can be learnt from it. @see RFC 7516 §11.5 */
export class DecryptionFailed extends Error {
  constructor(cause?: unknown) {
    super('decryption failed', cause === undefined ? undefined : { cause })
    this.name = 'DecryptionFailed'
  }
}

/** How a JWT is encrypted: chosen by registration, never by a message alone. */
export interface JweOptions {
  readonly alg: string
  readonly enc: string
  readonly key: EncryptionKey
  readonly kid?: string | undefined
}

/** What may be decrypted, and with which keys. */
export interface JweExpectations {
  readonly algs: readonly string[]
  readonly encs: readonly string[]
  /** @returns the keys for this algorithm, in the order to try them */
  keysFor(
    alg: string,
    enc: string,
    kid: string | undefined,
  ): readonly EncryptionKey[] | Promise<readonly EncryptionKey[]>
}

/** Encrypts a signed JWT. @see RFC 7519 §5.2 (`cty`), OpenID Connect Core 1.0 §10.2 */
export async function encryptJwt(jwt: string, { alg, enc, key, kid }: JweOptions): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(jwt))
    .setProtectedHeader({ alg, enc, cty: 'JWT', ...(kid === undefined ? {} : { kid }) })
    .encrypt(key)
}

/** Whether a compact JWT has the five parts of one that is encrypted. @see RFC 7516 §9 */
export const isEncryptedJwt = (jwt: string): boolean => jwt.split('.', 6).length === 5

/** Never decrypted, whatever the lists say: what they cost or give away is decided by the sender. */
const isNeverAccepted = (alg: string) => alg === 'RSA1_5' || alg.startsWith('PBES2')

/**
 * Decrypts a compact JWE. Everything that can be refused is refused before any key is touched.
 * @returns what was inside, and the header that said how
 * @throws DecryptionFailed
 * @see RFC 7516 §5.2, RFC 8725 §3.1, §3.2
 */
export async function decryptJwt(
  jwe: string,
  { algs, encs, keysFor }: JweExpectations,
): Promise<{ plaintext: string; header: Readonly<Record<string, unknown>> }> {
  const { alg, enc, kid, header } = readHeader(jwe)
  if (!algs.includes(alg) || !encs.includes(enc) || isNeverAccepted(alg)) throw new DecryptionFailed()
  const keys = await keysFor(alg, enc, kid)
  let reason: unknown
  for (const key of keys.slice(0, MAX_TRIES)) {
    try {
      const { plaintext } = await compactDecrypt(jwe, key, {
        keyManagementAlgorithms: [alg],
        contentEncryptionAlgorithms: [enc],
        maxDecompressedLength: 0,
      })
      return { plaintext: new TextDecoder('utf-8', { fatal: true }).decode(plaintext), header }
    } catch (cause) {
      reason = cause
    }
  }
  throw new DecryptionFailed(reason)
}

function readHeader(jwe: string) {
  try {
    const { alg, kid, members } = readJoseHeader(jwe, 5)
    const { enc } = members
    // Inflating is work, and tells about what is inside (RFC 8725 §3.6).
    if (typeof enc !== 'string' || members['zip'] !== undefined) throw new TypeError('its header is refused')
    return { alg, kid, enc, header: members }
  } catch (cause) {
    throw new DecryptionFailed(cause)
  }
}
