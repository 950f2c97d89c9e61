import { slot } from '../../engine/define_action.ts'
import { defineGrant } from '../../engine/define_grant.ts'
import { checkMayAct } from './actors.ts'
import { decideExchange, loadExchangeAccount } from './decide_exchange.ts'
import { checkTarget, readAudience } from './exchange_target.ts'
import { commitExchange, issueExchangedToken } from './issue_exchanged_token.ts'
import { loadPresentedTokens } from './load_presented_tokens.ts'
import { readExchange, requireProvenClient } from './read_exchange.ts'
import { TOKEN_EXCHANGE } from './token_types.ts'

/** A token is exchanged for another one. @see RFC 8693 §2 */
export const tokenExchangeGrant = defineGrant({
  name: TOKEN_EXCHANGE,
  params: [
    'subject_token',
    'subject_token_type',
    'actor_token',
    'actor_token_type',
    'requested_token_type',
    'audience',
    'resource',
    'scope',
  ],
  repeatable: ['audience', 'resource'],
  steps: [
    requireProvenClient,
    readExchange,
    loadPresentedTokens,
    checkMayAct,
    readAudience,
    slot('client_resource'),
    checkTarget,
    slot('token_binding'),
    decideExchange,
    loadExchangeAccount,
    issueExchangedToken,
    slot('token_response'),
    commitExchange,
  ],
})
