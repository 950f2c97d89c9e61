import type { SlotName } from '../../engine/define_action.ts'
import type { Step } from '../../engine/runtime.ts'
import { agreeOnProfile, checkAgreedProfile } from './agreed_profile.ts'
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

/** Steps that keep a request to one profile, before the rules of that. */
const AGREEMENT: Partial<Record<SlotName, readonly Step[]>> = {
  pushed_proof: [agreeOnProfile],
  front_channel_rules: [checkAgreedProfile],
}

/** The steps that check the rules, by the place of each. */
export const profileSteps = (): Partial<Record<SlotName, readonly Step[]>> => ({
  ...AGREEMENT,
  ...Object.fromEntries(
    [...new Set(CHECKED_RULES.map(({ slot }) => slot))].map((slot) => [
      slot,
      [...(AGREEMENT[slot] ?? []), obeyProfile(slot)],
    ]),
  ),
})
