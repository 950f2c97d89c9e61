import type { StepList } from '../../../engine/define_action.ts'
import { issueCode } from './issue_code.ts'
import { issueFrontChannelIdToken } from './issue_front_channel_id_token.ts'
import { issueFrontChannelToken } from './issue_front_channel_token.ts'
import { rememberAuthorization } from './remember_authorization.ts'
import { commitAnswer, prepareAnswer, sendAnswer } from './send_answer.ts'

/**
 * Issues what the response type names (for `none` nothing) and hands it over once it is stored.
 * @see OAuth 2.0 Multiple Response Type Encoding Practices 1.0 §3–§5
 */
export const answerAuthorization: StepList = [
  rememberAuthorization,
  issueCode,
  issueFrontChannelToken,
  // Last of them: it holds hashes of the others.
  issueFrontChannelIdToken,
  prepareAnswer,
  commitAnswer,
  sendAnswer,
]
