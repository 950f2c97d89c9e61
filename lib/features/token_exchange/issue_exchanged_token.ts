import { commitOrRefuse } from '../../actions/token/issuance/commit_or_refuse.ts'
import {
  type AccessTokenOrigin,
  issueGrantedAccessToken,
} from '../../actions/token/issuance/granted_access_token.ts'
import { newGrant } from '../../actions/token/issuance/new_grant.ts'
import { requestedScope } from '../../actions/token/issuance/requested_scope.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { listed, words } from '../../helpers/words.ts'
import type { Grant } from '../../models/grant.ts'
import { actorsOf } from './actors.ts'
import type { Presented } from './presented.ts'
import { EXCHANGE } from './reasons.ts'
import { TOKEN_EXCHANGE } from './token_types.ts'

/** The scope of the new token: never more than the subject token is worth there, unless the host says so. */
function exchangedScope(ctx: Ctx, rt: Runtime, { scopeAt }: Presented): ReadonlySet<string> {
  const { scope } = ctx.oidc.understood('exchangeDecision')
  const limit = scope === undefined ? (scopeAt?.(ctx.oidc.request.resourceServer) ?? []) : listed(scope)
  // There is no refresh token that it could stand for.
  return requestedScope(
    ctx,
    rt,
    limit.filter((name) => name !== 'offline_access'),
  )
}

function holds(ctx: Ctx, grant: Grant, scope: ReadonlySet<string>): boolean {
  const { resourceServer } = ctx.oidc.request
  const held =
    resourceServer === undefined
      ? grant.getOIDCScopeFiltered(scope)
      : grant.getResourceScopeFiltered(resourceServer.identifier(), scope)
  return words(held).length === scope.size
}

/** Most grants that one is made from: each is looked up whenever a token of it is used. */
const MAX_ORIGINS = 10

/** @throws InvalidRequest when a token was exchanged too often */
function originsOf(grant: Grant | undefined): string[] | undefined {
  if (grant === undefined) return undefined
  const origins = [...(grant.madeFrom ?? []), grant.jti]
  if (origins.length > MAX_ORIGINS)
    throw new InvalidRequest('the subject_token was exchanged too often').because(
      EXCHANGE.exchanged_too_often,
    )
  return origins
}

/** A grant of the client's own, for this exchange alone: it ends with the token, and with the grant of the subject token. */
function makeGrant(
  ctx: Ctx,
  rt: Runtime,
  { notBeyond, grant: origin }: Presented,
  scope: ReadonlySet<string>,
): void {
  const madeFrom = originsOf(origin)
  const grant = newGrant(ctx, rt, ctx.oidc.loaded('Account').accountId)
  // A token that ends in this very moment lives a second at least, and so does its grant.
  const end = notBeyond === undefined ? undefined : Math.max(notBeyond, epochTime() + 1)
  if (end !== undefined) grant.exp = Math.min(grant.exp ?? end, end)
  if (madeFrom !== undefined) grant.madeFrom = madeFrom
  const { resourceServer } = ctx.oidc.request
  if (resourceServer === undefined) grant.addOIDCScope(scope)
  else grant.addResourceScope(resourceServer.identifier(), scope)
}

/**
 * What the new token stands on. It ends with the session that the subject token ends with. Where the client holds the
 * end-user's own grant for it already, it ends with that one, and belongs to the client's part of the session (`sid`).
 */
function footing(ctx: Ctx, rt: Runtime, subject: Presented, scope: ReadonlySet<string>): AccessTokenOrigin {
  const { grant, token } = subject
  const { sessionUid, expiresWithSession, sid } = token ?? {}
  const origin = { gty: TOKEN_EXCHANGE, sessionUid, expiresWithSession }
  const isOwn = grant !== undefined && grant.clientId === ctx.oidc.loaded('Client').clientId
  if (!isOwn || !holds(ctx, grant, scope)) {
    makeGrant(ctx, rt, subject, scope)
    return origin
  }
  ctx.oidc.entity('Grant', grant)
  return { ...origin, sid }
}

/** Who acts is what was presented, and nothing that somebody says. */
function withoutActor(extra: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (extra === undefined) return undefined
  const { act: _, ...others } = extra
  return others
}

/** @see RFC 8693 §2.2.1 – no refresh token */
export const issueExchangedToken: Step = async (ctx, rt) => {
  const { subject, actor } = ctx.oidc.understood('presentedTokens')
  const { expiresIn, extra } = ctx.oidc.understood('exchangeDecision')
  const scope = exchangedScope(ctx, rt, subject)
  const act = await actorsOf(ctx, rt)
  const origin = footing(ctx, rt, subject, scope)
  const { notBeyond } = subject
  const content = { scope, act, extra: withoutActor(extra), expiresIn, notBeyond }
  await issueGrantedAccessToken(ctx, rt, content, origin)
  ctx.oidc.transaction.add([...subject.conditions, ...(actor?.conditions ?? [])])
  ctx.oidc.answer['issued_token_type'] = ctx.oidc.understood('sentExchange').requestedTokenType
}

/** @see RFC 8693 §2.2.1, §2.2.2 */
export const commitExchange: Step = async (ctx) => {
  await commitOrRefuse(ctx, (detail) => new InvalidRequest('the presented tokens are not valid', 400, detail))
  ctx.body = ctx.oidc.answer
}
