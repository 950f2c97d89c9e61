import { X509Certificate } from 'node:crypto'
import type { SenderConstrainedPayload } from '../../../types/models.ts'
import { constantEquals } from '../../helpers/constant_equals.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'
import type { FieldMap } from './field_map.ts'

/** Bound to a certificate or key of its sender. @see RFC 8705 §3, RFC 9449 §6 */
export const senderConstrained = {
  'x5t#S256': 'string',
  jkt: 'string',
} satisfies FieldMap<SenderConstrainedPayload>

/** What a sender proves: a client certificate, or the thumbprint of a key. */
export type SenderProof = [kind: 'x5t' | 'jkt', value: string | Buffer | X509Certificate]

/**
 * Binds a token to a certificate or key of its sender.
 * @param value the client certificate, or the thumbprint of the key (`jkt`)
 * @throws TypeError when it cannot be that
 * @see RFC 8705 §3.1, RFC 9449 §6
 */
export function bindToSender(token: SenderConstrainedPayload, ...[kind, value]: SenderProof): void {
  if (kind === 'x5t') {
    const certificate = value instanceof X509Certificate ? value : new X509Certificate(value)
    token['x5t#S256'] = sha256(certificate.raw)
    return
  }
  if (typeof value !== 'string' || !/^[\w-]{43}$/.test(value))
    throw new TypeError('jkt must be a SHA-256 thumbprint in base64url')
  token.jkt = value
}

const isSame = (bound: string | undefined, proven: string | undefined): boolean =>
  bound === undefined || (proven !== undefined && constantEquals(bound, proven))

/**
 * Whether whoever proved this may use the token; one that is bound to nothing is for whoever holds it.
 * @see RFC 8705 §3, §4; RFC 9449 §5, §7.1
 */
export function isUsableBy(token: SenderConstrainedPayload, proof: SenderProof | undefined): boolean {
  const proven: SenderConstrainedPayload = {}
  if (proof !== undefined) bindToSender(proven, ...proof)
  return isSame(token['x5t#S256'], proven['x5t#S256']) && isSame(token.jkt, proven.jkt)
}

export function isSenderConstrained(token: SenderConstrainedPayload): boolean {
  return token['x5t#S256'] !== undefined || token.jkt !== undefined
}
