import type { Ctx } from '../../../engine/context.ts'
import type { Runtime, Step } from '../../../engine/runtime.ts'
import { InvalidScope } from '../../../helpers/errors.ts'
import { words } from '../../../helpers/words.ts'
import { AUTHORIZATION } from '../reasons.ts'

/** RFC 6749 §3.3: scope-token *( SP scope-token ) */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/

/** Whether the end-user may be asked for access that outlives the session. @see OpenID Connect Core 1.0 §11 */
function mayRequestOfflineAccess(ctx: Ctx): boolean {
  return (
    words(ctx.oidc.request.responseType).includes('code') &&
    ctx.oidc.prompts.has('consent') &&
    ctx.oidc.loaded('Client').grantTypeAllowed('refresh_token')
  )
}

/** @throws InvalidScope when a scope the provider knows is not among those the client registered */
export function checkRegisteredScope(ctx: Ctx, scopes: Iterable<string>, known: ReadonlySet<string>): void {
  const { scope: registered } = ctx.oidc.loaded('Client')
  if (registered === undefined) return
  const allowed = new Set(words(registered))
  for (const scope of scopes) {
    if (known.has(scope) && !allowed.has(scope))
      throw new InvalidScope('requested scope is not allowed', scope).because(
        AUTHORIZATION.scope_not_allowed,
        { seen: [scope] },
      )
  }
}

/** @throws InvalidScope when it is not a list of scope tokens */
export function parseScope(sent: string | undefined): Set<string> {
  if (sent !== undefined && !SCOPE.test(sent))
    throw new InvalidScope('requested scope is malformed').because(AUTHORIZATION.scope_malformed)
  return new Set(words(sent))
}

function understandScope(ctx: Ctx, rt: Runtime, mayBeOffline: boolean): void {
  const scopes = parseScope(ctx.oidc.param('scope'))
  checkRegisteredScope(ctx, scopes, rt.configuration.scopes)
  if (!mayBeOffline) scopes.delete('offline_access')
  ctx.oidc.understand('scopes', scopes)
}

/** @see RFC 6749 §3.3; scopes nobody knows are ignored (OpenID Connect Core 1.0 §3.1.2.1) */
export const readScope: Step = (ctx, rt) => understandScope(ctx, rt, mayRequestOfflineAccess(ctx))

/** Whoever allows such a request is always asked about it, so offline access needs no prompt of its own. */
export const readDirectScope: Step = (ctx, rt) =>
  understandScope(ctx, rt, ctx.oidc.loaded('Client').grantTypeAllowed('refresh_token'))
