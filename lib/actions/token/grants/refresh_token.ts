import { slot } from '../../../engine/define_action.ts'
import { defineGrant } from '../../../engine/define_grant.ts'
import { commitTokens } from '../commit_tokens.ts'
import { issueAccessToken } from '../issue_access_token.ts'
import { issueIdToken } from '../issue_id_token.ts'
import { loadTokenAccount } from '../load_token_account.ts'
import { loadTokenGrant } from '../load_token_grant.ts'
import { checkRefreshTokenBinding, loadRefreshToken, narrowScope } from './load_refresh_token.ts'
import { checkRefreshTokenUse, rotateRefreshToken } from './rotate_refresh_token.ts'

/** @see RFC 6749 §6, OpenID Connect Core 1.0 §12 */
export const refreshToken = defineGrant({
  name: 'refresh_token',
  params: ['refresh_token', 'scope'],
  steps: [
    loadRefreshToken,
    loadTokenGrant,
    narrowScope,
    slot('token_binding'),
    checkRefreshTokenBinding,
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
