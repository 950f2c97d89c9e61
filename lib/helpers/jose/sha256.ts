import { hash } from 'node:crypto'

/**
 * The SHA-256 hash of a text or of bytes, in base64url without padding: what challenges, thumbprints and `ath` are, and
 * ids of what must not be stored under its value.
 * @see RFC 7636 §4.2, RFC 7638 §3, RFC 8705 §3.1, RFC 9449 §4.2
 */
export const sha256 = (content: string | Uint8Array): string => hash('sha256', content, 'base64url')
