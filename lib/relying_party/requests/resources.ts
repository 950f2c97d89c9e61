import type { UserinfoResponse } from '../../../types/relying_party/claims.ts'
import type { HttpResponse } from '../../../types/relying_party/http.ts'
import type { ResourceRequestOptions, UserinfoOptions } from '../../../types/relying_party/parameters.ts'
import { parseStrictJson } from '../../helpers/strict_json.ts'
import { sendWithProof } from '../authentication/dpop.ts'
import { OPError, RPError } from '../errors.ts'
import { type HttpRequest, mergeHeaders, urlEncode } from '../http/prepare_options.ts'
import { expectObject, expectStatus } from '../http/read_answer.ts'
import type { RelyingParty } from '../relying_party.ts'
import type { TokenSet } from '../token_set.ts'
import { checkParties, checkTimes, claimsOf, refusing } from '../tokens/check_claims.ts'
import { decrypt, protectionOf, verify } from '../tokens/open_jwt.ts'
import { mtlsEndpointOf } from './mtls_endpoint.ts'

/** A token, and the scheme it is presented under. @throws TypeError when there is none @see RFC 6750 §2.1, RFC 9449 §7.1 */
function presented(
  given: string | TokenSet,
  { tokenType, DPoP }: Pick<ResourceRequestOptions, 'tokenType' | 'DPoP'>,
) {
  const accessToken = typeof given === 'string' ? given : given.access_token
  if (accessToken === undefined) throw new TypeError('access_token not present in TokenSet')
  // Text does not say what it is: with a key to prove, it is bound to that.
  const ofText = DPoP === undefined ? undefined : 'DPoP'
  const own = typeof given === 'string' ? ofText : given.token_type
  const scheme = tokenType ?? own ?? 'Bearer'
  // Registered names are compared without regard to case, and servers exist that do not (RFC 6749 §5.1).
  return {
    accessToken,
    authorization: `${scheme.toLowerCase() === 'bearer' ? 'Bearer' : scheme} ${accessToken}`,
  }
}

/** @see RFC 6750 §2.1, RFC 9449 §7.1 */
export function requestResource(
  party: RelyingParty,
  url: string | URL,
  token: string | TokenSet,
  { headers, body, method = 'GET', tokenType, DPoP }: ResourceRequestOptions = {},
): Promise<HttpResponse> {
  const { accessToken, authorization } = presented(token, { tokenType, DPoP })
  const request: HttpRequest = {
    url,
    method,
    headers: mergeHeaders(headers, { authorization }),
    ...(body === undefined ? {} : { body }),
  }
  return sendWithProof(party, () => request, { DPoP, accessToken })
}

/** Whether the client registered that claims come in a JWT. @see OpenID Connect Core 1.0 §5.3.2 */
const wantsJwt = ({ metadata }: RelyingParty): boolean =>
  metadata.userinfo_signed_response_alg !== undefined ||
  metadata.userinfo_encrypted_response_alg !== undefined

/** The request, by where its token travels. @throws TypeError @see RFC 6750 §2 */
function userinfoRequest(
  party: RelyingParty,
  token: string | TokenSet,
  { method = 'GET', via = 'header', tokenType, params = {}, DPoP }: UserinfoOptions,
): { request: HttpRequest; accessToken: string } {
  const { accessToken, authorization } = presented(token, { tokenType, DPoP })
  if (via === 'query' && method !== 'GET')
    throw new TypeError('userinfo endpoints should be queried with GET if via: query')
  if (via === 'body' && method !== 'POST') throw new TypeError('can only send body on POST')
  const url = new URL(mtlsEndpointOf(party, 'userinfo_endpoint', 'token'))
  const sent = via === 'header' ? params : { ...params, access_token: accessToken }
  const headers = {
    accept: wantsJwt(party) ? 'application/jwt' : 'application/json',
    ...(via === 'header' ? { authorization } : {}),
  }
  if (method === 'POST') return { accessToken, request: { url, method, headers, form: sent } }
  for (const [name, value] of urlEncode(sent)) url.searchParams.append(name, value)
  return { accessToken, request: { url, headers } }
}

/** Claims out of a JWT, or out of a JWE that is not signed. @see OpenID Connect Core 1.0 §5.3.2, §5.3.4 */
async function openUserinfo(party: RelyingParty, jwt: string): Promise<Record<string, unknown>> {
  const protection = protectionOf(party, 'userinfo', 'userinfo')
  const plaintext = await decrypt(party, jwt, protection)
  const refuse = refusing('userinfo', jwt)
  if (party.metadata.userinfo_signed_response_alg === undefined && plaintext.startsWith('{'))
    return claimsOf(parseStrictJson(plaintext), refuse)
  const { payload } = await verify(party, plaintext, protection)
  const { iss, aud } = payload
  if (iss !== undefined || aud !== undefined) checkParties(party, payload, refuse)
  checkTimes(party, payload, { exp: false, iat: false }, refuse)
  return payload
}

async function readUserinfo(party: RelyingParty, response: HttpResponse): Promise<Record<string, unknown>> {
  const isJwt = /^application\/jwt *(?:;|$)/i.test(response.headers['content-type'] ?? '')
  const parsed = expectStatus(response, 200)
  if (!isJwt) {
    if (wantsJwt(party))
      throw new RPError('expected application/jwt response from the userinfo_endpoint', { response: parsed })
    return expectObject(response)
  }
  return openUserinfo(party, String(parsed.body).trim())
}

/**
 * Claims about the person that an access token is about.
 * @throws OPError, RPError, TypeError
 * @see OpenID Connect Core 1.0 §5.3
 */
export async function userinfo(
  party: RelyingParty,
  token: string | TokenSet,
  options: UserinfoOptions = {},
): Promise<UserinfoResponse> {
  const { request, accessToken } = userinfoRequest(party, token, options)
  const response = await sendWithProof(party, () => request, { DPoP: options.DPoP, accessToken })
  const claims = await readUserinfo(party, response)
  const { sub } = claims
  if (typeof sub !== 'string' || sub === '')
    throw new OPError('expected a sub in the userinfo response', response)
  // Core §5.3.2: another person's claims must not be used, whoever mixed them up.
  if (typeof token !== 'string' && token.id_token !== undefined && token.claims().sub !== sub)
    throw new RPError(`userinfo sub mismatch, expected ${token.claims().sub}, got: ${sub}`, { body: claims })
  return { ...claims, sub }
}
