import type { ClaimsParameterMember } from '../../types/account.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { Client as ClientInterface } from '../../types/models.ts'
import { Client } from '../clients/client.ts'
import type { JsonObject } from '../helpers/jose/jwt.ts'
import { words } from '../helpers/words.ts'
import type { ModelRuntime } from './model_runtime.ts'
import { subjectFor } from './subject.ts'

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
export function maskClaims(available: JsonObject, mask: ClaimsMask): JsonObject {
  const names = passing(mask)
  const kept: JsonObject = {}
  for (const name of Object.keys(available)) {
    if (names.has(name) && available[name] !== undefined) kept[name] = available[name]
  }
  return Object.assign(kept, maskReferences(available, names))
}

/** Whom claims are for. */
export interface ClaimsAudience {
  /** The request; its client is taken where none is given. */
  ctx?: KoaContextWithOIDC | undefined
  client?: ClientInterface | undefined
}

/** @throws TypeError without a client */
export function audienceClient({ ctx, client = undefined }: ClaimsAudience): Client {
  const known: unknown = client ?? ctx?.oidc.client
  if (known instanceof Client) return known
  throw new TypeError('claims are for a client: give one, or a request that has one')
}

/** What goes out of an account's claims; `sub` always does, as the client knows the account. */
export async function releasedClaims(
  rt: ModelRuntime,
  available: JsonObject,
  audience: ClaimsAudience,
  mask: Omit<ClaimsMask, 'scopeClaims'>,
): Promise<JsonObject> {
  const masked = maskClaims(available, { ...mask, scopeClaims: rt.configuration.claims })
  const { sub } = available
  if (typeof sub !== 'string') return masked
  return { ...masked, sub: await subjectFor(rt, audience.ctx, sub, audienceClient(audience)) }
}

/** An account's claims, of which a client gets those that its scope, its wishes and the end-user allow. */
export class Claims {
  /** The provider this class belongs to. */
  static get rt(): ModelRuntime {
    throw new Error('this class is not bound to a provider: use provider.Claims')
  }

  readonly #rt: ModelRuntime
  readonly #available: JsonObject
  readonly #audience: ClaimsAudience
  readonly #scopes = new Set<string>()
  readonly #requested: Record<string, ClaimsParameterMember | null> = {}
  #rejected: readonly string[] = []

  /** @param available all that is known; its `sub` is the account's own id */
  constructor(available: JsonObject, audience: ClaimsAudience = {}) {
    this.#rt = new.target.rt
    this.#available = available
    this.#audience = audience
  }

  /** Lets claims of scope values through. */
  scope(value = ''): this {
    for (const scope of words(value)) this.#scopes.add(scope)
    return this
  }

  /** Lets claims through that were asked for by name. @see OpenID Connect Core 1.0 §5.5 */
  mask(requested: Readonly<Record<string, ClaimsParameterMember | null>> = {}): this {
    Object.assign(this.#requested, requested)
    return this
  }

  /** Holds claims back that the end-user refused to share. */
  rejected(names: Iterable<string> = []): this {
    this.#rejected = [...this.#rejected, ...names]
    return this
  }

  /** What goes out. */
  result(): Promise<JsonObject> {
    return releasedClaims(this.#rt, this.#available, this.#audience, {
      scopes: this.#scopes,
      requested: this.#requested,
      rejected: this.#rejected,
    })
  }
}
