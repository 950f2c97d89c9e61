import type { ClaimsParameter } from '../../types/account.ts'
import type { AccessTokenPayload } from '../../types/models.ts'
import type { ForClient, HostMembers } from './base_token.ts'
import { BearerToken, type ForResource } from './bearer_token.ts'
import type { FieldMap, Fields } from './traits/field_map.ts'
import { grantBound } from './traits/grant_bound.ts'
import { senderConstrained } from './traits/sender_constrained.ts'
import { sessionBound } from './traits/session_bound.ts'

/** Opens a resource for a client on behalf of an end-user. @see RFC 6749 §1.4 */
export class AccessToken extends BearerToken implements AccessTokenPayload {
  static override readonly kind = 'AccessToken'
  static override readonly eventName: string = 'access_token'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...grantBound,
    ...sessionBound,
    ...senderConstrained,
    accountId: 'string',
    aud: 'strings',
    claims: 'object',
    extra: 'object',
    gty: 'string',
    scope: 'string',
    sid: 'string',
  } satisfies FieldMap<AccessTokenPayload>

  declare kind: 'AccessToken'
  /** Absent at run time in tokens of custom grants that have no account; so is `grantId`, and `gty`. */
  declare accountId: string
  declare claims?: ClaimsParameter | undefined
  declare gty: string
  declare sid?: string | undefined
  declare grantId: string
  declare sessionUid?: string | undefined
  declare expiresWithSession?: boolean | undefined

  constructor(payload: Partial<AccessTokenPayload> & ForClient & ForResource & HostMembers = {}) {
    super(payload)
  }

  /** Removes all of this kind that were issued under a grant. */
  static revokeByGrantId(grantId: string): Promise<void> {
    return this.rt.store.revokeByGrantId(this.kind, grantId)
  }

  override get lifetimeKind() {
    return 'AccessToken' as const
  }
}
