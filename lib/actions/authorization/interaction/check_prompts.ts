import type { PolicyCheck, PolicyPrompt, PromptDetail } from '../../../../types/interaction_policy.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Step } from '../../../engine/runtime.ts'
import { errorForCode } from '../../../helpers/error_for_code.ts'
import { errorOf } from '../policy/prompt.ts'
import { startInteraction } from './start_interaction.ts'

async function failing(ctx: Ctx, prompt: PolicyPrompt): Promise<PolicyCheck[]> {
  const results = await Promise.all(prompt.checks.map(({ check }) => check(ctx)))
  return prompt.checks.filter((_, position) => results[position])
}

async function describe(
  ctx: Ctx,
  prompt: PolicyPrompt,
  checks: readonly PolicyCheck[],
): Promise<PromptDetail> {
  const details = await Promise.all([prompt.details(ctx), ...checks.map((check) => check.details(ctx))])
  return {
    name: prompt.name,
    reasons: checks.map(({ reason }) => reason),
    details: Object.assign({}, ...details),
  }
}

/** Goes through the prompts in order; the first that has failing checks takes the browser to the end-user. */
export const checkPrompts: Step = async (ctx, rt) => {
  for (const prompt of rt.policy) {
    const checks = await failing(ctx, prompt)
    const [first] = checks
    if (first === undefined) continue
    if (ctx.oidc.prompts.has('none')) {
      // What a client hears that does not want the end-user involved (OpenID Connect Core 1.0 §3.1.2.6).
      throw errorForCode(errorOf(prompt, first), first.description)
    }
    return startInteraction(ctx, rt, await describe(ctx, prompt, checks))
  }
  return undefined
}
