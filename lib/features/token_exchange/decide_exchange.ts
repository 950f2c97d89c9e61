import type { TokenExchange, TokenExchangeDecision } from '../../../types/features/token_exchange.ts'
import { parseScope } from '../../actions/authorization/rules/read_scope.ts'
import { findAccount } from '../../actions/token/issuance/find_account.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { EXCHANGE } from './reasons.ts'

function exchangeOf(ctx: Ctx): TokenExchange {
  const { subject, actor } = ctx.oidc.understood('presentedTokens')
  return {
    client: ctx.oidc.loaded('Client'),
    subject: subject.told,
    ...(actor === undefined ? {} : { actor: actor.told }),
    resourceServer: ctx.oidc.request.resourceServer?.copy(),
    scopes: [...parseScope(ctx.oidc.param('scope'))],
    requestedTokenType: ctx.oidc.understood('sentExchange').requestedTokenType,
  }
}

/** Anything but a clear yes is a no. @see RFC 8693 §2.2.2 */
function readDecision(decision: boolean | TokenExchangeDecision | undefined): TokenExchangeDecision {
  if (decision === true) return {}
  if (isRecord(decision)) return decision
  throw new InvalidRequest('the exchange is not allowed').because(EXCHANGE.not_allowed)
}

/** Asks the host, last of all: only tokens that hold are shown to it. @see RFC 8693 §2.2.2 */
export const decideExchange: Step = async (ctx, rt) => {
  const { policy } = rt.configuration.features.tokenExchange
  ctx.oidc.understand('exchangeDecision', readDecision(await policy(ctx, exchangeOf(ctx))))
}

/** Finds whom the new token is about. */
export const loadExchangeAccount: Step = async (ctx, rt) => {
  const { subject } = ctx.oidc.understood('presentedTokens')
  const { accountId: known } = subject.told
  const { accountId = known } = ctx.oidc.understood('exchangeDecision')
  if (known !== undefined && accountId !== known)
    throw new TypeError('features.tokenExchange.policy must not make somebody else of the subject')
  const refuse = (detail: string) => new InvalidRequest('subject_token is not valid', 400, detail)
  if (accountId === undefined) throw refuse('it names no account here').because(EXCHANGE.account_missing)
  await findAccount(ctx, rt, accountId, refuse)
}
