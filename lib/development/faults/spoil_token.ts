import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { SigningKeys } from '../keys/signing_keys.ts'

/** What can be wrong with a signed token; nothing else about it changes. */
export type TokenFault = 'wrong issuer' | 'unknown kid' | 'tampered signature' | 'expired' | 'clock skew'

const HOUR = 3600
/** Nobody is there. @see RFC 2606 §2 */
export const WRONG_ISSUER = 'https://wrong-issuer.example'

/** Moves the times of a token. */
function shifted(claims: Readonly<Record<string, unknown>>, seconds: number): Record<string, unknown> {
  const times = ['iat', 'exp', 'nbf', 'auth_time'].flatMap((name) => {
    const value = claims[name]
    return typeof value === 'number' ? [[name, value + seconds]] : []
  })
  return { ...claims, ...Object.fromEntries(times) }
}

/** Another first character of the signature: one in the middle of it would do as well, the last may hold no bits. */
function tampered(token: string): string {
  const at = token.lastIndexOf('.') + 1
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}

/** @returns nothing for what is no JWT that is signed with a key of the provider */
export async function spoilToken(
  token: string,
  { kind, seconds = HOUR }: { readonly kind: TokenFault; readonly seconds?: number | undefined },
  keys: SigningKeys,
): Promise<string | undefined> {
  if (token.split('.').length !== 3) return undefined
  const { alg, typ } = decodeProtectedHeader(token)
  if (alg !== 'RS256') return undefined
  const header = typ === undefined ? {} : { typ }
  const claims = decodeJwt(token)
  const { exp = 0 } = claims
  switch (kind) {
    case 'tampered signature':
      return tampered(token)
    case 'unknown kid':
      return keys.signUnknown(claims, header)
    case 'wrong issuer':
      return keys.sign({ ...claims, iss: WRONG_ISSUER }, header)
    case 'expired':
      return keys.sign(shifted(claims, Math.floor(Date.now() / 1000) - exp - HOUR), header)
    case 'clock skew':
      return keys.sign(shifted(claims, seconds), header)
  }
}
