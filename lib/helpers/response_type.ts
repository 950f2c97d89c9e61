/**
 * Writes a response type the one way it is compared and stored in; the order of its words means nothing.
 * @see RFC 6749 §3.1.1
 */
export function normalizeResponseType(responseType: string): string {
  return responseType.split(' ').sort().join(' ')
}
