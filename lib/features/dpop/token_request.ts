import { proveSender } from '../../actions/issuing/sender.ts'
import { refuseAttempt } from '../../actions/token/grants/check_code_use.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidDpopProof, InvalidGrant } from '../../helpers/errors.ts'
import { hasProof, type KeyProofs } from './prove_key.ts'
import { DPOP } from './reasons.ts'

/** A proof that is wrong counts against the code that came with it; one that lacks a nonce is how clients get one. */
async function prove(ctx: Ctx, rt: Runtime, proofs: KeyProofs): Promise<void> {
  try {
    const { clientId } = ctx.oidc.loaded('Client')
    const key = await proofs.prove(ctx, rt, { status: 400, clientId })
    proveSender(ctx, ['jkt', key.thumbprint])
    key.claim()
  } catch (thrown) {
    const { AuthorizationCode: code } = ctx.oidc.entities
    if (code === undefined || !(thrown instanceof InvalidDpopProof)) throw thrown
    await refuseAttempt(rt, code, thrown)
  }
}

/** @throws InvalidDpopProof without a proof of a client that must send one @see RFC 9449 §5, §5.2 */
export const proveTokenRequest = (proofs: KeyProofs): Step =>
  function proveTokenRequest(ctx, rt) {
    if (hasProof(ctx)) return prove(ctx, rt, proofs)
    if (ctx.oidc.loaded('Client').dpopBoundAccessTokens === true)
      throw new InvalidDpopProof('a DPoP proof is required').because(DPOP.proof_missing, {
        accepted: ['dpop'],
      })
    return undefined
  }

/** The code is worth nothing without the key it was asked for with. @see RFC 9449 §10 */
export const checkCodeKey: Step = (ctx, rt) => {
  const code = ctx.oidc.loaded('AuthorizationCode')
  if (code.dpopJkt === undefined) return undefined
  const [kind, proven] = ctx.oidc.request.sender ?? []
  if (kind === 'jkt' && proven === code.dpopJkt) return undefined
  return refuseAttempt(
    rt,
    code,
    new InvalidGrant('the key that the code is bound to was not proven').because(DPOP.code_key_unproven),
  )
}
