import { InvalidClientAuth, InvalidRequest, UnsupportedResponseType } from '../../helpers/errors.ts'
import { isJwtResponseMode } from '../../helpers/response_mode.ts'
import { yieldsCode } from '../../helpers/response_type.ts'
import type { CheckedRule } from './rule.ts'

type Check = CheckedRule['check']

/** Ways for clients to prove themselves by a key of their own. */
const BY_KEY: ReadonlySet<string> = new Set([
  'private_key_jwt',
  'self_signed_tls_client_auth',
  'tls_client_auth',
])

export const checkClientAuthentication: Check = (ctx) => {
  const { clientAuthMethod } = ctx.oidc.loaded('Client')
  if (!BY_KEY.has(clientAuthMethod))
    throw new InvalidClientAuth(`clients must authenticate by one of ${[...BY_KEY].join(', ')}`)
}

export const checkNonceOrState: Check = (ctx) => {
  const needed = ctx.oidc.understood('scopes').has('openid') ? 'nonce' : 'state'
  if (ctx.oidc.param(needed) === undefined) throw new InvalidRequest(`missing required parameter '${needed}'`)
}

export const checkCodeChallenge: Check = (ctx) => {
  if (!yieldsCode(ctx.oidc.understood('responseType'))) return
  if (ctx.oidc.request.codeChallenge?.method !== 'S256')
    throw new InvalidRequest('code_challenge with code_challenge_method S256 must be provided')
}

export const checkCodeFlow: Check = (ctx) => {
  if (ctx.oidc.understood('responseType') !== 'code') throw new UnsupportedResponseType()
}

export const checkIsPushed: Check = (ctx) => {
  if (ctx.oidc.request.pushed === undefined)
    throw new InvalidRequest('Pushed Authorization Request must be used')
}

export const checkNamesRedirectUri: Check = (ctx) => {
  if (ctx.oidc.param('redirect_uri') === undefined)
    throw new InvalidRequest("missing required parameter 'redirect_uri'")
}

/** Loopback is no connection that anybody else could listen to. @see RFC 8252 §7.3 */
export const checkEncryptedRedirect: Check = (ctx) => {
  const { protocol } = new URL(ctx.oidc.understood('redirectUri'))
  if (protocol === 'http:' && ctx.oidc.loaded('Client').applicationType !== 'native')
    throw new InvalidRequest('redirect_uri must not use http')
}

export const checkIsSigned: Check = (ctx) => {
  if (ctx.oidc.request.envelope?.isSigned !== true)
    throw new InvalidRequest('Request Object must be used, and signed')
}

export const checkAnswerIsSigned: Check = (ctx) => {
  if (!isJwtResponseMode(ctx.oidc.understood('responseMode')))
    throw new InvalidRequest('response_mode must be one that answers with a JWT')
}

/** Without requests by value there is nothing to sign. */
export const checkBackchannelIsSigned: Check = (ctx, rt) => {
  if (rt.configuration.features.requestObjects.request) return checkIsSigned(ctx, rt)
}

export const checkAuthorizationContext: Check = (ctx, rt) => {
  if (!rt.configuration.features.requestObjects.request) return
  if (ctx.oidc.param('binding_message') ?? ctx.oidc.param('request_context')) return
  throw new InvalidRequest('binding_message or request_context must be sent')
}
