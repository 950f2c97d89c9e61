import { decodeFormValue } from '../../helpers/http/urlencoded.ts'

/**
 * Decodes one form-encoded value, once: `+` is a space, `%` starts a byte of UTF-8.
 * @returns `undefined` when an escape is cut off, not hexadecimal, or not UTF-8
 * @see RFC 6749 Appendix B
 */
export function formDecode(text: string): string | undefined {
  try {
    return decodeFormValue(text)
  } catch {
    return undefined
  }
}
