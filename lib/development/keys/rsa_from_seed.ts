import { checkPrimeSync, createPrivateKey, hkdfSync, type JsonWebKey } from 'node:crypto'

const PRIME_BYTES = 128
const EXPONENT = 65537n

/** As many bytes as are asked for, always the same ones for a seed and a purpose. @see RFC 5869 */
export function seededBytes(seed: string, purpose: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', seed, 'openid-provider for development', purpose, length))
}

const toNumber = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`)

function toBase64url(number: bigint): string {
  const hex = number.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

/** The first prime at or after the number that a seed names; its two highest bits are set, so products have 2048. */
function primeFrom(seed: string, purpose: string): bigint {
  const highest = 3n << BigInt(PRIME_BYTES * 8 - 2)
  let candidate = toNumber(seededBytes(seed, purpose, PRIME_BYTES)) | highest | 1n
  while (candidate % EXPONENT === 1n || !checkPrimeSync(candidate)) candidate += 2n
  return candidate
}

/** The number that gives 1 when it is multiplied with the value: the extended Euclidean algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value % modulus]
  let [factor, nextFactor] = [0n, 1n]
  while (next !== 0n) {
    const quotient = rest / next
    ;[rest, next] = [next, rest - quotient * next]
    ;[factor, nextFactor] = [nextFactor, factor - quotient * nextFactor]
  }
  return factor < 0n ? factor + modulus : factor
}

/** A private RSA key of 2048 bits, as RFC 8017 §3.2 lays it out; the same one for the same seed. */
export function rsaFromSeed(seed: string): JsonWebKey {
  const p = primeFrom(seed, 'p')
  const q = primeFrom(seed, 'q')
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n))
  const numbers = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  const members = Object.entries(numbers).map(([name, number]) => [name, toBase64url(number)])
  const jwk: JsonWebKey = { kty: 'RSA', ...Object.fromEntries(members) }
  return createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' })
}
