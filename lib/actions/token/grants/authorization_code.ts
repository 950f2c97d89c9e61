import { slot } from '../../../engine/define_action.ts'
import { defineGrant } from '../../../engine/define_grant.ts'
import { issueTokens } from '../issue_tokens.ts'
import { loadTokenAccount } from '../load_token_account.ts'
import { loadTokenGrant } from '../load_token_grant.ts'
import { checkCodeProofs, refuseUsedCode } from './check_code_use.ts'
import { consumeCode, loadCode } from './load_code.ts'

/** @see RFC 6749 §4.1.3, OpenID Connect Core 1.0 §3.1.3 */
export const authorizationCode = defineGrant({
  name: 'authorization_code',
  params: ['code', 'redirect_uri', 'code_verifier'],
  steps: [
    loadCode,
    loadTokenGrant,
    checkCodeProofs,
    slot('token_binding'),
    slot('code_proof'),
    refuseUsedCode,
    loadTokenAccount,
    consumeCode,
    ...issueTokens,
  ],
})
