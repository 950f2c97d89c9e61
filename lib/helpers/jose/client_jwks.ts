import { isRecord } from '../is_record.ts'

/** Members that only a private or a symmetric key has. @see RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2 */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const
const MAX_KEYS = 100
const MAX_KID_LENGTH = 256
const MIN_RSA_BITS = 2048
/** Larger moduli make every verification a burden. */
const MAX_RSA_BITS = 8192
const MAX_EXPONENT_BYTES = 8
const BASE64URL = /^[A-Za-z0-9_-]+$/
/** Longest coordinate, that of P-521. */
const MAX_COORDINATE_LENGTH = 88

/**
 * Says what is wrong with a client's key set, registered or fetched.
 * @returns the rest of a sentence about it; `undefined` when nothing is wrong
 * @see RFC 7517 §5, RFC 7591 §2 (`jwks`), RFC 8725 §3.5
 */
export function clientJwksProblem(jwks: unknown): string | undefined {
  if (!isRecord(jwks)) return 'must be a JSON Web Key Set'
  const { keys } = jwks
  if (!Array.isArray(keys)) return 'must be a JSON Web Key Set, with an array of keys'
  if (keys.length > MAX_KEYS) return `must have at most ${MAX_KEYS} keys`
  const kids = new Set<string>()
  for (const key of keys) {
    const problem = keyProblem(key)
    if (problem !== undefined) return problem
    const { kid } = key
    if (kid === undefined) continue
    if (kids.has(kid)) return 'must not use one kid for several keys'
    kids.add(kid)
  }
  return undefined
}

function keyProblem(key: unknown): string | undefined {
  if (!isRecord(key) || typeof key['kty'] !== 'string') return 'must only contain JSON Web Keys'
  const { kid, kty } = key
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || kid.length > MAX_KID_LENGTH)) {
    return `must only contain kid values that are strings of at most ${MAX_KID_LENGTH} characters`
  }
  if (kty === 'oct' || SECRET_MEMBERS.some((member) => Object.hasOwn(key, member))) {
    return 'must only contain public keys, never private or symmetric ones'
  }
  if (kty === 'RSA') return rsaProblem(key)
  if (kty === 'EC') return curveProblem(key, ['x', 'y'])
  if (kty === 'OKP') return curveProblem(key, ['x'])
  // Other key types are for others; they are passed over when a key is chosen (RFC 7517 §5).
  return undefined
}

function rsaProblem({ n, e }: Record<string, unknown>): string | undefined {
  const modulus = decode(n, MAX_RSA_BITS / 4)
  const exponent = decode(e, MAX_EXPONENT_BYTES * 2)
  if (modulus === undefined || exponent === undefined)
    return `must only contain RSA keys of at most ${MAX_RSA_BITS} bits`
  const bits = bitLength(modulus)
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
    return `must only contain RSA keys of ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits`
  }
  const isOdd = ((exponent.at(-1) ?? 0) & 1) === 1
  if (!isOdd || bitLength(exponent) < 2 || bitLength(exponent) > MAX_EXPONENT_BYTES * 8) {
    return 'must only contain RSA keys with an odd exponent above 1'
  }
  return undefined
}

function curveProblem(key: Record<string, unknown>, coordinates: readonly string[]): string | undefined {
  const isWhole =
    typeof key['crv'] === 'string' &&
    coordinates.every((name) => decode(key[name], MAX_COORDINATE_LENGTH) !== undefined)
  return isWhole
    ? undefined
    : `must only contain whole keys; ${key['kty']} keys have crv, ${coordinates.join(', ')}`
}

function decode(value: unknown, maxLength: number): Buffer | undefined {
  if (typeof value !== 'string' || value.length > maxLength || !BASE64URL.test(value)) return undefined
  return Buffer.from(value, 'base64url')
}

function bitLength(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  if (first === -1) return 0
  return (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24
}
