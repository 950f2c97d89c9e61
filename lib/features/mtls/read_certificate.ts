import { X509Certificate } from 'node:crypto'

/** Longest certificate as text, in characters: one with a key of 16,384 bits fits. */
const MAX_LENGTH = 16_384
const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * Reads one certificate from PEM text; blanks may stand where lines end, as in headers of proxies.
 * @returns nothing when it is something else: several of them, one with something behind it, or too long
 * @see RFC 7468 §5
 */
export function readCertificate(text: string): X509Certificate | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const pem = text.trim()
  if (!pem.startsWith(BEGIN) || !pem.endsWith(END)) return undefined
  const base64 = pem.slice(BEGIN.length, -END.length).replaceAll(/\s/g, '')
  return BASE64.test(base64) ? fromDer(Buffer.from(base64, 'base64')) : undefined
}

function fromDer(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der)
    return certificate.raw.equals(der) ? certificate : undefined
  } catch {
    return undefined
  }
}
