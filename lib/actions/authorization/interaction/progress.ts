import type { PromptDetail } from '../../../../types/interaction_policy.ts'
import type { InteractionPayload } from '../../../../types/models.ts'
import type { Ctx } from '../../../engine/context.ts'
import { sha256 } from '../../../helpers/jose/sha256.ts'

export type Progress = NonNullable<InteractionPayload['progress']>

/** How many earlier states are remembered; host code goes round in smaller circles. */
const MAX_SEEN = 8

/** What a return from the screens may change: who is logged in, what is missing, what else was resolved. */
function stateOf(ctx: Ctx, { name, reasons, details }: PromptDetail): string {
  const { login, consent, ...others } = ctx.oidc.result ?? {}
  const state = JSON.stringify([ctx.oidc.session?.accountId, name, reasons, details, others])
  return sha256(state).slice(0, 16)
}

/**
 * Compares the state in which a prompt is pending with those before in the same request. A new grant that allows
 * nothing of what is missing is no progress, and neither is one that allows in turns what the other did not.
 */
export function progressOf(ctx: Ctx, prompt: PromptDetail): Progress {
  const state = stateOf(ctx, prompt)
  const { seen, repeats } = ctx.oidc.entities.Interaction?.progress ?? { seen: [], repeats: 0 }
  if (seen.includes(state)) return { seen, repeats: repeats + 1 }
  return { seen: [...seen, state].slice(-MAX_SEEN), repeats: 0 }
}
