import { type ContextClass, type ContextHost, type KoaParts, RequestContext } from '../engine/context.ts'
import type { ContextMembers } from '../engine/context_members.ts'
import type { Recognised } from '../helpers/http/parameters.ts'
import { defineMembers } from './define_members.ts'

/**
 * Makes this provider's own class of `ctx.oidc`, so that a host can replace what it answers without touching other
 * providers in the process. Everything stands on its own prototype, where hosts look for it.
 * @param added what features answer
 * @param rt is read when a context is made, not before
 */
export function bindContext(added: readonly ContextMembers[], rt: () => ContextHost): ContextClass {
  class OIDCContext extends RequestContext {
    constructor(koa: KoaParts, route?: string, recognised?: Recognised) {
      super(rt(), koa, route, recognised)
    }
  }
  const { constructor: _own, ...shared } = Object.getOwnPropertyDescriptors(RequestContext.prototype)
  Object.defineProperties(OIDCContext.prototype, shared)
  for (const members of added) defineMembers(OIDCContext.prototype, members)
  return OIDCContext
}
