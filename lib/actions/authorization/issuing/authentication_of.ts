import type { Ctx } from '../../../engine/context.ts'
import { grantedScope } from './granted_scope.ts'

/** What an authorization request and the end-user's login leave behind in everything that is issued for them. */
export function authenticationOf(ctx: Ctx) {
  const session = ctx.oidc.loaded('Session')
  return {
    accountId: session.accountId,
    acr: ctx.oidc.acr,
    amr: ctx.oidc.amr === undefined ? undefined : [...ctx.oidc.amr],
    authTime: session.authTime(),
    claims: ctx.oidc.claims,
    grantId: ctx.oidc.loaded('Grant').jti,
    nonce: ctx.oidc.param('nonce'),
    scope: grantedScope(ctx),
    sid: session.sidFor(ctx.oidc.loaded('Client').clientId),
    sessionUid: session.uid,
  }
}

/** One resource is stored as it is, several as a list. */
export function storedResources({ oidc: { request } }: Ctx): string | string[] | undefined {
  const resources = request.resources ?? []
  return resources.length > 1 ? [...resources] : resources[0]
}
