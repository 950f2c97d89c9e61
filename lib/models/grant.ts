import type { GrantedItems, GrantItems, GrantPayload } from '../../types/models.ts'
import { addWords, listed, removeWords, words } from '../helpers/words.ts'
import { BaseModel } from './base_model.ts'
import { endOf } from './lifetime.ts'
import type { FieldMap, Fields } from './traits/field_map.ts'

/** Claims that come with being logged in: nobody is asked about them, or can refuse them. */
export const ALWAYS_GRANTED: ReadonlySet<string> = new Set(['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss'])

/**
 * What an end-user allowed, and refused, a client. Every token of theirs refers to it and ends with it.
 * "Encountered" is granted or rejected: the end-user was asked.
 */
export class Grant extends BaseModel implements GrantPayload {
  static override readonly kind = 'Grant'
  static override readonly eventName: string = 'grant'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    accountId: 'string',
    clientId: 'string',
    openid: 'object',
    resources: 'object',
    rejected: 'object',
    madeFrom: 'array',
  } satisfies FieldMap<GrantPayload>

  declare kind: 'Grant'
  declare accountId?: string | undefined
  declare clientId?: string | undefined
  declare openid?: GrantedItems | undefined
  declare resources?: Record<string, string> | undefined
  declare rejected?: GrantPayload['rejected']
  declare madeFrom?: string[] | undefined

  constructor(payload: Partial<GrantPayload> = {}) {
    super(payload)
  }

  /**
   * Stores it, so that tokens can be issued under it.
   * @returns its id
   * @throws Error when it was revoked meanwhile: saving it does not bring it back
   */
  override async save(ttl?: number): Promise<string> {
    if (!this.isStored && this.exp === undefined) this.exp = endOf(this.rt, 'Grant', this)
    return super.save(ttl)
  }

  override get ending(): string {
    return 'was revoked'
  }

  addOIDCScope(items: GrantItems): undefined {
    const scope = listed(items).join(' ')
    this.openid = { ...this.openid, scope: addWords(this.openid?.scope, scope) }
    const refused = this.rejected?.openid
    if (refused?.scope !== undefined) {
      this.rejected = { ...this.rejected, openid: { ...refused, scope: removeWords(refused.scope, scope) } }
    }
  }

  rejectOIDCScope(items: GrantItems): undefined {
    const scope = listed(items).join(' ')
    const refused = this.rejected?.openid
    const refusable = removeWords(scope, 'openid')
    this.rejected = { ...this.rejected, openid: { ...refused, scope: addWords(refused?.scope, refusable) } }
  }

  getOIDCScope(): string {
    return removeWords(this.openid?.scope, this.getRejectedOIDCScope())
  }

  getRejectedOIDCScope(): string {
    return this.rejected?.openid?.scope ?? ''
  }

  getOIDCScopeEncountered(): string {
    return addWords(this.openid?.scope, this.getRejectedOIDCScope())
  }

  getOIDCScopeFiltered(filter: GrantItems): string {
    return keep(this.getOIDCScope(), filter)
  }

  addOIDCClaims(claims: GrantItems): undefined {
    const added = listed(claims)
    this.openid = { ...this.openid, claims: [...new Set([...(this.openid?.claims ?? []), ...added])] }
    const refused = this.rejected?.openid
    if (refused?.claims !== undefined) {
      const left = refused.claims.filter((claim) => !added.includes(claim))
      this.rejected = { ...this.rejected, openid: { ...refused, claims: left } }
    }
  }

  rejectOIDCClaims(claims: GrantItems): undefined {
    const refused = this.rejected?.openid
    const refusable = listed(claims).filter((claim) => !ALWAYS_GRANTED.has(claim))
    const all = [...new Set([...(refused?.claims ?? []), ...refusable])]
    this.rejected = { ...this.rejected, openid: { ...refused, claims: all } }
  }

  getOIDCClaims(): string[] {
    const refused = new Set(this.getRejectedOIDCClaims())
    return (this.openid?.claims ?? []).filter((claim) => !refused.has(claim))
  }

  getRejectedOIDCClaims(): string[] {
    return [...(this.rejected?.openid?.claims ?? [])]
  }

  getOIDCClaimsEncountered(): string[] {
    return [...new Set([...(this.openid?.claims ?? []), ...this.getRejectedOIDCClaims()])]
  }

  getOIDCClaimsFiltered(filter: GrantItems): string[] {
    const wanted = listed(filter)
    return this.getOIDCClaims().filter((claim) => wanted.includes(claim))
  }

  addResourceScope(resource: string, items: GrantItems): undefined {
    const scope = listed(items).join(' ')
    this.resources = withWords(this.resources, resource, scope)
    const refused = own(this.rejected?.resources, resource)
    if (refused !== '') {
      const resources = { ...this.rejected?.resources, [resource]: removeWords(refused, scope) }
      this.rejected = { ...this.rejected, resources }
    }
  }

  rejectResourceScope(resource: string, items: GrantItems): undefined {
    const scope = listed(items).join(' ')
    this.rejected = { ...this.rejected, resources: withWords(this.rejected?.resources, resource, scope) }
  }

  getResourceScope(resource: string): string {
    return removeWords(own(this.resources, resource), this.getRejectedResourceScope(resource))
  }

  getRejectedResourceScope(resource: string): string {
    return own(this.rejected?.resources, resource)
  }

  getResourceScopeEncountered(resource: string): string {
    return addWords(own(this.resources, resource), this.getRejectedResourceScope(resource))
  }

  getResourceScopeFiltered(resource: string, filter: GrantItems): string {
    return keep(this.getResourceScope(resource), filter)
  }
}

function own(scopes: Record<string, string> | undefined, resource: string): string {
  return scopes !== undefined && Object.hasOwn(scopes, resource) ? (scopes[resource] ?? '') : ''
}

function withWords(
  scopes: Record<string, string> | undefined,
  resource: string,
  scope: string,
): Record<string, string> {
  return { ...scopes, [resource]: addWords(own(scopes, resource), scope) }
}

function keep(scope: string, filter: GrantItems): string {
  const wanted = listed(filter)
  return words(scope)
    .filter((word) => wanted.includes(word))
    .join(' ')
}
