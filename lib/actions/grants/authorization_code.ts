import { slot } from '../define_action.ts'
import { checkCodeUse } from '../steps/check_code_use.ts'
import { issueTokens } from '../steps/issue_tokens.ts'
import { consumeCode, loadCode } from '../steps/load_code.ts'
import { loadTokenAccount } from '../steps/load_token_account.ts'
import { loadTokenGrant } from '../steps/load_token_grant.ts'
import { defineGrant } from './define_grant.ts'

/** @see RFC 6749 §4.1.3, OpenID Connect Core 1.0 §3.1.3 */
export const authorizationCode = defineGrant({
  name: 'authorization_code',
  params: ['code', 'redirect_uri', 'code_verifier'],
  steps: [
    loadCode,
    loadTokenGrant,
    checkCodeUse,
    loadTokenAccount,
    slot('token_binding'),
    consumeCode,
    ...issueTokens,
  ],
})
