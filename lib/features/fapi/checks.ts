import { missingParameter } from '../../engine/reasons/parameter_errors.ts'
import { InvalidClientAuth, InvalidRequest, UnsupportedResponseType } from '../../helpers/errors.ts'
import { isJwtResponseMode } from '../../helpers/response_mode.ts'
import { yieldsCode } from '../../helpers/response_type.ts'
import { FAPI } from './reasons.ts'
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
    throw new InvalidClientAuth(`clients must authenticate by one of ${[...BY_KEY].join(', ')}`).because(
      FAPI.authentication_not_allowed,
      { seen: [clientAuthMethod], accepted: [...BY_KEY] },
    )
}

export const checkNonceOrState: Check = (ctx) => {
  const needed = ctx.oidc.understood('scopes').has('openid') ? 'nonce' : 'state'
  if (ctx.oidc.param(needed) === undefined)
    throw missingParameter(needed).because(FAPI.nonce_or_state_missing, { accepted: [needed] })
}

export const checkCodeChallenge: Check = (ctx) => {
  if (!yieldsCode(ctx.oidc.understood('responseType'))) return
  if (ctx.oidc.request.codeChallenge?.method !== 'S256')
    throw new InvalidRequest('code_challenge with code_challenge_method S256 must be provided').because(
      FAPI.pkce_missing,
      { accepted: ['code_challenge', 'S256'] },
    )
}

export const checkCodeFlow: Check = (ctx) => {
  if (ctx.oidc.understood('responseType') !== 'code')
    throw new UnsupportedResponseType().because(FAPI.response_type_not_allowed, { accepted: ['code'] })
}

export const checkIsPushed: Check = (ctx) => {
  if (ctx.oidc.request.pushed === undefined)
    throw new InvalidRequest('Pushed Authorization Request must be used').because(FAPI.request_not_pushed, {
      accepted: ['request_uri'],
    })
}

export const checkNamesRedirectUri: Check = (ctx) => {
  if (ctx.oidc.param('redirect_uri') === undefined)
    throw missingParameter('redirect_uri').because(FAPI.redirect_uri_missing, { accepted: ['redirect_uri'] })
}

/** Loopback is no connection that anybody else could listen to. @see RFC 8252 §7.3 */
export const checkEncryptedRedirect: Check = (ctx) => {
  const { protocol } = new URL(ctx.oidc.understood('redirectUri'))
  if (protocol === 'http:' && ctx.oidc.loaded('Client').applicationType !== 'native')
    throw new InvalidRequest('redirect_uri must not use http').because(FAPI.redirect_not_encrypted, {
      seen: ['http'],
      accepted: ['https'],
    })
}

export const checkIsSigned: Check = (ctx) => {
  if (ctx.oidc.request.envelope?.isSigned !== true)
    throw new InvalidRequest('Request Object must be used, and signed').because(FAPI.request_not_signed, {
      accepted: ['request'],
    })
}

export const checkAnswerIsSigned: Check = (ctx) => {
  if (!isJwtResponseMode(ctx.oidc.understood('responseMode')))
    throw new InvalidRequest('response_mode must be one that answers with a JWT').because(
      FAPI.answer_not_signed,
      { accepted: ['jwt'] },
    )
}

/** Without requests by value there is nothing to sign. */
export const checkBackchannelIsSigned: Check = (ctx, rt) => {
  if (rt.configuration.features.requestObjects.request) return checkIsSigned(ctx, rt)
}

export const checkAuthorizationContext: Check = (ctx, rt) => {
  if (!rt.configuration.features.requestObjects.request) return
  if (ctx.oidc.param('binding_message') ?? ctx.oidc.param('request_context')) return
  throw new InvalidRequest('binding_message or request_context must be sent').because(FAPI.context_missing, {
    accepted: ['binding_message', 'request_context'],
  })
}
