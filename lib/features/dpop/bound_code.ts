import type { CarryOver } from '../../engine/carry_over.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { hasProof, type KeyProofs } from './prove_key.ts'
import { DPOP } from './reasons.ts'

/** SHA-256 in base64url. @see RFC 7638 §3 */
const THUMBPRINT = /^[\w-]{43}$/

/** A request that is pushed may prove the key, in place of naming it. @see RFC 9449 §10.1 */
export const provePushedRequest = (proofs: KeyProofs): Step =>
  function provePushedRequest(ctx, rt) {
    return hasProof(ctx) ? prove(ctx, rt, proofs) : undefined
  }

async function prove(ctx: Ctx, rt: Runtime, proofs: KeyProofs): Promise<void> {
  const { clientId } = ctx.oidc.loaded('Client')
  const { thumbprint, claim } = await proofs.prove(ctx, rt, { status: 400, clientId })
  claim()
  ctx.oidc.understand('pushedKey', { thumbprint })
}

/** Takes the key from the pushed request, unless the interaction had to keep it. */
export const readPushedKey: Step = (ctx) => {
  const thumbprint = ctx.oidc.entities.PushedAuthorizationRequest?.dpopJkt
  if (thumbprint !== undefined && ctx.oidc.request.pushedKey === undefined)
    ctx.oidc.understand('pushedKey', { thumbprint })
}

/** The pushed request may be gone when the browser returns. */
export const carryPushedKey: CarryOver = {
  name: 'pushedKey',
  keep: ({ pushedKey }) => pushedKey,
  restore(oidc, kept) {
    if ('thumbprint' in kept && typeof kept.thumbprint === 'string')
      oidc.understand('pushedKey', { thumbprint: kept.thumbprint })
  },
}

/**
 * The code will be for whoever proves the key: the one that was named, or proven with the pushed request.
 * @see RFC 9449 §10, §10.1
 */
export const readCodeKey: Step = (ctx) => {
  const named = ctx.oidc.param('dpop_jkt')
  if (named !== undefined && !THUMBPRINT.test(named))
    throw new InvalidRequest('dpop_jkt must be a SHA-256 thumbprint in base64url').because(DPOP.jkt_malformed)
  const proven = ctx.oidc.request.pushedKey?.thumbprint
  if (named !== undefined && proven !== undefined && named !== proven)
    throw new InvalidRequest('dpop_jkt is not the thumbprint of the key of the DPoP proof').because(
      DPOP.jkt_mismatch,
    )
  const dpopJkt = proven ?? named
  if (dpopJkt !== undefined) ctx.oidc.understand('keptWithCode', { dpopJkt })
}
