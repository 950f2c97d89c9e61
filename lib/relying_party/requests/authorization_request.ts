import type {
  AuthorizationParameters,
  EndSessionParameters,
  PushedAuthorizationRequestExtras,
  PushedAuthorizationResponse,
} from '../../../types/relying_party/parameters.ts'
import { OPError } from '../errors.ts'
import { urlEncode } from '../http/prepare_options.ts'
import { expectObject } from '../http/read_answer.ts'
import type { RelyingParty } from '../relying_party.ts'
import { authenticatedPost } from './authenticated_post.ts'
import { endpointOf } from './endpoint.ts'

/** What a pushed request is called by. @see RFC 9126 §2.2 */
const PUSHED = 'urn:ietf:params:oauth:request_uri:'

/** The only one there is. */
const single = (values: readonly string[] | undefined): string | undefined =>
  values?.length === 1 ? values[0] : undefined

/** The parameters with their defaults; what is `undefined` is left out. */
export function authorizationParameters(
  { metadata }: RelyingParty,
  parameters: AuthorizationParameters,
): AuthorizationParameters {
  return {
    client_id: metadata.client_id,
    scope: 'openid',
    response_type: single(metadata.response_types),
    redirect_uri: single(metadata.redirect_uris),
    // An absent method means "plain" (RFC 7636 §4.3): never by accident.
    ...(parameters.code_challenge === undefined ? {} : { code_challenge_method: 'S256' }),
    ...parameters,
  }
}

/** A pushed request says everything already. @see RFC 9126 §4 */
const isPushed = ({ request_uri: uri }: AuthorizationParameters) => uri?.startsWith(PUSHED) === true

function withQuery(endpoint: string, parameters: Readonly<Record<string, unknown>>): string {
  const url = new URL(endpoint)
  const encoded = urlEncode(parameters)
  for (const name of new Set(encoded.keys())) url.searchParams.delete(name)
  for (const [name, value] of encoded) url.searchParams.append(name, value)
  // A space is a plus in forms alone: in the path one is a plus (RFC 3986 §3.3).
  url.search = url.search.replaceAll('+', '%20')
  return url.href
}

/** @throws TypeError @see RFC 6749 §4.1.1, OpenID Connect Core 1.0 §3.1.2.1 */
export function authorizationUrl(party: RelyingParty, parameters: AuthorizationParameters = {}): string {
  if (typeof parameters !== 'object' || parameters === null)
    throw new TypeError('params must be a plain object')
  const endpoint = endpointOf(party.issuer.metadata, 'authorization_endpoint')
  const { client_id } = party.metadata
  if (isPushed(parameters)) return withQuery(endpoint, { client_id, ...parameters })
  return withQuery(endpoint, authorizationParameters(party, parameters))
}

/** @throws TypeError @see OpenID Connect RP-Initiated Logout 1.0 §2 */
export function endSessionUrl(party: RelyingParty, parameters: EndSessionParameters = {}): string {
  const { id_token_hint: given, ...others } = parameters
  const hint = given ?? undefined
  const idToken = typeof hint === 'object' ? hint.id_token : hint
  if (typeof hint === 'object' && idToken === undefined)
    throw new TypeError('id_token not present in TokenSet')
  return withQuery(endpointOf(party.issuer.metadata, 'end_session_endpoint'), {
    client_id: party.metadata.client_id,
    post_logout_redirect_uri: single(party.metadata.post_logout_redirect_uris),
    ...others,
    id_token_hint: idToken,
  })
}

/** @throws OPError, RPError, TypeError @see RFC 9126 §2 */
export async function pushedAuthorizationRequest(
  party: RelyingParty,
  parameters: AuthorizationParameters = {},
  extras: PushedAuthorizationRequestExtras = {},
): Promise<PushedAuthorizationResponse> {
  const { client_id } = party.metadata
  const hasObject = parameters.request !== undefined
  const response = await authenticatedPost(
    party,
    {
      endpoint: 'pushed_authorization_request_endpoint',
      as: 'token',
      form: hasObject ? { client_id, ...parameters } : authorizationParameters(party, parameters),
    },
    extras,
  )
  const body = expectObject(response, 201)
  const { request_uri, expires_in } = body
  if (typeof request_uri !== 'string' || typeof expires_in !== 'number')
    throw new OPError('expected request_uri and expires_in in the answer', response)
  return { ...body, request_uri, expires_in }
}
