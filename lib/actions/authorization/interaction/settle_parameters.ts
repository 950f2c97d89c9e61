import type { Ctx } from '../../../engine/context.ts'
import { runSteps } from '../../../engine/run_action.ts'
import type { Runtime, Step } from '../../../engine/runtime.ts'

/**
 * Parameters that say what is asked for, and that hosts may change; features add theirs. Those that say who asks, where
 * the answer goes and what it is bound to are the client's alone.
 */
export const AMENDABLE_PARAMETERS: readonly string[] = [
  'acr_values',
  'claims_locales',
  'display',
  'id_token_hint',
  'login_hint',
  'max_age',
  'prompt',
  'scope',
  'ui_locales',
]

/**
 * Takes over what hooks and checks of the host wrote into `ctx.oidc.params`.
 * @returns whether anything changed: then it has to be held to the rules, as if the client had sent it
 */
export const takeAmendments = (ctx: Ctx, rt: Runtime): boolean => ctx.oidc.amendParameters(rt.amendable)

export async function repeatRules(ctx: Ctx, rt: Runtime): Promise<void> {
  await runSteps(rt.requestRules[ctx.oidc.ruleSet], ctx, rt)
}

/** What was written so far counts from here on. */
export const settleParameters: Step = (ctx, rt) =>
  takeAmendments(ctx, rt) ? repeatRules(ctx, rt) : undefined
