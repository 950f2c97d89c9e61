import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest } from '../../../helpers/errors.ts'

/** @see OpenID Connect Core 1.0 §3.1.2.1 (id_token_hint) – an expired one is as good a hint */
export const readIdTokenHint: Step = async (ctx, rt) => {
  const hint = ctx.oidc.param('id_token_hint')
  if (hint === undefined) return
  try {
    ctx.oidc.entity('IdTokenHint', await rt.models.IdToken.validate(hint, ctx.oidc.loaded('Client')))
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : undefined
    throw new InvalidRequest('could not validate id_token_hint', 400, detail, cause)
  }
}
