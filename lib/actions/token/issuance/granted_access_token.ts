import type { GrantedAccessToken } from '../../../../types/grants/grant_toolkit.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import { epochTime } from '../../../helpers/epoch_time.ts'
import { listed } from '../../../helpers/words.ts'
import type { AccessToken } from '../../../models/access_token.ts'
import { extraClaims } from '../../../models/extra_claims.ts'
import type { Grant } from '../../../models/grant.ts'
import { accessTokenScope } from '../../issuing/access_token_scope.ts'
import { answerWithToken } from '../../issuing/answer_with_token.ts'

/** What a token takes over from the one it is made of, besides what was said about it. */
export interface AccessTokenOrigin {
  readonly gty: string
  readonly sessionUid?: string | undefined
  readonly expiresWithSession?: boolean | undefined
  readonly sid?: string | undefined
}

/** Everything the grant holds for what the token is for. */
function heldScope(ctx: Ctx, grant: Grant): string {
  const { resourceServer } = ctx.oidc.request
  return resourceServer === undefined
    ? grant.getOIDCScope()
    : grant.getResourceScope(resourceServer.identifier())
}

function make(ctx: Ctx, rt: Runtime, content: GrantedAccessToken, origin: AccessTokenOrigin): AccessToken {
  const grant = ctx.oidc.loaded('Grant')
  const token = new rt.models.AccessToken({
    ...origin,
    client: ctx.oidc.loaded('Client'),
    accountId: grant.accountId,
    grantId: grant.jti,
    resourceServer: ctx.oidc.request.resourceServer,
    scope: accessTokenScope(ctx, new Set(listed(content.scope ?? heldScope(ctx, grant)))),
    expiresIn: content.expiresIn,
  })
  if (content.audience !== undefined) token.setAudience(content.audience)
  ctx.oidc.entity('AccessToken', token)
  return token
}

/** The token, ended early where it would outlive what it is made of. */
function makeInTime(
  ctx: Ctx,
  rt: Runtime,
  content: GrantedAccessToken,
  origin: AccessTokenOrigin,
): AccessToken {
  const token = make(ctx, rt, content, origin)
  if (content.notBeyond === undefined) return token
  const left = Math.max(1, content.notBeyond - epochTime())
  return token.expiration <= left ? token : make(ctx, rt, { ...content, expiresIn: left }, origin)
}

/** Issues an access token under the grant that is loaded, within what that one holds. @see RFC 6749 §5.1, RFC 8693 §4.1 */
export async function issueGrantedAccessToken(
  ctx: Ctx,
  rt: Runtime,
  content: GrantedAccessToken,
  origin: AccessTokenOrigin,
): Promise<AccessToken> {
  const token = makeInTime(ctx, rt, content, origin)
  const { act, extra } = content
  if (act !== undefined || extra !== undefined) {
    token.extra = { ...(await extraClaims(rt, ctx, token)), ...extra, ...(act === undefined ? {} : { act }) }
  }
  await answerWithToken(ctx, token)
  return token
}
