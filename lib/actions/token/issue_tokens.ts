import { type StepList, slot } from '../../engine/define_action.ts'
import { commitTokens } from './commit_tokens.ts'
import { issueAccessToken } from './issue_access_token.ts'
import { issueIdToken } from './issue_id_token.ts'
import { issueRefreshToken } from './issue_refresh_token.ts'

/** Makes the tokens, and answers once they are stored together with the end of what they were made for. */
export const issueTokens: StepList = [
  slot('granted_resource'),
  issueAccessToken,
  issueRefreshToken,
  issueIdToken,
  slot('token_response'),
  commitTokens,
]
