import { malformedParameter } from '../../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest, UnsupportedResponseMode } from '../../../helpers/errors.ts'
import { defaultResponseMode } from '../../../helpers/response_mode.ts'
import { AUTHORIZATION } from '../reasons.ts'

/**
 * Decides how the answer travels, so that errors can take the same way.
 * @see OAuth 2.0 Multiple Response Type Encoding Practices 1.0 §2.1, §3
 */
export const readResponseMode: Step = (ctx, rt) => {
  const responseType = ctx.oidc.param('response_type') ?? ''
  const reason = ctx.oidc.malformed.get('response_mode')
  if (reason !== undefined) throw malformedParameter('response_mode', reason)
  const mode = ctx.oidc.param('response_mode') ?? defaultResponseMode(responseType)
  if (!rt.responseModes.has(mode))
    throw new UnsupportedResponseMode().because(AUTHORIZATION.response_mode_unsupported, {
      seen: [mode],
      accepted: [...rt.responseModes.keys()],
    })
  if (!ctx.oidc.loaded('Client').responseModeAllowed(mode, responseType, ctx.oidc.profile?.name)) {
    throw new InvalidRequest(
      'requested response_mode is not allowed for the requested response_type',
    ).because(AUTHORIZATION.response_mode_not_allowed, { seen: [mode, responseType] })
  }
  ctx.oidc.understand('responseMode', mode)
}
