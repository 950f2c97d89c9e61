import { type StepList, slot } from '../../../engine/define_action.ts'
import { checkGranted } from './check_granted.ts'
import { checkPrompts } from './check_prompts.ts'
import { loadAccount } from './load_account.ts'
import { loadGrant } from './load_grant.ts'
import { settleParameters } from './settle_parameters.ts'

/** Who the end-user is and what they allowed; sends the browser to them when that is not settled. */
export const interaction: StepList = [
  slot('before_interaction'),
  loadAccount,
  loadGrant,
  settleParameters,
  checkPrompts,
  checkGranted,
]
