import { createHmac, timingSafeEqual } from 'node:crypto'

const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
])

/**
 * Verifies a message authentication code, in constant time.
 * @throws TypeError for an algorithm that is none of a shared key
 * @see RFC 7518 §3.2
 */
export function verifyMac(alg: string, key: Uint8Array, input: string, mac: Buffer): boolean {
  const digest = DIGESTS.get(alg)
  if (digest === undefined) throw new TypeError(`no shared key verifies ${alg}`)
  const expected = createHmac(digest, key).update(input).digest()
  return expected.length === mac.length && timingSafeEqual(expected, mac)
}
