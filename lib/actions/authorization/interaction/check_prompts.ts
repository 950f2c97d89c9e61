import type { PolicyCheck, PolicyPrompt, PromptDetail } from '../../../../types/interaction_policy.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { RESPONDED, Runtime, Step } from '../../../engine/runtime.ts'
import { errorForCode } from '../../../helpers/error_for_code.ts'
import { errorOf } from '../policy/prompt.ts'
import { INTERACTION } from '../reasons.ts'
import { commitRequest } from './commit_request.ts'
import { progressOf } from './progress.ts'
import { repeatRules, takeAmendments } from './settle_parameters.ts'
import { startInteraction } from './start_interaction.ts'
import { tellAccepted } from './tell_accepted.ts'
import { InteractionUnresolved, tellUnresolved } from './unresolved.ts'

/** Returns in a row that resolve nothing, until the request ends: a browser must not go round for ever. */
const MAX_REPEATS = 3

function failing(ctx: Ctx, { checks }: PolicyPrompt): PolicyCheck[] | Promise<PolicyCheck[]> {
  const results = checks.map(({ check }) => check(ctx))
  const failed = (settled: readonly unknown[]) => checks.filter((_, position) => settled[position])
  return results.every((result) => typeof result !== 'object')
    ? failed(results)
    : Promise.all(results).then(failed)
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

/** Sends the browser to the end-user, unless it came from there time and again without any progress. */
async function involve(
  ctx: Ctx,
  rt: Runtime,
  prompt: PolicyPrompt,
  checks: readonly [PolicyCheck, ...PolicyCheck[]],
): Promise<typeof RESPONDED> {
  const detail = await describe(ctx, prompt, checks)
  const progress = progressOf(ctx, detail)
  if (progress.repeats > 0) {
    const problem = tellUnresolved(ctx, rt, detail)
    if (progress.repeats >= MAX_REPEATS) {
      await commitRequest(ctx)
      throw new InteractionUnresolved(errorOf(prompt, checks[0]), problem).because(INTERACTION.unresolved, {
        seen: checks.map(({ reason }) => reason),
      })
    }
  }
  return startInteraction(ctx, rt, detail, progress)
}

/** How often checks may change what is asked for; those that never come to an end are not listened to any more. */
const MAX_AMENDMENTS = 8

interface Pending {
  readonly prompt: PolicyPrompt
  readonly checks: readonly [PolicyCheck, ...PolicyCheck[]]
}

/** Goes through the prompts in order, once more whenever a check changed what is asked for. */
async function firstPending(ctx: Ctx, rt: Runtime, amendments = 0): Promise<Pending | undefined> {
  for (const prompt of rt.policy) {
    const found = failing(ctx, prompt)
    const checks = found instanceof Promise ? await found : found
    if (amendments < MAX_AMENDMENTS && takeAmendments(ctx, rt)) {
      await repeatRules(ctx, rt)
      return firstPending(ctx, rt, amendments + 1)
    }
    const [first, ...others] = checks
    if (first !== undefined) return { prompt, checks: [first, ...others] }
  }
  return undefined
}

/** The first prompt that has failing checks takes the browser to the end-user. */
export const checkPrompts: Step = async (ctx, rt) => {
  let pending: Pending | undefined
  try {
    pending = await firstPending(ctx, rt)
  } finally {
    tellAccepted(ctx, rt)
  }
  if (pending === undefined) return undefined
  const { prompt, checks } = pending
  const [first] = checks
  if (ctx.oidc.prompts.has('none')) {
    // What a client hears that does not want the end-user involved (OpenID Connect Core 1.0 §3.1.2.6).
    throw errorForCode(errorOf(prompt, first), first.description).because(INTERACTION.prompt_needed, {
      seen: checks.map(({ reason }) => reason),
    })
  }
  return involve(ctx, rt, prompt, checks)
}
