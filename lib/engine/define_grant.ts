import type { StepList } from './define_action.ts'

/** A grant type before its slots are filled. */
export interface GrantDefinition {
  readonly name: string
  readonly params: readonly string[]
  readonly repeatable?: readonly string[]
  readonly steps: StepList
}

export const defineGrant = (grant: GrantDefinition): GrantDefinition => grant
