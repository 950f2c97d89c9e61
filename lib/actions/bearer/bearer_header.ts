import type { Ctx } from '../../engine/context.ts'
import { readAccessToken } from '../../helpers/http/read_access_token.ts'

/**
 * The token that registration is asked with: in the header, for its body is metadata and its URL is logged.
 * @throws NoAccessToken, InvalidRequest
 * @see RFC 7591 §3, RFC 7592 §2, RFC 6750 §2.1
 */
export function bearerHeader(ctx: Ctx): string {
  const carriers = { authorization: ctx.get('authorization'), body: undefined, query: ctx.query }
  return readAccessToken(carriers, { acceptDPoP: false, acceptQueryParam: false }).token
}
