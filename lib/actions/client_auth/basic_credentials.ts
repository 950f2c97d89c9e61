import { InvalidRequest } from '../../helpers/errors.ts'
import { formDecode } from './form_decode.ts'
import { CLIENT_AUTH } from './reasons.ts'

/** The scheme's name, in any case, then the credentials. @see RFC 7617 §2, RFC 9110 §11.1 */
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i
/** What base64 holds when both halves were form-encoded. @see RFC 6749 Appendix A, B */
const PRINTABLE = /^[\x20-\x7e]*$/

/**
 * Reads the client's identifier and secret from an Authorization header. Both are form-encoded inside, which many
 * clients forget; the detail says so.
 * @throws InvalidRequest
 * @see RFC 6749 §2.3.1
 */
export function readBasicCredentials(authorization: string): { clientId: string; clientSecret: string } {
  const encoded = BASIC.exec(authorization)?.[1]
  if (encoded === undefined) malformed('it must be the Basic scheme, one space and base64 credentials')
  const bytes = Buffer.from(encoded, 'base64')
  // Several spellings of the same bytes would be several spellings of one secret (RFC 4648 §3.5).
  if (bytes.toString('base64') !== encoded) malformed('the credentials are not canonical, padded base64')
  const pair = bytes.toString('latin1')
  const colon = pair.indexOf(':')
  if (colon === -1) malformed('the credentials must be client_id and client_secret with a colon between them')
  return {
    clientId: decodeHalf('client_id', pair.slice(0, colon)) || malformed('client_id is empty'),
    clientSecret: decodeHalf('client_secret', pair.slice(colon + 1)),
  }
}

function decodeHalf(name: string, text: string): string {
  const decoded = PRINTABLE.test(text) ? formDecode(text) : undefined
  return decoded ?? malformed(`${name} is not form-encoded (RFC 6749 §2.3.1, Appendix B)`)
}

function malformed(detail: string): never {
  throw new InvalidRequest('invalid authorization header value format', 400, detail).because(
    CLIENT_AUTH.basic_malformed,
    { seen: ['authorization'] },
  )
}
