import type { SlotName } from '../../engine/define_action.ts'
import type { Step } from '../../engine/runtime.ts'
import { CHECKED_RULES } from './rules.ts'

/** A step that checks the rules of the profile in force that stand in one place. */
function obeyProfile(slot: SlotName): Step {
  const rules = CHECKED_RULES.filter((rule) => rule.slot === slot)
  const step: Step = async (ctx, rt) => {
    const { profile } = ctx.oidc
    if (profile === undefined) return
    for (const { profiles, routes, check } of rules) {
      if (profiles.includes(profile.name) && routes?.includes(ctx.oidc.route) !== false) await check(ctx, rt)
    }
  }
  Object.defineProperty(step, 'name', { value: `obeyProfile(${slot})` })
  return step
}

/** The steps that check the rules, by the place of each. */
export const profileSteps = (): Partial<Record<SlotName, readonly Step[]>> =>
  Object.fromEntries(
    [...new Set(CHECKED_RULES.map(({ slot }) => slot))].map((slot) => [slot, [obeyProfile(slot)]]),
  )
