import type { Step } from '../../../engine/runtime.ts'
import {
  RegistrationNotSupported,
  RequestNotSupported,
  RequestUriNotSupported,
} from '../../../helpers/errors.ts'

/**
 * Refuses parameters that would change what the request means, where nothing understands them.
 * @see OpenID Connect Core 1.0 §3.1.2.6
 */
export const refuseUnsupported: Step = (ctx) => {
  if (ctx.oidc.param('registration') !== undefined) throw new RegistrationNotSupported()
  if (ctx.oidc.param('request') !== undefined) throw new RequestNotSupported()
  if (ctx.oidc.param('request_uri') !== undefined) throw new RequestUriNotSupported()
}
