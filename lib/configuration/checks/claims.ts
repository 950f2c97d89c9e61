import { isOptionObject, readNames } from './shapes.ts'

/** What scopes give access to, and every claim there is. */
export interface ScopesAndClaims {
  readonly scopes: ReadonlySet<string>
  readonly claims: ReadonlyMap<string, readonly string[]>
  readonly claimNames: ReadonlySet<string>
}

function claimsOfScope(scope: string, value: unknown): readonly string[] {
  const names = isOptionObject(value) ? Object.keys(value) : readNames(`claims.${scope}`, value)
  // The openid scope stands for sub, whatever else it is made to hold. OpenID Connect Core 1.0 §5.4
  return [...new Set(scope === 'openid' ? ['sub', ...names] : names)]
}

/**
 * Works out which scopes and claims there are.
 * @param scopes the configured scopes; every scope of `claims` is added
 * @param claims the configured claims, defaults included
 * @param haveAcrValues without any, `acr` is not a claim that can be supplied
 * @throws TypeError
 * @see OpenID Connect Core 1.0 §5.4
 */
export function readClaims(
  scopes: readonly string[],
  claims: Readonly<Record<string, unknown>>,
  haveAcrValues: boolean,
): ScopesAndClaims {
  const ofScopes = new Map<string, readonly string[]>()
  const names = new Set<string>()
  for (const [name, value] of Object.entries(claims)) {
    if (value === null) {
      if (name !== 'acr' || haveAcrValues) names.add(name)
    } else if (Array.isArray(value) || isOptionObject(value)) {
      const ofScope = claimsOfScope(name, value)
      ofScopes.set(name, Object.freeze(ofScope))
      for (const claim of ofScope) names.add(claim)
    } else {
      throw new TypeError(
        `claims.${name} must be null (a claim), or an Array or object of claim names (a scope)`,
      )
    }
  }
  return { scopes: new Set([...scopes, ...ofScopes.keys()]), claims: ofScopes, claimNames: names }
}
