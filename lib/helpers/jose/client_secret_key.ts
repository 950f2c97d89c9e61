import { createHash } from 'node:crypto'

/** Key sizes in bits: of the content encryption for `dir`, of the key wrapping for the others. @see RFC 7518 §5.1 */
const CONTENT_KEY_BITS: Readonly<Record<string, number>> = {
  'A128CBC-HS256': 256,
  'A192CBC-HS384': 384,
  'A256CBC-HS512': 512,
  A128GCM: 128,
  A192GCM: 192,
  A256GCM: 256,
}

/**
 * The shared key that a client secret stands for.
 * @param enc content encryption, which `dir` has its key size from
 * @throws TypeError when the algorithm works with no shared key
 * @see OpenID Connect Core 1.0 §10.1 (the secret itself signs), §10.2 (its left-truncated hash encrypts)
 */
export function clientSecretKey(secret: string, alg: string, enc?: string): Uint8Array {
  if (alg.startsWith('HS')) return Buffer.from(secret, 'utf8')
  const bits =
    alg === 'dir' ? CONTENT_KEY_BITS[enc ?? ''] : Number(/^A(128|192|256)(?:GCM)?KW$/.exec(alg)?.[1])
  if (bits === undefined || Number.isNaN(bits)) throw new TypeError(`${alg} has no shared key`)
  const hash = bits <= 256 ? 'sha256' : bits <= 384 ? 'sha384' : 'sha512'
  return createHash(hash)
    .update(secret, 'utf8')
    .digest()
    .subarray(0, bits / 8)
}
