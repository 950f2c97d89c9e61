import type { Ctx } from '../../engine/context.ts'

/**
 * What of the requested scope an access token holds: that of its resource server, or this provider's own where it
 * is for the userinfo endpoint. Never both. Empty when none of it is held; `undefined` when nothing was requested.
 * @see RFC 8707 §2.2, RFC 9700 §2.3
 */
export function accessTokenScope(ctx: Ctx, requested: ReadonlySet<string>): string | undefined {
  if (requested.size === 0) return undefined
  const grant = ctx.oidc.loaded('Grant')
  const { resourceServer } = ctx.oidc.request
  if (resourceServer === undefined) return grant.getOIDCScopeFiltered(requested)
  const { scopes } = resourceServer
  const asked = new Set([...requested].filter((name) => scopes.has(name)))
  return grant.getResourceScopeFiltered(resourceServer.identifier(), asked)
}
