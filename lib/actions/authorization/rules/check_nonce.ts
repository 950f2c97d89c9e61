import { missingParameter } from '../../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../../engine/runtime.ts'
import { yieldsIdToken } from '../../../helpers/response_type.ts'
import { AUTHORIZATION } from '../reasons.ts'

/** An ID Token that travels through the browser has to be bound to the request. @see OpenID Connect Core 1.0 §3.2.2.1 */
export const checkNonce: Step = (ctx) => {
  const required = yieldsIdToken(ctx.oidc.understood('responseType'))
  if (required && ctx.oidc.param('nonce') === undefined)
    throw missingParameter('nonce').because(AUTHORIZATION.nonce_missing, { accepted: ['nonce'] })
}
