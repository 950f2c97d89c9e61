import type { SenderConstrainedPayload } from '../../../types/models.ts'
import type { FieldMap } from './field_map.ts'

/** Bound to a certificate or key of its sender. @see RFC 8705 §3, RFC 9449 §6 */
export const senderConstrained = {
  'x5t#S256': 'string',
  jkt: 'string',
} satisfies FieldMap<SenderConstrainedPayload>

export function isSenderConstrained(token: SenderConstrainedPayload): boolean {
  return token['x5t#S256'] !== undefined || token.jkt !== undefined
}
