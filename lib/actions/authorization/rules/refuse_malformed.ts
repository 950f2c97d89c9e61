import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest } from '../../../helpers/errors.ts'

/** Refuses parameters that were repeated or are too long. @see RFC 6749 §3.1 */
export const refuseMalformed: Step = (ctx) => {
  const [reason] = ctx.oidc.malformed.values()
  if (reason !== undefined) throw new InvalidRequest(reason)
}
