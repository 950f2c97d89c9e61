import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest, UnauthorizedClient, UnsupportedResponseType } from '../../../helpers/errors.ts'
import { normalizeResponseType } from '../../../helpers/response_type.ts'

/** @see RFC 6749 §3.1.1 – the order of the words means nothing */
export const readResponseType: Step = (ctx, rt) => {
  const sent = ctx.oidc.param('response_type')
  if (sent === undefined) throw new InvalidRequest("missing required parameter 'response_type'")
  const responseType = normalizeResponseType(sent)
  const known = rt.configuration.responseTypes.some((type) => type === responseType)
  if (!known) throw new UnsupportedResponseType()
  if (!ctx.oidc.loaded('Client').responseTypeAllowed(responseType)) {
    throw new UnauthorizedClient('requested response_type is not allowed for this client')
  }
  ctx.oidc.understand('responseType', responseType)
}
