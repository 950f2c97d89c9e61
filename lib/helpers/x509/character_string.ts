import type { DerElement } from './der.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const ascii = (bytes: Buffer): string | undefined =>
  bytes.every((octet) => octet < 0x80) ? bytes.toString('latin1') : undefined

/** @see ITU-T X.690 §8.23.9 */
function utf16(bytes: Buffer): string | undefined {
  return bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString('utf16le') : undefined
}

/** By the tag of the string type. @see RFC 5280 §4.1.2.4, ITU-T X.680 §8.6 */
const READERS: Readonly<Record<number, (bytes: Buffer) => string | undefined>> = {
  12: (bytes) => utf8.decode(bytes),
  18: ascii,
  19: ascii,
  20: (bytes) => bytes.toString('latin1'),
  22: ascii,
  26: ascii,
  30: utf16,
}

/** What an element says as text, all of it; `undefined` when it is no text. */
export function characterString({ tag, content }: DerElement): string | undefined {
  try {
    return READERS[tag]?.(content)
  } catch {
    return undefined
  }
}
