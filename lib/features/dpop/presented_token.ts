import { proveSender } from '../../actions/issuing/sender.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidToken } from '../../helpers/errors.ts'
import type { AccessToken } from '../../models/access_token.ts'
import { hasProof, type KeyProofs } from './prove_key.ts'
import { DPOP } from './reasons.ts'

const SCHEME = /^dpop /i

async function prove(ctx: Ctx, rt: Runtime, proofs: KeyProofs, token: AccessToken): Promise<void> {
  const { thumbprint, claim } = await proofs.prove(ctx, rt, {
    status: 401,
    clientId: token.clientId ?? '',
    accessToken: ctx.oidc.getAccessToken({ acceptDPoP: true }),
  })
  if (thumbprint !== token.jkt)
    throw new InvalidToken('the access token is bound to another key').because(DPOP.token_key_mismatch)
  proveSender(ctx, ['jkt', thumbprint])
  claim()
}

/**
 * A token that is bound to a key comes by the scheme of its own and with a proof, and no other one does: else whoever
 * stole it would present it as one that is bound to nothing.
 * @see RFC 9449 §7.1, §7.2
 */
export const provePresentedToken = (proofs: KeyProofs): Step =>
  function provePresentedToken(ctx, rt) {
    const token = ctx.oidc.loaded('AccessToken')
    const byScheme = SCHEME.test(ctx.get('authorization'))
    if (token.jkt === undefined) {
      if (!byScheme && !hasProof(ctx)) return undefined
      throw new InvalidToken('the access token is not bound to a key').because(DPOP.token_not_bound)
    }
    if (!byScheme)
      throw new InvalidToken('the access token must be presented by the DPoP scheme').because(
        DPOP.scheme_mismatch,
        { accepted: ['DPoP'] },
      )
    if (!hasProof(ctx))
      throw new InvalidToken('a DPoP proof is required').because(DPOP.proof_missing, { accepted: ['dpop'] })
    return prove(ctx, rt, proofs, token)
  }
