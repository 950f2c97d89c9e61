import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { UnknownUserId } from '../../helpers/errors.ts'
import { subjectFor } from '../../models/subject.ts'
import { BACKCHANNEL } from './reasons.ts'

/** One text for every cause: clients are not to tell accounts that are locked from those that do not exist. */
const unknown = (detail: string) => new UnknownUserId('could not identify end-user', detail)

/** The account's id as the host, or an ID Token of ours, names it; what does not name one names nobody. */
async function hintedId(ctx: Ctx, rt: Runtime): Promise<unknown> {
  const { processLoginHint, processLoginHintToken } = rt.configuration.features.ciba
  const hint = ctx.oidc.param('login_hint')
  if (hint !== undefined) return processLoginHint(ctx, hint)
  const token = ctx.oidc.param('login_hint_token')
  if (token !== undefined) return processLoginHintToken(ctx, token)
  return ctx.oidc.loaded('IdTokenHint').payload['sub']
}

/**
 * An ID Token, or the claims parameter, name the account as the client knows it, which need not be what the account is
 * found by.
 * @see OpenID Connect Core 1.0 §5.5.1
 */
async function checkSubject(ctx: Ctx, rt: Runtime, accountId: string): Promise<void> {
  const hint = ctx.oidc.entities.IdTokenHint
  const wanted = ctx.oidc.claims.id_token?.['sub']
  if (hint === undefined && wanted?.value === undefined) return
  const subject = await subjectFor(rt, ctx, accountId, ctx.oidc.loaded('Client'))
  if (hint !== undefined && subject !== hint.payload['sub'])
    throw unknown('id_token_hint is about another account').because(BACKCHANNEL.hint_about_another)
  if (wanted?.value !== undefined && subject !== wanted.value)
    throw unknown('claims asks for another account').because(BACKCHANNEL.subject_is_another)
}

/** Finds out who is to be asked. @see OpenID Connect CIBA Core 1.0 §7.1, §13 (unknown_user_id) */
export const findHintedAccount: Step = async (ctx, rt) => {
  const accountId = await hintedId(ctx, rt)
  if (accountId === undefined || accountId === null || accountId === '')
    throw unknown('the hint names nobody').because(BACKCHANNEL.hint_unknown)
  if (typeof accountId !== 'string')
    throw new TypeError('features.ciba.processLoginHint and processLoginHintToken must return an account id')
  const account = await rt.account.findAccount(ctx, accountId)
  if (account === undefined) throw unknown('the account was not found').because(BACKCHANNEL.account_not_found)
  await checkSubject(ctx, rt, account.accountId)
  ctx.oidc.entity('Account', account)
}
