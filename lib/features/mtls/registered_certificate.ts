import type { KeyObject, X509Certificate } from 'node:crypto'
import type { JWK } from '../../../types/client.ts'
import { constantEquals } from '../../helpers/constant_equals.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'

/** @see RFC 8705 §3.1 */
const thumbprintOf = (der: Buffer): string => sha256(der)

/**
 * Whether a key of a client's set stands for this certificate. The first of `x5c` says which it is, or its thumbprint;
 * a key that says nothing of certificates stands for each that was made for it.
 * @see RFC 8705 §2.2, RFC 7517 §4.7, §4.9
 */
export function isCertificateOf(
  { jwk: { x5c, 'x5t#S256': x5t, use }, key }: { readonly jwk: JWK; readonly key: KeyObject },
  certificate: X509Certificate,
): boolean {
  if (use === 'enc') return false
  const presented = thumbprintOf(certificate.raw)
  if (x5c !== undefined) {
    const first: unknown = Array.isArray(x5c) ? x5c[0] : undefined
    return typeof first === 'string' && constantEquals(thumbprintOf(Buffer.from(first, 'base64')), presented)
  }
  if (x5t !== undefined) return typeof x5t === 'string' && constantEquals(x5t, presented)
  return key.equals(certificate.publicKey)
}
