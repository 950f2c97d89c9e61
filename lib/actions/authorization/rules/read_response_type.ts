import { missingParameter } from '../../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../../engine/runtime.ts'
import { UnauthorizedClient, UnsupportedResponseType } from '../../../helpers/errors.ts'
import { normalizeResponseType } from '../../../helpers/response_type.ts'
import { AUTHORIZATION } from '../reasons.ts'

/** @see RFC 6749 §3.1.1 – the order of the words means nothing */
export const readResponseType: Step = (ctx, rt) => {
  const sent = ctx.oidc.param('response_type')
  if (sent === undefined) throw missingParameter('response_type')
  const responseType = normalizeResponseType(sent)
  const known = rt.configuration.responseTypes.some((type) => type === responseType)
  if (!known)
    throw new UnsupportedResponseType().because(AUTHORIZATION.response_type_unsupported, {
      seen: [responseType],
      accepted: rt.configuration.responseTypes,
    })
  if (!ctx.oidc.loaded('Client').responseTypeAllowed(responseType)) {
    throw new UnauthorizedClient('requested response_type is not allowed for this client').because(
      AUTHORIZATION.response_type_not_allowed,
      { seen: [responseType], accepted: ctx.oidc.loaded('Client').responseTypes },
    )
  }
  ctx.oidc.understand('responseType', responseType)
}
