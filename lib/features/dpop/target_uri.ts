import { isWeb, parseStrictUri } from '../../helpers/uri/strict_uri.ts'

const UNRESERVED = /^[A-Za-z0-9._~-]$/

/** An octet that needs no encoding is the same with and without it; the others are written in upper case. @see RFC 3986 §6.2.2 */
const normalOctet = (octet: string): string => {
  const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16))
  return UNRESERVED.test(character) ? character : octet.toUpperCase()
}

/** Scheme, host, port and path in their normal form. @see RFC 3986 §6.2.2, §6.2.3 */
function normalised(uri: string): string | undefined {
  const { url, scheme } = parseStrictUri(uri) ?? {}
  if (url === undefined || scheme === undefined || !isWeb(scheme)) return undefined
  // The octets first: one of them may be a dot of a segment that goes away.
  return new URL(`${url.origin}${url.pathname.replaceAll(/%[0-9a-f]{2}/gi, normalOctet)}`).href
}

/**
 * Whether `htu` names the endpoint, whatever query and fragment either has.
 * @param endpoint as the provider writes it
 * @see RFC 9449 §4.3 (9)
 */
export function namesEndpoint(htu: string, endpoint: string): boolean {
  if (htu === endpoint) return true
  const named = normalised(htu)
  return named !== undefined && named === normalised(endpoint)
}
