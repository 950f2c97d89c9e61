import { isRecord } from '../is_record.ts'
import { parseStrictJson } from '../strict_json.ts'

/** Longest JOSE header, in characters of base64url. */
const MAX_HEADER_LENGTH = 8192
/** Longest `kid`; it is compared and logged, never used as a path or in a query. */
const MAX_KID_LENGTH = 256
/** Longest compact serialization; request objects are the largest there are. */
const MAX_LENGTH = 131_072

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A JOSE header whose common members have the types they should have. */
export interface JoseHeader {
  readonly alg: string
  readonly kid: string | undefined
  /** All of it. */
  readonly members: Readonly<Record<string, unknown>>
}

/**
 * Whether the text is base64url as it has to be: the right alphabet, no padding, no white space, and no bits that
 * decoding would drop. Otherwise one JWT had several spellings.
 * @see RFC 7515 §2, RFC 4648 §3.5
 */
export const isBase64url = (text: string) => Buffer.from(text, 'base64url').toString('base64url') === text

/**
 * Reads the header of a compact JWS (3 parts) or JWE (5 parts). Nothing in it is proven yet.
 * @throws TypeError when it is not a compact serialization, or uses extensions
 * @see RFC 7515 §7.1, RFC 7516 §7.1, RFC 7515 §4.1.11 (`crit`)
 */
export function readJoseHeader(token: string, parts: 3 | 5): JoseHeader {
  if (token.length > MAX_LENGTH) throw new TypeError('it is too long')
  const segments = token.split('.', parts + 1)
  if (segments.length !== parts) throw new TypeError(`a compact serialization has ${parts} parts`)
  if (!segments.every(isBase64url)) throw new TypeError('a part of it is not base64url')
  const [encoded = ''] = segments
  if (encoded.length > MAX_HEADER_LENGTH) throw new TypeError('its header is too long')
  const members = parseStrictJson(decoder.decode(Buffer.from(encoded, 'base64url')))
  if (!isRecord(members)) throw new TypeError('its header is not an object')
  const { alg, kid, crit } = members
  if (typeof alg !== 'string' || alg === '') throw new TypeError('its header has no alg')
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || kid.length > MAX_KID_LENGTH)) {
    throw new TypeError('its kid is not a short string')
  }
  // No extension is understood here, so whatever is critical is refused; b64 only means something then (RFC 7797 §6).
  if (crit !== undefined || members['b64'] !== undefined) throw new TypeError('its header uses extensions')
  return { alg, kid, members }
}
