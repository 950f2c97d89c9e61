import type { CallbackParamsType, OAuthCallbackChecks } from '../../../types/relying_party/parameters.ts'
import { constantEquals } from '../../helpers/constant_equals.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { words } from '../../helpers/words.ts'
import { OPError, RPError } from '../errors.ts'
import { errorParameters } from '../http/read_answer.ts'
import type { RelyingParty } from '../relying_party.ts'
import { checkParties, checkTimes, refusing } from '../tokens/check_claims.ts'
import { openJwt, protectionOf } from '../tokens/open_jwt.ts'
import { callbackParams } from './callback_params.ts'

/** All of a response out of its JWT. @throws RPError @see JARM §4.4 */
async function openResponse(party: RelyingParty, jwt: string): Promise<CallbackParamsType> {
  const protection = protectionOf(party, 'authorization', 'response')
  if (protection.alg === 'none') throw new RPError('response: an unsigned response is no protection')
  const { payload } = await openJwt(party, jwt, protection)
  const refuse = refusing('response', jwt)
  checkParties(party, payload, refuse)
  checkTimes(party, payload, { exp: true, iat: false }, refuse)
  const texts = Object.entries(payload).map(([name, value]) => [
    name,
    typeof value === 'number' ? String(value) : value,
  ])
  return callbackParams({ method: 'POST', body: Object.fromEntries(texts) })
}

function checkState(params: CallbackParamsType, checks: OAuthCallbackChecks): void {
  if (params.state !== undefined && checks.state === undefined)
    throw new TypeError('checks.state argument is missing')
  if (checks.state === undefined) return
  if (params.state === undefined) throw new RPError('state missing from the response', { checks, params })
  if (!constantEquals(params.state, checks.state))
    throw new RPError(`state mismatch, expected ${checks.state}, got: ${params.state}`, { checks, params })
}

/** Whose answer it is: another issuer's code must not be taken to this one. @see RFC 9207 §2.4 */
function checkIssuer({ issuer: { metadata } }: RelyingParty, params: CallbackParamsType): void {
  if (params.iss === undefined) {
    // An ID Token says it as well, and is checked before anything is done with the code.
    const isSaid = params.id_token !== undefined
    if (!isSaid && metadata.authorization_response_iss_parameter_supported === true)
      throw new RPError('iss missing from the response', { params })
  } else if (params.iss !== metadata.issuer) {
    throw new RPError(`iss mismatch, expected ${metadata.issuer}, got: ${params.iss}`, { params })
  }
}

const IN_FRONT = ['code', 'id_token', 'access_token'] as const

/** What a response type brings. @see OAuth 2.0 Multiple Response Type Encoding Practices §3 to §5 */
function isExpected(types: readonly string[], name: (typeof IN_FRONT)[number]): boolean {
  return types.includes(name === 'access_token' ? 'token' : name)
}

function checkResponseType(params: CallbackParamsType, checks: OAuthCallbackChecks): void {
  const refuse = (reason: string) => {
    throw new RPError(reason, { checks, params })
  }
  if (checks.response_type !== undefined) {
    const types = words(checks.response_type)
    for (const name of IN_FRONT) {
      const isThere = params[name] !== undefined
      if (isThere === isExpected(types, name)) continue
      refuse(isThere ? `unexpected ${name} in the response` : `${name} missing from response`)
    }
    if (types.includes('token') && params.token_type === undefined) refuse('token_type missing from response')
  }
  // A response that brings nothing is a login only where nothing was asked for (Multiple Response Types §4).
  const isEmpty = IN_FRONT.every((name) => params[name] === undefined)
  if (isEmpty && checks.response_type !== 'none') refuse('code missing from response')
}

/**
 * Checks an authorization response before anything in it is used, errors included.
 * @throws OPError for the issuer's own errors, RPError, TypeError
 * @see RFC 6749 §4.1.2, §10.12, RFC 9207, JARM
 */
export async function readAuthorizationResponse(
  party: RelyingParty,
  given: CallbackParamsType,
  checks: OAuthCallbackChecks,
): Promise<CallbackParamsType> {
  if (!isRecord(given)) throw new TypeError('pass a value of client.callbackParams as the second argument')
  let params = callbackParams({ method: 'POST', body: given })
  if (params.response !== undefined) params = await openResponse(party, params.response)
  else if (checks.jarm === true) throw new RPError('expected a JARM response', { checks, params })
  checkState(params, checks)
  checkIssuer(party, params)
  if (params.error !== undefined) throw new OPError(errorParameters({ ...params }))
  checkResponseType(params, checks)
  return params
}
