import type { StepList } from '../engine/define_action.ts'
import type { Step } from '../engine/runtime.ts'

/** Puts the features' steps into the visible places of a list. */
export function fillSlots(steps: StepList, added: ReadonlyMap<string, readonly Step[]>): Step[] {
  return steps.flatMap((entry) => ('slot' in entry ? (added.get(entry.slot) ?? []) : [entry]))
}
