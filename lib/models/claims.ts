import type { AccountClaims, ClaimsParameterMember } from '../../types/account.ts'
import type { JsonObject } from '../helpers/jose/jwt.ts'

/** What decides which of an account's claims go out. */
export interface ClaimsMask {
  /** Scope to claim names, as configured. */
  scopeClaims: ReadonlyMap<string, readonly string[]>
  /** Scopes whose claims are included. */
  scopes: Iterable<string>
  /** Claims that were asked for by name. @see OpenID Connect Core 1.0 §5.5 */
  requested: Readonly<Record<string, ClaimsParameterMember | null>>
  /** Claims the end-user refused to share. */
  rejected: readonly string[]
}

/** Names of the claims that pass. */
function passing({ scopeClaims, scopes, requested, rejected }: ClaimsMask): Set<string> {
  const names = new Set(Object.keys(requested))
  for (const scope of scopes) for (const claim of scopeClaims.get(scope) ?? []) names.add(claim)
  for (const claim of rejected) names.delete(claim)
  return names
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** References to claims held elsewhere pass like the claims themselves. @see OpenID Connect Core 1.0 §5.6.2 */
function maskReferences(available: JsonObject, names: ReadonlySet<string>): JsonObject {
  const { _claim_names: references, _claim_sources: sources } = available
  if (!isObject(references) || !isObject(sources)) return {}
  const kept = Object.entries(references).filter(([claim]) => names.has(claim))
  if (kept.length === 0) return {}
  const used = new Set(kept.map(([, source]) => source))
  return {
    _claim_names: Object.fromEntries(kept),
    _claim_sources: Object.fromEntries(Object.entries(sources).filter(([source]) => used.has(source))),
  }
}

/** The account's claims that may go out. */
export function maskClaims(available: AccountClaims, mask: ClaimsMask): JsonObject {
  const names = passing(mask)
  const kept = Object.entries(available).filter(([name, value]) => names.has(name) && value !== undefined)
  return { ...Object.fromEntries(kept), ...maskReferences(available, names) }
}
