import { AccessDenied } from '../../helpers/errors.ts'
import type { Step } from '../../runtime.ts'

/** A policy that is content does not make a grant: somebody has to be there, and has to have allowed something. */
export const checkGranted: Step = (ctx) => {
  if (ctx.oidc.entities.Account === undefined)
    throw new AccessDenied(
      undefined,
      'authorization request resolved without requested interactions: no account',
    )
  const grant = ctx.oidc.loaded('Grant')
  const allowed = [grant.getOIDCScopeFiltered(ctx.oidc.requestParamOIDCScopes)]
  for (const [indicator, { scopes }] of Object.entries(ctx.oidc.resourceServers)) {
    const asked = new Set([...ctx.oidc.requestParamScopes].filter((scope) => scopes.has(scope)))
    allowed.push(grant.getResourceScopeFiltered(indicator, asked))
  }
  if (allowed.every((scope) => scope === '')) {
    throw new AccessDenied(
      undefined,
      'authorization request resolved without requested interactions: no scope was granted',
    )
  }
}
