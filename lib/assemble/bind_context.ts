import { RequestContext } from '../engine/context.ts'

/**
 * Makes this provider's own class of `ctx.oidc`, so that a host can replace what it answers without touching other
 * providers in the process. What hosts replace stands on its own prototype, where they look for it.
 */
export function bindContext(): typeof RequestContext {
  return class OIDCContext extends RequestContext {
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
}
