import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest, UnsupportedResponseMode } from '../../../helpers/errors.ts'
import { defaultResponseMode } from '../../../helpers/response_mode.ts'

/**
 * Decides how the answer travels, so that errors can take the same way.
 * @see OAuth 2.0 Multiple Response Type Encoding Practices 1.0 §2.1, §3
 */
export const readResponseMode: Step = (ctx, rt) => {
  const responseType = ctx.oidc.param('response_type') ?? ''
  const reason = ctx.oidc.malformed.get('response_mode')
  if (reason !== undefined) throw new InvalidRequest(reason)
  const mode = ctx.oidc.param('response_mode') ?? defaultResponseMode(responseType)
  if (!rt.responseModes.has(mode)) throw new UnsupportedResponseMode()
  if (!ctx.oidc.loaded('Client').responseModeAllowed(mode, responseType, ctx.oidc.profile?.name)) {
    throw new InvalidRequest('requested response_mode is not allowed for the requested response_type')
  }
  ctx.oidc.understand('responseMode', mode)
}
