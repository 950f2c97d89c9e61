import { readJoseHeader } from './compact_jose.ts'
import { readJwtPayload } from './jwt.ts'

/** @see RFC 9068 §2.1, RFC 7515 §4.1.9 – the prefix may be left out, and case does not matter */
const TYPE = /^(?:application\/)?at\+jwt$/i

/** Parts of a compact serialization: signed, or encrypted. @see RFC 7515 §7.1, RFC 7516 §7.1 */
const partsOf = (value: string): number => value.split('.', 6).length

function looksLikeOne(value: string, issuer: string): boolean {
  const parts = partsOf(value)
  if (parts !== 3 && parts !== 5) return false
  const { typ } = readJoseHeader(value, parts).members
  if (typeof typ !== 'string' || !TYPE.test(typ)) return false
  return parts === 5 || readJwtPayload(value)['iss'] === issuer
}

/**
 * Whether a value has the form of a JWT access token of this issuer. That proves nothing: neither that it was made
 * here, nor that it holds. Values of tokens that are stored have no dots.
 */
export function isStructuredAccessToken(value: string, issuer: string): boolean {
  if (!value.includes('.')) return false
  try {
    return looksLikeOne(value, issuer)
  } catch {
    return false
  }
}
