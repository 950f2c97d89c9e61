import type { IdTokenClaims } from '../../../types/relying_party/claims.ts'
import type {
  CallbackExtras,
  CallbackParamsType,
  OAuthCallbackChecks,
  OpenIDCallbackChecks,
} from '../../../types/relying_party/parameters.ts'
import { RPError } from '../errors.ts'
import type { RelyingParty } from '../relying_party.ts'
import { TokenSet } from '../token_set.ts'
import { readMaxAge } from '../tokens/check_claims.ts'
import { checkIdToken, checkSamePerson } from '../tokens/id_token.ts'
import { readAuthorizationResponse } from './authorization_response.ts'
import { grant, readable } from './grant.ts'

/** Takes a code to the token endpoint. @see RFC 6749 §4.1.3, RFC 7636 §4.5 */
function exchange(
  party: RelyingParty,
  {
    redirectUri,
    code,
    verifier,
  }: { redirectUri: string | undefined; code: string; verifier: string | undefined },
  { exchangeBody, ...extras }: CallbackExtras,
): Promise<TokenSet> {
  const body = {
    ...exchangeBody,
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  }
  return grant(party, body, extras)
}

/** Tokens that came through the browser. */
function inFront({ code: _, error: __, iss: ___, response: ____, ...params }: CallbackParamsType): TokenSet {
  const { expires_in: expiresIn, ...others } = params
  return new TokenSet({ ...others, ...(expiresIn === undefined ? {} : { expires_in: Number(expiresIn) }) })
}

/** The ID Token of the authorization endpoint, where there is one. @see OpenID Connect Core 1.0 §3.2.2.11, §3.3.2.12 */
async function checkFront(
  party: RelyingParty,
  params: CallbackParamsType,
  { nonce, maxAge }: { nonce: string | undefined; maxAge: number | undefined },
): Promise<IdTokenClaims | undefined> {
  const { id_token: idToken, access_token: accessToken, code, state } = params
  if (idToken !== undefined)
    return checkIdToken(party, idToken, { from: 'authorization', nonce, maxAge, accessToken, code, state })
  // Without an ID Token nothing says whom it was issued to; with a code a better one comes from the token endpoint.
  if (accessToken !== undefined && code === undefined)
    throw new RPError('id_token missing from response', { params })
  return undefined
}

/** @see OpenID Connect Core 1.0 §3.1.2.7, §3.2.2.8, §3.3.2.8 */
export async function callback(
  party: RelyingParty,
  redirectUri: string | undefined,
  parameters: CallbackParamsType,
  checks: OpenIDCallbackChecks = {},
  extras: CallbackExtras = {},
): Promise<TokenSet> {
  const maxAge = readMaxAge(checks.max_age ?? party.metadata.default_max_age)
  const { nonce, code_verifier: verifier } = checks
  const params = await readAuthorizationResponse(party, parameters, checks)
  const before = await checkFront(party, params, { nonce, maxAge })
  const front = inFront(params)
  if (params.code === undefined) return readable(party, front)

  const tokens = await exchange(party, { redirectUri, code: params.code, verifier }, extras)
  const { id_token: idToken, access_token: accessToken } = tokens
  if (idToken === undefined) throw new RPError('id_token not present in TokenSet')
  const after = await checkIdToken(party, idToken, { from: 'token', nonce, maxAge, accessToken })
  if (before !== undefined) checkSamePerson(before, after, idToken)
  if (params.session_state !== undefined && tokens.session_state === undefined)
    tokens.session_state = params.session_state
  return readable(party, tokens)
}

/** Plain OAuth 2.0. @see RFC 6749 §4.1.2, §4.2.2 */
export async function oauthCallback(
  party: RelyingParty,
  redirectUri: string | undefined,
  parameters: CallbackParamsType,
  checks: OAuthCallbackChecks = {},
  extras: CallbackExtras = {},
): Promise<TokenSet> {
  const params = await readAuthorizationResponse(party, parameters, checks)
  if (params.id_token !== undefined) throw unexpectedIdToken()
  if (params.code === undefined) return inFront(params)
  const verifier = checks.code_verifier
  const tokens = await exchange(party, { redirectUri, code: params.code, verifier }, extras)
  if (tokens.id_token !== undefined) throw unexpectedIdToken()
  return tokens
}

/** It would go unchecked. */
const unexpectedIdToken = () =>
  new RPError(
    'id_token detected in the response, you must use client.callback() instead of client.oauthCallback()',
  )
