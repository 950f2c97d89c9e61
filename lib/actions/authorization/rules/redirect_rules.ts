import { type StepList, slot } from '../../../engine/define_action.ts'
import { checkRedirectUri } from './check_redirect_uri.ts'
import { readResponseMode } from './read_response_mode.ts'

/**
 * First of the rules: every later error may go to the client by redirect, and no earlier one can. What stands in
 * the slot is about the way the answer takes.
 */
export const redirectRules: StepList = [checkRedirectUri, readResponseMode, slot('redirect_rules')]
