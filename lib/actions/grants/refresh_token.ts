import { slot } from '../define_action.ts'
import { commitTokens } from '../steps/commit_tokens.ts'
import { issueAccessToken } from '../steps/issue_access_token.ts'
import { issueIdToken } from '../steps/issue_id_token.ts'
import { checkRefreshTokenBinding, loadRefreshToken, narrowScope } from '../steps/load_refresh_token.ts'
import { loadTokenAccount } from '../steps/load_token_account.ts'
import { loadTokenGrant } from '../steps/load_token_grant.ts'
import { checkRefreshTokenUse, rotateRefreshToken } from '../steps/rotate_refresh_token.ts'
import { defineGrant } from './define_grant.ts'

/** @see RFC 6749 §6, OpenID Connect Core 1.0 §12 */
export const refreshToken = defineGrant({
  name: 'refresh_token',
  params: ['refresh_token', 'scope'],
  steps: [
    loadRefreshToken,
    loadTokenGrant,
    narrowScope,
    checkRefreshTokenBinding,
    slot('token_binding'),
    checkRefreshTokenUse,
    loadTokenAccount,
    slot('granted_resource'),
    rotateRefreshToken,
    issueAccessToken,
    issueIdToken,
    slot('token_response'),
    commitTokens,
  ],
})
