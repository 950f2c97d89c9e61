import type { Ctx } from '../../../engine/context.ts'
import { addWords } from '../../../helpers/words.ts'

/** What of the requested scope the end-user has granted: this provider's own and that of every resource asked for. */
export function grantedScope(ctx: Ctx): string {
  const grant = ctx.oidc.loaded('Grant')
  let scope = grant.getOIDCScopeFiltered(ctx.oidc.requestParamOIDCScopes)
  for (const server of ctx.oidc.describedResources) {
    const { scopes } = server
    const asked = new Set([...ctx.oidc.requestParamScopes].filter((name) => scopes.has(name)))
    scope = addWords(scope, grant.getResourceScopeFiltered(server.identifier(), asked))
  }
  return scope
}
