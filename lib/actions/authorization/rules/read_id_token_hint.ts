import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest, TooManyAttempts } from '../../../helpers/errors.ts'
import { isEncryptedJwt } from '../../../helpers/jose/jwe.ts'
import { guardSecretKey } from '../../client_auth/guard_secret.ts'
import { AUTHORIZATION } from '../reasons.ts'

/** @see OpenID Connect Core 1.0 §3.1.2.1 (id_token_hint) – an expired one is as good a hint */
export const readIdTokenHint: Step = async (ctx, rt) => {
  const hint = ctx.oidc.param('id_token_hint')
  if (hint === undefined) return
  const client = ctx.oidc.loaded('Client')
  const { clientId, idTokenEncryptedResponseAlg, idTokenSignedResponseAlg } = client
  const tried = {
    clientId,
    alg: isEncryptedJwt(hint) ? idTokenEncryptedResponseAlg : idTokenSignedResponseAlg,
  }
  try {
    const decoded = await guardSecretKey(ctx, rt, tried, () => rt.models.IdToken.validate(hint, client))
    ctx.oidc.entity('IdTokenHint', decoded)
  } catch (cause) {
    if (cause instanceof TooManyAttempts) throw cause
    const detail = cause instanceof Error ? cause.message : undefined
    throw new InvalidRequest('could not validate id_token_hint', 400, detail, cause).because(
      AUTHORIZATION.id_token_hint_invalid,
    )
  }
}
