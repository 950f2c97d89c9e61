import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import { InvalidScope } from '../../../helpers/errors.ts'
import { words } from '../../../helpers/words.ts'
import { checkRegisteredScope, parseScope } from '../../authorization/rules/read_scope.ts'
import { TOKEN_REQUEST } from '../reasons.ts'

/** What the client registered of the provider's own scopes, and all others. */
function registered(ctx: Ctx, rt: Runtime, scopes: readonly string[]): string[] {
  const { scope } = ctx.oidc.loaded('Client')
  if (scope === undefined) return [...scopes]
  const own = new Set(words(scope))
  return scopes.filter((name) => !rt.configuration.scopes.has(name) || own.has(name))
}

/**
 * The scope of a token request: what its resource server, or else this provider, knows of what was asked for.
 * @param limit what may be asked for at most; it is taken whole where nothing is asked for
 * @throws InvalidScope when the client may not have it, when it is beyond the limit, or when nothing is left of it
 * @see RFC 6749 §3.3, RFC 8707 §2.2
 */
export function requestedScope(ctx: Ctx, rt: Runtime, limit?: Iterable<string>): Set<string> {
  const sent = parseScope(ctx.oidc.param('scope'))
  checkRegisteredScope(ctx, sent, rt.configuration.scopes)
  const known = ctx.oidc.request.resourceServer?.scopes ?? rt.configuration.scopes
  const most = limit === undefined ? undefined : new Set(limit)
  const beyond = most === undefined ? [] : [...sent].filter((name) => !most.has(name))
  if (beyond.length > 0)
    throw new InvalidScope('requested scope is not allowed', beyond.join(' ')).because(
      TOKEN_REQUEST.scope_not_allowed,
      { seen: beyond },
    )
  const asked = sent.size > 0 ? [...sent] : registered(ctx, rt, [...(most ?? [])])
  const kept = asked.filter((name) => known.has(name))
  if (sent.size > 0 && kept.length === 0) {
    throw new InvalidScope('requested scope is not known', [...sent].join(' ')).because(
      TOKEN_REQUEST.scope_unknown,
      { seen: [...sent], accepted: [...known] },
    )
  }
  return new Set(kept)
}
