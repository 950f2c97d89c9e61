import { InvalidRequest } from '../../helpers/errors.ts'
import { words } from '../../helpers/words.ts'
import type { Step } from '../../runtime.ts'

/** An ID Token that travels through the browser has to be bound to the request. @see OpenID Connect Core 1.0 §3.2.2.1 */
export const checkNonce: Step = (ctx) => {
  const required = words(ctx.oidc.understood('responseType')).includes('id_token')
  if (required && ctx.oidc.param('nonce') === undefined)
    throw new InvalidRequest("missing required parameter 'nonce'")
}
