import { RequestContext } from '../engine/context.ts'
import type { ContextMembers } from '../engine/context_members.ts'

/**
 * Makes this provider's own class of `ctx.oidc`, so that a host can replace what it answers without touching other
 * providers in the process. What hosts replace stands on its own prototype, where they look for it.
 * @param added what features answer
 */
export function bindContext(added: readonly ContextMembers[]): typeof RequestContext {
  class OIDCContext extends RequestContext {
    override get requestParamScopes(): ReadonlySet<string> {
      return super.requestParamScopes
    }

    override get requestParamOIDCScopes(): ReadonlySet<string> {
      return super.requestParamOIDCScopes
    }

    override get requestParamClaims(): ReadonlySet<string> {
      return super.requestParamClaims
    }
  }
  for (const members of added) {
    for (const [name, member] of Object.entries(members)) {
      Object.defineProperty(OIDCContext.prototype, name, { configurable: true, ...member })
    }
  }
  return OIDCContext
}
