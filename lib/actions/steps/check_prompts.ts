import type { PolicyCheck, PolicyPrompt, PromptDetail } from '../../../types/interaction_policy.ts'
import type { Ctx } from '../../context.ts'
import * as errors from '../../helpers/errors.ts'
import { CustomOIDCProviderError, type OIDCProviderError } from '../../helpers/errors.ts'
import type { Step } from '../../runtime.ts'
import { errorOf } from '../interaction_policy/prompt.ts'
import { startInteraction } from '../start_interaction.ts'

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

/** What a client hears that does not want the end-user involved. @see OpenID Connect Core 1.0 §3.1.2.6 */
function refusal(prompt: PolicyPrompt, check: PolicyCheck): OIDCProviderError {
  const code = errorOf(prompt, check)
  const known = [
    errors.LoginRequired,
    errors.ConsentRequired,
    errors.InteractionRequired,
    errors.AccessDenied,
  ]
  const Known = known.find((candidate) => new candidate().error === code)
  return Known === undefined
    ? new CustomOIDCProviderError(code, check.description)
    : new Known(check.description)
}

/** Goes through the prompts in order; the first that has failing checks takes the browser to the end-user. */
export const checkPrompts: Step = async (ctx, rt) => {
  for (const prompt of rt.policy) {
    const checks = await failing(ctx, prompt)
    const [first] = checks
    if (first === undefined) continue
    if (ctx.oidc.prompts.has('none')) throw refusal(prompt, first)
    return startInteraction(ctx, rt, await describe(ctx, prompt, checks))
  }
  return undefined
}
