import { type StepList, slot } from '../../../engine/define_action.ts'
import { malformedParameter } from '../../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../../engine/runtime.ts'
import { checkNonce } from './check_nonce.ts'
import { checkOpenidParameters } from './check_openid_parameters.ts'
import { readClaims } from './read_claims.ts'
import { readIdTokenHint } from './read_id_token_hint.ts'
import { readMaxAge } from './read_max_age.ts'
import { readPkce } from './read_pkce.ts'
import { impliedPrompt, readPrompt } from './read_prompt.ts'
import { readResponseType } from './read_response_type.ts'
import { readDirectScope, readScope } from './read_scope.ts'
import { refuseUnsupported } from './refuse_unsupported.ts'

/** They run again when a host changes what was asked for. */
const beginRules: Step = (ctx) => ctx.oidc.beginRules('front_channel')
const beginDirectRules: Step = (ctx) => ctx.oidc.beginRules('direct')

/** Refuses parameters that were repeated or are too long. @see RFC 6749 §3.1 */
export const refuseMalformed: Step = (ctx) => {
  const [malformed] = ctx.oidc.malformed
  if (malformed !== undefined) throw malformedParameter(...malformed)
}

/** Has the host check its own parameters; where one was not sent its validator is told so. @see RFC 6749 §8.2 */
const checkExtraParams: Step = async (ctx, rt) => {
  for (const [name, validate] of rt.configuration.extraParams) {
    await validate?.(ctx, ctx.oidc.param(name), ctx.oidc.loaded('Client'))
  }
}

/** What every request for an authorization obeys that a browser brings, however it arrives. */
export const requestRules: StepList = [
  beginRules,
  refuseMalformed,
  refuseUnsupported,
  readResponseType,
  readMaxAge,
  readPrompt,
  readScope,
  checkOpenidParameters,
  checkNonce,
  readPkce,
  slot('requested_claims'),
  readClaims,
  readIdTokenHint,
  checkExtraParams,
  slot('request_rules'),
]

/**
 * What a request obeys that a client sends itself and whose answer it fetches itself: no browser carries a code, so
 * there is nothing to prove about it, and nobody who could be asked at once.
 */
export const directRequestRules: StepList = [
  beginDirectRules,
  refuseMalformed,
  refuseUnsupported,
  readMaxAge,
  impliedPrompt,
  readDirectScope,
  checkOpenidParameters,
  slot('requested_claims'),
  readClaims,
  readIdTokenHint,
  checkExtraParams,
  slot('request_rules'),
]
