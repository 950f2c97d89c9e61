import type { Step } from '../../../engine/runtime.ts'
import {
  RegistrationNotSupported,
  RequestNotSupported,
  RequestUriNotSupported,
} from '../../../helpers/errors.ts'
import { AUTHORIZATION } from '../reasons.ts'

/**
 * Refuses parameters that would change what the request means, where nothing understands them.
 * @see OpenID Connect Core 1.0 §3.1.2.6
 */
export const refuseUnsupported: Step = (ctx) => {
  if (ctx.oidc.param('registration') !== undefined)
    throw new RegistrationNotSupported().because(AUTHORIZATION.registration_unsupported)
  if (ctx.oidc.param('request') !== undefined)
    throw new RequestNotSupported().because(AUTHORIZATION.request_unsupported)
  if (ctx.oidc.param('request_uri') !== undefined)
    throw new RequestUriNotSupported().because(AUTHORIZATION.request_uri_unsupported)
}
