import type { StepList } from '../define_action.ts'
import { checkRedirectUri } from './check_redirect_uri.ts'
import { readResponseMode } from './read_response_mode.ts'

/** First of the rules: every later error may go to the client by redirect, and no earlier one can. */
export const redirectRules: StepList = [checkRedirectUri, readResponseMode]
