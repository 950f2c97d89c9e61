import type { SecurityProfileName } from '../../../types/client.ts'
import type { ResolvedConfiguration } from '../../configuration/resolved_configuration.ts'
import type { Ctx } from '../../engine/context.ts'
import type { SlotName } from '../../engine/define_action.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'

/** A sentence of a profile, as the documentation tells it. */
interface Clause {
  readonly profiles: readonly SecurityProfileName[]
  /** Where it stands. */
  readonly clause: string
  /** What is demanded, as a sentence. */
  readonly demand: string
}

/** A rule that is checked where it stands in a list of steps. */
export interface CheckedRule extends Clause {
  readonly slot: SlotName
  /** Routes it is for; every one that has the slot when it is absent. */
  readonly routes?: readonly string[]
  /** What whoever breaks it gets. */
  readonly error: string
  readonly check: (ctx: Ctx, rt: Runtime) => ReturnType<Step>
}

/** A rule that the core keeps because the profile in force says so. */
export interface DemandedRule extends Clause {
  /** What whoever breaks it gets. */
  readonly error: string
}

/** A rule that the host keeps by its options; a notice tells when it does not. */
export interface ConfiguredRule extends Clause {
  readonly option: string
  readonly isKept: (configuration: ResolvedConfiguration) => boolean
}
