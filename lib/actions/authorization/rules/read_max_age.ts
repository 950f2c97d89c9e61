import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest } from '../../../helpers/errors.ts'
import { AUTHORIZATION } from '../reasons.ts'

/** @see OpenID Connect Core 1.0 §3.1.2.1 (max_age); Dynamic Client Registration 1.0 §2 (default_max_age, 0 counts) */
export const readMaxAge: Step = (ctx) => {
  const sent = ctx.oidc.param('max_age')
  if (sent !== undefined && !/^\d{1,15}$/.test(sent))
    throw new InvalidRequest('invalid max_age parameter value').because(AUTHORIZATION.max_age_malformed)
  const maxAge = sent === undefined ? ctx.oidc.loaded('Client').defaultMaxAge : Number(sent)
  if (maxAge !== undefined) ctx.oidc.understand('maxAge', maxAge)
}
